"""What each unit reports and until when. Pure.

Body of the rule (kind ``reporting``)::

    units:                kinds of unit that report
    tasks:                a list, in the order in which they are shown
      - key, label        what it is called
        every             month | quarter
        scope             ledger | funds | milestones: which facts it is about
        due_working_days  so many working days after the last day of the period
    remind_working_days   so many working days before the due day the unit is sent a notice; 0: none
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yinfeng.kernel.periods import Period, PeriodKind
from yinfeng.kernel.working_days import Calendar

from .words import TaskScope

UNIT_KINDS = ("city", "district", "park", "bureau", "outpost", "department")

STANDARD_REPORTING: dict[str, Any] = {
    "units": ["district", "park", "bureau"],
    "tasks": [
        {"key": "ledger", "label": "月度台账更新", "every": "month", "scope": "ledger", "due_working_days": 3},
        {"key": "funds", "label": "到位资金月报", "every": "month", "scope": "funds", "due_working_days": 3},
        {"key": "milestones", "label": "项目进展月报", "every": "month", "scope": "milestones", "due_working_days": 3},
        {"key": "quarter", "label": "季度项目核对", "every": "quarter", "scope": "ledger", "due_working_days": 5},
    ],
    "remind_working_days": 2,
}


@dataclass(frozen=True)
class TaskKind:
    key: str
    label: str
    every: PeriodKind
    scope: TaskScope
    due_working_days: int


@dataclass(frozen=True)
class Schedule:
    """The parsed rule."""

    units: tuple[str, ...]
    tasks: tuple[TaskKind, ...]
    remind_working_days: int
    stamp: str = "reporting v0"

    def due_in(self, month: Period) -> list[tuple[TaskKind, Period]]:
        """The tasks of a month that has ended, with the period of each: those of the quarter in its last month."""
        found = [(task, month) for task in self.tasks if task.every == PeriodKind.MONTH]
        if month.start.month % 3 == 0:
            quarter = Period.quarter(month.start.year, month.start.month // 3)
            found += [(task, quarter) for task in self.tasks if task.every == PeriodKind.QUARTER]
        return found


def due_on(task: TaskKind, period: Period, calendar: Calendar) -> date:
    """The last day on which the report is on time."""
    return calendar.add(period.end, task.due_working_days)


def parse_reporting(body: Any, stamp: str = "reporting v0") -> Schedule:
    """The rule of a body. ValueError names what cannot be used."""
    if not isinstance(body, Mapping):
        raise ValueError("内容应为 units、tasks、remind_working_days 三项")
    if unknown := sorted(set(body) - {"units", "tasks", "remind_working_days"}):
        raise ValueError(f"没有“{unknown[0]}”这一项，可用：units、tasks、remind_working_days")
    units = body.get("units")
    if not isinstance(units, list) or not units or any(u not in UNIT_KINDS for u in units):
        raise ValueError(f"units 应列出填报单位的类型，可用：{'、'.join(UNIT_KINDS)}")
    rows = body.get("tasks")
    if not isinstance(rows, list) or not rows:
        raise ValueError("tasks 应至少有一项填报任务")
    tasks = tuple(_task(row, f"tasks 第 {n} 项") for n, row in enumerate(rows, start=1))
    keys = [t.key for t in tasks]
    if len(set(keys)) < len(keys):
        raise ValueError("tasks 中有两项的 key 相同")
    return Schedule(tuple(units), tasks, _days(body.get("remind_working_days", 0), "remind_working_days", 0), stamp)


def _task(row: Any, where: str) -> TaskKind:
    if not isinstance(row, Mapping):
        raise ValueError(f"{where}：应写明 key、label、every、scope、due_working_days")
    key, label = str(row.get("key") or ""), str(row.get("label") or "")
    if not key or len(key) > 20 or not label or len(label) > 40:
        raise ValueError(f"{where}：key 和 label 必填，key 最多 20 个字符，label 最多 40 个字")
    if row.get("every") not in ("month", "quarter"):
        raise ValueError(f"{where}：every 应为 month 或 quarter")
    if row.get("scope") not in TaskScope:
        raise ValueError(f"{where}：scope 可用：{'、'.join(TaskScope.values)}")
    days = _days(row.get("due_working_days"), f"{where}：due_working_days", 1)
    return TaskKind(key, label, PeriodKind(row["every"]), TaskScope(str(row["scope"])), days)


def _days(value: Any, where: str, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= 60:
        raise ValueError(f"{where} 应为 {least} 至 60 的整数（工作日）")
    return value
