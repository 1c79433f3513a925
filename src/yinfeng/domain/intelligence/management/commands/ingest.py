"""`yinfeng ingest PATH… [--unit CODE] [--as USERNAME] [--date YYYY-MM-DD]`: documents into the review queue.

One line a file; each document goes in whole or not at all, so that a run that was killed is simply run again: what is
known already is said and skipped. Exit codes: 0 done, 1 at least one file is at fault (named on stderr), 2 usage.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from yinfeng.domain.intelligence.actions import AlreadyKnown, take_in
from yinfeng.domain.intelligence.rules.words import ProposalKind
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.kernel.errors import DomainError

ENDINGS = {".txt", ".html", ".htm", ".docx", ".pdf", ".xlsx", ".eml"}


class Command(BaseCommand):
    help = "收录文档并读取，放入待研判队列"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="文件或文件夹（文件夹取其中的文档，不含下级）")
        parser.add_argument(
            "--unit", metavar="CODE", help="收录单位的代码（缺省为 --as 人员的单位，再缺省为最上级单位）"
        )
        parser.add_argument("--as", dest="username", metavar="USERNAME", help="以谁的名义收录（缺省为系统）")
        parser.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="文档日期（优先于文件自带的日期）")

    def handle(
        self, *args: Any, paths: list[str], unit: str | None, username: str | None, date: date | None, **_o: Any
    ) -> None:
        actor = _person(username)
        owner = _unit(unit, actor)
        files, faults = _files(paths)
        for fault in faults:
            self.stderr.write(fault)
        width = len(str(len(files)))
        taken = known = 0
        for place, path in enumerate(files, 1):
            head = f"[{place:>{width}}/{len(files)}] {path.name}"
            try:
                document = take_in(
                    content=path, name=path.name, doc_date=date, unit=owner, actor=actor, at=timezone.now()
                )
            except AlreadyKnown as twin:
                known += 1
                self._say(f"{head}: 已收录为文档 {twin.document.pk}“{twin.document.title}”，跳过")
            except DomainError as fault:
                faults.append(str(fault))
                self.stderr.write(f"{path}: {fault}")
            else:
                taken += 1
                count = document.proposals.filter(kind=ProposalKind.PROJECT).count()
                figures = document.proposals.filter(kind=ProposalKind.AGGREGATE).count()
                self._say(f"{head}: 文档 {document.pk}，项目 {count} 条，统计 {figures} 个")
        self._say(f"收录 {taken} 份，已有 {known} 份，有误 {len(faults)} 份")
        if faults:
            raise SystemExit(1)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _day(text: str) -> date:
    from argparse import ArgumentTypeError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"日期应为 YYYY-MM-DD：{text}") from None


def _person(username: str | None) -> Person | None:
    if username is None:
        return None
    found = Person.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise CommandError(f"没有用户“{username}”", returncode=2)
    return found


def _unit(code: str | None, actor: Person | None) -> Unit:
    units = Unit.objects.filter(is_active=True).order_by("path")
    if code is not None:
        found = units.filter(code=code).first()
        if found is None:
            raise CommandError(f"没有代码为“{code}”的单位", returncode=2)
        return found
    if actor is not None:
        today = timezone.localdate()
        held = actor.posts.filter(from_date__lte=today).exclude(until_date__lt=today).order_by("unit__path").first()
        if held is not None:
            return held.unit
    top = units.first()
    if top is None:
        raise CommandError("还没有单位，请先运行 yinfeng setup 并建立单位", returncode=2)
    return top


def _files(paths: Iterable[str]) -> tuple[list[Path], list[str]]:
    """The files that are named, and the documents in the folders that are; each once, in order."""
    found: dict[str, Path] = {}
    faults = []
    for name in paths:
        path = Path(name)
        if path.is_dir():
            found |= {os.path.realpath(p): p for p in _in_folder(path)}
        elif path.exists():
            found[os.path.realpath(path)] = path
        else:
            faults.append(f"{name}: 找不到文件")
    return list(found.values()), faults


def _in_folder(folder: Path) -> Iterator[Path]:
    return (p for p in sorted(folder.iterdir()) if p.is_file() and p.suffix.lower() in ENDINGS)
