"""The bridge between two answers of one indicator: month to month, or what was known then to what is known now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.projects.models import Lead, Project, Visit
from yinfeng.kernel.errors import DomainError

from ..rules import figures
from ..rules.bridging import Pair, Span, Step, StepKind, bridge
from ..rules.definition import Definition
from ..rules.figures import Raw
from ..rules.targets import WHOLE, target_of
from ..rules.wording import said_amount, said_points, said_rounded
from .answers import Answer, answered, ask_of
from .asking import Ask, nothing_known
from .counting import tallies
from .dimensions import Dimension
from .since import Deed, deeds_between, deeds_dated

Item = tuple[str, int]  # "project", "lead" or "visit", and its id
BRIDGED = ("count", "sum", "ratio", "share", "cohort", "total", "quotient", "average", "completion")


@dataclass(frozen=True)
class BridgeLine:
    """One item that moved the figure. ``by_words`` is how far, in the indicator's own unit; — where the figure has no
    value on one side."""

    item: Item
    code: str
    name: str
    unit: str
    kind: StepKind
    currency: str
    before: Pair
    after: Pair
    by: Fraction | None
    by_words: str
    deeds: tuple[Deed, ...] = ()


@dataclass(frozen=True)
class CurrencySpan:
    """``currency`` is empty but where sums of several currencies stand side by side."""

    currency: str
    before: Fraction | None
    after: Fraction | None
    difference: Fraction | None
    words: str


@dataclass(frozen=True)
class Bridge:
    """``before`` and ``after`` are the two answers; the lines of each currency add up to its difference."""

    definition: Definition
    before: Answer
    after: Answer
    spans: tuple[CurrencySpan, ...]
    lines: tuple[BridgeLine, ...]

    def count(self, kind: StepKind) -> int:
        return sum(line.kind == kind for line in self.lines)


def bridge_between(name: str, *, against: str = "previous", since: datetime | None = None, **asked: Any) -> Bridge:
    """Why the figure asked for differs from that of the ``previous`` period or ``last_year``; or, with ``since``, from
    what was known of the same period at that moment. ``asked`` is what :func:`answers.ask_of` takes, without ``by``.
    DomainError where the figure cannot be taken apart."""
    # Both sides by one definition: what is told here is what the facts did, never what a new definition did.
    definition, ask, stamp = ask_of(name, **asked)
    asked["edition"] = (ask.definitions, stamp)
    if definition.measure not in BRIDGED:
        raise DomainError(
            _("“{name}”不能逐项拆解。").format(name=_(definition.label)), code="indicator.no_bridge",
            fix=_("请拆解它所引用的指标。"),
        )  # fmt: skip
    if since is not None:
        if ask.known_at is not None and since >= ask.known_at:
            raise DomainError(_("两个时点的先后有误，请对调。"), code="indicator.moments", field="known_at")
        # Two questions alike but for the moment; the check of what has no history is that of a known moment.
        _definition, earlier, _stamp = ask_of(definition.name, **{**asked, "known_at": since})
        earlier = replace(earlier, targets=ask.targets)
        ask = replace(ask, known_at=ask.known_at or timezone.now())
    else:
        if against not in ("previous", "last_year"):
            raise DomainError(_("只能与上期或上年同期比较。"), code="indicator.against", field="against")
        period, as_of = figures.compared(ask.period, ask.as_of, against)
        earlier = replace(ask, period=period, as_of=as_of)
    then, now = _items(definition, earlier), _items(definition, ask)
    scale = _scale(definition, earlier, ask)
    ratio = (definition.is_rate and definition.measure != "completion") or definition.measure == "average"
    spans: list[CurrencySpan] = []
    steps: list[tuple[str, Step[Item]]] = []
    for currency in sorted({**then, **now}, key=lambda code: (code != "CNY", code)) or [""]:
        span: Span[Item] = bridge(then.get(currency, {}), now.get(currency, {}), is_ratio=ratio, scale=scale)
        shown = currency if len({**then, **now}) > 1 else ""
        spans.append(
            CurrencySpan(
                shown, span.before, span.after, span.difference, _said(definition, ask, span.difference, shown)
            )
        )
        steps += [(shown, step) for step in span.steps]
    result = Bridge(
        definition, answered(definition, earlier, stamp), answered(definition, ask, stamp), tuple(spans), ()
    )
    told = _told(step.item for _currency, step in steps)
    deeds = _deeds([step for _currency, step in steps], earlier, ask, since, ratio)
    lines = [
        BridgeLine(
            step.item, *told.get(step.item, ("", "", "")), step.kind, currency, step.before, step.after, step.by,
            _said(definition, ask, step.by, currency), deeds.get(step.item[1], ()) if step.item[0] == "project" else (),
        )
        for currency, step in steps
    ]  # fmt: skip
    order = list(StepKind)
    lines.sort(key=lambda line: (line.currency, order.index(line.kind), -abs(line.by or 0), line.code))
    units = ask.units
    return replace(result, lines=tuple(replace(line, unit=units.name(_number(line.unit))) for line in lines))


def _deeds(
    steps: list[Step[Item]], earlier: Ask, ask: Ask, since: datetime | None, is_rate: bool
) -> dict[int, tuple[Deed, ...]]:
    """What was recorded between the two moments; of two periods what happened in the later one alone, and of what left
    in the earlier one alone."""
    gone = {step.item[1] for step in steps if step.item[0] == "project" and step.kind == StepKind.LEFT}
    here = {step.item[1] for step in steps if step.item[0] == "project"} - gone
    if since is not None and ask.known_at is not None:
        return deeds_between(gone | here, since, ask.known_at)
    # A year to date holds what the one before held: only what came after it is new.
    grown = earlier.period.start == ask.period.start
    first = earlier.as_of + timedelta(days=1) if grown else ask.period.start
    last = ask.as_of if is_rate else min(ask.as_of, ask.period.end)
    then = deeds_dated(gone, earlier.period.start, min(earlier.as_of, earlier.period.end))
    return {**then, **deeds_dated(here, first, last)}


def _number(text: str) -> int | None:
    return int(text) if text else None


def _scale(definition: Definition, earlier: Ask, ask: Ask) -> Fraction:
    """What a completion is divided by: both by the same target."""
    if definition.measure != "completion":
        return Fraction(1)
    of = definition.refs[0]
    then = target_of(earlier.targets, of, earlier.period.start.year, WHOLE)
    now = target_of(ask.targets, of, ask.period.start.year, WHOLE)
    if now is None or then != now:
        raise DomainError(
            _("两期的年度目标不同或没有设定，完成率不能逐项拆解。"), code="indicator.no_bridge",
            fix=_("请拆解它所引用的指标。"),
        )  # fmt: skip
    return now


def _said(definition: Definition, ask: Ask, value: Fraction | None, currency: str) -> str:
    """A difference in words, with its sign."""
    sign = "+" if value is not None and value > 0 else ""
    if definition.is_rate:
        return sign + said_points(value, max(2, definition.places))
    of = ask.definitions.amounts_of(definition) or definition
    of = replace(of, scale="auto", currency=currency or ("CNY" if of.currency == "original" else of.currency))
    if value is not None and value.denominator == 1:
        return sign + said_amount(of, value)
    return sign + said_rounded(of, value, max(2, definition.places))


# ------------------------------------------------------------------------------------------------ items


def _items(definition: Definition, ask: Ask) -> dict[str, dict[Item, Pair]]:
    """By currency what each item adds to the figure."""
    if nothing_known(ask):
        return {}
    parts = [ask.definitions.by_name[ref] for ref in definition.refs]
    if definition.measure == "completion":
        return _items(parts[0], ask)
    if definition.measure == "total":
        found: dict[str, dict[Item, Pair]] = {}
        for part in parts:
            for currency, items in _items(part, ask).items():
                here = found.setdefault(currency, {})
                for item, (a, b) in items.items():
                    c, d = here.get(item, (Fraction(0), Fraction(0)))
                    here[item] = (a + c, b + d)
        return found
    if definition.measure in ("quotient", "average"):
        above, below = (_flat(_items(part, ask)) for part in parts)
        return {"": {k: (above.get(k, Fraction(0)), below.get(k, Fraction(0))) for k in {**above, **below}}}
    return _counted(definition, ask)


def _flat(by_currency: dict[str, dict[Item, Pair]]) -> dict[Item, Fraction]:
    found: dict[Item, Fraction] = {}
    for items in by_currency.values():
        for item, (a, _b) in items.items():
            found[item] = found.get(item, Fraction(0)) + a
    return found


def _counted(definition: Definition, ask: Ask) -> dict[str, dict[Item, Pair]]:
    kind = _kind(definition)
    one = Dimension(
        "item", lambda r: F("pk" if kind != "project" else r.pk), lambda value: value, (), str, lambda key: key
    )
    found: dict[str, dict[Item, Pair]] = {}
    for (key,), raw in tallies(definition, ask, [one]).items():
        for currency, pair in _pairs(definition, raw):
            found.setdefault(currency, {})[(kind, key)] = pair
    return found


def _pairs(definition: Definition, raw: Raw) -> Iterable[tuple[str, Pair]]:
    funds = definition.numerator is not None and definition.numerator.funds is not None
    money = bool(definition.of) or bool(definition.base and definition.base.funds)
    if definition.measure == "count":
        yield "", (Fraction(raw.base.count), Fraction(0))
    elif definition.measure == "sum":
        for currency, amount in raw.base.sums.items():
            yield currency, (amount, Fraction(0))
    else:
        base = sum(raw.base.sums.values(), Fraction(0)) if money else Fraction(raw.base.count)
        part = sum(raw.part.sums.values(), Fraction(0)) if money or funds else Fraction(raw.part.count)
        if definition.measure == "share" and definition.numerator is None:
            part = base
        yield "", (part, base)


def _kind(definition: Definition) -> str:
    records = definition.base.records if definition.base else None
    return {"visits": "visit", "leads": "lead"}.get(records.source if records else "", "project")


def _told(items: Iterable[Item]) -> dict[Item, tuple[str, str, str]]:
    """Code, name and unit (its id) of what moved. One query a kind."""
    ids: dict[str, set[int]] = {}
    for kind, pk in items:
        ids.setdefault(kind, set()).add(pk)
    found: dict[Item, tuple[str, str, str]] = {}
    rows: list[tuple[Any, ...]]
    for kind, wanted in ids.items():
        if kind == "project":
            rows = list(Project.objects.filter(pk__in=wanted).values_list("pk", "code", "name", "lead_unit_id"))
        elif kind == "lead":
            rows = list(Lead.objects.filter(pk__in=wanted).values_list("pk", "code", "name", "owner_unit_id"))
        else:
            rows = [
                (pk, "", f"{on:%F} {side}", unit)
                for pk, on, side, unit in Visit.objects.filter(pk__in=wanted).values_list(
                    "pk", "held_on", "their_side", "unit_id"
                )
            ]
        found |= {(kind, pk): (code, name, str(unit or "")) for pk, code, name, unit in rows}
    return found


def bridge_json(found: Bridge) -> dict[str, Any]:
    """The contract of docs/formats/indicators.md."""
    from .as_json import answer_json, exact

    return {
        "format": 1, "indicator": found.definition.name, "name": found.definition.label,
        "before": answer_json(found.before), "after": answer_json(found.after),
        "differences": [
            {"currency": s.currency or None, "before": exact(s.before), "after": exact(s.after),
             "difference": exact(s.difference), "display": s.words}
            for s in found.spans
        ],
        "entered": found.count(StepKind.ENTERED), "left": found.count(StepKind.LEFT),
        "changed": found.count(StepKind.CHANGED),
        "lines": [
            {
                "kind": str(line.kind), "of": line.item[0], "id": line.item[1], "code": line.code, "name": line.name,
                "unit": line.unit, "currency": line.currency or None,
                "before": {"numerator": exact(line.before[0]), "denominator": exact(line.before[1])},
                "after": {"numerator": exact(line.after[0]), "denominator": exact(line.after[1])},
                "by": exact(line.by), "display": line.by_words,
                "facts": [
                    {"at": d.at.isoformat(), "by": d.by, "deed": d.deed, "what": d.what, "why": d.why} for d in line.deeds
                ],
            }
            for line in found.lines
        ],
    }  # fmt: skip
