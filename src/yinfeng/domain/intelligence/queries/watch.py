"""The watch: what other cities sign, by city, month and industry, as read; and what it points at by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts import access as rights
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.rulebook.queries import parsed

from ..models import Alert, Document, Proposal
from ..rules.labels import NOT_A_PROJECT
from ..rules.watch import WatchRule, months_back, parse_watch
from ..rules.words import AlertKind, ProposalKind
from .review import figures_of
from .stories import Told, told_by

MOST_READ = 1_000
MOST_FIGURES = 60
MOST_ALERTS = 30
UNKNOWN = "未分类"


@dataclass(frozen=True)
class CityRow:
    """A city with its projects by month; sums in yuan, of those that tell one in yuan."""

    name: str
    months: tuple[int, ...]
    count: int
    sum_cny: int
    without_sum: int


@dataclass(frozen=True)
class IndustryRow:
    name: str
    count: int
    sum_cny: int
    cities: str


@dataclass(frozen=True)
class FigureRow:
    city: str
    measure: str
    value: str
    change: str
    period: str
    document_id: int
    document: str
    doc_date: date | None
    proposal_id: int


@dataclass(frozen=True)
class AlertRow:
    pk: int
    kind: str
    text: str
    detail: str
    url: str
    at: datetime
    may_close: bool


@dataclass(frozen=True)
class WatchPage:
    months: tuple[date, ...]
    cities: tuple[CityRow, ...]
    industries: tuple[IndustryRow, ...]
    figures: tuple[FigureRow, ...]
    alerts: tuple[AlertRow, ...]
    total: int
    is_capped: bool
    neighbours: tuple[str, ...]
    rule: str
    chart: dict[str, Any]


def rule_of(on: date) -> tuple[WatchRule, str]:
    return parsed("city_watch", on, parse_watch)


def watch(viewer: Viewer, today: date) -> WatchPage:
    """About eight queries, however much was read."""
    rule, stamp = rule_of(today)
    months = months_back(today, rule.months)
    found, capped = _projects(viewer, rule, months)
    cities = _cities(found, months)
    return WatchPage(
        tuple(months), cities, _industries(found), _figures(viewer, rule, months), tuple(alerts(viewer)), len(found),
        capped, rule.neighbours, stamp, _chart(cities, months),
    )  # fmt: skip


def sentences(viewer: Viewer, today: date, city: str, month: date | None, industry: str) -> list[Told]:
    """The projects behind a figure of the page, each with its sentences."""
    rule, _stamp = rule_of(today)
    found, _capped = _projects(viewer, rule, months_back(today, rule.months))
    return [
        t
        for t in found
        if (not city or t.city == city) and (month is None or t.month == month)
        and (not industry or (t.industry or UNKNOWN) == industry)
    ]  # fmt: skip


def _elsewhere(viewer: Viewer, rule: WatchRule, months: Sequence[date], kind: ProposalKind) -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(kind=kind, month__gte=months[0], month__lte=months[-1]).exclude(region="")
    if rule.neighbours:
        rows = rows.filter(region__in=rule.neighbours)
    return rights.within(rows, viewer, "document", key="document_id")


def _projects(viewer: Viewer, rule: WatchRule, months: Sequence[date]) -> tuple[list[Told], bool]:
    """Each project once, however many documents tell of it (two queries)."""
    rows = _elsewhere(viewer, rule, months, ProposalKind.PROJECT).order_by("-month", "-pk")
    held = list(rows[: MOST_READ + 1])
    capped = len(held) > MOST_READ
    counting = [p for p in held[:MOST_READ] if p.fields.get("stage") in rule.stages and p.reason not in NOT_A_PROJECT]
    ids = {p.document_id for p in counting}
    documents = list(Document.objects.filter(pk__in=ids).only("pk", "title", "doc_date"))
    return told_by(documents, counting), capped


def _cities(found: Sequence[Told], months: Sequence[date]) -> tuple[CityRow, ...]:
    held: dict[str, list[Told]] = {}
    for told in found:
        held.setdefault(told.city, []).append(told)
    rows = [
        CityRow(
            city, tuple(sum(t.month == m for t in of) for m in months), len(of), sum(t.sum_cny or 0 for t in of),
            sum(t.sum_cny is None for t in of),
        )
        for city, of in held.items()
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda r: r.name))  # by name: other cities are not ranked


def _industries(found: Sequence[Told]) -> tuple[IndustryRow, ...]:
    held: dict[str, list[Told]] = {}
    for told in found:
        held.setdefault(told.industry or UNKNOWN, []).append(told)
    rows = [
        IndustryRow(name, len(of), sum(t.sum_cny or 0 for t in of), "、".join(sorted({t.city for t in of})))
        for name, of in held.items()
    ]
    return tuple(sorted(rows, key=lambda r: (r.name == UNKNOWN, -r.count, r.name)))


def _figures(viewer: Viewer, rule: WatchRule, months: Sequence[date]) -> tuple[FigureRow, ...]:
    """Statistics of other cities, the newest first; each stands as its document gives it (one query)."""
    rows = _elsewhere(viewer, rule, months, ProposalKind.AGGREGATE).select_related("document")
    held = list(rows.defer(*_TEXTS).order_by("-month", "-pk")[:MOST_FIGURES])
    return tuple(
        FigureRow(
            p.region, line.measure, line.value, line.change, line.period, p.document_id, p.document.title,
            p.document.doc_date, p.pk,
        )
        for p, line in zip(held, figures_of(held), strict=True)
    )  # fmt: skip


_TEXTS = ("document__raw_text", "document__readable_text", "document__reading", "document__sketch", "document__repairs")


def _chart(cities: Sequence[CityRow], months: Sequence[date]) -> dict[str, Any]:
    """Bars by month, one colour a city; at most six cities, the rest as one."""
    first = sorted(cities, key=lambda c: -c.count)[:6]
    series = [(c.name, c.months) for c in sorted(first, key=lambda c: c.name)]
    rest = [c.months for c in cities if c not in first]
    if rest:
        series.append((_("其他城市"), tuple(map(sum, zip(*rest, strict=True)))))
    return {
        "tooltip": {"trigger": "axis"}, "legend": {"bottom": 0, "type": "scroll"},
        "grid": {"left": 8, "right": 8, "top": 16, "bottom": 36, "containLabel": True},
        "xAxis": {"type": "category", "data": [f"{m:%y-%m}" for m in months]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {"type": "bar", "stack": "all", "name": name, "data": list(counts), "barMaxWidth": 28} for name, counts in series
        ],
    }  # fmt: skip


# ------------------------------------------------------------------------------------------- alerts


def visible_alerts(viewer: Viewer, verb: str = "S") -> QuerySet[Alert]:
    """A unit's leads are told to who sees leads of that unit, a record to who sees its document."""
    seen = rights.within(Proposal.objects.all(), viewer, "document", verb, key="document_id")
    reach = viewer.reach("lead", "S")
    units = Q(unit__isnull=False) if reach.everything else Q(unit_id__in=reach.unit_ids)
    if verb != "S":
        own = viewer.reach("document", verb)
        units &= Q(unit__isnull=False) if own.everything else Q(unit_id__in=own.unit_ids)
    return Alert.objects.filter(Q(kind=AlertKind.LEADS_FALLING) & units | Q(proposal__in=seen.values("pk")))


def open_alerts(viewer: Viewer) -> int:
    return visible_alerts(viewer, "V").filter(closed_at=None).order_by()[:100].count()


def alerts(viewer: Viewer) -> list[AlertRow]:
    """What is open, the newest first (two queries)."""
    held = list(
        visible_alerts(viewer).filter(closed_at=None).select_related("unit", "proposal").order_by("-pk")[:MOST_ALERTS]
    )
    mine = set(visible_alerts(viewer, "V").filter(pk__in=[a.pk for a in held]).values_list("pk", flat=True))
    return [_row(a, a.pk in mine) for a in held]


def _row(alert: Alert, may_close: bool) -> AlertRow:
    kind = _(AlertKind(alert.kind).label)
    if alert.kind == AlertKind.LEADS_FALLING and alert.unit is not None:
        counts = alert.figures["counts"]
        text = _("{unit}线索连续 {n} 个月下降").format(unit=alert.unit.short_name, n=len(counts) - 1)
        detail = " → ".join(f"{month} {n}" for month, n in zip(alert.figures["months"], counts, strict=True))
        url = f"{reverse('projects:leads')}?unit={alert.unit_id}"
        return AlertRow(alert.pk, kind, text, detail, url, alert.at, may_close)
    told = alert.figures
    text = _("{firm}在{city}有新动向：{name}").format(firm=told["firm"], city=told["city"], name=told["name"])
    assert alert.proposal is not None
    url = reverse("intelligence:document", args=[alert.proposal.document_id]) + f"?p={alert.proposal_id}"
    return AlertRow(alert.pk, kind, text, told.get("quote", ""), url, alert.at, may_close)
