"""Closed months: the guard that every verb on a fact asks, and the act of closing. Why it is so: docs/adr/0013."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period

from ..models import ClosedPeriod
from .guards import day_of, short, told

if TYPE_CHECKING:
    from ..models import Correction

Month = tuple[int, int]  # (year, month)
_ADVISORY_KEY = 7_301_503


def hold(*, shared: bool = True) -> None:
    """Until the transaction ends no month is closed under our hands (shared), or no fact is written under them.

    Verbs hold it together, closing holds it alone. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        ask = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {ask}(%s)", [_ADVISORY_KEY])


def closed_months() -> frozenset[Month]:
    """Every closed month, held closed or open until the transaction ends: what a verb on many facts asks once."""
    hold()
    return frozenset(ClosedPeriod.objects.values_list("year", "month"))


def is_closed(on: date, closed: Collection[Month]) -> bool:
    return (on.year, on.month) in closed


def refuse_closed(*days: date, under: Correction | None = None) -> None:
    """Refuse what would change a closed month, unless an approved correction is being carried out. One query."""
    hold()
    if under is not None:
        return
    months = Q(pk__in=[])
    for on in days:
        months |= Q(year=on.year, month=on.month)
    found = ClosedPeriod.objects.filter(months).order_by("year", "month").first()
    if found is not None:
        on = next(d for d in days if (d.year, d.month) == (found.year, found.month))
        raise closed_error(on)


def closed_error(on: date) -> DomainError:
    """The refusal for a day in a closed month: which month, and how it is mended."""
    return DomainError(
        _("{month}已关账，{on} 的事实不能再登记、审核、退回或作废。").format(month=label(on.year, on.month), on=on),
        code="period.closed", field="happened_on", fix=_("确需改动的，请在“关账后更正”中提出，由另一人批准。"),
    )  # fmt: skip


def label(year: int, month: int) -> str:
    return _("{year}年{month}月").format(year=year, month=month)


@transaction.atomic
def close_period(
    *, year: int, month: int, left_open: Sequence[Mapping[str, Any]] = (), reason: str = "", actor: Person, at: datetime
) -> ClosedPeriod:
    """Close a month for the whole city, for ever. Months close in order; a month that is not over cannot be closed.

    ``left_open``  what is still open, as the caller found it: closing it all the same needs a reason.
    """
    hold(shared=False)
    period = Period.month(year, month)
    if period.end >= day_of(at):
        raise DomainError(
            _("{month}还没有结束，不能关账。").format(month=label(year, month)), code="period.running", field="month"
        )
    if ClosedPeriod.objects.filter(year=year, month=month).exists():
        raise DomainError(_("{month}已经关账。").format(month=label(year, month)), code="period.twice", field="month")
    last = ClosedPeriod.objects.order_by("-year", "-month").first()
    if last is not None:
        due = Period.month(last.year, last.month).next().start
        if (year, month) != (due.year, due.month):
            raise DomainError(
                _("应先关{due}的账：月份须依次关账。").format(due=label(due.year, due.month)), code="period.order",
                field="month",
            )  # fmt: skip
    reason = (
        told(reason, _("带未了事项关账的原因"), 300, "period", "reason")
        if left_open
        else short(reason, _("说明"), 300, "period", "reason")
    )
    closed = ClosedPeriod.objects.create(
        year=year, month=month, closed_by=actor, at=at, left_open=[dict(line) for line in left_open],
        open_count=len(left_open), reason=reason,
    )  # fmt: skip
    record(
        actor=actor, at=at, verb="period.close", kind="period", object_id=closed.pk,
        after={"year": year, "month": month, "left_open": len(left_open)}, note=reason,
    )  # fmt: skip
    return closed
