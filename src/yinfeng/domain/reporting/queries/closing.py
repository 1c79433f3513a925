"""How ready a month is to be closed, which are closed, and what has changed since."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Count, Model, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.actions.facts import noun
from yinfeng.domain.projects.models import ClosedPeriod, Correction, Flag, FundsArrival, Milestone, Project
from yinfeng.domain.projects.models.state import STATE_FIELDS
from yinfeng.domain.projects.queries.changes import fields_of
from yinfeng.domain.projects.queries.choices import Units
from yinfeng.domain.projects.queries.choices import units as read_units
from yinfeng.domain.projects.queries.verify_list import KINDS
from yinfeng.domain.projects.rules.words import (
    COUNTING,
    CorrectionKind,
    CorrectionStatus,
    FactStatus,
    FlagKind,
    Stage,
    ValueKind,
)
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.ui.slots import Todo
from yinfeng.kernel.money import display
from yinfeng.kernel.periods import Period

from ..access import visible_corrections, visible_tasks
from ..rules.suspicions import Suspicion
from ..rules.words import TaskStatus
from .looking import look
from .worklist import LOOKED_AT, Filter, rows_of

FACTS: tuple[type[Any], ...] = (Milestone, FundsArrival, Flag)
MOST_CHANGES = 100
PAGE = 30
_EDITS = (
    "project.edit",
    "project.investors",
    "project.company",
    "phase.edit",
    "phase.add",
    "project.merge",
    "project.merged",
)
_MOVED = (*STATE_FIELDS, "investors", "company")


@dataclass(frozen=True)
class Readiness:
    """What a unit still has open for a month."""

    unit_id: int
    unit: str
    tasks: int
    unreported: int
    unjudged: int  # reported, and nobody has looked
    sent_back: int
    facts: int
    unverified: int
    returned: int

    @property
    def open_lines(self) -> list[dict[str, Any]]:
        counts = (
            ("unreported", self.unreported), ("unjudged", self.unjudged), ("sent_back", self.sent_back),
            ("unverified", self.unverified),
        )  # fmt: skip
        return [{"unit": self.unit_id, "what": what, "count": n} for what, n in counts if n]

    @property
    def is_ready(self) -> bool:
        return not self.open_lines


WORDS = {"unreported": "未报任务", "unjudged": "未审任务", "sent_back": "退回未改任务", "unverified": "待审核事实"}


@dataclass(frozen=True)
class ClosedRow:
    pk: int
    label: str
    by: str
    at: datetime
    open_count: int
    reason: str
    corrections: int
    waiting: int


@dataclass(frozen=True)
class ClosingPage:
    """``month``: the one that can be closed next (None: nothing is over yet that is not closed)."""

    month: Period | None
    is_first: bool
    rows: tuple[Readiness, ...]
    closed: tuple[ClosedRow, ...]
    may_close: bool
    open_count: int
    may_look: bool  # at what looks wrong: for those who verify


def next_month(today: date, asked: Period | None) -> tuple[Period | None, bool]:
    """The month to close next, and whether it would be the first. Before any closing: the one asked for, or last month."""
    last = ClosedPeriod.objects.order_by("-year", "-month").values_list("year", "month").first()
    if last is not None:
        month = Period.month(*last).next()
        return (month if month.end < today else None), False
    month = asked if asked is not None and asked.end < today else Period.month(today.year, today.month).previous()
    return month, True


def closing_page(viewer: Viewer, *, units: Units, today: date, asked: Period | None) -> ClosingPage:
    """Five queries beside the units."""
    month, first = next_month(today, asked)
    rows = readiness(viewer, month, units) if month else ()
    mine = dict(
        visible_corrections(viewer).filter(status=CorrectionStatus.APPROVED).order_by().values_list("period_id")
        .annotate(n=Count("pk"))
    )  # fmt: skip
    waiting = dict(
        visible_corrections(viewer).filter(status=CorrectionStatus.PROPOSED).order_by().values_list("period_id")
        .annotate(n=Count("pk"))
    )  # fmt: skip
    closed = tuple(
        ClosedRow(
            p.pk, Period.month(p.year, p.month).label, p.closed_by.name, p.at, p.open_count, p.reason,
            mine.get(p.pk, 0), waiting.get(p.pk, 0),
        )
        for p in ClosedPeriod.objects.select_related("closed_by").order_by("-year", "-month")[:36]
    )  # fmt: skip
    return ClosingPage(
        month,
        first,
        rows,
        closed,
        month is not None and viewer.may("import", "D"),
        sum(len(r.open_lines) for r in rows),
        viewer.may("project", "V"),
    )


def readiness(viewer: Viewer, month: Period, units: Units) -> tuple[Readiness, ...]:
    """What each unit still has open, in official order, within what the viewer sees. Two queries."""
    tasks: dict[int, Counter[str]] = defaultdict(Counter)
    rows = visible_tasks(viewer).filter(ends_on=month.end).order_by().values_list("unit_id", "status")
    for unit_id, status, n in rows.annotate(n=Count("pk")):
        tasks[unit_id][status] += n
    facts: dict[int, Counter[str]] = defaultdict(Counter)
    for unit_id, status, n, _kind in _facts(viewer, month):
        facts[unit_id][status] += n
    found = []
    for line in units.lines:
        if line.id not in tasks and line.id not in facts:
            continue
        task, fact = tasks[line.id], facts[line.id]
        found.append(
            Readiness(
                line.id, line.short_name, task.total(), task[TaskStatus.OPEN], task[TaskStatus.DECLARED],
                task[TaskStatus.RETURNED], fact[FactStatus.DECLARED] + fact[FactStatus.VERIFIED],
                fact[FactStatus.DECLARED], fact[FactStatus.RETURNED],
            )
        )  # fmt: skip
    return tuple(found)


def _facts(viewer: Viewer, month: Period) -> QuerySet[Any]:
    """(unit, status, count, kind) of the month's facts. One query."""
    seen = visible_projects(viewer)
    whole = viewer.reach("project").everything and viewer.reach("confidential").everything

    def of(model: Any) -> QuerySet[Any]:
        rows = model._default_manager.filter(happened_on__range=(month.start, month.end), project__merged_into=None)
        if not whole:
            rows = rows.filter(project__in=seen)
        told: QuerySet[Any] = (
            rows.exclude(status=FactStatus.VOIDED)
            .order_by()
            .values("project__lead_unit_id", "status")
            .annotate(n=Count("pk"), kind=Value(model.__name__, output_field=CharField()))
            .values_list("project__lead_unit_id", "status", "n", "kind")
        )
        return told

    first, *rest = (of(model) for model in FACTS)
    return first.union(*rest, all=True)


@dataclass(frozen=True)
class WrongRow:
    unit_id: int
    unit: str
    total: int
    kinds: tuple[tuple[str, str, str, int], ...]  # (kind of fact, suspicion, label, how many)


def what_looks_wrong(viewer: Viewer, month: Period, *, units: Units, today: date) -> tuple[WrongRow, ...]:
    """Suspicions on the facts of the month that wait, by unit."""
    tally: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    for kind in KINDS:
        rows = rows_of(viewer, Filter(kind, month=month), units, today)[:LOOKED_AT]
        wrong = look(viewer, kind, rows, today=today).findings
        for row in rows:
            for finding in wrong.get(row.pk, ()):
                tally[row.project.lead_unit_id][kind, finding.kind.value] += 1
    return tuple(
        WrongRow(
            line.id, line.short_name, tally[line.id].total(),
            tuple((kind, s, _(Suspicion(s).label), n) for (kind, s), n in tally[line.id].most_common()),
        )
        for line in units.lines
        if line.id in tally
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ after the closing


@dataclass(frozen=True)
class Effect:
    unit: str
    month: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class CorrectionRow:
    pk: int
    month: str
    project_id: int
    project: str
    code: str
    kind: str
    fact: str  # what it is about, in words
    wanted: str  # what it is to become
    reason: str
    document: str
    file_id: int | None
    file_name: str
    status: str
    tone: str
    by: str
    at: datetime
    decided_by: str
    decided_at: datetime | None
    note: str
    effects: tuple[Effect, ...]
    is_open: bool
    is_own: bool


_TONES = {"proposed": "amber", "approved": "green", "rejected": "grey"}


def correction_row(row: Correction, viewer: Viewer, units: Units) -> CorrectionRow:
    """One correction in words (related rows are there)."""
    fact = row.milestone or row.arrival or row.flag
    return CorrectionRow(
        row.pk, Period.month(row.period.year, row.period.month).label, row.project_id, row.project.name, row.project.code,
        _(CorrectionKind(row.kind).label), noun(fact) if fact else "", _wanted(row.data), row.reason, row.document,
        row.file_id, row.file.name if row.file else "", _(CorrectionStatus(row.status).label), _TONES[row.status],
        row.proposed_by.name, row.at, row.decided_by.name if row.decided_by else "", row.decided_at, row.decision_note,
        tuple(_effect(e, units) for e in row.effect), row.status == CorrectionStatus.PROPOSED,
        row.proposed_by_id == viewer.person_id,
    )  # fmt: skip


def _wanted(data: dict[str, Any]) -> str:
    told = []
    if "stage" in data:
        told.append(_(Stage(data["stage"]).label))
    if "amount" in data:
        told.append(display(data["amount"]))
    if "happened_on" in data:
        told.append(data["happened_on"])
    if "voucher" in data:
        told.append(_("凭证号 {n}").format(n=data["voucher"]))
    return " · ".join(told)


def _effect(line: dict[str, Any], units: Units) -> Effect:
    enum: Any = {"milestone": Stage, "flag": FlagKind, "funds": ValueKind}[line["what"]]
    label = _(enum(line["key"]).label)
    what = _("{kind}到位").format(kind=label) if line["what"] == "funds" else label

    def words(told: list[int]) -> str:
        n, verified, total = told
        counted = _("{n} 条（已审核 {v} 条）").format(n=n, v=verified)
        return f"{counted} {display(total)}" if line["what"] == "funds" else counted

    year, month = line["month"].split("-")
    return Effect(
        units.name(line["unit"]),
        Period.month(int(year), int(month)).label,
        what,
        words(line["before"]),
        words(line["after"]),
    )


def with_all(rows: QuerySet[Correction]) -> QuerySet[Correction]:
    return rows.select_related(
        "period", "project", "proposed_by", "decided_by", "milestone", "arrival", "flag", "file"
    ).order_by("-pk")


@dataclass(frozen=True)
class CorrectionsPage:
    rows: tuple[CorrectionRow, ...]
    status: str
    statuses: tuple[tuple[str, str], ...]
    number: int
    has_next: bool

    @property
    def pager(self) -> dict[str, Any]:
        return {"number": self.number, "has_next": self.has_next, "has_previous": self.number > 1}


def corrections_page(viewer: Viewer, *, status: str, number: int, units: Units) -> CorrectionsPage:
    """All corrections that the viewer sees, the newest first. One query beside the units."""
    rows = with_all(visible_corrections(viewer))
    if status:
        rows = rows.filter(status=status)
    first = (number - 1) * PAGE
    found = list(rows[first : first + PAGE + 1])
    return CorrectionsPage(
        tuple(correction_row(r, viewer, units) for r in found[:PAGE]), status,
        tuple((s.value, _(s.label)) for s in CorrectionStatus), number, len(found) > PAGE,
    )  # fmt: skip


@dataclass(frozen=True)
class AttributeChange:
    project_id: int
    project: str
    at: datetime
    by: str
    fields: tuple[tuple[str, str, str], ...]
    note: str


@dataclass(frozen=True)
class ClosedPage:
    """A closed month: how it was closed, its corrections, and attributes of its projects that changed since."""

    period: ClosedPeriod
    label: str
    left_open: tuple[tuple[str, str, int], ...]  # (unit, what, how many)
    corrections: tuple[CorrectionRow, ...]
    changes: tuple[AttributeChange, ...]


def closed_page(viewer: Viewer, period: ClosedPeriod, *, units: Units) -> ClosedPage:
    """Four queries beside the units."""
    reach = viewer.reach("project")
    left = tuple(
        (units.name(line.get("unit")), _(WORDS.get(line.get("what", ""), "")), line.get("count", 0))
        for line in period.left_open
        if reach.everything or line.get("unit") in reach.unit_ids
    )
    rows = with_all(visible_corrections(viewer).filter(period=period))[:MOST_CHANGES]
    return ClosedPage(
        period, Period.month(period.year, period.month).label, left,
        tuple(correction_row(r, viewer, units) for r in rows), _changes(viewer, period, units),
    )  # fmt: skip


def _changes(viewer: Viewer, period: ClosedPeriod, units: Units) -> tuple[AttributeChange, ...]:
    span = Period.month(period.year, period.month)

    def projects(model: type[Model]) -> QuerySet[Any]:
        manager: Any = model._default_manager
        rows: QuerySet[Any] = manager.filter(happened_on__range=(span.start, span.end)).values("project_id")
        return rows

    first, *rest = (projects(model) for model in FACTS)
    seen = visible_projects(viewer, merged=True).filter(pk__in=first.union(*rest))
    rows = list(
        AuditRow.objects.filter(
            object_kind="project", verb__in=_EDITS, at__gt=period.at, object_id__in=seen.values("pk")
        )
        .select_related("actor")
        .order_by("-pk")[:MOST_CHANGES]
    )
    names = dict(Project.objects.filter(pk__in={r.object_id for r in rows}).values_list("pk", "name"))
    short = {line.id: line.short_name for line in units.lines}
    found = []
    for row in rows:
        moved = row.verb.startswith("project.merge") or set(_MOVED) & {*(row.before or {}), *(row.after or {})}
        if moved and row.object_id is not None:
            told = () if row.verb.startswith("project.merge") else fields_of(row, short, {})
            note = row.note or (_("合并项目") if row.verb.startswith("project.merge") else "")
            found.append(
                AttributeChange(
                    row.object_id, names.get(row.object_id, ""), row.at, row.actor.name if row.actor else _("系统"), told,
                    note,
                )
            )  # fmt: skip
    return tuple(found)


@dataclass(frozen=True)
class ClosedFact:
    what: str
    pk: int
    words: str
    status: str
    tone: str


@dataclass(frozen=True)
class ProjectPanel:
    """On a project's page: its facts of closed months, and their corrections."""

    project_id: int
    facts: tuple[ClosedFact, ...]
    corrections: tuple[CorrectionRow, ...]
    may_propose: bool
    may_add: bool


def _reaches(viewer: Viewer, verb: str, project: Project) -> bool:
    """Whether the verb may be used on a project that is seen; asked of the database only where it is not plain."""
    reach = viewer.reach("project", verb)
    if reach.everything or not reach:
        return reach.everything
    return visible_projects(viewer, verb, among=[project.pk]).exists()


def panel(viewer: Viewer, subject: Any) -> ProjectPanel | None:
    """None while no month is closed that has facts of this project."""
    project: Project = subject
    months = {(p.year, p.month) for p in ClosedPeriod.objects.only("year", "month")}
    if not months:
        return None
    facts = []
    for what, model in (("milestone", Milestone), ("funds", FundsArrival), ("flag", Flag)):
        rows: Any = model._default_manager.filter(project=project, status__in=COUNTING).order_by("-happened_on", "-pk")
        for row in rows[:MOST_CHANGES]:
            if (row.happened_on.year, row.happened_on.month) in months:
                status = FactStatus(row.status)
                tone = "green" if status == FactStatus.VERIFIED else "blue"
                facts.append(ClosedFact(what, row.pk, noun(row), _(status.label), tone))
    found = tuple(
        correction_row(r, viewer, read_units()) for r in with_all(Correction.objects.filter(project=project))[:20]
    )
    if not facts and not found:
        return None
    may_add = _reaches(viewer, "E", project)
    may = may_add or _reaches(viewer, "V", project)
    return ProjectPanel(project.pk, tuple(facts[:30]), found, may, may_add)


def todos(viewer: Viewer, today: date) -> Sequence[Todo]:
    """Corrections of others that wait for who may close. One query, for those only."""
    if not viewer.may("import", "D"):
        return []
    waiting = visible_corrections(viewer).filter(status=CorrectionStatus.PROPOSED)
    n = waiting.exclude(proposed_by_id=viewer.person_id).count()
    if not n:
        return []
    url = reverse("reporting:corrections") + "?status=proposed"
    return [Todo(_("批准 {n} 项关账后更正").format(n=n), url, None, _("更正"))]
