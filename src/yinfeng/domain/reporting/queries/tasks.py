"""Tasks of a month by unit in official order, one task with its way, and who is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.queries.choices import Units
from yinfeng.domain.projects.queries.verify_list import case_of
from yinfeng.domain.projects.rules.words import FactStatus
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.ui.slots import Todo
from yinfeng.kernel.periods import Period

from ..access import visible_tasks
from ..models import ReportingTask, Urging
from ..rules.suspicions import Suspicion
from ..rules.words import OUTSTANDING, TaskStatus, TaskStepKind
from .facts_of import MODELS, period_facts
from .looking import look, with_projects

TONES = {
    TaskStatus.OPEN: "grey", TaskStatus.DECLARED: "blue", TaskStatus.VERIFIED: "green", TaskStatus.RETURNED: "orange",
}  # fmt: skip
MONTHS = 18
MOST_FACTS = 100
STATUS_TONES = {"declared": "blue", "verified": "green", "returned": "orange", "voided": "grey"}


@dataclass(frozen=True)
class Cell:
    """A task in the table. ``late_days`` > 0: outstanding beyond its day."""

    pk: int
    label: str
    status: str
    word: str
    tone: str
    due_on: date
    late_days: int
    is_nil: bool


@dataclass(frozen=True)
class UnitRow:
    unit_id: int
    unit: str
    cells: tuple[Cell, ...]
    outstanding: int
    late_days: int
    urged_on: date | None
    urged_today: bool


@dataclass(frozen=True)
class TasksPage:
    """``heads``: (key, label) of the columns; each row has a cell or None for each."""

    month: Period
    months: tuple[tuple[str, str], ...]
    heads: tuple[tuple[str, str], ...]
    rows: tuple[UnitRow, ...]
    total: int
    declared: int
    verified: int
    outstanding: int
    late: int
    is_issued: bool
    can_issue: bool
    may_urge: bool
    only_late: bool

    @property
    def can_urge(self) -> bool:
        return self.may_urge and any(r.outstanding for r in self.rows)


def tasks_page(viewer: Viewer, *, month: Period, units: Units, today: date, only_late: bool) -> TasksPage:
    """The month's tasks: three queries beside the units."""
    tasks = list(
        visible_tasks(viewer).filter(ends_on=month.end).order_by("unit__path", "order", "pk").only(
            "unit_id", "key", "label", "status", "due_on", "is_nil", "every", "starts_on", "ends_on", "order"
        )
    )  # fmt: skip
    urged = dict(
        Urging.objects.filter(unit_id__in={t.unit_id for t in tasks}).values_list("unit_id").annotate(last=Max("on"))
    )
    ends = visible_tasks(viewer).order_by("-ends_on").values_list("ends_on", flat=True).distinct()[:MONTHS]
    known = {Period.month(d.year, d.month) for d in ends} | {month}
    heads = dict.fromkeys((t.key, _(t.label)) for t in sorted(tasks, key=lambda t: (t.order, t.pk)))
    by_unit: dict[int, list[ReportingTask]] = {}
    for task in tasks:
        by_unit.setdefault(task.unit_id, []).append(task)
    rows = [
        _row(line.id, line.short_name, by_unit[line.id], urged.get(line.id), today)
        for line in units.lines
        if line.id in by_unit
    ]
    late = sum(1 for t in tasks if t.status in OUTSTANDING and t.due_on < today)
    return TasksPage(
        month, tuple((m.code, m.label) for m in sorted(known, reverse=True)), tuple(heads),
        tuple(r for r in rows if r.outstanding) if only_late else tuple(rows), len(tasks),
        sum(1 for t in tasks if t.status == TaskStatus.DECLARED), sum(1 for t in tasks if t.status == TaskStatus.VERIFIED),
        sum(1 for t in tasks if t.status in OUTSTANDING), late, bool(tasks),
        viewer.may("import", "D") and month.end < today and not tasks, viewer.may("project", "V"), only_late,
    )  # fmt: skip


def _row(unit_id: int, name: str, tasks: Sequence[ReportingTask], urged_on: date | None, today: date) -> UnitRow:
    cells = tuple(_cell(t, today) for t in tasks)
    waiting = [c for c in cells if c.status in OUTSTANDING]
    return UnitRow(
        unit_id, name, cells, len(waiting), max((c.late_days for c in waiting), default=0), urged_on, urged_on == today
    )


def _cell(task: ReportingTask, today: date) -> Cell:
    status = TaskStatus(task.status)
    late = (today - task.due_on).days if status in OUTSTANDING else 0
    word = _("无变化") if task.is_nil and status != TaskStatus.RETURNED else _(status.label)
    return Cell(task.pk, _(task.label), status.value, word, TONES[status], task.due_on, max(late, 0), task.is_nil)


@dataclass(frozen=True)
class Step:
    at: datetime
    kind: str
    tone: str
    by: str
    reason: str
    document: str


@dataclass(frozen=True)
class FactLine:
    what: str
    case: Any
    status: str
    tone: str
    end_reason: str
    reasons: tuple[str, ...]  # what looks wrong, in words


@dataclass(frozen=True)
class TaskPage:
    """One task: its facts with what looks wrong, its way so far, and what the viewer may do."""

    task: ReportingTask
    unit: str
    period: Period
    cell: Cell
    steps: tuple[Step, ...]
    facts: tuple[FactLine, ...]
    is_capped: bool
    waiting: int
    returned: int
    standing: int
    may_declare: bool
    may_verify: bool
    is_own: bool
    declared_by: str


def task_page(viewer: Viewer, task: ReportingTask, *, units: Units, today: date) -> TaskPage:
    """What the unit has on record for the period, within what the viewer sees."""
    lines: list[FactLine] = []
    capped = False
    for what, model in MODELS[task.scope]:
        rows = period_facts(model, task.unit_id, task.starts_on, task.ends_on).exclude(status=FactStatus.VOIDED)
        rows = rows.filter(project__in=visible_projects(viewer))
        found = list(with_projects(what, rows, today).order_by("happened_on", "pk")[: MOST_FACTS + 1])
        capped = capped or len(found) > MOST_FACTS
        found = found[:MOST_FACTS]
        seen = look(viewer, what, found, today=today)
        for row in found:
            case = case_of(what, row, seen.papers.get(row.pk, ()), viewer, units)
            open_ = row.status == FactStatus.DECLARED
            told = seen.findings.get(row.pk, ()) if open_ else ()  # that the report is due they know here
            reasons = tuple(f"{_(f.kind.label)}：{f.reason}" for f in told if f.kind != Suspicion.NO_STATEMENT)
            lines.append(
                FactLine(what, case, _(FactStatus(row.status).label), STATUS_TONES[row.status], row.end_reason, reasons)
            )
    steps = tuple(
        Step(s.at, _(TaskStepKind(s.kind).label), "red" if s.kind == TaskStepKind.RETURNED else "blue", s.by.name, s.reason,
             s.document)
        for s in task.steps.select_related("by")
    )  # fmt: skip
    status = TaskStatus(task.status)
    own = task.declared_by_id == viewer.person_id
    waiting = sum(1 for x in lines if x.tone == "blue")
    returned = sum(1 for x in lines if x.tone == "orange")
    return TaskPage(
        task, units.name(task.unit_id), task.period, _cell(task, today), steps, tuple(lines), capped, waiting, returned,
        len(lines) - returned, status in OUTSTANDING and _reaches(viewer, "E", task),
        status == TaskStatus.DECLARED and _reaches(viewer, "V", task), own,
        task.declared_by.name if task.declared_by else "",
    )  # fmt: skip


def _reaches(viewer: Viewer, verb: str, task: ReportingTask) -> bool:
    reach = viewer.reach("project", verb)
    return reach.everything or task.unit_id in reach.unit_ids


def todos(viewer: Viewer, today: date) -> Sequence[Todo]:
    """What the person's own units owe, and for who verifies how many reports wait. One query."""
    reach = viewer.reach("project", "E")
    verifies = viewer.reach("project", "V").everything
    own = viewer.unit_ids & reach.unit_ids if not reach.everything else viewer.unit_ids
    if not own and not verifies:
        return []
    rows = ReportingTask.objects.filter(ends_on__gte=today - timedelta(days=400)).exclude(status=TaskStatus.VERIFIED)
    if not verifies:
        rows = rows.filter(unit_id__in=own)
    found: list[Todo] = []
    waiting = 0
    late: set[int] = set()
    for task in rows.select_related("unit").order_by("due_on", "order")[:400]:
        if task.status in OUTSTANDING and task.unit_id in own:
            text = _("填报{period}“{task}”") if task.status == TaskStatus.OPEN else _("修改退回的{period}“{task}”")
            found.append(
                Todo(text.format(period=task.period.label, task=_(task.label)), reverse("reporting:task", args=[task.pk]),
                     task.due_on, _("填报"), task.unit.short_name)
            )  # fmt: skip
        elif task.status == TaskStatus.DECLARED and verifies and task.declared_by_id != viewer.person_id:
            waiting += 1
        elif task.status in OUTSTANDING and task.due_on < today:
            late.add(task.unit_id)
    if waiting:
        found.append(Todo(_("审核 {n} 份填报").format(n=waiting), reverse("reporting:tasks"), None, _("审核")))
    if verifies and late:
        found.append(
            Todo(
                _("催报：{n} 个单位逾期未报").format(n=len(late)),
                reverse("reporting:tasks") + "?late=1",
                None,
                _("催报"),
            )
        )
    return found
