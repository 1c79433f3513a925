"""yinfeng brief check FILE… · yinfeng brief KIND --as-of D --out FILE. Exit codes: 0 done, 1 the data is at fault, 2 usage."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yinfeng.domain.briefing.paper import annex, word
from yinfeng.domain.briefing.queries.against import against_ledger
from yinfeng.domain.briefing.queries.composing import compose
from yinfeng.domain.briefing.queries.kinds import kinds
from yinfeng.domain.briefing.queries.telling import place_name
from yinfeng.domain.briefing.rules.own import contradictions
from yinfeng.domain.briefing.rules.proof import Proof, prove
from yinfeng.domain.briefing.rules.writing import plain_text
from yinfeng.domain.indicators.queries.periods import period_between
from yinfeng.domain.projects.models import Project
from yinfeng.kernel.errors import DomainError
from yinfeng.reading import ReadingError, load


class Command(BaseCommand):
    help = "写一份通报，或核对任何一份通报（check）"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", metavar="check|KIND", help="check 核对文件；kinds 列出种类；否则为通报种类")
        parser.add_argument("files", nargs="*", metavar="FILE", help="待核对的 docx、pdf、txt 或 html 文件")
        parser.add_argument("--as-of", type=_day, metavar="YYYY-MM-DD", help="截至哪一天（缺省为今天）")
        parser.add_argument("--known-at", type=_moment, metavar="T", help="按当时所知：日期（当日 24 时）")
        parser.add_argument("--ledger", action="store_true", help="核对时，把台账能算出的数字也与台账比对")
        parser.add_argument(
            "--from", dest="start", type=_day, metavar="YYYY-MM-DD", help="文中没有写明时的期间，第一天"
        )
        parser.add_argument("--to", dest="end", type=_day, metavar="YYYY-MM-DD", help="同上，最后一天")
        parser.add_argument("--project", metavar="CODE", help="项目编号，用于项目一页纸和走访材料")
        parser.add_argument("--out", type=Path, metavar="FILE.docx", help="写到这个文件；数据附件写在旁边的 .xlsx")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出，格式见 docs/formats/bulletins.md")

    def handle(self, *args: Any, what: str, files: list[str], json: bool, **options: Any) -> None:
        if what == "check":
            self._check_all(files, as_json=json, **options)
            return
        known, stamp = kinds(timezone.localdate())
        if what == "kinds":
            self.stdout.write(f"{stamp}")
            for key, kind in known.items():
                self.stdout.write(f"  {key}  {kind.name}")
            return
        if what not in known:
            raise CommandError(f"没有“{what}”这种通报，可选：check、kinds、{'、'.join(known)}", returncode=2)
        if options["project"] and not known[what].about:
            raise CommandError(f"“{known[what].name}”不是关于一个项目的，请删去 --project", returncode=2)
        if files:
            raise CommandError(f"写通报不读文件：{files[0]}；核对文件用 yinfeng brief check", returncode=2)
        try:
            self._write(what, as_json=json, **options)
        except DomainError as fault:
            self.stderr.write(str(fault))
            raise SystemExit(1) from None

    # -------------------------------------------------------------------------------------------- check

    def _check_all(
        self, files: list[str], *, as_json: bool, ledger: bool, start: date | None, end: date | None,
        as_of: date | None, known_at: datetime | None, **_options: Any,
    ) -> None:  # fmt: skip
        if not files:
            raise CommandError("请给出要核对的文件：yinfeng brief check FILE…", returncode=2)
        if (start is None) != (end is None) or (start and end and start > end):
            raise CommandError("--from 和 --to 须同时给出，且先后正确", returncode=2)
        period = period_between(start, end) if start and end else None
        at_fault = False
        for name in files:
            asked = {"period": period, "as_of": as_of, "known_at": known_at} if ledger else None
            at_fault |= self._check(name, as_json=as_json, asked=asked)
        if at_fault:
            raise SystemExit(1)

    def _check(self, name: str, *, as_json: bool, asked: dict[str, Any] | None) -> bool:
        """Whether the file cannot be read or disagrees with itself."""
        try:
            text = load(Path(name)).raw_text
        except ReadingError as fault:
            self.stderr.write(f"{name}: {fault.message}")
            return True
        proof = prove(text)
        held = against_ledger(text, viewer=None, **asked) if asked is not None else ()
        wrong = [one for one in held if one.state == "disagrees"]
        if as_json:
            body = {"file": name, **proof.to_json()}
            if asked is not None:
                body["ledger"] = {
                    "covered": len(held), "disagreements": [one.to_json() for one in wrong],
                    "figures": [one.to_json() for one in held],
                }  # fmt: skip
            self.stdout.write(json.dumps(body, ensure_ascii=False))
        else:
            self.stdout.write(_said(name, proof))
            if asked is not None:
                self.stdout.write(f"{name}：与台账比对 {len(held)} 个数字，{len(wrong)} 处不符")
        for one in proof.disagreements:
            self.stderr.write(f"{name}:{one.line}: [{one.start}-{one.end}] {one.words}")
        for told in wrong:
            self.stderr.write(f"{name}:{told.claim.line}: [{told.claim.start}-{told.claim.end}] {told.words}")
        return bool(proof.disagreements or wrong)

    # -------------------------------------------------------------------------------------------- write

    def _write(
        self, kind: str, *, as_json: bool, as_of: date | None, known_at: datetime | None, project: str | None,
        out: Path | None, **_options: Any,
    ) -> None:  # fmt: skip
        about = None
        if out is not None and (out.suffix.lower() != ".docx" or not out.parent.is_dir()):
            raise CommandError(f"--out 应为已有文件夹中的 .docx 文件：{out}", returncode=2)
        if project:
            about = Project.objects.filter(code=project).select_related("lead_unit").first()
            if about is None:
                raise CommandError(f"没有编号为“{project}”的项目", returncode=2)
        if (as_of or timezone.localdate()) > timezone.localdate():
            raise CommandError(f"--as-of {as_of} 晚于今天", returncode=2)
        at = timezone.now()
        made = compose(kind, viewer=None, as_of=as_of or timezone.localdate(), at=at, known_at=known_at, project=about)
        text = plain_text(made.title, made.blocks, made.figures)
        if as_json:
            body = {
                "format": 1,
                "kind": kind,
                "title": made.title,
                "as_of": made.as_of.isoformat(),
                "known_at": made.known_at.isoformat(),
                "stamps": made.stamps,
                "text": text,
                "figures": made.figures,
            }
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=1))
        if out is not None:
            day = timezone.localdate(at)
            paper = word.Paper(
                made.title,
                made.blocks,
                made.figures,
                place_name(),
                f"{day.year}年{day.month}月{day.day}日",
                mark="草稿",
            )
            beside = out.with_suffix(".xlsx")
            try:
                out.write_bytes(word.write(paper))
                beside.write_bytes(annex.write(made.title, made.figures, made.rows, known_at=made.known_at, by="brief"))
            except OSError as fault:
                raise CommandError(f"{fault.filename}：不能写入（{fault.strerror}）", returncode=1) from None
            self.stdout.write(f"{out}、{beside}：{len(made.figures)} 个数字")
        elif not as_json:
            self.stdout.write(text)
        for one in contradictions(made.title, made.blocks, made.figures):
            self.stderr.write(f"{kind}:{one.line}: {one.words}")


def _said(name: str, proof: Proof) -> str:
    if not proof.checked:
        return f"{name}：{proof.figures} 个数字，没有可核对的关系"
    return f"{name}：{proof.figures} 个数字，核对 {len(proof.checked)} 个关系，{len(proof.disagreements)} 处不符"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"日期应为 YYYY-MM-DD：{text}") from None


def _moment(text: str) -> datetime:
    """A day stands for its end."""
    return timezone.make_aware(datetime.combine(_day(text), time.max))
