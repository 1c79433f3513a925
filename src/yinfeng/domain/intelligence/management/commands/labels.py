"""`yinfeng labels FILE.jsonl [--as USERNAME]`: decided documents as labelled data (docs/formats/labels.md).

Exit codes: 0 done, 2 usage. With ``--as`` only what that person may export; the export is on record either way.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from yinfeng.domain.intelligence.queries import labels
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.actions import record


class Command(BaseCommand):
    help = "导出已研判文档的标注数据（JSON Lines）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.jsonl")
        parser.add_argument("--as", dest="username", metavar="USERNAME", help="以谁的名义导出（缺省为系统）")

    def handle(self, *args: Any, file: str, username: str | None, **_o: Any) -> None:
        person = None
        if username is not None:
            person = Person.objects.filter(username=username, is_active=True).first()
            if person is None:
                raise CommandError(f"没有用户“{username}”", returncode=2)
        ids = labels.documents(viewer_of(person, timezone.localdate()) if person else None)
        try:
            with Path(file).open("w", encoding="utf-8") as out:
                out.writelines(labels.lines(ids))
        except OSError as fault:
            raise CommandError(f"写不了 {file}：{fault.strerror}", returncode=2) from None
        record(
            actor=person, at=timezone.now(), verb="document.labels", kind="document", object_id=None,
            after={"documents": len(ids)},
        )  # fmt: skip
        self.stdout.write(f"导出 {len(ids)} 份已研判文档")
