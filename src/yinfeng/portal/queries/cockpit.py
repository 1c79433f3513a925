"""The cockpit: counts, sums, red list, funnel, trend and units, within the viewer's scope, in seven queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import BigIntegerField, CharField, Count, DateField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.domain.projects.access import visible_leads, visible_projects
from yinfeng.domain.projects.models import FundsArrival, Project
from yinfeng.domain.projects.queries import choices, lights
from yinfeng.domain.projects.queries.project_phases import STAGE_TONES
from yinfeng.domain.projects.queries.walking import over_index, planned_afresh
from yinfeng.domain.projects.rules.lights import LightOf, LightRule, light_of
from yinfeng.domain.projects.rules.view import View
from yinfeng.domain.projects.rules.view_words import Window
from yinfeng.domain.projects.rules.words import COUNTING, FundsBasis, LeadStatus, Light, Stage, ValueKind
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.money import change_words, display, percent, rate_change_words, ratio, round_half_up
from yinfeng.kernel.periods import Period, shift_months

HOME = "CNY"
RED_SHOWN = 8
MONTHS = 24
_LEAD = "lead:"  # before the state of a lead, where it stands beside kinds of value

# The funnel: how many ever reached a step. Its kind is said on the page: the board counts what is at a stage now.
FUNNEL = (
    (Stage.SIGNED, "signed_on"),
    (Stage.SITE_SECURED, "site_on"),
    (Stage.STARTED, "started_on"),
    (Stage.PRODUCING, "producing_on"),
    (Stage.AT_CAPACITY, "at_capacity_on"),
)


# ------------------------------------------------------------------------------------------------ cockpit


@dataclass(frozen=True)
class Sums:
    """Agreed sums by currency, side by side and never added: ((currency, whole units), …), yuan first."""

    parts: tuple[tuple[str, int], ...] = ()

    @property
    def cny(self) -> int:
        return dict(self.parts).get(HOME, 0)

    @property
    def others(self) -> tuple[tuple[str, int], ...]:
        return tuple(p for p in self.parts if p[0] != HOME)


@dataclass(frozen=True)
class Figure:
    """A figure with what it is, what it is compared with, and its formula with the numbers in it."""

    label: str
    value: str
    unit: str
    note: str = ""
    change: str = ""
    direction: str = ""
    verdict: str = ""
    basis: str = ""
    picture: str = ""
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class RedProject:
    pk: int
    code: str
    name: str
    stage: str
    tone: str
    unit: str
    owner: str
    due_on: date | None
    due_text: str
    investment_cny: int | None
    light: LightOf


@dataclass(frozen=True)
class Step:
    """A step of the funnel: how many ever reached it, and what share of the step before."""

    label: str
    count: int
    conversion: Fraction | None
    url: str
    percent_of_first: int


@dataclass(frozen=True)
class Month:
    period: Period
    count: int
    sum_cny: int
    is_running: bool


@dataclass
class UnitLine:
    """A unit's figures; lines stand in the official order of units and are not ranked."""

    pk: int
    name: str
    projects: int = 0
    sum_cny: int = 0
    signed: int = 0
    signed_cny: int = 0
    started: int = 0
    red: int = 0
    yellow: int = 0

    @property
    def start_rate(self) -> Fraction | None:
        return ratio(self.started, self.signed)


@dataclass(frozen=True)
class CapitalLine:
    """One of the three kinds of capital: how many projects, and their agreed sums by currency."""

    label: str
    count: int
    sums: Sums
    url: str


@dataclass(frozen=True)
class Cockpit:
    figures: list[Figure]
    red: list[RedProject]
    red_count: int
    red_url: str
    steps: list[Step]
    leads_open: int
    months: list[Month]
    units: list[UnitLine]
    total: UnitLine
    capitals: list[CapitalLine]
    others: tuple[tuple[str, int], ...]
    period: str
    is_whole_house: bool
    rule: str


def cockpit(viewer: Viewer, today: date) -> Cockpit:
    """Everything on the cockpit, in seven queries."""
    year = Period.ytd(today)
    last = year.same_last_year()
    rule = lights.rule_in_force(today)
    seen = visible_projects(viewer)
    units = choices.units()
    names = {u.id: u.short_name for u in units.lines}
    with planned_afresh():
        by_unit, totals, capitals = _by_unit(seen)
        _this_year(seen, year, by_unit)
        for unit_id, red, yellow in _lit(seen, today, rule):
            if unit_id in by_unit:
                by_unit[unit_id].red += red
                by_unit[unit_id].yellow += yellow
        small = _small(viewer, seen, year, last, today)
    totals["signed_then"] = sum(day.count for day in small.days if last.start <= day.on <= last.end)
    totals["started_then"] = sum(day.started_then for day in small.days if last.start <= day.on <= last.end)
    lines = [_named(by_unit[u.id], u.short_name) for u in units.lines if u.id in by_unit]
    total = UnitLine(0, _("合计"))
    for line in lines:
        for name in ("projects", "sum_cny", "signed", "signed_cny", "started", "red", "yellow"):
            setattr(total, name, getattr(total, name) + getattr(line, name))
    red_url = _ledger(View(lights=(Light.RED,)))
    return Cockpit(
        figures=_figures(total, totals, small.funds, year, last, red_url),
        red=_red(seen, today, rule, names),
        red_count=total.red,
        red_url=red_url,
        steps=_steps(small.leads, totals),
        leads_open=small.leads_open,
        months=_months(small.days, today),
        units=lines,
        total=total,
        capitals=capitals,
        others=totals["sums"].others,
        period=year.label,
        is_whole_house=viewer.reach("project").everything and viewer.reach("confidential").everything,
        rule=rule.stamp,
    )


def _named(line: UnitLine, name: str) -> UnitLine:
    line.name = name
    return line


def _ledger(view: View) -> str:
    """The address of the rows behind a figure."""
    return f"{reverse('projects:ledger')}?{view.query()}"


def _within_period(column: str, period: Period) -> Q:
    return Q(**{f"{column}__gte": period.start, f"{column}__lte": period.end})


def _by_unit(seen: QuerySet[Project]) -> tuple[dict[int, UnitLine], dict[str, Any], list[CapitalLine]]:
    """Per unit, per kind of capital and in all: one walk over the index ``project_outline`` in its own order."""
    alive = Q(ended_on=None)
    with over_index("project_outline"):
        rows: list[Any] = list(
            seen.order_by()
            .values("lead_unit_id", "capital_kind", "investment_currency")
            .annotate(
                n=Count(Value(1), filter=alive),
                total=Sum("investment_amount", filter=alive),
                all_ever=Count("*"),
                **{f"reached_{column}": Count(column) for _stage, column in FUNNEL},
            )
        )
    lines: dict[int, UnitLine] = {}
    totals: dict[str, Any] = defaultdict(int)
    sums: dict[str, int] = defaultdict(int)
    capitals: dict[str, tuple[list[int], dict[str, int]]] = {k.value: ([0], defaultdict(int)) for k in CapitalKind}
    for row in rows:
        line = lines.setdefault(row["lead_unit_id"], UnitLine(row["lead_unit_id"], ""))
        total, currency = int(row["total"] or 0), row["investment_currency"]
        line.projects += row["n"]
        if currency == HOME:
            line.sum_cny += total
        count, by_currency = capitals[row["capital_kind"]]
        count[0] += row["n"]
        if total:
            sums[currency] += total
            by_currency[currency] += total
        totals["all_ever"] += row["all_ever"]
        for _stage, column in FUNNEL:
            totals[column] += row[f"reached_{column}"]
    totals["sums"] = _sums(sums)
    told = [
        CapitalLine(_(k.label), capitals[k][0][0], _sums(capitals[k][1]), _ledger(View(capitals=(k,), ended=False)))
        for k in CapitalKind
    ]
    return lines, totals, told


def _sums(by_currency: Mapping[str, int]) -> Sums:
    return Sums(tuple(sorted(by_currency.items(), key=lambda p: (p[0] != HOME, p[0]))))


def _this_year(seen: QuerySet[Project], year: Period, lines: dict[int, UnitLine]) -> None:
    """Signed this year, and of these started: a range of ``project_by_signing``."""
    rows = (
        seen.filter(_within_period("signed_on", year))
        .order_by()
        .values("lead_unit_id")
        .annotate(
            signed=Count("*"),
            total=Sum("investment_amount", filter=Q(investment_currency=HOME)),
            started=Count("started_on"),
        )
    )
    with over_index("project_by_signing"):
        for row in rows:
            line = lines[row["lead_unit_id"]]
            line.signed, line.started, line.signed_cny = row["signed"], row["started"], int(row["total"] or 0)


def _lit(seen: QuerySet[Project], today: date, rule: LightRule) -> Iterable[tuple[int, int, int]]:
    """Unit, red, yellow: those that are due from ``project_by_due``, those that stand still from ``project_stalled``."""
    running = seen.filter(ended_on=None).order_by()
    red = rule.red_until(today)
    due = (
        running.filter(stalled_on=None, next_due_on__lte=max(red, rule.yellow_until(today)))
        .values("lead_unit_id")
        .annotate(
            red=Count(Value(1), filter=Q(next_due_on__lte=red)), yellow=Count(Value(1), filter=Q(next_due_on__gt=red))
        )
    )
    still = running.exclude(stalled_on=None).values("lead_unit_id")
    still = still.annotate(red=Count("*"), yellow=Cast(Value(0), BigIntegerField()))
    columns = ("lead_unit_id", "red", "yellow")
    with over_index("project_by_due", "project_stalled"):
        return list(due.values_list(*columns).union(still.values_list(*columns), all=True))


def _red(seen: QuerySet[Project], today: date, rule: LightRule, names: dict[int, str]) -> list[RedProject]:
    """The red projects, the longest overdue first."""
    rows = (
        seen.filter(lights.lit([Light.RED], today, rule))
        .order_by(F("next_due_on").asc(nulls_last=True), "pk")
        .values_list(
            "pk", "code", "name", "furthest_stage", "lead_unit_id", "owner__name", "next_due_on", "next_due_text",
            "investment_cny", "stalled_on", "ended_on",
        )[:RED_SHOWN]
    )  # fmt: skip
    return [
        RedProject(
            pk, code, name, Stage(stage).label, STAGE_TONES[stage], names.get(unit, ""), owner or "", due, text, total,
            light_of(due, stalled, ended, stage, today, rule),
        )
        for pk, code, name, stage, unit, owner, due, text, total, stalled, ended in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class _Day:
    """The signings of a day."""

    on: date
    count: int
    sum_cny: int
    started_then: int  # of these, started by this day of last year


@dataclass(frozen=True)
class _Small:
    """Figures of three tables that one query brings: leads, funds of the year, signings by day."""

    leads: int
    leads_open: int
    funds: dict[str, int]  # capital that arrived this year, by kind of value: estimates stand apart; yuan
    days: list[_Day]


def _small(viewer: Viewer, seen: QuerySet[Project], year: Period, last: Period, today: date) -> _Small:
    funds = FundsArrival.objects.filter(
        _within_period("happened_on", year), status__in=COUNTING, basis=FundsBasis.CAPITAL,
        value_kind__in=[ValueKind.ACTUAL, ValueKind.ESTIMATE],
    )  # fmt: skip
    if not (viewer.reach("project").everything and viewer.reach("confidential").everything):
        funds = funds.filter(project_id__in=seen.values("pk"))
    # Two years of days: the same period of last year is among them.
    signed = seen.filter(signed_on__gte=_first_month(today), signed_on__lte=today)
    home = Sum("investment_amount", filter=Q(investment_currency=HOME))

    def tagged(rows: QuerySet[Any], key: Any, on: Any, total: Any, then: Any = None) -> QuerySet[Any]:
        grouped = rows.order_by().annotate(key=key, on=on).values("key", "on")
        found: QuerySet[Any] = grouped.annotate(
            n=Count("*"), total=Cast(total, BigIntegerField()), then=then or Cast(Value(0), BigIntegerField())
        ).values_list("key", "on", "n", "total", "then")
        return found

    day, no_key, no_day = F("signed_on"), Cast(Value(None), CharField()), Cast(Value(None), DateField())
    # By the day itself and not by a text of it: so the index's own order groups them.
    found = tagged(signed, no_key, day, home, Count(Value(1), filter=Q(started_on__lte=last.end))).union(
        tagged(funds, F("value_kind"), no_day, Sum("amount_cny")),
        tagged(visible_leads(viewer).annotate(told=Concat(Value(_LEAD), "status")), F("told"), no_day, Value(0)),
        all=True,
    )
    days: list[_Day] = []
    told: dict[str, tuple[int, int]] = {}
    with over_index("project_by_signing"):
        for key, on, n, total, then in found:
            if on is not None:
                days.append(_Day(on, n, int(total or 0), then))
            else:
                told[key] = (n, int(total or 0))
    leads = {key: n for key, (n, _total) in told.items() if key.startswith(_LEAD)}
    return _Small(
        leads=sum(leads.values()),
        leads_open=leads.get(f"{_LEAD}{LeadStatus.OPEN}", 0),
        funds={kind: told.get(kind, (0, 0))[1] for kind in (ValueKind.ACTUAL, ValueKind.ESTIMATE)},
        days=days,
    )


def _first_month(today: date) -> date:
    return shift_months(today.replace(day=1), -(MONTHS - 1))


def _months(days: Iterable[_Day], today: date) -> list[Month]:
    """Signings of the last 24 months; the last one is still running."""
    counts: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for day in days:
        counts[day.on.year, day.on.month][0] += day.count
        counts[day.on.year, day.on.month][1] += day.sum_cny
    months = []
    for back in range(MONTHS):
        start = shift_months(_first_month(today), back)
        period = Period.month(start.year, start.month)
        n, total = counts[start.year, start.month]
        months.append(Month(period, n, total, period.is_running(today)))
    return months


def _steps(leads: int, totals: dict[str, Any]) -> list[Step]:
    counts = [
        (_("登记线索"), leads, ""),
        (_("进入洽谈"), totals["all_ever"], _ledger(View())),
        *((str(stage.label), totals[column], _ledger(View(reached=stage))) for stage, column in FUNNEL),
    ]
    largest = max((n for _label, n, _url in counts), default=0) or 1
    steps: list[Step] = []
    before: int | None = None
    for place, (label, n, url) in enumerate(counts):
        # Projects need not begin as leads: the two counts are not a rate of one another.
        conversion = ratio(n, before) if before is not None and place > 1 else None
        steps.append(Step(label, n, conversion, url, round(100 * n / largest)))
        before = n
    return steps


def _figures(
    total: UnitLine, totals: dict[str, Any], funds: dict[str, int], year: Period, last: Period, red_url: str
) -> list[Figure]:
    rate, rate_then = total.start_rate, ratio(totals["started_then"], totals["signed_then"])
    others = _("、").join(display(amount, currency_code=code) for code, amount in totals["sums"].others)
    mine = year.label
    return [
        Figure(
            _("在库项目"), f"{total.projects:,}", _("个"), picture="stack-2", url=_ledger(View(ended=False)),
            note=_("总投资 {sum}").format(sum=display(total.sum_cny, "亿元", 2))
            + (_("；另有 {others}").format(others=others) if others else ""),
            basis=_("未终止的项目 {n:,} 个；人民币项目协议总投资合计 {sum}；外币项目单列，不相加").format(
                n=total.projects, sum=display(total.sum_cny)
            ),
        ),
        Figure(
            _("本年签约"), f"{total.signed:,}", _("个"), picture="signature",
            note=_("协议投资 {sum}").format(sum=display(total.signed_cny, "亿元", 2)),
            change=change_words(total.signed, totals["signed_then"]),
            direction=_direction(total.signed, totals["signed_then"]),
            verdict=_verdict(total.signed, totals["signed_then"]),
            url=_ledger(View(windows=(Window("signed", year.start, year.end),))),
            basis=_("{mine}首次正式签约 {a:,} 个；上年同期（{then}）{b:,} 个").format(
                mine=mine, a=total.signed, then=last.label, b=totals["signed_then"]
            ),
        ),
        Figure(
            _("本年签约开工率"), _rate(rate), "", picture="building-factory-2",
            note=_("已开工 {a:,} / 签约 {b:,}").format(a=total.started, b=total.signed),
            change=rate_change_words(rate, rate_then), direction=_direction(rate, rate_then),
            verdict=_verdict(rate, rate_then),
            basis=_("同一签约窗口（{mine}）内已开工 {a:,} ÷ 签约 {b:,} = {r}；上年同期 {c:,} ÷ {d:,} = {s}").format(
                mine=mine, a=total.started, b=total.signed, r=_rate(rate), c=totals["started_then"],
                d=totals["signed_then"], s=_rate(rate_then),
            ),
        ),
        Figure(
            _("本年到位资金"), f"{_yi(funds[ValueKind.ACTUAL])}", _("亿元"), picture="coin-yuan",
            note=_("另有预计 {sum}，不计入").format(sum=display(funds[ValueKind.ESTIMATE], "亿元", 2)),
            basis=_("{mine}资本到位口径、实际值、未退回未作废的到位资金合计 {sum}；预计值 {other} 单列，从不相加").format(
                mine=mine, sum=display(funds[ValueKind.ACTUAL]), other=display(funds[ValueKind.ESTIMATE])
            ),
        ),
        Figure(
            _("投产项目"), f"{totals['producing_on']:,}", _("个"), picture="chart-line",
            note=_("累计签约 {n:,} 个").format(n=totals["signed_on"]), url=_ledger(View(reached=Stage.PRODUCING)),
            basis=_("累计到达“投产”的项目 {a:,} ÷ 累计签约 {b:,} = {r}").format(
                a=totals["producing_on"], b=totals["signed_on"], r=_rate(ratio(totals["producing_on"], totals["signed_on"]))
            ),
        ),
        Figure(
            _("红灯项目"), f"{total.red:,}", _("个"), picture="alert-triangle", tone="red" if total.red else "",
            note=_("黄灯 {n:,} 个").format(n=total.yellow), url=red_url,
            basis=_("按红黄灯规则逐项判定；点开清单可见每个项目的依据"),
        ),
    ]  # fmt: skip


def _yi(yuan: int) -> str:
    return format(round_half_up(Fraction(yuan, 10**8), 2), ",f")


def _rate(value: Fraction | None) -> str:
    if value is None:
        return "—"
    return percent(value.numerator, value.denominator) or "—"


def _direction(this: Any, last: Any) -> str:
    if this is None or last is None or this == last:
        return ""
    return "up" if this > last else "down"


def _verdict(this: Any, last: Any) -> str:
    return {"up": "good", "down": "bad"}.get(_direction(this, last), "")
