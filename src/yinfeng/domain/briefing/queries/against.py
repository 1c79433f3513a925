"""A bulletin against the ledger: each figure that the ledger covers, and whether it is what the ledger says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from yinfeng.domain.indicators.queries import editions
from yinfeng.domain.indicators.queries.answers import Line, answered, ask_of
from yinfeng.domain.indicators.rules.definition import Definition
from yinfeng.domain.projects.queries import choices
from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period

from ..rules.arithmetic.claims import Claim, claims


@dataclass(frozen=True)
class Held:
    """One claim held against the ledger. ``state``: agrees, disagrees. ``expected`` is the figure as the ledger has it by
    the usual meaning of the words, ``formula`` how; ``words`` is the sentence for people."""

    claim: Claim
    state: str
    indicator: str
    label: str
    expected: str
    formula: str
    words: str

    def to_json(self) -> dict[str, Any]:
        claim = self.claim
        return {
            "kind": "ledger", "state": self.state, "line": claim.line, "start": claim.start, "end": claim.end,
            "quote": claim.quote, "unit": claim.unit or None, "indicator": self.indicator,
            "period": {"from": claim.period.start.isoformat(), "to": claim.period.end.isoformat()},
            "as_of": claim.as_of.isoformat(), "printed": claim.quote, "expected": self.expected,
            "formula": self.formula, "words": self.words,
        }  # fmt: skip


def against_ledger(
    text: str, *, viewer: Viewer | None, period: Period | None = None, as_of: date | None = None,
    known_at: datetime | None = None,
) -> tuple[Held, ...]:  # fmt: skip
    """Every figure of a text that the ledger covers. ``period`` and ``as_of`` where the text does not tell them;
    ``known_at`` takes the record as it stood then. Each question is asked once."""
    return _Ledger(viewer, known_at).held(text, period, as_of)


class _Ledger:
    def __init__(self, viewer: Viewer | None, known_at: datetime | None) -> None:
        self.viewer, self.known_at = viewer, known_at
        self.edition = editions.definitions(editions.day_known(known_at))
        self.units: dict[str, int] = {}
        below = {line.id for line in choices.units().lines if line.depth > 0}  # the whole is told by no name
        for pk, name, short in Unit.objects.filter(pk__in=below).values_list("pk", "name", "short_name"):
            self.units.setdefault(short, pk)
            self.units.setdefault(name, pk)
        self.answers: dict[tuple[Any, ...], dict[int | None, Line] | None] = {}

    def held(self, text: str, period: Period | None, as_of: date | None) -> tuple[Held, ...]:
        names = [name for name in sorted(self.units, key=len, reverse=True) if name]
        found = (self._hold(claim) for claim in claims(text, names, period, as_of))
        return tuple(one for one in found if one is not None)

    def _hold(self, claim: Claim) -> Held | None:
        """None where the ledger cannot say: it does not know the figure, or knew nothing then."""
        first: Held | None = None
        for definition, line in self._candidates(claim):
            value = line.figure.value
            if value is None:
                continue
            agrees = abs(value - claim.value) <= (claim.step / 2 if definition.measure != "count" else Fraction(0))
            words = self._words(claim, definition, line, agrees)
            one = Held(
                claim, "agrees" if agrees else "disagrees", definition.name, definition.label, line.display,
                line.formula, words,
            )  # fmt: skip
            if agrees:
                return one
            first = first or one
        return first

    def _candidates(self, claim: Claim) -> Sequence[tuple[Definition, Line]]:
        found = []
        for name in claim.names:
            definition = self.edition[0].by_name.get(name)
            if definition is None:
                continue
            for by in ("unit", "district") if claim.unit else ("",):
                lines = self._lines(name, claim, by)
                line = lines.get(self.units.get(claim.unit)) if lines else None
                if line is not None:
                    found.append((definition, line))
        return found

    def _lines(self, name: str, claim: Claim, by: str) -> dict[int | None, Line] | None:
        key = (name, claim.period, claim.as_of, by)
        if key not in self.answers:
            try:
                question = ask_of(
                    name, viewer=self.viewer, period=claim.period, by=(by,) if by else (), as_of=claim.as_of,
                    known_at=self.known_at, edition=self.edition,
                )  # fmt: skip
                told = answered(*question)
            except DomainError as fault:
                if fault.code == "indicator.right":
                    raise
                self.answers[key] = None  # without history, or not by unit: the ledger cannot say
            else:
                self.answers[key] = (
                    None
                    if told.state != "ok"
                    else {line.key[0]: line for line in told.lines}
                    if by
                    else {None: told.total}
                )
        return self.answers[key]

    def _words(self, claim: Claim, definition: Definition, line: Line, agrees: bool) -> str:
        values = {
            "unit": claim.unit, "label": _(definition.label), "period": claim.period.label, "printed": claim.quote,
            "expected": line.display, "as_of": claim.as_of,
        }  # fmt: skip
        if agrees:
            return _("台账：{unit}{period}{label}（截至 {as_of}）为 {expected}，与文中一致").format(**values)
        return _("台账：{unit}{period}{label}（截至 {as_of}）为 {expected}，文中为 {printed}").format(**values)
