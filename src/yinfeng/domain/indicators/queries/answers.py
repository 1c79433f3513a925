"""The answer to a definition: figures by line, each with its formula and words, both dates and the edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.projects.queries import choices
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period, time_progress

from ..rules import figures
from ..rules.definition import DERIVED, DIMENSIONS, PLANNED_START, WITHOUT_HISTORY, Definition, DefinitionSet
from ..rules.figures import Figure, Raw
from ..rules.targets import WHOLE, target_of
from ..rules.wording import derived_formula, formula, said, words_of
from . import editions
from .asking import Ask, nothing_known
from .cohorts import CohortTable, cohort_table
from .counting import tallies
from .dimensions import CALENDAR, Dimension, dimension, label_of
from .rows import MOST_ROWS, Rows, rows_of

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Line:
    """One line of an answer: of a unit, a class, a month … ``display`` is the value rounded, once, or —."""

    key: Key
    labels: tuple[str, ...]
    figure: Figure
    display: str
    formula: str
    words: str = ""


@dataclass(frozen=True)
class Answer:
    """``state`` is "ok" or "no_record": the moment asked for lies before the first record."""

    definition: Definition
    period: Period
    as_of: date
    known_at: datetime | None
    by: tuple[str, ...]
    dimensions: tuple[str, ...]  # their labels
    lines: tuple[Line, ...]
    total: Line
    notes: tuple[str, ...]
    stamp: str
    state: str = "ok"
    cohorts: CohortTable | None = None

    @property
    def line(self) -> Mapping[Any, Line]:
        """By key; of one dimension by the key itself."""
        return {one.key[0] if len(one.key) == 1 else one.key: one for one in self.lines}


def find(name: str, on: date) -> tuple[Definition, DefinitionSet, str]:
    """The definition of this name in force on a day, its set and the edition. DomainError where there is none."""
    known, stamp = editions.definitions(on)
    found = known.get(name)
    if found is None:
        raise DomainError(
            _("没有名为“{name}”的指标，或有几个指标同名。").format(name=name), code="indicator.unknown", field="name",
            fix=_("请用代号查询；全部指标见“指标”页或 yinfeng indicator list。"),
        )  # fmt: skip
    return found, known, stamp


def ask_of(
    name: str,
    *,
    viewer: Viewer | None,
    period: Period,
    by: tuple[str, ...] = (),
    as_of: date | None = None,
    known_at: datetime | None = None,
    edition: tuple[DefinitionSet, str] | None = None,
) -> tuple[Definition, Ask, str]:
    """The definition, the question and the edition's stamp. DomainError where it cannot be answered.

    ``viewer`` None is the console, which sees everything. ``as_of`` (default: today) is the last day whose facts count;
    ``known_at`` takes the record as it stood at a moment. ``edition`` is a set that is not in force, for a preview.
    """
    today = timezone.localdate()
    if edition is None:
        definition, known, stamp = find(name, today)
    else:
        known, stamp = edition
        definition = known.by_name[name]
    ask = Ask(viewer, period, by, as_of or today, known_at, known, editions.targets(today), choices.units())
    _check(definition, ask)
    if viewer is not None and not viewer.may("indicator"):
        raise DomainError(_("您的岗位不能查看指标。"), code="indicator.right")
    return definition, ask, stamp


def answer(
    name: str,
    *,
    viewer: Viewer | None,
    period: Period,
    by: tuple[str, ...] = (),
    as_of: date | None = None,
    known_at: datetime | None = None,
    edition: tuple[DefinitionSet, str] | None = None,
) -> Answer:
    """One indicator within the viewer's scope; the arguments are those of :func:`ask_of`."""
    return answered(*ask_of(name, viewer=viewer, period=period, by=by, as_of=as_of, known_at=known_at, edition=edition))


def answered(definition: Definition, ask: Ask, stamp: str) -> Answer:
    """The answer to a question that has been checked."""
    labels = tuple(label_of(one) for one in ask.by)
    told = (definition, ask.period, ask.as_of, ask.known_at, ask.by, labels)
    if nothing_known(ask):
        none = Line((), (_("合计"),), Figure(None), _("无记录"), _("无记录"))
        return Answer(*told, (), none, (_("所查时点早于第一条记录。"),), stamp, "no_record")
    dimensions = dimensions_of(definition, ask)
    solved = _solve(definition, ask, dimensions)
    return Answer(
        *told, _lines(definition, ask, dimensions, solved), _line(definition, ask, (), (_("合计"),), solved.total),
        tuple(_notes(definition, ask, dimensions)), stamp,
        cohorts=cohort_table(definition, ask) if definition.measure == "cohort" else None,
    )  # fmt: skip


def dimensions_of(definition: Definition, ask: Ask) -> list[Dimension]:
    """The dimensions asked for, as they break this definition down."""
    return [dimension(one, _broken_down(definition, ask), ask) for one in ask.by]


def rows_behind(definition: Definition, ask: Ask, key: Key | None = None, limit: int = MOST_ROWS) -> Rows:
    """The rows of one line of the answer, or of the whole."""
    if nothing_known(ask):
        return Rows((), False)
    return rows_of(definition, ask, dimensions_of(definition, ask), key, limit)


# ------------------------------------------------------------------------------------------------ checks


def _check(definition: Definition, ask: Ask) -> None:
    if len(ask.by) > 2 or len(set(ask.by)) != len(ask.by):
        raise DomainError(_("最多按两个不同的维度分列。"), code="indicator.by", field="by")
    parts = ask.definitions.chain_of(definition)
    counted = [d for d in parts if d.base is not None]
    for one in ask.by:
        if one not in DIMENSIONS:
            raise DomainError(
                _("不能按“{one}”分列。").format(one=one), code="indicator.by", field="by",
                fix=_("可选：{all}。").format(all="、".join(DIMENSIONS)),
            )  # fmt: skip
        if one == "band" and any(d.bands is None for d in counted):
            raise DomainError(
                _("“{name}”没有定义规模档。").format(name=_(definition.label)), code="indicator.no_bands", field="by"
            )
        if one in CALENDAR and (definition.measure in DERIVED or not _dated(definition)):
            raise DomainError(
                _("“{name}”不能按月度、季度或年度分列。").format(name=_(definition.label)),
                code="indicator.by",
                field="by",
            )
        if ask.known_at is not None and one in WITHOUT_HISTORY:
            raise DomainError(
                _("产业链和产业组群的归属不留历史，不能按当时所知分列。"), code="indicator.no_history", field="by"
            )
    for part in parts:
        if ask.known_at is not None and (lost := part.without_history()):
            raise DomainError(
                _("“{name}”不能按当时所知重算：{lost}不留历史。").format(name=_(part.label), lost=lost),
                code="indicator.no_history", field="known_at", fix=_("请去掉“当时所知”，或改用其他指标。"),
            )  # fmt: skip


def possible(definition: Definition, known: DefinitionSet) -> list[tuple[str, str]]:
    """The dimensions this indicator can be broken down by, with their labels."""
    counted = [d for d in known.chain_of(definition) if d.base is not None]
    return [
        (one, label_of(one))
        for one in DIMENSIONS
        if counted
        and not (one == "band" and any(d.bands is None for d in counted))
        and not (one in CALENDAR and (definition.measure in DERIVED or not _dated(definition)))
    ]


def _dated(definition: Definition) -> bool:
    base = definition.base
    return base is not None and base.window != "all" and (base.funds is not None or base.date != PLANNED_START)


def _broken_down(definition: Definition, ask: Ask) -> Definition:
    """The definition whose base the lines come from: its own, or the first it is computed from."""
    return next((d for d in ask.definitions.chain_of(definition) if d.base is not None), definition)


# ------------------------------------------------------------------------------------------------ solving


@dataclass(frozen=True)
class _Solved:
    by_key: dict[Key, Figure]
    total: Figure


def _solve(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> _Solved:
    """The figures of a definition by key, and in all."""
    if definition.measure == "time_progress":
        elapsed = time_progress(ask.as_of)
        one = Figure(elapsed, Fraction(ask.as_of.month), Fraction(12))
        return _Solved({(): one} if not dimensions else {}, one)
    if definition.measure in DERIVED:
        return _derived(definition, ask, dimensions)
    found = tallies(definition, ask, dimensions)
    if dimensions and not all(d.partition and d.name != "band" for d in dimensions):
        whole = tallies(definition, ask, []).get((), Raw())  # lines that overlap do not add up to the whole
    else:
        whole = Raw()
        for raw in found.values():
            whole.add(raw)
    if len(dimensions) == 1:
        for key in dimensions[0].lines:
            found.setdefault((key,), Raw())
    by_key = {key: figures.figure(definition, raw, whole) for key, raw in found.items()}
    return _Solved(by_key, figures.figure(definition, whole, whole))


def _derived(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> _Solved:
    parts = [ask.definitions.by_name[ref] for ref in definition.refs]
    if definition.measure == "change":
        period, as_of = figures.compared(ask.period, ask.as_of, definition.against)
        earlier = replace(ask, period=period, as_of=as_of)
        then_dims = [dimension(d.name, _broken_down(definition, earlier), earlier) for d in dimensions]
        now, then = _solve(parts[0], ask, dimensions), _solve(parts[0], earlier, then_dims)
        if nothing_known(earlier):
            then = _Solved({}, Figure(None))
        empty = figures.figure(parts[0], Raw()) if parts[0].base else Figure(None)

        def compare(key: Key) -> Figure:
            a, b = now.by_key.get(key, empty), then.by_key.get(key, empty)
            return figures.change(a.value, b.value, rates=parts[0].is_rate)

        keys = {**now.by_key, **then.by_key}
        total = figures.change(now.total.value, then.total.value, rates=parts[0].is_rate)
        return _Solved({key: compare(key) for key in keys}, total)
    solved = [_solve(part, ask, dimensions) for part in parts]
    keys = {key: None for one in solved for key in one.by_key}
    if definition.measure == "completion":
        return _Solved(
            {key: _completion(parts[0], ask, dimensions, key, solved[0].by_key.get(key)) for key in keys},
            _completion(parts[0], ask, dimensions, (), solved[0].total),
        )
    if definition.measure == "ahead":
        elapsed = time_progress(ask.as_of)
        return _Solved(
            {key: figures.ahead(one.value, elapsed) for key, one in solved[0].by_key.items()},
            figures.ahead(solved[0].total.value, elapsed),
        )
    empties = [figures.figure(part, Raw()) if part.base else Figure(None) for part in parts]

    def put_together(of: list[Figure]) -> Figure:
        if definition.measure == "quotient":
            return figures.quotient(of[0].value, of[1].value)
        return figures.total(one.value for one in of)

    return _Solved(
        {key: put_together([s.by_key.get(key, e) for s, e in zip(solved, empties, strict=True)]) for key in keys},
        put_together([s.total for s in solved]),
    )


def _completion(part: Definition, ask: Ask, dimensions: list[Dimension], key: Key, done: Figure | None) -> Figure:
    """Against the year's target of the unit, or of the whole; by another dimension there is no target."""
    if not key:
        code: str | None = WHOLE
    elif [d.name for d in dimensions] in (["unit"], ["district"]):
        code = ask.unit_code(key[0])
    else:
        code = None
    target = target_of(ask.targets, part.name, ask.period.start.year, code) if code else None
    return figures.quotient(done.value if done else Fraction(0), target)


# ------------------------------------------------------------------------------------------------ lines


def _lines(definition: Definition, ask: Ask, dimensions: list[Dimension], solved: _Solved) -> tuple[Line, ...]:
    if not dimensions:
        return ()
    keys = sorted(solved.by_key, key=lambda key: tuple(d.order(k) for d, k in zip(dimensions, key, strict=True)))
    return tuple(
        _line(definition, ask, key, tuple(d.label(k) for d, k in zip(dimensions, key, strict=True)), solved.by_key[key])
        for key in keys
    )


def _line(definition: Definition, ask: Ask, key: Key, labels: tuple[str, ...], figure: Figure) -> Line:
    parts = [ask.definitions.by_name[ref] for ref in definition.refs]
    of = parts[0] if parts else None
    if parts or definition.measure == "time_progress":
        other = figures.compared(ask.period, ask.as_of, definition.against)[0].label if definition.against else ""
        text = derived_formula(definition, figure, parts, ask.period.label, other)
    else:
        text = formula(definition, figure)
    return Line(key, labels, figure, said(definition, figure, of), text, words_of(definition, figure, of))


def _notes(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> list[str]:
    """What a reader must know beside the figures: settings are printed, never silent."""
    notes = []
    parts = ask.definitions.chain_of(definition)
    bases = [d for d in parts if d.base is not None]
    if bases:
        verified = all(d.facts == "verified" for d in bases)
        notes.append(_("仅计已审核事实。") if verified else _("含已申报、未审核事实。"))
        notes.append(_("按落地单位归属。") if bases[0].attribution == "landing" else _("按牵头单位归属。"))
    for part in bases:
        if part.base and part.base.where.terminated != "in":
            notes.append(_("已终止项目不在其内。") if part.base.where.terminated == "out" else _("仅计已终止项目。"))
        elif part.numerator is not None:
            notes.append(_("分母含已终止项目。"))
        if part.base and part.base.grace_days:
            notes.append(_("签约不足 {n} 天的项目不计入底数。").format(n=part.base.grace_days))
        if part.currency == "converted":
            notes.append(_("外币按登记时注明来源和日期的汇率折合人民币。"))
        elif part.currency == "original" and (part.measure == "sum"):
            notes.append(_("各币种分列，不相加。"))
        funds = (part.numerator and part.numerator.funds) or (part.base and part.base.funds)
        if funds and funds.value_kind == "estimate":
            notes.append(_("预计数，不与实际数相加。"))
        if part.bands is not None and any(d.name == "band" for d in dimensions):
            notes.append(_("规模档为累计口径，各档不相加。") if part.bands.cumulative else _("规模档互不重叠。"))
    if any(not d.partition for d in dimensions):
        notes.append(_("一个项目可属几个组群，各行之和可大于合计。"))
    if not ask.sees_everything:
        notes.append(_("本人可见范围。"))
    if definition.note:
        notes.append(definition.note)
    return list(dict.fromkeys(notes))
