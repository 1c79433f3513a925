"""What of two projects is chosen field by field when they are merged. Pure."""

from __future__ import annotations

from collections.abc import Mapping

# Choice -> the attributes it takes together, by the names that ``edit_project`` uses. A sum goes with its currency and rate.
MERGE_FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "platform_code": ("platform_code",),
    "kind": ("kind",),
    "origin": ("origin",),
    "content": ("content",),
    "product": ("product",),
    "capital_kind": ("capital_kind",),
    "investment": (
        "investment_amount", "investment_currency", "exchange_rate", "exchange_rate_source", "exchange_rate_on",
    ),
    "fixed_investment_cny": ("fixed_investment_cny",),
    "annual_output_cny": ("annual_output_cny",),
    "annual_tax_cny": ("annual_tax_cny",),
    "trade_volume_cny": ("trade_volume_cny",),
    "jobs": ("jobs",),
    "land_area_mu": ("land_area_mu",),
    "plant_area_sqm": ("plant_area_sqm",),
    "industry": ("industry_id",),
    "segment": ("segment_id",),
    "lead_unit": ("lead_unit_id",),
    "landing_unit": ("landing_unit_id",),
    "outpost": ("outpost_id",),
    "channel": ("channel",),
    "referrer": ("referrer",),
    "owner": ("owner_id",),
    "leader": ("leader_id",),
    "task_force": ("task_force",),
}  # fmt: skip
# Taken over by hand: they are no plain columns.
MERGE_RELATIONS = ("company", "investors", "industry_groups")
CHOICES = ("keep", "lose")


def unknown_choices(choices: Mapping[str, str]) -> list[str]:
    """The fields or choices that are none."""
    return [
        f"{field}={side}"
        for field, side in choices.items()
        if (field not in MERGE_FIELDS and field not in MERGE_RELATIONS) or side not in CHOICES
    ]
