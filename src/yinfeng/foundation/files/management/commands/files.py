"""``yinfeng files clean``: delete contents that no record names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from yinfeng.foundation.files import vault
from yinfeng.foundation.files.actions import clean
from yinfeng.foundation.files.queries import orphans


class Command(BaseCommand):
    help = "列出（list）或清理（clean）没有记录引用的附件内容"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["list", "clean"])
        parser.add_argument("--hours", type=int, default=24, help="只清理早于这么多小时的内容（默认 24）")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "list":
            for path in [*orphans(), *vault.leftovers()]:
                self.stdout.write(str(path))
            return
        gone = clean(at=timezone.now(), older_than=timedelta(hours=options["hours"]))
        self.stdout.write(f"已清理 {len(gone)} 个内容文件。")
