"""A definition's words as conditions on rows. Positive conditions only: they are also asked of a project's states,
where a negation would become a subquery over all of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from yinfeng.domain.enterprises.models import EnterpriseTitle
from yinfeng.domain.projects.models import (
    Agreement,
    Ceremony,
    Lead,
    Listing,
    Milestone,
    Phase,
    Project,
    ProjectInvestor,
    Visit,
)
from yinfeng.domain.projects.rules.words import DATE_COLUMNS, FactStatus, Origin, ProjectKind

from ..rules.definition import ANY_GROUP, CEREMONIES, PLANNED, SUMMED, Band, Definition, Funds, Records, Where
from ..rules.figures import window_of
from .asking import Ask, Reading, standing

STAGE_OF = {column: stage for stage, column in DATE_COLUMNS.items()}


def base_condition(definition: Definition, ask: Ask, reading: Reading) -> Q:
    """What belongs to the base, with the project's state named where the rows are arrivals."""
    base = definition.base
    if base is None:
        raise ValueError(definition.name)
    start, end = window_of(definition, ask.period, ask.as_of)
    looked = min(ask.period.end, ask.as_of) if base.window in ("until", "before", "all") else ask.as_of
    q = standing(ask, reading) & where_condition(base.where, ask, reading, looked, definition)
    if definition.attribution == "outpost":
        q &= Q(**{f"{reading.column('outpost_id')}__isnull": False})
    if base.funds is not None:
        return q & funds_condition(base.funds, definition, ask) & _between("happened_on", start, end)
    if base.records is not None:
        q &= _records_condition(base.records, base.date, definition, ask, reading)
        return q if base.window == "all" else q & _between(reading.day(base), start, end)
    if definition.currency not in ("original", "converted") and definition.of and SUMMED[definition.of][0]:
        q &= Q(**{reading.column("investment_currency"): definition.currency})
    if base.window == "all":
        return q
    if base.date in PLANNED:
        planned = Phase.objects.filter(_between(base.date, start, end))
        return q & Q(**{f"{reading.pk}__in": planned.values("project_id")})
    if base.date in CEREMONIES:
        held = Ceremony.objects.filter(_between("held_on", start, end), kind=CEREMONIES[base.date])
        return q & _on_stage(held, ask, reading)
    column = reading.column(base.date)
    dated = _between(column, start, end)
    if definition.facts == "verified":
        dated &= _verified(base.date, ask, reading)
    return q & ((dated | Q(**{f"{column}__isnull": True})) if base.undated else dated)


def _records_condition(records: Records, dated: str, definition: Definition, ask: Ask, reading: Reading) -> Q:
    q = Q()
    if records.by_units:
        q &= Q(**{f"{reading.column('lead_unit__kind')}__in": records.by_units})
    if records.directions:
        q &= Q(direction__in=records.directions)
    if records.led:
        q &= Q(leader__isnull=False) | Q(led_by__gt="")
    if records.kinds:
        q &= Q(kind__in=records.kinds)
    if records.statuses:
        q &= Q(status__in=records.statuses)
    if records.source == "phases":
        q &= Q(stage=STAGE_OF[dated])
        if definition.facts == "verified":
            q &= _verified_then(ask)
    return q


def _on_stage(held: Any, ask: Ask, reading: Reading) -> Q:
    """The projects that stood on one of these events, through an agreement or a phase."""
    if ask.known_at is None:
        held = held.filter(voided_at=None)
    else:
        held = held.filter(Q(voided_at=None) | Q(voided_at__gt=ask.known_at), at__lte=ask.known_at)
    agreements = Agreement.objects.filter(ceremonies__in=held.order_by().values("pk"))
    phases = Phase.objects.filter(ceremonies__in=held.order_by().values("pk"))
    return Q(**{f"{reading.pk}__in": agreements.order_by().values("project_id")}) | Q(
        **{f"{reading.pk}__in": phases.order_by().values("project_id")}
    )


def _stood(model: Any, ask: Ask) -> Any:
    """Rows of what stands beside a project: those that stand, or stood at the moment asked."""
    return model.objects.standing() if ask.known_at is None else model.objects.known_at(ask.known_at)


def part_condition(definition: Definition, ask: Ask, reading: Reading) -> Q:
    """What of the base belongs to the numerator."""
    numerator = definition.numerator
    if numerator is None:
        return Q()
    until = min(ask.period.end, ask.as_of) if numerator.until == "window" else ask.as_of
    q = where_condition(numerator.where, ask, reading, until, definition)
    if numerator.reached:
        q &= _reached(numerator.reached, ask, reading, until, definition)
    return q


def where_condition(where: Where, ask: Ask, reading: Reading, on: date, definition: Definition) -> Q:
    """The projects a clause lets through, looked at on a day."""
    col = reading.column
    q = Q()
    kinds = [k for k in where.kinds or ProjectKind.values if k not in where.not_kinds]
    if where.kinds or where.not_kinds:
        q &= Q(**{f"{col('kind')}__in": kinds})
    if where.origins or where.not_origins:
        q &= Q(**{f"{col('origin')}__in": [o for o in where.origins or Origin.values if o not in where.not_origins]})
    if where.capital_kinds:
        q &= Q(**{f"{col('capital_kind')}__in": where.capital_kinds})
    if where.channels:
        q &= Q(**{f"{col('channel')}__in": where.channels})
    if where.groups:
        ids = Project.industry_groups.through.objects.filter(industrygroup__is_active=True)
        if ANY_GROUP not in where.groups:
            ids = ids.filter(industrygroup__name__in=where.groups)
        q &= Q(**{f"{reading.pk}__in": ids.values("project_id")})
    if where.chains:
        q &= Q(**{f"{col('segment__chain__code')}__in": where.chains})
    if where.band is not None:
        q &= band_condition(where.band, reading)
    q &= _flagged(col("ended_on"), where.terminated, on) & _flagged(col("stalled_on"), where.stalled, on)
    if where.reached:
        q &= _reached(where.reached, ask, reading, on, definition)
    for column in where.not_reached:
        q &= Q(**{f"{col(column)}__isnull": True}) | Q(**{f"{col(column)}__gt": on})
    new_year = date(ask.period.end.year, 1, 1)
    if where.this_year:
        q &= _between(col(where.this_year), new_year, on)
    if where.earlier:
        q &= Q(**{f"{col(where.earlier)}__lt": new_year})
    return q & _attached(where, ask, reading, on)


def _attached(where: Where, ask: Ask, reading: Reading, on: date) -> Q:
    """What stands beside a project: its land, its lists, its investors' titles, the events it stood on."""
    q = Q()
    if where.routes:
        phases = Phase.objects.filter(site_route__in=where.routes)
        q &= Q(**{f"{reading.pk}__in": phases.order_by().values("project_id")})
    if where.listings or where.listing_levels:
        listed = _stood(Listing, ask).filter(year__lte=on.year)
        if where.listings and ANY_GROUP not in where.listings:
            listed = listed.filter(name__in=where.listings)
        if where.listing_levels:
            listed = listed.filter(level__in=where.listing_levels)
        q &= Q(**{f"{reading.pk}__in": listed.values("project_id")})
    if where.titles:
        firms = _stood(EnterpriseTitle, ask).filter(kind__in=where.titles).order_by().values("enterprise_id")
        led = _stood(ProjectInvestor, ask).filter(enterprise__in=firms).order_by().values("project_id")
        titled = Q(**{f"{reading.pk}__in": led})
        if reading.rows.model is Lead:
            titled = Q(investor__in=firms)
        elif reading.rows.model is Visit:
            titled |= Q(lead__investor__in=firms)
        q &= titled
    if where.ceremonies:
        q &= _on_stage(Ceremony.objects.filter(name__in=where.ceremonies, held_on__lte=on), ask, reading)
    for one in where.told:
        q &= Q(**{f"{reading.column(SUMMED[one][1])}__isnull": False})
    return q


def band_condition(band: Band, reading: Reading) -> Q:
    column, q = reading.column("investment_cny"), Q()
    if band.low is not None:
        q &= Q(**{f"{column}__{'gte' if band.low_in else 'gt'}": band.low})
    if band.high is not None:
        q &= Q(**{f"{column}__{'lte' if band.high_in else 'lt'}": band.high})
    return q


def funds_condition(funds: Funds, definition: Definition, ask: Ask) -> Q:
    """Which arrivals; the rows' own scope already holds those that stand."""
    q = Q(value_kind=funds.value_kind, basis=funds.basis)
    if funds.boundaries:
        q &= Q(boundary__in=funds.boundaries)
    if definition.currency not in ("original", "converted"):
        q &= Q(currency=definition.currency)
    if definition.facts == "verified":
        q &= _verified_then(ask)
    return q


def _between(column: str, start: date | None, end: date) -> Q:
    q = Q(**{f"{column}__lte": end})
    return q if start is None else q & Q(**{f"{column}__gte": start})


def _flagged(column: str, asked: str, on: date) -> Q:
    if asked == "in":
        return Q()
    if asked == "only":
        return Q(**{f"{column}__lte": on})
    return Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__gt": on})


def _reached(columns: tuple[str, ...], ask: Ask, reading: Reading, on: date, definition: Definition) -> Q:
    """At least one of the dates has come by ``on``."""
    q = Q(pk__in=[])
    for column in columns:
        one = Q(**{f"{reading.column(column)}__lte": on})
        q |= one & _verified(column, ask, reading) if definition.facts == "verified" else one
    return q


def _verified_then(ask: Ask) -> Q:
    if ask.known_at is None:
        return Q(status=FactStatus.VERIFIED)
    return Q(verified_at__lte=ask.known_at)


def _verified(column: str, ask: Ask, reading: Reading) -> Q:
    """The milestone that gave the project this date has been verified by a second person."""
    rows: Any = Milestone.objects.all() if ask.known_at is None else Milestone.objects.known_at(ask.known_at)
    rows = rows.filter(_verified_then(ask), project_id=OuterRef(reading.pk), stage=STAGE_OF[column])
    return Q(Exists(rows.filter(happened_on=OuterRef(reading.column(column)))))
