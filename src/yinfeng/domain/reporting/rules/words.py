"""The cycle's words as they are stored."""

from __future__ import annotations

from yinfeng.kernel.enums import LabelledEnum


class TaskStatus(LabelledEnum):
    """Where a reporting task stands. Overdue is no state: it is a day that has passed."""

    OPEN = "open", "待填报"
    DECLARED = "declared", "已填报"
    VERIFIED = "verified", "已通过"
    RETURNED = "returned", "退回修改"


OUTSTANDING = (TaskStatus.OPEN, TaskStatus.RETURNED)  # the unit has to do something


class TaskStepKind(LabelledEnum):
    DECLARED = "declared", "填报"
    NIL = "nil", "零报告"
    VERIFIED = "verified", "审核通过"
    RETURNED = "returned", "退回"
    URGED = "urged", "催报"


class TaskScope(LabelledEnum):
    """Which facts a task is about: what a nil return is checked against."""

    LEDGER = "ledger", "项目台账"
    FUNDS = "funds", "到位资金"
    MILESTONES = "milestones", "项目进展"
