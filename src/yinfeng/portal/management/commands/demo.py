"""``yinfeng demo``: fill an empty database with a fictional city, and print its log-ins once."""

from __future__ import annotations

import sys
import time
import unicodedata
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from yinfeng.domain.projects.models import Lead, Project
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.administration.setup import steps
from yinfeng.portal.demo.loader import STEP, Loader
from yinfeng.portal.demo.people import LogIn
from yinfeng.portal.demo.plan import make_plan

PROJECTS, MOST_PROJECTS = 126, 20_000


class Command(BaseCommand):
    help = "在空库中装入虚构的演示城市（栖梧市），并打印一次登录名和随机口令；生产配置下拒绝执行"
    requires_system_checks = ()  # they import every page: a second that `make run` has no use for

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--projects", type=int, default=PROJECTS, metavar="N", help=f"项目数，默认 {PROJECTS}")
        parser.add_argument("--seed", type=int, default=20, metavar="S", help="随机种子：种子和日期相同，故事相同")
        parser.add_argument("--if-empty", action="store_true", help="库中已有内容时什么也不做，退出码为 0")

    def handle(self, *args: Any, **options: Any) -> None:
        if not getattr(settings, "DEMO_ALLOWED", False):
            self._stop("当前是生产配置，不装入演示数据。", 1)
        if not 1 <= options["projects"] <= MOST_PROJECTS:
            self._stop(f"--projects 应为 1 至 {MOST_PROJECTS} 的整数。", 2)
        if Person.objects.exists() or Unit.objects.exists() or Project.objects.exists() or Lead.objects.exists():
            if options["if_empty"]:
                self.stdout.write("库中已有内容，未装入演示数据。")
                return
            self._stop("库中已有内容，演示数据只装入空库。请换一个 YINFENG_HOME 或 DATABASE_URL。", 1)
        began = time.monotonic()
        for step in steps():
            step.run(timezone.now())
        plan = make_plan(projects=options["projects"], seed=options["seed"], base=timezone.localdate())
        loader = Loader(plan, progress=self._progress)
        ground = loader.load()
        told = loader.summary()
        self.stdout.write(
            f"演示城市“{ground.units['city'].name}”已装入：{told['projects']} 个项目、{told['leads']} 条线索、"
            f"{told['facts']} 条事实、{told['agreements']} 份协议，用时 {time.monotonic() - began:.0f} 秒。"
            "单位、人员、企业均为虚构。"
        )
        self._print(ground.log_ins)

    def _stop(self, text: str, code: int) -> None:
        self.stderr.write(text)
        raise SystemExit(code)

    def _progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            filled = done * 30 // total
            end = "\n" if done == total else ""
            sys.stderr.write(f"\r装入演示 [{'█' * filled}{'·' * (30 - filled)}] {done:,} / {total:,}{end}")
            sys.stderr.flush()
        elif done * 10 // total > (done - STEP) * 10 // total:  # a line for every tenth
            self.stderr.write(f"装入演示 {done:,} / {total:,}")

    def _print(self, log_ins: list[LogIn]) -> None:
        self.stdout.write("演示登录（口令随机生成，只显示这一次，不保存；仅供本机使用）：")
        rows = [("岗位", "单位", "姓名", "用户名", "口令")]
        rows += [(one.role, one.unit, one.name, one.username, one.password) for one in log_ins]
        widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
            self.stdout.write(("  " + "  ".join(cells)).rstrip())


def _width(text: str) -> int:
    """Columns on a terminal: a wide character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
