"""The vocabulary of a view: its kinds, columns, sorts, windows and page marks. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

from yinfeng.kernel.enums import LabelledEnum

from .words import DATE_COLUMNS, Stage

YI = 10**8
SIZES = (20, 30, 50, 100, 200, 1000)
STANDARD_SIZE = 30
NUMBERED_PAGES = 10  # pages beyond are reached step by step: an offset costs what it skips
LONGEST_TEXT = 80
MOST_CHOICES = 60
HIGHEST_BAND = Decimal(10**7)  # 10^15 yuan

E = TypeVar("E", bound=LabelledEnum)


class ViewKind(LabelledEnum):
    LIST = "list", "列表"
    BOARD = "board", "看板"
    GROUPED = "grouped", "分组"


class GroupBy(LabelledEnum):
    UNIT = "unit", "牵头单位"
    STAGE = "stage", "阶段"
    CHAIN = "chain", "产业链"


class Density(LabelledEnum):
    COMPACT = "compact", "紧凑"
    NORMAL = "normal", "标准"
    LOOSE = "loose", "宽松"


# Columns of the list: key -> (label, shown unless told otherwise). The name comes first and cannot be taken away.
COLUMNS: dict[str, tuple[str, bool]] = {
    "name": ("项目名称", True),
    "kind": ("项目类别", False),
    "stage": ("阶段", True),
    "investment": ("总投资（亿元）", True),
    "funds": ("到位资金（亿元）", True),
    "light": ("进度灯", True),
    "due": ("节点时限", True),
    "segment": ("产业链环节", True),
    "lead_unit": ("牵头单位", True),
    "landing_unit": ("落地单位", False),
    "leader": ("联系领导", True),
    "owner": ("项目专员", False),
    "capital": ("资本属性", False),
    "channel": ("招商方式", False),
    "origin": ("项目来源", False),
    "product": ("主要产品", False),
    "phases": ("分期数", False),
    "least_stage": ("最后阶段", False),
    "signed": ("签约日期", False),
    "started": ("开工日期", False),
    "enrolled": ("入统日期", False),
    "producing": ("投产日期", False),
    "fixed_investment": ("固定资产投资（亿元）", False),
    "land_area": ("用地面积（亩）", False),
    "jobs": ("预计用工（人）", False),
    "platform_code": ("在线平台代码", False),
    "unverified": ("待审核事实", False),
    "changed": ("最近更新", True),
}
STANDARD_COLUMNS = tuple(key for key, (_, shown) in COLUMNS.items() if shown)

# What a list may be sorted by: key -> (column of Project, type of its values).
SORTS: dict[str, tuple[str, type]] = {
    "investment": ("investment_cny", int),
    "funds": ("funds_cny", int),
    "due": ("next_due_on", date),
    "signed": ("signed_on", date),
    "changed": ("changed_at", datetime),
}
STANDARD_SORT = "-investment"

# Windows on the derived dates: query key stem -> (column, label).
WINDOWS: dict[str, tuple[str, str]] = {
    column.removesuffix("_on"): (column, f"{Stage(stage).label}日期") for stage, column in DATE_COLUMNS.items()
}


@dataclass(frozen=True)
class Window:
    """A span of days on one derived date, both ends included; one end may be open."""

    stem: str
    start: date | None
    end: date | None


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: the sort value and number of the row before it, and how many rows came before."""

    value: int | date | datetime | None
    pk: int
    row: int

    def __str__(self) -> str:
        told = self.value
        if isinstance(told, datetime):
            told = told.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")  # type: ignore[assignment]
        return f"{'' if told is None else told}~{self.pk}~{self.row}"
