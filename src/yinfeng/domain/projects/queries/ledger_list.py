"""The ledger as a list: what a view selects, a page of it, its count and sums, and what stands before and after a row.

Each function does one or two queries, however many rows there are. Paging beyond the first pages is by keyset:
``filter(x__lte=value).exclude(x=value, id__gte=pk)`` walks the sort's index (0.5-1.5 ms on page 1,000 at any size,
where the usual OR costs 4-90 times as much). Rows without a sort value stand last, whatever the direction: the two
engines disagree on where NULL belongs, so values and NULLs are read as two ranges.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import BigIntegerField, Count, F, Func, QuerySet, Sum

from yinfeng.foundation.accounts.viewer import Viewer

from ..models import Project
from ..rules.lights import LightRule
from ..rules.view import View
from ..rules.view_words import NUMBERED_PAGES, SORTS, Cursor
from .choices import Units
from .ledger_plan import MANY, plan
from .walking import over_index, planned_afresh

HOME = "CNY"
SORT_INDEX = {
    "investment": "project_by_sum", "funds": "project_by_funds", "due": "project_by_due", "signed": "project_by_signing",
    "changed": "project_by_change",
}  # fmt: skip

# What a column needs from the database; names of units come from memory, names of people and segments by key.
FIELDS_OF: dict[str, tuple[str, ...]] = {
    "name": ("pk", "name", "code", "investor_name", "is_confidential"),
    "kind": ("kind",),
    "segment": ("segment__name", "segment__chain__name"),
    "stage": ("furthest_stage", "phase_count", "least_stage"),
    "investment": ("investment_cny", "investment_amount", "investment_currency"),
    "funds": ("funds_cny", "investment_cny"),
    "light": ("next_due_on", "stalled_on", "ended_on", "furthest_stage"),
    "due": ("next_due_on", "next_due_text", "ended_on"),
    "lead_unit": ("lead_unit_id", "landing_unit_id"),
    "landing_unit": ("landing_unit_id",),
    "leader": ("leader__name",),
    "owner": ("owner__name",),
    "capital": ("capital_kind",),
    "channel": ("channel",),
    "origin": ("origin",),
    "product": ("product",),
    "phases": ("phase_count",),
    "least_stage": ("least_stage",),
    "signed": ("signed_on",),
    "started": ("started_on",),
    "enrolled": ("enrolled_on",),
    "producing": ("producing_on",),
    "fixed_investment": ("fixed_investment_cny",),
    "land_area": ("land_area_mu",),
    "jobs": ("jobs",),
    "platform_code": ("platform_code",),
    "unverified": ("unverified_count",),
    "changed": ("changed_at",),
}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Totals:
    """How many, and the agreed sums by currency in whole units: side by side, never added.

    ``untold`` counts the projects without a sum.
    """

    count: int
    sums: tuple[tuple[str, int, int], ...]  # (currency, projects with a sum in it, sum)

    @property
    def untold(self) -> int:
        return self.count - sum(told for _, told, _ in self.sums)

    def of(self, currency: str) -> int:
        return next((total for code, _, total in self.sums if code == currency), 0)


@dataclass(frozen=True)
class Page:
    """A page of rows and the way from it."""

    rows: list[Row]
    first_row: int
    after: Cursor | None  # begins the next page
    before: Cursor | None  # ends the previous one
    number: int | None  # among the numbered pages

    @property
    def last_row(self) -> int:
        return self.first_row + len(self.rows) - 1


# ------------------------------------------------------------------------------------------------ counting


def totals(rows: QuerySet[Project]) -> Totals:
    """Count and sums of a selection. One query."""
    by_currency = (
        rows.order_by()
        .values("investment_currency")
        .annotate(n=Count("*"), told=Count("investment_amount"), total=Sum("investment_amount"))
    )
    count = 0
    sums = []
    for line in by_currency:
        count += line["n"]
        if line["told"]:
            sums.append((line["investment_currency"], line["told"], int(line["total"])))
    return Totals(count, _home_first(sums))


# ------------------------------------------------------------------------------------------------ paging


def fields_of(columns: Iterable[str]) -> list[str]:
    """The database fields that these columns show, each once."""
    return list(dict.fromkeys(f for column in columns for f in FIELDS_OF[column]))


def page(rows: QuerySet[Project], view: View) -> Page:
    """One page of a selection, visible columns only. One query; two where the page holds rows without a sort value."""
    walk = _Walk(rows, view)
    size = view.size
    if view.before is not None:
        found = walk.backward(view.before, size + 1)
        if len(found) > size:
            found = found[-size:]
            return walk.page(found, max(1, view.before.row - size), more=True)
        # The beginning is nearer than a page: show the first page whole.
        found = walk.forward(None, size + 1)
        return walk.page(found[:size], 1, more=len(found) > size)
    if view.after is not None:
        found = walk.forward(view.after, size + 1)
        return walk.page(found[:size], view.after.row + 1, more=len(found) > size)
    skipped = (view.page - 1) * size
    found = walk.forward(None, size + 1, skipped)
    return walk.page(found[:size], skipped + 1, more=len(found) > size)


def neighbours(rows: QuerySet[Project], view: View, project: Project) -> tuple[int | None, int | None]:
    """The numbers of the projects before and after this one within the view (two to four queries)."""
    walk = _Walk(rows, replace(view, columns=("name",)))
    here = Cursor(getattr(project, walk.column), project.pk, 1)
    before, after = walk.backward(here, 1), walk.forward(here, 1)
    return (before[0]["pk"] if before else None, after[0]["pk"] if after else None)


class _Walk:
    """The order of a view over a selection: rows with a sort value first, rows without one last."""

    def __init__(self, rows: QuerySet[Project], view: View) -> None:
        self.size = view.size
        self.column = SORTS[view.sort_key][0]
        self.descending = view.descending
        self.nullable = Project._meta.get_field(self.column).null
        self.names = list(dict.fromkeys([*fields_of(view.columns), "pk", self.column]))
        self.rows = rows

    def forward(self, after: Cursor | None, limit: int, skip: int = 0) -> list[Row]:
        if after is not None and after.value is None:
            return self._read(self._beyond_untold(after.pk, self.descending), limit, self.descending, untold=True)
        told = self._told(after, self.descending)
        found = self._read(told, limit, self.descending, skip=skip)
        if self.nullable and len(found) < limit:
            if skip and not found:
                skip -= told.order_by().count()  # at most the numbered pages' worth was skipped
            elif skip:
                skip = 0
            found += self._read(self._untold(), limit - len(found), self.descending, untold=True, skip=skip)
        return found

    def backward(self, before: Cursor, limit: int) -> list[Row]:
        up = not self.descending
        found: list[Row] = []
        if before.value is None:
            found = self._read(self._beyond_untold(before.pk, up), limit, up, untold=True)
            if len(found) < limit:
                found += self._read(self._told(None, up), limit - len(found), up)
        else:
            found = self._read(self._told(before, up), limit, up)
        return found[::-1]

    def fetch(self, ids: list[int]) -> list[Row]:
        return list(self.rows.filter(pk__in=ids).order_by().values(*self.names)) if ids else []

    def page(self, found: list[Row], first_row: int, *, more: bool) -> Page:
        last_row = first_row + len(found) - 1
        number = (first_row - 1) // self.size + 1 if (first_row - 1) % self.size == 0 else None
        return Page(
            rows=found,
            first_row=first_row if found else 0,
            after=Cursor(found[-1][self.column], found[-1]["pk"], last_row) if found and more else None,
            before=Cursor(found[0][self.column], found[0]["pk"], first_row) if found and first_row > 1 else None,
            number=number if number and number <= NUMBERED_PAGES else None,
        )

    def _told(self, beyond: Cursor | None, descending: bool) -> QuerySet[Project]:
        rows = self.rows.filter(**{f"{self.column}__isnull": False}) if self.nullable else self.rows
        if beyond is None:
            return rows
        side, tie = ("lte", "gte") if descending else ("gte", "lte")
        return rows.filter(**{f"{self.column}__{side}": beyond.value}).exclude(
            **{self.column: beyond.value, f"pk__{tie}": beyond.pk}
        )

    def _untold(self) -> QuerySet[Project]:
        return self.rows.filter(**{f"{self.column}__isnull": True})

    def _beyond_untold(self, pk: int, descending: bool) -> QuerySet[Project]:
        # The plus keeps the key out of the index search: SQLite (3.40 at least) finds rows outside the range where an
        # index that ends with the key meets "value IS NULL AND id IN (…) AND id < …".
        plain = Func(F("pk"), template="+%(expressions)s", output_field=BigIntegerField())
        return self._untold().alias(plain_pk=plain).filter(**{f"plain_pk__{'lt' if descending else 'gt'}": pk})

    def _read(
        self, rows: QuerySet[Project], limit: int, descending: bool, *, untold: bool = False, skip: int = 0
    ) -> list[Row]:
        sign = "-" if descending else ""
        order = [f"{sign}pk"] if untold else [f"{sign}{self.column}", f"{sign}pk"]
        return list(rows.order_by(*order).values(*self.names)[skip : skip + limit])


# ------------------------------------------------------------------------------------------------ the whole


@dataclass(frozen=True)
class Ledger:
    totals: Totals
    page: Page


def ledger(
    viewer: Viewer, view: View, *, today: date, rule: LightRule, units: Units, verb: str = "S", many: int = MANY,
    counted: bool = True,
) -> Ledger:  # fmt: skip
    """Count, sums and one page of a view, in two to five queries whatever the size of the page; without ``counted``
    many rows are not counted (zero, and no sums).

    Up to ``many`` matches are read as bare keys, counted, summed and ordered here, and only the page's rows fetched.
    Of more, the database counts and sums, and the page is found by walking the sort's index.
    """
    found = plan(viewer, view, today=today, rule=rule, units=units, verb=verb, many=many)
    if not found.surely_many:
        most = min(many, found.most_keys) if found.walked is not None else many
        with over_index(found.index), planned_afresh():
            keys = _keys(found.rows, view, most + 1)
        if len(keys) <= most:
            return _from_keys(keys, view)
    whole = found.surely_many and not view.is_filtered
    told = Totals(0, ())
    if counted:
        with over_index("project_totals" if whole else found.index), planned_afresh():
            told = totals(found.rows)
    with over_index(SORT_INDEX[view.sort_key]):
        return Ledger(told, page(found.rows if found.walked is None else found.walked, view))


Key = tuple[int, Any, str, int | None]  # (pk, sort value, currency, sum)


def _keys(rows: QuerySet[Project], view: View, limit: int) -> list[Key]:
    column = SORTS[view.sort_key][0]
    return list(rows.order_by().values_list("pk", column, "investment_currency", "investment_amount")[:limit])


def _from_keys(keys: list[Key], view: View) -> Ledger:
    told = sorted(((value, pk) for pk, value, _, _ in keys if value is not None), reverse=view.descending)
    untold = sorted((pk for pk, value, _, _ in keys if value is None), reverse=view.descending)
    order = [*told, *((None, pk) for pk in untold)]
    begin = _position(order, view)
    chosen = order[begin : begin + view.size]
    walk = _Walk(Project.objects.all(), view)
    by_pk = {row["pk"]: row for row in walk.fetch([pk for _, pk in chosen])}
    rows = [by_pk[pk] for _, pk in chosen if pk in by_pk]
    return Ledger(_sum_up(keys), walk.page(rows, begin + 1, more=begin + view.size < len(order)))


def _position(order: list[tuple[Any, int]], view: View) -> int:
    """Where the page begins in the order."""
    cursor = view.after or view.before
    if cursor is None:
        return (view.page - 1) * view.size
    place = bisect_left(order, _rank((cursor.value, cursor.pk), view), key=lambda entry: _rank(entry, view))
    if view.before is not None:
        return max(0, place - view.size)
    return place + (place < len(order) and order[place] == (cursor.value, cursor.pk))


def _rank(entry: tuple[Any, int], view: View) -> tuple[bool, Any, Any]:
    """Sorts as the view does: values first, then rows without one."""
    value, pk = entry
    if value is None:
        return (True, 0, -pk if view.descending else pk)
    if not isinstance(value, int):
        value = value.timestamp() if isinstance(value, datetime) else value.toordinal()
    return (False, -value, -pk) if view.descending else (False, value, pk)


def _sum_up(keys: list[Key]) -> Totals:
    sums: dict[str, list[int]] = {}
    for _, _, currency, amount in keys:
        if amount is not None:
            line = sums.setdefault(currency, [0, 0])
            line[0] += 1
            line[1] += amount
    return Totals(len(keys), _home_first((code, told, total) for code, (told, total) in sums.items()))


def _home_first(sums: Iterable[tuple[str, int, int]]) -> tuple[tuple[str, int, int], ...]:
    return tuple(sorted(sums, key=lambda line: (line[0] != HOME, line[0])))


def every_row(
    viewer: Viewer, view: View, *, today: date, rule: LightRule, units: Units, verb: str = "S", batch: int = 2_000
) -> Iterator[Row]:
    """All rows of a view in its order, visible columns only, page by page along the sort's index: a few megabytes
    whatever their number."""
    found = plan(viewer, view, today=today, rule=rule, units=units, verb=verb)
    walk = _Walk(found.rows, replace(view, size=batch))
    cursor: Cursor | None = None
    while True:
        with over_index(SORT_INDEX[view.sort_key] if found.surely_many else None):
            rows = walk.forward(cursor, batch)
        yield from rows
        if len(rows) < batch:
            return
        cursor = Cursor(rows[-1][walk.column], rows[-1]["pk"], 1)
