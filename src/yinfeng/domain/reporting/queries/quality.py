"""Completeness and timeliness by unit, in official order: each figure with its formula and its rows.

These figures compare no unit with another: there is no rank, no colour and no sum over units but the total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.actions.facts import noun
from yinfeng.domain.projects.models import Evidence, Flag, FundsArrival, Milestone
from yinfeng.domain.projects.queries.choices import Units
from yinfeng.domain.projects.queries.rulings import stage_table
from yinfeng.domain.projects.queries.verify_list import SLOT
from yinfeng.domain.projects.rules.stages import GATE_FIELDS, StageTable
from yinfeng.domain.projects.rules.words import COUNTING, STAGE_ORDER, FactStatus, Stage
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.periods import Period

from ..access import visible_tasks
from ..models import ReportingTask
from ..rules.words import TaskStatus

FIGURES = ("filled", "evidence", "verified", "on_time")
MOST_ROWS = 200
_COLUMN = {
    "investors": "investor_name",
    "company": "company_id",
    "landing_unit": "landing_unit_id",
    "industry": "industry_id",
}
_TEXT = ("content", "investor_name", "platform_code")
_FACTS: tuple[tuple[str, Any], ...] = (("milestone", Milestone), ("funds", FundsArrival), ("flag", Flag))


@dataclass(frozen=True)
class Share:
    """A share as two whole numbers; ``value`` None where there is nothing to divide by."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def formula(self) -> str:
        if not self.whole:
            return _("没有应计项")
        return f"{self.part:,} ÷ {self.whole:,} = {100 * self.part / self.whole:.1f}%"


@dataclass(frozen=True)
class UnitQuality:
    unit_id: int
    unit: str
    shares: tuple[tuple[str, Share], ...]  # in the order of FIGURES


@dataclass(frozen=True)
class QualityPage:
    month: Period
    months: tuple[tuple[str, str], ...]
    heads: tuple[tuple[str, str, str], ...]  # (figure, label, what it counts)
    rows: tuple[UnitQuality, ...]
    total: tuple[tuple[str, Share], ...]
    rules: str


def heads() -> tuple[tuple[str, str, str], ...]:
    return (
        ("filled", _("必填项填写率"), _("在库项目按所到阶段应填的各项中，已填的项数 ÷ 应填的项数（现在）")),
        ("evidence", _("有凭证率"), _("当月发生的事实中，附有凭证或凭证号的条数 ÷ 全部条数")),
        ("verified", _("已审核率"), _("当月发生的事实中，已审核的条数 ÷ 全部条数")),
        ("on_time", _("按时填报率"), _("当月应报的任务中，首次填报不晚于时限的项数 ÷ 已到时限或已报的项数")),
    )


def asked_fields(table: StageTable) -> list[tuple[str, str, Q]]:
    """(field, column, which projects should have it): from the first stage that asks for it on, by class of project."""
    found = []
    kinds = [k for k in table.routes if k != "*"]
    for name, (_label, where) in GATE_FIELDS.items():
        if where != "project":
            continue
        due = Q(pk__in=[])
        for kind in (*kinds, "*"):
            route = table.route(kind)
            first = min((STAGE_ORDER[s] for s in route if name in table.needs(s, "")[0]), default=None)
            if first is None:
                continue
            there = [s.value for s in Stage if STAGE_ORDER[s] >= first]
            of_kind = ~Q(kind__in=kinds) if kind == "*" else Q(kind=kind)
            due |= of_kind & Q(furthest_stage__in=there)
        if due:
            found.append((name, _COLUMN.get(name, name), due))
    return found


def _told(column: str) -> Q:
    there = Q(**{f"{column}__isnull": False})
    return there & ~Q(**{column: ""}) if column in _TEXT else there


def quality_page(viewer: Viewer, *, month: Period, units: Units, today: date) -> QualityPage:
    """Five queries beside the units, however many projects there are."""
    table = stage_table(today)
    shares: dict[int, dict[str, Share]] = defaultdict(dict)
    for unit_id, part, whole in _filled(viewer, table):
        shares[unit_id]["filled"] = Share(part, whole)
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for unit_id, whole, verified, papers, _kind in _facts(viewer, month):
        for place, n in enumerate((whole, verified, papers)):
            counts[unit_id][place] += n
    for unit_id, (whole, verified, papers) in counts.items():
        shares[unit_id]["evidence"], shares[unit_id]["verified"] = Share(papers, whole), Share(verified, whole)
    for unit_id, whole, part in _tasks(viewer, month, today):
        shares[unit_id]["on_time"] = Share(part, whole)
    rows = tuple(
        UnitQuality(line.id, line.short_name, tuple((f, shares[line.id].get(f, Share(0, 0))) for f in FIGURES))
        for line in units.lines
        if line.id in shares
    )
    sums: dict[str, tuple[int, int]] = {}
    for figure in FIGURES:
        own = [s[figure] for s in shares.values() if figure in s]
        sums[figure] = (sum(x.part for x in own), sum(x.whole for x in own))
    total = tuple((f, Share(*sums[f])) for f in FIGURES)
    this = Period.month(today.year, today.month)
    months = [this]
    for _n in range(17):
        months.append(months[-1].previous())
    if month not in months:
        months.append(month)
    return QualityPage(month, tuple((m.code, m.label) for m in months), heads(), rows, total, table.stamp)


def _projects(viewer: Viewer) -> QuerySet[Any]:
    return visible_projects(viewer).filter(ended_on=None)


def _filled(viewer: Viewer, table: StageTable) -> list[tuple[int, int, int]]:
    fields = asked_fields(table)
    ask: dict[str, Any] = {}
    for name, column, due in fields:
        ask[f"due_{name}"] = Count("pk", filter=due)
        ask[f"has_{name}"] = Count("pk", filter=due & _told(column))
    rows = _projects(viewer).order_by().values("lead_unit_id").annotate(**ask)
    return [
        (r["lead_unit_id"], sum(r[f"has_{n}"] for n, _c, _d in fields), sum(r[f"due_{n}"] for n, _c, _d in fields))
        for r in rows
    ]


def _month_facts(viewer: Viewer, what: str, model: Any, month: Period) -> QuerySet[Any]:
    rows = model._default_manager.filter(
        status__in=COUNTING, happened_on__range=(month.start, month.end), project__in=visible_projects(viewer)
    )
    papers = Exists(Evidence.objects.filter(**{SLOT[what]: OuterRef("pk")}))
    found: QuerySet[Any] = rows.annotate(papers=papers)
    return found


def _has_paper(what: str) -> Q:
    return Q(papers=True) | ~Q(voucher="") if what == "funds" else Q(papers=True)


def _facts(viewer: Viewer, month: Period) -> QuerySet[Any]:
    """(unit, facts, of these verified, of these with evidence, kind). One query."""

    def of(what: str, model: Any) -> QuerySet[Any]:
        rows: QuerySet[Any] = (
            _month_facts(viewer, what, model, month)
            .order_by()
            .values("project__lead_unit_id")
            .annotate(
                whole=Count("pk"), ok=Count("pk", filter=Q(status=FactStatus.VERIFIED)),
                shown=Count("pk", filter=_has_paper(what)), what=Value(what, output_field=CharField()),
            )
            .values_list("project__lead_unit_id", "whole", "ok", "shown", "what")
        )  # fmt: skip
        return rows

    first, *rest = (of(what, model) for what, model in _FACTS)
    return first.union(*rest, all=True)


def _late(today: date) -> Q:
    """Tasks that can be judged: reported, or past their day."""
    return Q(first_declared_on__isnull=False) | Q(due_on__lt=today)


ON_TIME = Q(first_declared_on__isnull=False, first_declared_on__lte=F("due_on"))


def _tasks(viewer: Viewer, month: Period, today: date) -> list[tuple[int, int, int]]:
    rows = visible_tasks(viewer).filter(_late(today), ends_on=month.end).order_by().values("unit_id")
    told = rows.annotate(whole=Count("pk"), part=Count("pk", filter=ON_TIME)).values_list("unit_id", "whole", "part")
    return list(told)


# ------------------------------------------------------------------------------------------------ the rows


@dataclass(frozen=True)
class FigureRow:
    """One row behind a share: does it count in the part, and if not, what is missing."""

    title: str
    url: str
    unit: str
    ok: bool
    words: str


@dataclass(frozen=True)
class FigurePage:
    figure: str
    label: str
    meaning: str
    month: Period
    unit: str
    share: Share
    rows: tuple[FigureRow, ...]
    is_capped: bool
    rules: str


def figure_page(
    viewer: Viewer, figure: str, *, month: Period, unit_id: int | None, units: Units, today: date
) -> FigurePage:
    """One figure with its formula and its rows: what is missing first, at most two hundred of them."""
    table = stage_table(today)
    key, label, meaning = next(h for h in heads() if h[0] == figure)
    if figure == "filled":
        share, rows = _filled_rows(viewer, table, unit_id, units)
    elif figure == "on_time":
        share, rows = _task_rows(viewer, month, unit_id, units, today)
    else:
        share, rows = _fact_rows(viewer, figure, month, unit_id, units)
    return FigurePage(
        key,
        label,
        meaning,
        month,
        units.name(unit_id),
        share,
        tuple(rows[:MOST_ROWS]),
        len(rows) > MOST_ROWS,
        table.stamp,
    )


def _filled_rows(
    viewer: Viewer, table: StageTable, unit_id: int | None, units: Units
) -> tuple[Share, Sequence[FigureRow]]:
    fields = asked_fields(table)
    projects = _projects(viewer)
    if unit_id:
        projects = projects.filter(lead_unit_id=unit_id)
    ask = {f"due_{n}": Count("pk", filter=d) for n, _c, d in fields}
    ask |= {f"has_{n}": Count("pk", filter=d & _told(c)) for n, c, d in fields}
    told = projects.aggregate(**ask)
    share = Share(sum(told[f"has_{n}"] for n, _c, _d in fields), sum(told[f"due_{n}"] for n, _c, _d in fields))
    lacking = Q(pk__in=[])
    for _name, column, due in fields:
        lacking |= due & ~_told(column)
    marks = {f"lack_{n}": Count("pk", filter=d & ~_told(c)) for n, c, d in fields}
    found = []
    rows = projects.filter(lacking).annotate(**marks).order_by("lead_unit__path", "pk")
    for row in rows.values("pk", "name", "lead_unit_id", *marks)[: MOST_ROWS + 1]:
        missing = [_(GATE_FIELDS[n][0]) for n, _c, _d in fields if row[f"lack_{n}"]]
        found.append(
            FigureRow(
                row["name"], reverse("projects:project", args=[row["pk"]]), units.name(row["lead_unit_id"]), False,
                _("未填：{fields}").format(fields=_("、").join(missing)),
            )
        )  # fmt: skip
    return share, found


def _fact_rows(
    viewer: Viewer, figure: str, month: Period, unit_id: int | None, units: Units
) -> tuple[Share, Sequence[FigureRow]]:
    part = whole = 0
    found: list[FigureRow] = []
    for what, model in _FACTS:
        rows = _month_facts(viewer, what, model, month)
        if unit_id:
            rows = rows.filter(project__lead_unit_id=unit_id)
        good = _has_paper(what) if figure == "evidence" else Q(status=FactStatus.VERIFIED)
        told = rows.aggregate(part=Count("pk", filter=good), whole=Count("pk"))
        part, whole = part + told["part"], whole + told["whole"]
        lacking = rows.exclude(pk__in=rows.filter(good).values("pk")).select_related("project")
        found += [
            FigureRow(
                f"{row.project.name} · {noun(row)}", reverse("projects:project", args=[row.project_id]),
                units.name(row.project.lead_unit_id), False,
                _("没有凭证") if figure == "evidence" else _("待审核"),
            )
            for row in lacking.order_by("project__lead_unit__path", "happened_on", "pk")[: MOST_ROWS + 1]
        ]  # fmt: skip
    return Share(part, whole), found


def _task_rows(
    viewer: Viewer, month: Period, unit_id: int | None, units: Units, today: date
) -> tuple[Share, Sequence[FigureRow]]:
    rows = visible_tasks(viewer).filter(_late(today), ends_on=month.end)
    if unit_id:
        rows = rows.filter(unit_id=unit_id)
    tasks = list(rows.order_by("unit__path", "order")[:2_000])
    found = [
        FigureRow(
            f"{units.name(t.unit_id)} · {_(t.label)}", reverse("reporting:task", args=[t.pk]), units.name(t.unit_id),
            _on_time(t), _task_words(t),
        )
        for t in tasks
    ]  # fmt: skip
    found.sort(key=lambda r: r.ok)
    return Share(sum(r.ok for r in found), len(found)), found


def _on_time(task: ReportingTask) -> bool:
    return task.first_declared_on is not None and task.first_declared_on <= task.due_on


def _task_words(task: ReportingTask) -> str:
    if task.first_declared_on is None:
        return _("时限 {due}，尚未填报").format(due=task.due_on)
    return _("时限 {due}，首次填报 {on}（{status}）").format(
        due=task.due_on, on=task.first_declared_on, status=_(TaskStatus(task.status).label)
    )
