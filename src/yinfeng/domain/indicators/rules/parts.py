"""Reading the parts of a definition: bands, conditions, the base and its numerator. Pure."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from itertools import combinations

from yinfeng.domain.enterprises.rules import CapitalKind, TitleKind
from yinfeng.domain.projects.rules.words import (
    DATE_COLUMNS,
    AgreementKind,
    Channel,
    FundsBasis,
    FundsBoundary,
    LeadStatus,
    Origin,
    ProjectKind,
    SiteRoute,
    ValueKind,
    VisitDirection,
)
from yinfeng.foundation.accounts.rules import UnitKind

from .definition import (
    INDIRECT,
    SUMMED,
    WINDOWS,
    Band,
    Bands,
    Base,
    Funds,
    Numerator,
    Records,
    Where,
)
from .node import DefinitionError, Node
from .sources import SOURCES

DATES = tuple(DATE_COLUMNS.values())


def band_of(node: Node, key: str = "") -> Band:
    low, above = node.amount("at_least"), node.amount("above")
    high, below = node.amount("at_most"), node.amount("below")
    if (low is not None and above is not None) or (high is not None and below is not None):
        raise DefinitionError(node.place, "同一端写了两个界限", "含本数写 at_least / at_most，不含写 above / below")
    bottom, top = low if low is not None else above, high if high is not None else below
    if bottom is None and top is None:
        raise DefinitionError(node.place, "没有界限", "请写 at_least、above、at_most 或 below")
    band = Band(key, node.text("label", "") or "", bottom, low is not None, top, high is not None)
    node.done()
    if (
        bottom is not None
        and top is not None
        and (bottom > top or (bottom == top and not (band.low_in and band.high_in)))
    ):
        raise DefinitionError(node.place, "下限不低于上限，底数将永远为空", "请核对两个界限")
    return band


def _overlap(a: Band, b: Band) -> bool:
    """Whether some amount lies in both."""
    lows = [(x.low, not x.low_in) for x in (a, b) if x.low is not None]
    highs = [(x.high, x.high_in) for x in (a, b) if x.high is not None]
    if not lows or not highs:
        return True
    low, high = max(lows), min(highs)  # the stricter end of each side
    return low[0] < high[0] or (low[0] == high[0] and not low[1] and high[1])


def bands_of(node: Node) -> Bands:
    cumulative = node.flag("cumulative")
    steps = node.take("steps")
    node.done()
    if not isinstance(steps, list) or not steps:
        raise DefinitionError(node.at("steps"), "没有列出规模档", "请至少列一档")
    bands = tuple(band_of(Node(s, f"{node.at('steps')}[{n}]"), f"band{n}") for n, s in enumerate(steps, 1))
    for band, n in zip(bands, range(1, len(bands) + 1), strict=True):
        if not band.label:
            raise DefinitionError(f"{node.at('steps')}[{n}].label", "没有填写文字", "请写明档名，并注明（含）")
        if band.label in {b.label for b in bands[: n - 1]}:
            raise DefinitionError(f"{node.at('steps')}[{n}].label", f"档名“{band.label}”重复", "请换一个档名")
    if cumulative:
        if any(b.high is not None or b.low is None for b in bands):
            raise DefinitionError(node.place, "累计的规模档只有下限", "请删去上限，或写 cumulative: false")
        thresholds = [(b.low or 0, not b.low_in) for b in bands]
        if thresholds != sorted(set(thresholds), reverse=True):
            raise DefinitionError(node.place, "累计的规模档须自大至小、互不相同", "请重排或删去重复的一档")
        return Bands(True, bands)
    for (m, a), (n, b) in combinations(enumerate(bands, 1), 2):
        if _overlap(a, b):
            raise DefinitionError(
                f"{node.at('steps')}[{n}]", f"“{b.label}”与第 {m} 档“{a.label}”重叠",
                "不累计的规模档不得重叠，请改界限的（含）与否，或写 cumulative: true",
            )  # fmt: skip
    return Bands(False, bands)


def where_of(node: Node | None) -> Where:
    if node is None:
        return Where()
    band = node.node("band")
    where = Where(
        kinds=node.choices("kinds", ProjectKind.values),
        not_kinds=node.choices("not_kinds", ProjectKind.values),
        capital_kinds=node.choices("capital_kinds", CapitalKind.values),
        origins=node.choices("origins", Origin.values),
        not_origins=node.choices("not_origins", Origin.values),
        channels=node.choices("channels", Channel.values),
        groups=node.choices("groups", None),
        chains=node.choices("chains", None),
        band=band_of(band) if band else None,
        terminated=node.choice("terminated", ("in", "out", "only"), "in"),
        stalled=node.choice("stalled", ("in", "out", "only"), "in"),
        reached=node.choices("reached", DATES),
        not_reached=node.choices("not_reached", DATES),
        this_year=node.choice("this_year", ("", *DATES), ""),
        earlier=node.choice("earlier", ("", *DATES), ""),
        routes=node.choices("routes", SiteRoute.values),
        listings=node.choices("listings", None),
        listing_levels=node.choices("listing_levels", None),
        titles=node.choices("titles", TitleKind.values),
        ceremonies=node.choices("ceremonies", None),
        told=node.choices("told", tuple(SUMMED)),
    )
    node.done()
    for all_of, but, name in (
        (set(where.kinds or ProjectKind.values), where.not_kinds, "not_kinds"),
        (set(where.origins or Origin.values), where.not_origins, "not_origins"),
    ):
        if not all_of - set(but):
            raise DefinitionError(node.at(name), "把所有取值都排除了，底数将永远为空", "请核对包含与排除的取值")
    if where.this_year and where.this_year == where.earlier:
        raise DefinitionError(node.at("earlier"), "既要在本年又要在本年以前，底数将永远为空", "请删去其一")
    if where.reached and set(where.reached) <= set(where.not_reached):
        raise DefinitionError(node.at("not_reached"), "既要达到又要未达到，底数将永远为空", "请删去其一")
    return where


def funds_of(node: Node | None) -> Funds | None:
    if node is None:
        return None
    funds = Funds(
        value_kind=node.choice("value_kind", ValueKind.values, "actual"),
        basis=node.choice("basis", FundsBasis.values, "capital"),
        boundaries=node.choices("boundaries", FundsBoundary.values),
    )
    node.done()
    return funds


def _records(node: Node) -> Records | None:
    """Exactly one of the kinds of record, or none."""
    found: Records | None = None
    for source in SOURCES:
        one = node.node(source)
        if one is None:
            continue
        if found is not None:
            raise DefinitionError(one.place, "底数只能取一种记录", f"请在 {found.source} 与 {source} 中删去其一")
        units = one.choices("by_units", UnitKind.values)
        if source == "visits":
            found = Records(
                source,
                directions=one.choices("directions", VisitDirection.values),
                led=one.flag("led", False),
                by_units=units,
            )
        elif source == "leads":
            found = Records(source, statuses=one.choices("statuses", LeadStatus.values), by_units=units)
        elif source == "agreements":
            found = Records(source, kinds=one.choices("kinds", AgreementKind.values), by_units=units)
        else:
            found = Records(source, by_units=units)
        one.done()
    return found


def check_where(where: Where, names: tuple[str, ...] | None, place: str) -> None:
    """A record that is no project answers to few conditions."""
    if names is None:
        return
    for one in fields(Where):
        if getattr(where, one.name) != one.default and one.name not in names:
            raise DefinitionError(
                f"{place}.{one.name}", "这种记录没有这一属性",
                f"此处可用：{'、'.join(names)}" if names else "请删去",
            )  # fmt: skip


def _dates_of(records: Records | None) -> tuple[str, ...]:
    if records is None:
        return (*DATES, *INDIRECT)
    return SOURCES[records.source].dates or DATES


def base_of(node: Node, default_label: str) -> Base:
    funds = funds_of(node.node("funds"))
    records = _records(node)
    if funds and records:
        raise DefinitionError(node.at("funds"), "底数只能取一种记录", "请删去其一")
    dates = _dates_of(records)
    window = node.choice("window", WINDOWS, "period")
    since = node.take("since")
    if isinstance(since, str):
        try:
            since = date.fromisoformat(since)
        except ValueError:
            raise DefinitionError(node.at("since"), f"“{since}”不是日期", "请写成 2021-01-01") from None
    elif since is not None:
        raise DefinitionError(node.at("since"), f"“{since}”不是文字", '请加引号，写成 "2021-01-01"')
    if (window == "since") != (since is not None):
        raise DefinitionError(node.at("since"), "只有 window: since 才有起始日期，且必须有", "请补上或删去")
    base = Base(
        label=node.text("label", default_label),
        date="" if funds else node.choice("date", dates, dates[0] if records or window == "all" else None),
        window=window,
        since=since,
        grace_days=node.number("grace_days", 0, 0, 3650) or 0,
        undated=node.flag("undated", False),
        where=where_of(node.node("where")),
        funds=funds,
        records=records,
    )
    node.done()
    if records is not None:
        check_where(base.where, SOURCES[records.source].where, node.at("where"))
        if base.undated:
            raise DefinitionError(node.at("undated"), "这种记录都有日期", "请删去")
    if base.date and base.date in base.where.not_reached and base.window != "all":
        raise DefinitionError(node.at("where"), "底数按这一日期取，又要求未达到它，将永远为空", "请删去其一")
    return base


def numerator_of(node: Node, default_label: str, more_dates: tuple[str, ...] = ()) -> Numerator:
    funds = funds_of(node.node("funds"))
    numerator = Numerator(
        label=node.text("label", default_label),
        reached=node.choices("reached", (*DATES, *more_dates)),
        until=node.choice("until", ("as_of", "window"), "as_of"),
        where=where_of(node.node("where")),
        funds=funds,
    )
    node.done()
    if not numerator.reached and not funds and numerator.where == Where():
        raise DefinitionError(node.place, "与底数没有区别，比率将永远为 100%", "请写 reached、where 或 funds")
    return numerator
