"""``yinfeng setup``: load the public tables and whatever else the apps registered; repeat it at will."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from yinfeng.foundation.administration.actions import first_administrators
from yinfeng.foundation.administration.setup import steps
from yinfeng.kernel.errors import DomainError


class Command(BaseCommand):
    help = "装入公共表（行政区划、国民经济行业）及各模块的初始内容，可重复执行；--unit 为空库建立首批三员"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--unit",
            metavar="单位名称",
            help="在没有任何人员的库中建立这个顶级单位和系统、安全、审计三名管理员，随机口令只显示一次",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        for step in steps():
            self.stdout.write(f"{step.label}：{step.run(at)}")
        if options["unit"]:
            try:
                made = first_administrators(unit_name=options["unit"], at=at)
            except DomainError as refusal:
                self.stderr.write(str(refusal))
                raise SystemExit(1) from refusal
            self.stdout.write("首批管理员（口令只显示这一次，首次登录须修改）：")
            for one in made:
                self.stdout.write(f"  {one.label}\t{one.username}\t{one.password}")
