"""``yinfeng restore``: a backup in the place of the database, proved."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from yinfeng.foundation.custody import barrier
from yinfeng.foundation.custody.actions.restoring import digest_of, restore
from yinfeng.foundation.custody.telling import Teller
from yinfeng.kernel.errors import DomainError


class Command(BaseCommand):
    help = "把备份恢复到空库（或以 --replace 代替现有数据），可换数据库引擎；逐表比对并体检，完成前原有数据不变"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE")
        parser.add_argument("--replace", action="store_true", help="代替现有数据；现有数据先另存一份备份")
        parser.add_argument(
            "--abandon", action="store_true", help="放弃上次没有完成的恢复，继续用原有数据（不需要 FILE）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["abandon"]:
            self._abandon()
            return
        if not options["file"]:
            self.stderr.write("请写明备份文件：yinfeng restore FILE")
            raise SystemExit(2)
        teller, began = Teller(self.stderr), time.monotonic()
        try:
            done = restore(
                path=Path(options["file"]), at=timezone.now(), replace=options["replace"], say=self.stdout.write,
                tick=teller.tick,
            )  # fmt: skip
        except DomainError as refusal:
            teller.end()
            self.stderr.write(str(refusal))
            raise SystemExit(1) from refusal
        teller.end()
        told, faults = done.manifest, 0
        for check in done.checks:
            for fault in check.faults:
                self.stderr.write(f"{check.key}\t{fault}")
            faults += len(check.faults)
        self.stdout.write(
            f"已恢复 {told.made_at} 的备份：{len(told.tables)} 张表 {told.rows:,} 行逐表相符（总摘要 {digest_of(told)[:16]}），"
            f"附件 {told.files:,} 个，体检 {len(done.checks)} 项、{faults} 处不符，用时 {time.monotonic() - began:.1f} 秒。"
        )
        if done.migrated:
            self.stdout.write("备份来自较早的版本，表结构已升级到本版本。")
        for sha256 in told.missing_files:
            self.stderr.write(f"附件内容 {sha256} 备份时已缺失")
        if faults or told.missing_files:
            raise SystemExit(1)

    def _abandon(self) -> None:
        standing = barrier.standing()
        if standing is None:
            self.stdout.write("没有未完成的恢复。")
            return
        if standing.held:
            self.stderr.write("恢复正在进行，不能放弃。")
            raise SystemExit(1)
        barrier.place().unlink(missing_ok=True)
        self.stdout.write("已放弃上次没有完成的恢复，继续使用原有数据。")
