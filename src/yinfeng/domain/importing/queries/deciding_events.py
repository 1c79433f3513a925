"""What a row tells of events on a stage 集中活动, held against the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from yinfeng.domain.projects.actions.bulk_plans import OnStage

from ..rules.columns import BY_KEY
from ..rules.values import EVENT_KEYS
from .ledger_values import LedgerRow
from .staged import Staged


def new_events(row: Staged, held: LedgerRow | None, today: date, take: Callable[..., bool]) -> list[OnStage]:
    """The events that the phase is to be put on. One that it stood on already is no news; a further one is added, and
    none is ever taken away."""
    found = []
    for kind, (name_key, day_key) in EVENT_KEYS.items():
        name, day = row.values.get(name_key), row.values.get(day_key)
        if name is None or day is None:
            continue
        on = date.fromisoformat(day)
        name = " ".join(name.split())
        known = {(" ".join(one.split()), day_) for kind_, one, day_ in held.events if kind_ == kind} if held else set()
        if (name, day) in known:
            continue
        if on > today:
            row.blame(day_key, "fact.future", _("{title} {on} 晚于今天（{today}）。").format(
                title=BY_KEY[day_key].title, on=on, today=today), _("只登记已经发生的事；将来的安排请填计划日期。"))  # fmt: skip
            continue
        base = held.values if held else {}
        # An event beside those on record changes none of them: it is never a conflict.
        take(row, name_key, base.get(name_key), name, added=True)
        if day != base.get(day_key):
            take(row, day_key, base.get(day_key), day, added=True)
        found.append(OnStage(kind, name, on))
    return found
