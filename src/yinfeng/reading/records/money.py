"""Every explicit amount of the page, once by value, currency and upper bound."""

from __future__ import annotations

from ..mentions.numbers import Number
from ..mentions.page import Page
from ..model import Evidence, MoneyRecord
from .evidence import quote


def money_records(page: Page, raw: str) -> list[MoneyRecord]:
    """Amounts in order of their first mention. An amount without a currency word in a headline is none."""
    titles = [(s.start, s.end) for s in page.sentences if s.title]
    first: dict[tuple[float, str, float | None], Number] = {}
    places: dict[tuple[float, str, float | None], list[Evidence]] = {}
    for number in page.numbers:
        if number.kind != "money":
            continue
        if not number.stated and any(a <= number.start < b for a, b in titles):
            continue
        key = (number.value, number.unit, number.value_max)
        first.setdefault(key, number)
        told = places.setdefault(key, [])
        if len(told) < _QUOTED:
            told.append(quote(page, raw, number.start, number.end, "value", "currency"))
    return [_record(page, number, tuple(places[key])) for key, number in first.items()]


_QUOTED = 5  # mentions quoted of one amount


def _record(page: Page, number: Number, evidence: tuple[Evidence, ...]) -> MoneyRecord:
    repaired = page.normalised.is_repaired(number.start, number.end)
    return MoneyRecord(
        value=number.value,
        currency=number.unit,
        value_max=number.value_max,
        text=page.text[number.start : number.end],
        confidence=0.5 if repaired else (0.99 if number.stated else 0.9),
        certain=not repaired and number.stated,
        evidence=evidence,
    )
