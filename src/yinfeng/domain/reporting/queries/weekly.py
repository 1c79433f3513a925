"""周变动: what entered, moved, grew, stalled and left between two days, as it was on record."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import CharField, Count, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.models import Flag, FundsArrival, Milestone, ProjectState
from yinfeng.domain.projects.queries.choices import Units
from yinfeng.domain.projects.rules.words import STAGE_ORDER, Stage
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.money import display

LONGEST_DAYS = 366
_COLUMNS = (
    "project_id", "project__code", "name", "lead_unit_id", "valid_from", "valid_to", "furthest_stage", "investment_cny",
    "funds_cny", "stalled_on", "ended_on",
)  # fmt: skip
KINDS = ("entered", "moved", "grew", "stalled", "left")


@dataclass(frozen=True)
class ChangeLine:
    """One change of one project. Sums in yuan; None where they did not change."""

    kind: str
    project_id: int
    code: str
    name: str
    unit: str
    words: str
    investment_cny: int | None
    investment_change: int
    funds_change: int


@dataclass(frozen=True)
class UnitChanges:
    unit: str
    lines: tuple[ChangeLine, ...]
    counts: tuple[int, ...]  # in the order of KINDS
    facts: int


@dataclass(frozen=True)
class WeeklyPage:
    """From the morning of ``start`` to the evening of ``end``."""

    start: date
    end: date
    units: tuple[UnitChanges, ...]
    totals: tuple[tuple[str, str, int], ...]  # (kind, label, how many)
    investment_change: int
    funds_change: int
    facts: int
    previous: tuple[date, date]
    next: tuple[date, date] | None


def labels() -> dict[str, str]:
    return {
        "entered": _("新进"), "moved": _("推进"), "grew": _("金额变动"), "stalled": _("停滞"), "left": _("退出"),
    }  # fmt: skip


def span_asked(start: date | None, end: date | None, today: date) -> tuple[date, date]:
    """The days of an address: this week from Monday without any; never reversed, in the future or beyond a year."""
    if start is None and end is None:
        return today - timedelta(days=today.weekday()), today
    end = min(end or today, today)
    start = start or end - timedelta(days=6)
    if start > end:
        start, end = end, min(start, today)
    return max(start, end - timedelta(days=LONGEST_DAYS - 1)), end


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def weekly(viewer: Viewer, start: date, end: date, *, units: Units, today: date, verb: str = "S") -> WeeklyPage:
    """Two queries beside the units, however long the span."""
    lines = _lines(viewer, start, end, units, verb)
    facts = _recorded(viewer, start, end, verb)
    names = labels()
    by_unit: dict[int, list[ChangeLine]] = defaultdict(list)
    for unit_id, line in lines:
        by_unit[unit_id].append(line)
    found = []
    for unit in units.lines:
        own = by_unit.get(unit.id, [])
        if not own and not facts.get(unit.id):
            continue
        own.sort(key=lambda x: (KINDS.index(x.kind), -abs(x.investment_change) - abs(x.funds_change), x.code))
        tally = Counter(x.kind for x in own)
        found.append(UnitChanges(unit.short_name, tuple(own), tuple(tally[k] for k in KINDS), facts.get(unit.id, 0)))
    length = (end - start).days + 1
    later = (end + timedelta(days=1), min(end + timedelta(days=length), today))
    total = Counter(x.kind for _u, x in lines)
    return WeeklyPage(
        start, end, tuple(found), tuple((k, names[k], total[k]) for k in KINDS),
        sum(x.investment_change for _u, x in lines if x.kind in ("entered", "grew")),
        sum(x.funds_change for _u, x in lines if x.kind in ("entered", "grew")), sum(facts.values()),
        (start - timedelta(days=length), start - timedelta(days=1)), later if later[0] <= today else None,
    )  # fmt: skip


def _scope(viewer: Viewer, verb: str) -> QuerySet[Any] | None:
    """The projects the viewer sees; None where that is all of them."""
    if viewer.reach("project", verb).everything and viewer.reach("confidential").everything:
        return None
    return visible_projects(viewer, verb, merged=True)


def _lines(viewer: Viewer, start: date, end: date, units: Units, verb: str) -> list[tuple[int, ChangeLine]]:
    """(unit, change): each project's first and last row of history around what changed. One query."""
    begun, over = _moment(start), _moment(end + timedelta(days=1))
    rows = ProjectState.objects.filter(
        Q(valid_from__gte=begun, valid_from__lt=over) | Q(valid_to__gte=begun, valid_to__lt=over)
    )
    scope = _scope(viewer, verb)
    if scope is not None:
        rows = rows.filter(project__in=scope)
    history: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.order_by("project_id", "valid_from").values(*_COLUMNS):
        history[row["project_id"]].append(row)
    found: list[tuple[int, ChangeLine]] = []
    for own in history.values():
        before = own[0] if own[0]["valid_from"] < begun else None
        after = own[-1] if own[-1]["valid_to"] >= over else None
        row = after or own[-1]
        unit = units.name(row["lead_unit_id"])
        found += [(row["lead_unit_id"], line) for line in _changes(before, after, row, unit)]
    return found


def _changes(
    before: dict[str, Any] | None, after: dict[str, Any] | None, row: dict[str, Any], unit: str
) -> list[ChangeLine]:
    def line(kind: str, words: str, investment: int = 0, funds: int = 0) -> ChangeLine:
        return ChangeLine(
            kind,
            row["project_id"],
            row["project__code"],
            row["name"],
            unit,
            words,
            row["investment_cny"],
            investment,
            funds,
        )

    if before is None:
        if after is None:
            return []  # came and went within the days
        words = _("新入台账，现为“{stage}”").format(stage=_(Stage(after["furthest_stage"]).label))
        found = [line("entered", words, after["investment_cny"] or 0, after["funds_cny"])]
        if after["stalled_on"]:
            found.append(line("stalled", _("自 {on} 起停滞").format(on=after["stalled_on"])))
        return found
    if after is None:
        return [line("left", _("并入另一项目"))]
    found = []
    if before["furthest_stage"] != after["furthest_stage"]:
        old, new = Stage(before["furthest_stage"]), Stage(after["furthest_stage"])
        words = _("{old} → {new}").format(old=_(old.label), new=_(new.label))
        if STAGE_ORDER[new] < STAGE_ORDER[old]:
            words += _("（退回或作废）")
        found.append(line("moved", words))
    elif before["lead_unit_id"] != after["lead_unit_id"]:
        found.append(line("moved", _("调整牵头单位")))
    investment = (after["investment_cny"] or 0) - (before["investment_cny"] or 0)
    funds = after["funds_cny"] - before["funds_cny"]
    if investment or funds:
        told = []
        if investment:
            told.append(_("总投资 {change}").format(change=signed(investment)))
        if funds:
            told.append(_("到位资金 {change}").format(change=signed(funds)))
        found.append(line("grew", _("，").join(told), investment, funds))
    if after["stalled_on"] and after["stalled_on"] != before["stalled_on"]:
        found.append(line("stalled", _("自 {on} 起停滞").format(on=after["stalled_on"])))
    elif before["stalled_on"] and not after["stalled_on"] and not after["ended_on"]:
        found.append(line("stalled", _("已解除停滞")))
    if after["ended_on"] and not before["ended_on"]:
        found.append(line("left", _("{on} 终止").format(on=after["ended_on"])))
    elif before["ended_on"] and not after["ended_on"]:
        found.append(line("entered", _("撤销终止，重新推进")))
    return found


def signed(yuan: int) -> str:
    """A change with its sign: +3.6 亿元, −200 万元."""
    return f"{'+' if yuan > 0 else '−'}{display(abs(yuan))}"


def _recorded(viewer: Viewer, start: date, end: date, verb: str) -> dict[int, int]:
    """Unit -> how many facts were put on record in these days. One query."""
    begun, over = _moment(start), _moment(end + timedelta(days=1))
    scope = _scope(viewer, verb)

    def of(model: Any) -> QuerySet[Any]:
        rows = model._default_manager.filter(at__gte=begun, at__lt=over)
        if scope is not None:
            rows = rows.filter(project__in=scope)
        told: QuerySet[Any] = (
            rows.order_by()
            .values("project__lead_unit_id")
            .annotate(n=Count("pk"), kind=Value(model.__name__, output_field=CharField()))
            .values_list("project__lead_unit_id", "n", "kind")
        )
        return told

    models: Sequence[Any] = (Milestone, FundsArrival, Flag)
    first, *rest = (of(model) for model in models)
    found: Counter[int] = Counter()
    for unit_id, n, _kind in first.union(*rest, all=True):
        found[unit_id] += n
    return dict(found)
