"""The three lists 三张清单 of one project: one table read three ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from ..models import Phase, Undertaking
from ..rules.words import ListKind, Stage

SOON = timedelta(days=7)


@dataclass(frozen=True)
class ListLine:
    """One undertaking as it is read."""

    pk: int
    what: str
    stage: str
    phase: str
    unit: str
    person: str
    due_on: date
    first_due_on: date
    done_on: date | None
    state: str  # late | soon | open | done | cancelled
    after: str
    note: str

    @property
    def was_moved(self) -> bool:
        return self.due_on != self.first_due_on

    @property
    def is_open(self) -> bool:
        return self.state in ("late", "soon", "open")

    @property
    def done_late(self) -> bool:
        return self.done_on is not None and self.done_on > self.due_on


@dataclass(frozen=True)
class ListGroup:
    """Lines under one head: a phase, a unit, or a stretch of time."""

    head: str
    lines: tuple[ListLine, ...]
    open_count: int
    late_count: int


@dataclass(frozen=True)
class ListBlock:
    """The table in the reading that was asked for."""

    reading: str
    readings: tuple[tuple[str, str], ...]  # (value, label)
    groups: tuple[ListGroup, ...]
    count: int
    done: int
    late: int
    soon: int


def list_block(
    phases: Sequence[Phase], undertakings: Sequence[Undertaking], today: date, reading: str = ""
) -> ListBlock:
    """``undertakings`` with ``unit_name``, ``person_name`` and ``after_what``, in the order of their days."""
    names = {p.pk: p.name for p in phases}
    lines = [_line(u, names, today, several=len(phases) > 1) for u in undertakings]
    chosen = reading if reading in ListKind else ListKind.TIME.value
    match chosen:
        case ListKind.PROJECT:
            keys = [(line.phase or _("全部事项")) for line in lines]
        case ListKind.RESPONSIBILITY:
            keys = [line.unit for line in lines]
        case _:
            keys = [_stretch(line, today) for line in lines]
    heads = dict.fromkeys(keys)
    if chosen == ListKind.TIME:
        order = [_("已逾期"), _("七日内到期"), _("本月"), _("以后"), _("已办结"), _("已取消")]
        heads = dict.fromkeys(h for h in order if h in heads)
    groups = []
    for head in heads:
        own = tuple(line for key, line in zip(keys, lines, strict=True) if key == head)
        groups.append(
            ListGroup(head, own, sum(line.is_open for line in own), sum(line.state == "late" for line in own))
        )
    return ListBlock(
        reading=chosen,
        readings=tuple((k.value, _(k.label)) for k in ListKind),
        groups=tuple(groups),
        count=sum(line.state != "cancelled" for line in lines),
        done=sum(line.state == "done" for line in lines),
        late=sum(line.state == "late" for line in lines),
        soon=sum(line.state == "soon" for line in lines),
    )


def _line(line: Undertaking, names: dict[int, str], today: date, *, several: bool) -> ListLine:
    if line.cancelled_reason:
        state = "cancelled"
    elif line.done_on is not None:
        state = "done"
    elif line.due_on < today:
        state = "late"
    else:
        state = "soon" if line.due_on - today <= SOON else "open"
    named: Any = line  # with the names that the query annotated
    return ListLine(
        pk=line.pk,
        what=line.what,
        stage=_(Stage(line.stage).label) if line.stage else "",
        phase=names.get(line.phase_id, "") if several else "",
        unit=named.unit_name,
        person=named.person_name or "",
        due_on=line.due_on,
        first_due_on=line.first_due_on,
        done_on=line.done_on,
        state=state,
        after=named.after_what or "",
        note=line.cancelled_reason or line.note,
    )


def _stretch(line: ListLine, today: date) -> str:
    if line.state == "late":
        return _("已逾期")
    if line.state == "soon":
        return _("七日内到期")
    if line.state == "done":
        return _("已办结")
    if line.state == "cancelled":
        return _("已取消")
    same_month = (line.due_on.year, line.due_on.month) == (today.year, today.month)
    return _("本月") if same_month else _("以后")
