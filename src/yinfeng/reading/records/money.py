"""Every explicit amount of the page, once by value, currency and upper bound."""

from __future__ import annotations

from ..mentions.page import Page
from ..model import Evidence, MoneyRecord
from .evidence import quote


def money_records(page: Page, raw: str) -> list[MoneyRecord]:
    """Amounts in order of their first mention. An amount without a currency word in a headline is none."""
    titles = [(s.start, s.end) for s in page.sentences if s.title]
    seen: dict[tuple[float, str, float | None], MoneyRecord] = {}
    places: dict[tuple[float, str, float | None], list[Evidence]] = {}
    for number in page.numbers:
        if number.kind != "money":
            continue
        if not number.stated and any(a <= number.start < b for a, b in titles):
            continue
        key = (number.value, number.unit, number.value_max)
        repaired = page.normalised.is_repaired(number.start, number.end)
        piece = quote(page, raw, number.start, number.end, "value", "currency")
        places.setdefault(key, []).append(piece)
        if key not in seen:
            seen[key] = MoneyRecord(
                value=number.value,
                currency=number.unit,
                value_max=number.value_max,
                text=page.text[number.start : number.end],
                confidence=0.5 if repaired else (0.99 if number.stated else 0.9),
                certain=not repaired and number.stated,
            )
    return [
        MoneyRecord(r.value, r.currency, r.value_max, r.text, r.confidence, r.certain, tuple(places[key][:5]))
        for key, r in seen.items()
    ]
