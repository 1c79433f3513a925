"""``yinfeng ready``: what ``/readyz`` says, without a web server: a line a sign, and what to do about it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from yinfeng.foundation.custody import barrier
from yinfeng.foundation.custody.health import NEEDED, signs

MEND = {
    "database": "连不上数据库，请检查 DATABASE_URL 和数据库服务是否已启动",
    "migrations": "数据库还没有建表或表结构待更新，请先运行 yinfeng migrate",
    "worker": "后台进程没有运行，请启动 yinfeng worker",
    "disk": "附件所在磁盘将满",
    "backup": "最近没有备份，请运行 yinfeng backup",
}


class Command(BaseCommand):
    help = "能否提供服务：数据库、表结构、后台进程、磁盘、备份；不能服务时退出码为 1"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--needed", action="store_true", help="只看提供服务必需的几项，正常时不输出")

    def handle(self, *args: Any, **options: Any) -> None:
        told = signs(timezone.now())
        standing = barrier.standing()
        for name, word in told.items():
            if options["needed"] and (name not in NEEDED or word == "ok"):
                continue
            mend = standing.words if name == "restore" and standing else MEND.get(name, "")
            if word == "ok":
                self.stdout.write(f"{name}\tok")
            elif word != "unknown":
                self.stderr.write(f"{name}\t{word}\t{mend}")
        if any(told.get(name) != "ok" for name in NEEDED):
            raise SystemExit(1)
