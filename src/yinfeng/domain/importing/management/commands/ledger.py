"""`yinfeng ledger import FILE | export FILE | template FILE | undo N`: projects, leads and visits in and out.

Exit codes: 0 done; 1 the data is at fault, each fault a line of its own on stderr with file, row and column; 2 usage.
"""

from __future__ import annotations

import sys
import time
from argparse import ArgumentTypeError
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from yinfeng.domain.importing.actions.applying import apply
from yinfeng.domain.importing.actions.staging import bring_in, check
from yinfeng.domain.importing.models import Import, ImportRow
from yinfeng.domain.importing.queries.exporting import projects_of_template, projects_to_export, write_ledger
from yinfeng.domain.importing.queries.record_books import write_records
from yinfeng.domain.importing.queries.rest import write_rest
from yinfeng.domain.importing.rules.columns import BY_KEY
from yinfeng.domain.importing.rules.record_columns import column_of
from yinfeng.domain.importing.rules.words import Book, Decision, KeyKind, Mode, OnConflict
from yinfeng.foundation.accounts.actions import create_person, create_unit
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.rules import UnitKind
from yinfeng.foundation.accounts.viewer import Viewer, viewer_of
from yinfeng.foundation.audit.actions import record_look
from yinfeng.foundation.audit.models import LookKind
from yinfeng.kernel.errors import DomainError

CONSOLE = "console"
WORDS: dict[str, str] = {Book.PROJECTS: "个项目", Book.LEADS: "条线索", Book.VISITS: "次往来"}
LOOKS: dict[str, str] = {Book.LEADS: "lead", Book.VISITS: "visit"}
MOST_LINES = 20_000
EACH_HINT = 10  # hints of one kind that are listed; errors are listed all


class Command(BaseCommand):
    help = "项目台账：import 导入工作簿；export 导出；template 下载某单位的模板；undo 撤销一次导入"

    def add_arguments(self, parser: CommandParser) -> None:
        sub = parser.add_subparsers(dest="verb", required=True, metavar="import|export|template|undo")
        into = sub.add_parser("import", help="导入工作簿（.xlsx .xls .et .csv）")
        into.add_argument("file", type=Path, metavar="FILE")
        into.add_argument("--kind", choices=Book.values, default=Book.PROJECTS.value, help="表里是什么，缺省 projects")
        into.add_argument("--dry-run", action="store_true", help="只检查，不写入")
        into.add_argument("--sheet", default="", metavar="NAME", help="工作表（缺省为最像台账的一张）")
        into.add_argument("--mode", choices=Mode.values, default=Mode.BOTH.value, help="缺省 both")
        into.add_argument("--key", choices=KeyKind.values, default=KeyKind.AUTO.value, help="按什么对应项目，缺省 auto")
        into.add_argument("--unit", metavar="CODE", help="导入单位的代码（缺省为 --as 人员的单位，再缺省为最上级单位）")
        into.add_argument("--create-units", action="store_true", help="新建表中有而系统中没有的单位（空库时总是新建）")
        into.add_argument("--good-rows-only", action="store_true", help="只导入无误的行")
        into.add_argument("--rest", type=Path, metavar="FILE", help="把没有导入的行写到这个 .xlsx，附错误说明")
        into.add_argument(
            "--conflicts", choices=OnConflict.values, default=OnConflict.REFUSE.value, help="与已审核的值冲突时怎样处理"
        )
        into.add_argument(
            "--as-of", type=_day, metavar="YYYY-MM-DD", help="累计到位等数据的截止日（缺省按表题，再缺省为今天）"
        )
        into.add_argument("--as", dest="username", metavar="USERNAME", help="以谁的名义和权限导入（缺省为控制台）")
        out = sub.add_parser("export", help="导出全部项目、线索或往来")
        out.add_argument("file", type=Path, metavar="FILE")
        out.add_argument("--kind", choices=Book.values, default=Book.PROJECTS.value, help="导出什么，缺省 projects")
        out.add_argument("--as", dest="username", metavar="USERNAME", help="以谁的可见范围导出（缺省为全部）")
        form = sub.add_parser("template", help="一个单位的模板：本单位的项目、下拉选项和空行")
        form.add_argument("file", type=Path, metavar="FILE")
        form.add_argument("--kind", choices=Book.values, default=Book.PROJECTS.value, help="什么表，缺省 projects")
        form.add_argument("--as", dest="username", metavar="USERNAME", help="项目台账须写明以谁的名义")
        form.add_argument("--unit", metavar="CODE")
        back = sub.add_parser("undo", help="撤销一次导入")
        back.add_argument("number", type=int, metavar="N")
        back.add_argument("--reason", default="控制台撤销")
        back.add_argument("--as", dest="username", metavar="USERNAME")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        try:
            if verb == "import":
                self._import(**options)
            elif verb == "export":
                self._export(**options)
            elif verb == "template":
                self._template(**options)
            else:
                self._undo(**options)
        except DomainError as fault:
            self.stderr.write(f"{options.get('file', '')}: {fault}" if options.get("file") else str(fault))
            raise SystemExit(1) from None

    def _import(
        self, *, file: Path, kind: str, dry_run: bool, sheet: str, mode: str, key: str, unit: str | None, create_units: bool,
        good_rows_only: bool, rest: Path | None, conflicts: str, as_of: date | None, username: str | None, **_o: Any,
    ) -> None:  # fmt: skip
        if not file.is_file():
            raise CommandError(f"找不到文件：{file}", returncode=2)
        if rest is not None and rest.suffix.lower() != ".xlsx":
            raise CommandError("--rest 应为 .xlsx 文件", returncode=2)
        actor, viewer = _actor(username)
        create_units = create_units or not Unit.objects.exclude(parent=None).exists()
        made = bring_in(
            content=file, name=file.name, unit=_unit(unit, viewer), book=kind, mode=mode, key=key, sheet=sheet,
            on_conflict=conflicts, good_rows_only=good_rows_only, create_units=create_units, as_of=as_of, actor=actor,
            at=timezone.now(),
        )  # fmt: skip
        bar = _Bar(self)
        found = check(of=made, viewer=viewer, actor=actor, at=timezone.now(), watch=bar)
        bar.end()
        bad = self._tell(file, found)
        if rest is not None and bad:
            _path, count = write_rest(found, path=rest)
            self.stdout.write(f"没有导入的 {count} 行已写入 {rest}")
        blocked = any(f["severity"] == "error" for f in found.found["column_faults"])
        if dry_run:
            self.stdout.write(f"导入 {made.pk}：只检查，没有写入")
            if bad or blocked:
                raise SystemExit(1)
            return
        if blocked or (bad and not good_rows_only):
            self.stdout.write("没有导入任何内容")
            raise SystemExit(1)
        loaded = apply(of=found, viewer=viewer, actor=actor, at=timezone.now(), watch=bar)
        bar.end()
        self.stdout.write(
            f"导入 {made.pk} 已写入：新增 {len(loaded.created)} {WORDS[kind]}，更新 {len(loaded.changed)} {WORDS[kind][0]}，"
            f"写锁 {loaded.lock_seconds:.2f} 秒；撤销：yinfeng ledger undo {made.pk}"
        )
        if bad:
            raise SystemExit(1)

    def _tell(self, file: Path, found: Import) -> int:
        """Every fault on a line of its own, then what becomes of the rows; how many rows cannot be taken."""
        counts = found.found["counts"]
        lines = 0
        for fault in found.found["column_faults"]:
            self.stderr.write(_line(file, found.sheet, fault))
        said: Counter[tuple[str, str]] = Counter()
        for row in ImportRow.objects.filter(of=found).exclude(faults=[], differences=[]).order_by("number").iterator():
            for fault in row.faults:
                kind = fault["code"], fault["key"]
                said[kind] += fault["severity"] == "warning"
                if said[kind] <= EACH_HINT or fault["severity"] == "error":
                    self.stderr.write(_line(file, found.sheet, fault))
                    lines += 1
            for d in (d for d in row.differences if d["conflict"]):
                self.stderr.write(
                    f"{file}: {found.sheet}!{d['cell'] or row.number}（第 {row.number} 行）：冲突：表格为“{d['new']}”，"
                    f"台账为“{d['old']}”（{d.get('source', '')}）"
                )
                lines += 1
            if lines > MOST_LINES:
                self.stderr.write(f"{file}: 问题超过 {MOST_LINES} 处，其余不再列出；--rest 可得到全部")
                break
        for (code, key), count in said.items():
            if count > EACH_HINT:
                column = BY_KEY.get(key) if found.book == Book.PROJECTS else column_of(found.book, key)
                title = column.title if column else ""
                self.stderr.write(
                    f"{file}: {found.sheet}：提示：“{title}”同类提示共 {count} 处，只列出前 {EACH_HINT} 处（{code}）"
                )
        words = "，".join(f"{d.label} {counts[str(d)]} 行" for d in Decision if counts.get(str(d)))
        self.stdout.write(f"{file.name} · {found.sheet}：共 {found.total} 行；{words or '没有数据行'}")
        if new := found.found["new_units"]:
            self.stdout.write(f"将新建单位：{'、'.join(new)}")
        return sum(counts.get(str(d), 0) for d in (Decision.FAULTY, Decision.DUPLICATE, Decision.CONFLICT))

    def _export(self, *, file: Path, kind: str, username: str | None, **_o: Any) -> None:
        person, viewer = _actor(username) if username else (None, None)
        at = timezone.now()
        if kind != Book.PROJECTS:
            count = write_records(kind, viewer, path=file, made_by=person.name if person else "控制台", at=at)
            if person is not None:
                record_look(
                    actor=person, at=at, look=LookKind.EXPORT, kind=LOOKS[kind], rows=count, detail=f"ledger {kind}"
                )
            self.stdout.write(f"{file}：{count} {WORDS[kind]}")
            return
        bar = _Bar(self)
        made = write_ledger(
            projects_to_export(viewer), title="项目台账", made_by=person.name if person else "控制台", at=at, path=file,
            watch=lambda done, total: bar(done, total, "导出"),
        )  # fmt: skip
        bar.end()
        if person is not None:
            record_look(
                actor=person, at=at, look=LookKind.EXPORT, kind="project", rows=made.rows, detail="ledger export"
            )
        self.stdout.write(f"{file}：{made.projects} 个项目，{made.rows} 行")

    def _template(self, *, file: Path, kind: str, username: str | None, unit: str | None, **_o: Any) -> None:
        if kind != Book.PROJECTS:
            write_records(kind, None, path=file, made_by="", at=timezone.now(), template=True)
            self.stdout.write(f"{file}：{Book(kind).label}")
            return
        if username is None:
            raise CommandError("请用 --as 写明以谁的名义", returncode=2)
        person, viewer = _actor(username)
        assert viewer is not None
        at = timezone.now()
        where = _unit(unit, viewer)
        made = write_ledger(
            projects_of_template(viewer, where), title=f"项目台账 · {where.name}", made_by=person.name, at=at,
            template=True, path=file,
        )  # fmt: skip
        record_look(actor=person, at=at, look=LookKind.EXPORT, kind="project", rows=made.rows, detail="ledger template")
        self.stdout.write(f"{file}：{where.name}，{made.projects} 个项目")

    def _undo(self, *, number: int, reason: str, username: str | None, **_o: Any) -> None:
        from yinfeng.domain.importing.actions.undoing import undo

        actor, _viewer = _actor(username)
        found = Import.objects.filter(pk=number).first()
        if found is None:
            raise CommandError(f"没有编号为 {number} 的导入", returncode=2)
        done = undo(of=found, reason=reason, actor=actor, at=timezone.now())
        word = WORDS[found.book]
        self.stdout.write(
            f"导入 {number} 已撤销：撤回新增{word[1:]} {done.withdrawn} {word[0]}，恢复 {done.restored} {word[0]}"
        )


def _line(file: Path, sheet: str, fault: dict[str, Any]) -> str:
    where = fault["cell"] or (f"{fault['column']}列" if fault["column"] else "")
    row = f"第 {fault['row']} 行" if fault["row"] else "表头"
    word = "" if fault["severity"] == "error" else "提示："
    return f"{file}: {sheet}!{where}（{row}）：{word}{fault['message']}{fault['mend']}"


class _Bar:
    """Progress: a line that renews itself on a terminal, a plain line every few seconds elsewhere."""

    def __init__(self, command: BaseCommand) -> None:
        self._out, self._last, self._open = command.stdout, 0.0, False
        self._terminal = sys.stdout.isatty()

    def __call__(self, done: int, total: int, text: str) -> None:
        now = time.monotonic()
        if now - self._last < (0.2 if self._terminal else 5.0):
            return
        self._last = now
        share = f"{done * 100 // total:3d}%" if total else "    "
        if self._terminal:
            filled = done * 30 // total if total else 0
            self._out.write(f"\r[{'█' * filled}{'·' * (30 - filled)}] {share} {text}  ", ending="")
            self._open = True
        else:
            self._out.write(f"{share} {text}")
        self._out.flush()

    def end(self) -> None:
        if self._open:
            self._out.write("\r" + " " * 70 + "\r", ending="")
        self._open, self._last = False, 0.0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"日期应为 YYYY-MM-DD：{text}") from None


def _actor(username: str | None) -> tuple[Person, Viewer | None]:
    """Who declares the facts. The console has a person of its own, as whom nobody can sign in."""
    if username is not None:
        found = Person.objects.filter(username=username, is_active=True).first()
        if found is None:
            raise CommandError(f"没有用户“{username}”", returncode=2)
        return found, viewer_of(found, timezone.localdate())
    with transaction.atomic():
        console = Person.objects.filter(username=CONSOLE).first() or create_person(
            username=CONSOLE, name="控制台", password=None, must_change_password=False, actor=None, at=timezone.now()
        )
    return console, None


def _unit(code: str | None, viewer: Viewer | None) -> Unit:
    units = Unit.objects.filter(is_active=True).order_by("path")
    if code is not None:
        found = units.filter(code=code).first()
        if found is None:
            raise CommandError(f"没有代码为“{code}”的单位", returncode=2)
        return found
    if viewer is not None and viewer.posts:
        return Unit.objects.get(pk=viewer.posts[0].unit_id)
    return units.first() or create_unit(
        code="root", name="本级", short_name="本级", kind=UnitKind.CITY, parent=None, actor=None, at=timezone.now()
    )
