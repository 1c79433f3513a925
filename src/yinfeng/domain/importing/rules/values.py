"""Values of the ledger in the one plain form in which a sheet and the ledger are compared and staged. Pure.

Texts, ids and whole numbers as they are, decimals and days as text, firms as [name, share, code]. A unit that is to be
created stands as "+" and its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from yinfeng.domain.projects.rules.words import CeremonyKind
from yinfeng.kernel.text import squeeze

from .columns import BY_KEY, LEDGER
from .firms import Firm
from .listings import ListingSaid
from .titles import TitleSaid
from .value_words import INVISIBLE

NEW = "+"
ESTIMATE = "funds_estimate_cny"  # an expectation, recorded as one and added to nothing
FUNDS_SPANS: dict[tuple[str, str], dict[str, str]] = {}
for _column in LEDGER:
    if _column.span and _column.key != ESTIMATE:
        FUNDS_SPANS.setdefault((_column.basis, "USD" if _column.unit == "万美元" else "CNY"), {})[_column.span] = (
            _column.key
        )
FUNDS_KEYS = frozenset(key for spans in FUNDS_SPANS.values() for key in spans.values())
# Said of money in general, and of no single figure: they tell how new arrivals are recorded and are not compared.
ABOUT_FUNDS = frozenset({"funds_as_of", "funds_basis", "funds_boundary", "funds_voucher"})
UNIT_KEYS = ("lead_unit", "landing_unit", "outpost")
PERSON_KEYS = ("leader", "owner")
MILESTONE_KEYS: dict[str, str] = {c.key: c.stage for c in LEDGER if c.place == "milestone" and c.exported}
# An event on a stage -> the columns of its name and its day.
EVENT_KEYS: dict[str, tuple[str, str]] = {
    kind.value: (f"{kind.value}_ceremony", f"{kind.value}_ceremony_on")
    for kind in (CeremonyKind.SIGNING, CeremonyKind.START)
}
PHASE_ATTRIBUTES: dict[str, str] = {
    "phase_name": "name", "phase_investment_cny": "investment_cny", "site_route": "site_route",
    "phase_land_area_mu": "land_area_mu", "phase_plant_area_sqm": "plant_area_sqm",
    "planned_start_on": "planned_start_on", "planned_production_on": "planned_production_on",
}  # fmt: skip
PROJECT_ATTRIBUTES: dict[str, str] = {
    "platform_code": "platform_code", "name": "name", "kind": "kind", "origin": "origin",
    "capital_kind": "capital_kind", "content": "content", "product": "product",
    "investment_amount": "investment_amount", "investment_currency": "investment_currency",
    "exchange_rate": "exchange_rate", "exchange_rate_source": "exchange_rate_source",
    "exchange_rate_on": "exchange_rate_on", "fixed_investment_cny": "fixed_investment_cny",
    "annual_output_cny": "annual_output_cny", "annual_tax_cny": "annual_tax_cny",
    "trade_volume_cny": "trade_volume_cny", "jobs": "jobs", "land_area_mu": "land_area_mu",
    "plant_area_sqm": "plant_area_sqm", "industry": "industry_id", "segment": "segment_id", "lead_unit": "lead_unit_id",
    "landing_unit": "landing_unit_id", "outpost": "outpost_id", "channel": "channel", "referrer": "referrer",
    "owner": "owner_id", "leader": "leader_id", "task_force": "task_force", "is_confidential": "is_confidential",
}  # fmt: skip


def plain(value: Any) -> Any:
    """A typed value of a sheet or of the ledger in its plain form."""
    match value:
        case bool() | int() | None:
            return value
        case Decimal():
            return decimal_text(value)
        case date():
            return value.isoformat()[:10]
        case str():
            return value.strip()
        case TitleSaid() | ListingSaid():
            return value.plain()
        case tuple() | list():
            return [firm(v) if isinstance(v, Firm) else plain(v) for v in value]
    return str(value)


def firm(value: Any) -> list[Any]:
    share = value.share_percent
    return [" ".join(value.name.split()), decimal_text(share) if share is not None else None, value.uscc or ""]


def decimal_text(value: Decimal | int | float) -> str:
    """12.50 and 12.5 are one number."""
    number = Decimal(str(value))
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def same(key: str, one: Any, other: Any) -> bool:
    """Whether two plain values say the same: texts but for their spacing and what nobody sees, firms by name, share and
    code where both tell them."""
    if one == other:
        return True
    kind = BY_KEY[key].kind
    if kind == "firms":
        return _same_firms(one or [], other or [])
    if kind in ("text", "long_text", "code", "uscc") and isinstance(one, str) and isinstance(other, str):
        # A cell comes in without its soft hyphens and marks of direction; the ledger may hold some from a page.
        return INVISIBLE.sub("", one).split() == INVISIBLE.sub("", other).split()
    return False


def _same_firms(one: list[Any], other: list[Any]) -> bool:
    return len(one) == len(other) and all(
        squeeze(a[0]) == squeeze(b[0])
        and (not a[1] or not b[1] or a[1] == b[1])
        and (not a[2] or not b[2] or a[2] == b[2])
        for a, b in zip(one, other, strict=True)
    )


def differing(told: Mapping[str, Any], held: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    """The keys of which the sheet says something else than the ledger. What the sheet leaves empty says nothing."""
    return [key for key in keys if key in told and told[key] is not None and not same(key, told[key], held.get(key))]


def codes_of(value: Any) -> list[str]:
    """The credit codes of a cell, one or several."""
    return [value] if isinstance(value, str) else list(value or ())


def number_of(value: Any) -> Any:
    """8.1 and 8.100000 are one rate."""
    try:
        return Decimal(value) if isinstance(value, str) else value
    except ArithmeticError:
        return value
