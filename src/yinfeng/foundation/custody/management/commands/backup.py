"""``yinfeng backup``: everything into one file, checked; or a check of one."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from yinfeng.foundation.custody.actions.backing_up import LEVEL, faults_of, make_backup
from yinfeng.foundation.custody.archive import Reader
from yinfeng.foundation.custody.queries import folder, name_of
from yinfeng.foundation.custody.telling import Teller, size_in_words
from yinfeng.kernel.errors import DomainError


class Command(BaseCommand):
    help = "备份数据库、附件和规则库为一个文件，备份时可以照常工作；--check 只校验一个备份文件，不恢复"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE", help="备份文件；不写则放在 YINFENG_HOME/backups 中")
        parser.add_argument("--check", action="store_true", help="只校验 FILE 是否完整，不恢复")
        parser.add_argument("--overwrite", action="store_true", help="FILE 已存在时，新备份写完之后替换它")
        parser.add_argument("--level", type=int, default=LEVEL, choices=range(1, 10), help="压缩级别，默认 1（最快）")

    def handle(self, *args: Any, **options: Any) -> None:
        teller = Teller(self.stderr)
        if options["check"]:
            if not options["file"]:
                self.stderr.write("请写明要校验的文件：yinfeng backup --check FILE")
                raise SystemExit(2)
            self._check(Path(options["file"]), teller)
            return
        at = timezone.now()
        path = Path(options["file"]) if options["file"] else folder() / name_of(at, "manual")
        began = time.monotonic()
        try:
            made = make_backup(
                path=path, actor=None, at=at, overwrite=options["overwrite"], level=options["level"], tick=teller.tick
            )
        except DomainError as refusal:
            self.stderr.write(str(refusal))
            raise SystemExit(1) from refusal
        teller.end()
        manifest = made.manifest
        self.stdout.write(
            f"已备份到 {path}：{len(manifest.tables)} 张表 {manifest.rows:,} 行，附件 {manifest.files:,} 个，"
            f"文件 {size_in_words(made.size)}，用时 {time.monotonic() - began:.1f} 秒。"
        )
        self.stdout.write("备份含全部业务数据和个人信息，请按本单位数据管理要求保存。")
        for fault in made.faults:
            self.stderr.write(fault)
        if made.faults:
            raise SystemExit(1)

    def _check(self, path: Path, teller: Teller) -> None:
        faults = list(faults_of(path, teller.tick))
        teller.end()
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise SystemExit(1)
        with Reader(path) as backup:
            told = backup.manifest
        self.stdout.write(
            f"完整：{told.made_at} 的备份（{told.engine}，引凤 {told.product}），{len(told.tables)} 张表 {told.rows:,} 行，"
            f"附件 {told.files:,} 个，审计封存至第 {told.last_seal:,} 号。"
        )
