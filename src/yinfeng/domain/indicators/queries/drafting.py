"""Drafting a definition: on what ground, what the whole set would be, and what it would change in today's figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.rulebook.models import Rule
from yinfeng.foundation.rulebook.queries import as_text, in_force, standard
from yinfeng.kernel.periods import Period

from ..rules.definition import DefinitionSet
from ..rules.parsing import parse_set
from .answers import Answer, answer, possible
from .doubts import doubts
from .editions import DEFINITIONS, TARGETS, definitions


@dataclass(frozen=True)
class Ground:
    """What the next edition is written on: version 0 is the standard. ``is_waiting``: it is not approved yet."""

    version: int
    body: Any
    is_waiting: bool


def ground() -> Ground:
    return _ground(DEFINITIONS)


def targets_ground() -> Ground:
    return _ground(TARGETS)


def _ground(kind: str) -> Ground:
    """The newest edition: what waits is built upon, so that one proposal does not undo another."""
    newest = Rule.objects.filter(kind=kind, unit=None).order_by("-version").first()
    if newest is None:
        return Ground(0, standard(kind).body, False)
    if newest.approver_id is None and newest.valid_from < timezone.localdate():
        rule = in_force(kind, timezone.localdate())  # it can no longer be approved
        return Ground(newest.version, rule.body, False)
    return Ground(newest.version, newest.body, newest.approver_id is None)


def with_definition(body: Any, name: str, definition: Any) -> dict[str, Any]:
    """The set with this definition put in, or taken out where it is None."""
    indicators = dict(body["indicators"])
    if definition is None:
        indicators.pop(name, None)
    else:
        indicators[name] = definition
    return {**body, "indicators": indicators}


def text_of(body: Any, name: str) -> str:
    """One definition as people edit it; empty where there is none."""
    found = body["indicators"].get(name)
    return as_text(found) if found is not None else ""


@dataclass(frozen=True)
class PreviewLine:
    label: str
    before: str
    after: str
    is_changed: bool


@dataclass(frozen=True)
class Preview:
    """What the figures of a period are by the present edition and by the drafted one."""

    period: Period
    lines: tuple[PreviewLine, ...]
    formula: str
    notes: tuple[str, ...]
    doubts: tuple[str, ...] = ()


def preview(body: Any, name: str, definition: Any, viewer: Viewer) -> Preview:
    """This year to date, by unit where it can be. ValueError or DomainError where the draft cannot be used."""
    drafted = parse_set(with_definition(body, name, definition))
    today = timezone.localdate()
    period = Period.ytd(today)
    known, _stamp = definitions(today)
    after = _figures(drafted, name, viewer, period, _("试算"))
    before = _figures(known, name, viewer, period, "") if name in known.by_name else None
    old = {line.labels: line.display for line in (*before.lines, before.total)} if before else {}
    return Preview(
        period,
        tuple(
            PreviewLine(
                line.labels[0], old.get(line.labels, "—"), line.display, old.get(line.labels, "—") != line.display
            )
            for line in (*after.lines, after.total)
        ),
        after.total.formula,
        after.notes,
        tuple(doubts(drafted.chain_of(drafted.by_name[name]), today)),
    )


def _figures(known: DefinitionSet, name: str, viewer: Viewer, period: Period, stamp: str) -> Answer:
    by = ("unit",) if "unit" in dict(possible(known.by_name[name], known)) else ()
    return answer(name, viewer=viewer, period=period, by=by, edition=(known, stamp))


@dataclass(frozen=True)
class Edition:
    """One edition of the rule, and how a definition's text stood in it (empty: it had none)."""

    pk: int
    version: int
    valid_from: date
    author: str
    approver: str
    note: str
    at: datetime
    text: str
    before: str


def history(name: str) -> list[Edition]:
    """The editions that changed this definition, the newest first. One query."""
    before = text_of(standard(DEFINITIONS).body, name)
    found = []
    for rule in (
        Rule.objects.filter(kind=DEFINITIONS, unit=None).select_related("author", "approver").order_by("version")
    ):
        text = text_of(rule.body, name)
        if text != before:
            found.append(
                Edition(
                    rule.pk, rule.version, rule.valid_from, rule.author.name, rule.approver.name if rule.approver else "",
                    rule.note, rule.at, text, before,
                )
            )  # fmt: skip
        before = text
    return found[::-1]


def changed_since_standard(body: Mapping[str, Any]) -> dict[str, str]:
    """Of an edition's definitions those that the standard has otherwise: "new" or "changed"."""
    shipped = standard(DEFINITIONS).body["indicators"]
    return {
        name: "new" if name not in shipped else "changed"
        for name, one in body["indicators"].items()
        if shipped.get(name) != one
    }


def left_behind(body: Mapping[str, Any]) -> dict[str, str]:
    """What the standard defines and an edition does not: name -> label. An edition is a whole set of its own, so that what a
    newer house ships reaches a bureau only when it takes it up."""
    shipped = standard(DEFINITIONS).body["indicators"]
    return {name: one["name"] for name, one in shipped.items() if name not in body["indicators"]}


def shipped_text(name: str) -> str:
    """One definition of the standard, as people edit it; empty where there is none."""
    return text_of(standard(DEFINITIONS).body, name)


def refused(fault: Exception) -> str:
    """Why a draft cannot be used, in words."""
    return str(fault)  # a DomainError says its mend by itself
