"""``yinfeng doctor``: prove that derived columns, stages, audit chain and files agree with the facts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yinfeng.foundation.administration import doctor
from yinfeng.foundation.files import vault
from yinfeng.foundation.files.queries import orphans


class Command(BaseCommand):
    help = "核对派生数据、阶段、审计链与附件是否与事实一致；每处不符在标准错误输出一行，有不符时退出码为 1"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", metavar="检查", action="append", help="只做这一项检查，可重复（见输出中的名称）")

    def handle(self, *args: Any, **options: Any) -> None:
        only = set(options["only"]) if options["only"] else None
        known = {check.key for check in doctor.checks()}
        if only and only - known:
            self.stderr.write(f"没有这项检查：{'、'.join(sorted(only - known))}。可选：{'、'.join(sorted(known))}")
            raise SystemExit(2)
        faults = passed = 0
        for result in doctor.run(only):
            for fault in result.faults:
                self.stderr.write(f"{result.key}\t{fault}")
            if result.more:
                self.stderr.write(f"{result.key}\t其余不再列出（超过 {doctor.MOST_FAULTS} 处）")
            faults += len(result.faults)
            passed += not result.faults
            count = f"{len(result.faults)}{'+' if result.more else ''}"
            self.stdout.write(f"{'相符' if not result.faults else '不符 ' + count}\t{result.key}\t{result.label}")
        harmless = sum(1 for _path in orphans()) + sum(1 for _path in vault.leftovers())
        if harmless and (only is None or "files" in only):
            self.stdout.write(f"另有 {harmless} 个没有记录引用的内容文件，无害，可用 yinfeng files clean 清理。")
        self.stdout.write(f"共 {passed} 项相符，{faults} 处不符。")
        if faults:
            raise SystemExit(1)
