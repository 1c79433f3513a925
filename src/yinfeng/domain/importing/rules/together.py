"""What the cells of one row say together: several codes for several firms, dates in their order, parts and wholes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from yinfeng.domain.projects.rules.stages import STANDARD_STAGES
from yinfeng.domain.projects.rules.words import PROJECT_STAGES, AgreementKind, Stage
from yinfeng.kernel.money import display
from yinfeng.kernel.voice import say

from .columns import BY_KEY, SITE_ROUTES
from .dates import DateSaid
from .faults import Trouble, trouble
from .reading import Place
from .titles import read_titles
from .value_words import NO, YES
from .values import EVENT_KEYS

# Milestones whose order is known everywhere. The rulebook's own table is asked when the facts are declared.
ORDERED: tuple[tuple[str, str], ...] = tuple(
    (f"{earlier}_on", f"{later}_on") for earlier, later in STANDARD_STAGES["ordered"]
)
PARTS = (
    ("fixed_investment_cny", "investment_cny"),
    ("phase_investment_cny", "investment_cny"),
    ("funds_this_month_cny", "funds_this_year_cny"),
    ("funds_this_year_cny", "funds_in_place_cny"),
    ("fixed_assets_this_month_cny", "fixed_assets_this_year_cny"),
    ("fixed_assets_this_year_cny", "fixed_assets_to_date_cny"),
    ("fdi_this_month_usd", "fdi_this_year_usd"),
    ("fdi_this_year_usd", "fdi_to_date_usd"),
)
_FUNDS = tuple(column.key for column in BY_KEY.values() if column.place == "funds" and column.kind == "money")


_YEAR_BEHIND = re.compile(r"[,，]\s*((?:19|20)\d\d)年?")


@dataclass
class Draft:
    """A row while it is read: ``columns`` where each key stands, ``said`` the dates as they were told."""

    columns: dict[str, int]
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    said: dict[str, DateSaid] = field(default_factory=dict)


def put_together(draft: Draft, *, as_of: date | None, today: date) -> Iterator[tuple[str, Trouble]]:
    """Bring the values of a row into agreement; yields (key, trouble) for what does not fit."""
    yield from _codes(draft)
    _titles(draft)
    _site(draft)
    yield from _signing(draft)
    yield from _order(draft)
    yield from _events(draft)
    yield from _stage(draft)
    yield from _parts(draft)
    if as_of is not None and "funds_as_of" not in draft.values and any(key in draft.values for key in _FUNDS):
        draft.values["funds_as_of"] = min(as_of, today)


def _codes(draft: Draft) -> Iterator[tuple[str, Trouble]]:
    """Credit codes go to the firms they belong to."""
    codes = draft.values.get("investor_uscc")
    firms = draft.values.get("investors")
    if codes is None or not firms:
        return
    told = codes if isinstance(codes, tuple) else (codes,)
    del draft.values["investor_uscc"]
    if len(told) != len(firms):
        yield "investor_uscc", trouble("uscc.count", codes=len(told), firms=len(firms))
        return
    draft.values["investors"] = tuple(
        replace(firm, uscc=firm.uscc or code) for firm, code in zip(firms, told, strict=True)
    )


def _titles(draft: Draft) -> None:
    """甲公司（世界500强） tells a title where no column does; what else stands there in brackets is no matter."""
    firms = draft.values.get("investors") or ()
    if "investor_titles" in draft.values or not any(firm.remark for firm in firms):
        return
    place = Place(BY_KEY["investor_titles"])
    found = [
        replace(title, firm=firm.name if len(firms) > 1 else "")
        for firm in firms
        if firm.remark
        for title in read_titles(place, _YEAR_BEHIND.sub(r"(\1)", firm.remark)).value or ()
    ]
    if found:
        draft.values["investor_titles"] = tuple(found)
        draft.cells["investor_titles"] = draft.cells["investors"]


def _site(draft: Draft) -> None:
    """供地日期 and 租赁日期 are the day the site was secured, and say by which way."""
    wanted = draft.values.get("site_route")
    keys = sorted(SITE_ROUTES, key=lambda key: SITE_ROUTES[key] != wanted)
    for key in keys:
        if key in draft.values:
            day, cell = draft.values.pop(key), draft.cells.pop(key)
            said = draft.said.pop(key, None)
            if "site_secured_on" not in draft.values:
                draft.values["site_secured_on"], draft.cells["site_secured_on"] = day, cell
                draft.columns["site_secured_on"] = draft.columns[key]
                if said is not None:
                    draft.said["site_secured_on"] = said
                draft.values.setdefault("site_route", SITE_ROUTES[key])


def _signing(draft: Draft) -> Iterator[tuple[str, Trouble]]:
    """The day of a framework agreement is no signing."""
    if draft.values.get("agreement_kind") == AgreementKind.FRAMEWORK and "signed_on" in draft.values:
        yield "signed_on", trouble("signed.framework", value=draft.values.pop("signed_on"))
        draft.said.pop("signed_on", None)


def _events(draft: Draft) -> Iterator[tuple[str, Trouble]]:
    """An event is known by its name and its day; 是 names none, 否 says that there was none."""
    for name, day in EVENT_KEYS.values():
        told = str(draft.values.get(name, ""))
        if told.casefold() in NO:
            del draft.values[name]
        elif told.casefold() in YES or (not told and day in draft.values):
            draft.values.pop(name, None)
            yield (
                name if told else day,
                trouble("event.no_name", name=say(BY_KEY[name].title), day=say(BY_KEY[day].title)),
            )
        elif told and day not in draft.values:
            yield name, trouble("event.no_date", day=say(BY_KEY[day].title), value=told)


def _order(draft: Draft) -> Iterator[tuple[str, Trouble]]:
    """A month that is told without its day reaches no further than the milestone that follows; the rest is a fault."""
    for earlier, later in reversed(ORDERED):
        one, two = draft.said.get(earlier), draft.said.get(later)
        if one is None or two is None or earlier not in draft.values or later not in draft.values:
            continue
        if one.first > two.last:
            yield (
                later,
                trouble(
                    "date.order",
                    later=say(BY_KEY[later].title),
                    later_value=draft.values[later],
                    earlier=say(BY_KEY[earlier].title),
                    earlier_value=draft.values[earlier],
                ),
            )
        elif draft.values[earlier] > draft.values[later]:
            draft.values[earlier] = max(one.first, min(draft.values[earlier], draft.values[later]))


def _stage(draft: Draft) -> Iterator[tuple[str, Trouble]]:
    """A stage that is told must have its date, or the project will not stand there."""
    told = draft.values.pop("stage", None)
    draft.cells.pop("stage", None)
    if told is None or told not in PROJECT_STAGES or told == Stage.NEGOTIATING:
        return
    stages = list(PROJECT_STAGES)
    later = stages[stages.index(Stage(told)) :]
    if not any(f"{stage.value}_on" in draft.values for stage in later):
        wanted = say(BY_KEY[f"{told}_on"].title)
        yield "stage", trouble("stage.no_date", value=say(Stage(told).label), wanted=wanted)


def _parts(draft: Draft) -> Iterator[tuple[str, Trouble]]:
    for part, whole in PARTS:
        one, two = draft.values.get(part), draft.values.get(whole)
        if one is not None and two is not None and one > two:
            currency = "USD" if part.endswith("_usd") else "CNY"
            yield (
                part,
                trouble(
                    "sum.part_larger",
                    part=say(BY_KEY[part].title),
                    part_value=display(one, currency_code=currency),
                    whole=say(BY_KEY[whole].title),
                    whole_value=display(two, currency_code=currency),
                ),
            )
