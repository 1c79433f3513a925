"""The answer to a definition: figures by line, each with its formula and words, both dates and the edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.projects.queries import choices
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period

from ..rules import figures
from ..rules.definition import DERIVED, DIMENSIONS, INDIRECT, MONTHLY, WITHOUT_HISTORY, Definition, DefinitionSet
from ..rules.figures import Figure
from ..rules.sources import SOURCES
from ..rules.wording import derived_formula, formula, said, words_of
from . import editions
from .asking import Ask, nothing_known
from .cohorts import CohortTable, cohort_table
from .dimensions import CALENDAR, Dimension, dimension, label_of
from .notes import notes_of
from .rows import MOST_ROWS, Rows, rows_of
from .solving import Solved, broken_down, solve

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
    """``state`` is "ok", "no_record" (the moment asked for lies before the first record) or "no_history" (see ``lost``)."""

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


def _found_then(name: str, then: date, today: date) -> tuple[Definition, DefinitionSet, str]:
    if then == today:
        return find(name, today)
    present = find(name, today)[0].name  # a name is what it is called today
    known, stamp = editions.definitions(then)
    if present not in known.by_name:
        return find(name, today)
    return known.by_name[present], known, stamp


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
    ``known_at`` takes the record as it stood at a moment, with the definition and the targets then in force; a figure
    that was not yet defined is told by today's definition. ``edition`` is a set of one's own, for a preview.
    """
    today = timezone.localdate()
    then = editions.day_known(known_at)
    if edition is None:
        definition, known, stamp = _found_then(name, then, today)
    else:
        known, stamp = edition
        definition = known.by_name[name]
    ask = Ask(viewer, period, by, as_of or today, known_at, known, editions.targets(then), choices.units())
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


def lost(name: str, why: DomainError, *, edition: tuple[DefinitionSet, str], **told: Any) -> Answer:
    """In place of an answer that has no history, where others beside it have: it says so, and guesses nothing."""
    words = _("（不留历史，不能回溯）")
    line = Line((), (_("合计"),), Figure(None), words, words)
    known, stamp = edition
    by = told.pop("by", ())
    labels = tuple(label_of(one) for one in by)
    return Answer(known.by_name[name], **told, by=by, dimensions=labels, lines=(), total=line, notes=(why.message,),
                  stamp=stamp, state="no_history")  # fmt: skip


def answered(definition: Definition, ask: Ask, stamp: str) -> Answer:
    """The answer to a question that has been checked."""
    labels = tuple(label_of(one) for one in ask.by)
    told = (definition, ask.period, ask.as_of, ask.known_at, ask.by, labels)
    if nothing_known(ask):
        none = Line((), (_("合计"),), Figure(None), _("无记录"), _("无记录"))
        return Answer(*told, (), none, (_("所查时点早于第一条记录。"),), stamp, "no_record")
    dimensions = dimensions_of(definition, ask)
    solved = solve(definition, ask, dimensions)
    return Answer(
        *told, _lines(definition, ask, dimensions, solved), _line(definition, ask, (), (_("合计"),), solved.total),
        tuple(notes_of(definition, ask, dimensions)), stamp,
        cohorts=cohort_table(definition, ask) if definition.measure == "cohort" else None,
    )  # fmt: skip


def dimensions_of(definition: Definition, ask: Ask) -> list[Dimension]:
    """The dimensions asked for, as they break this definition down."""
    return [dimension(one, broken_down(definition, ask), ask) for one in ask.by]


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
    for one in ask.by:
        if one not in DIMENSIONS:
            raise DomainError(
                _("不能按“{one}”分列。").format(one=one), code="indicator.by", field="by",
                fix=_("可选：{all}。").format(all="、".join(DIMENSIONS)),
            )  # fmt: skip
        if one not in dict(possible(definition, ask.definitions)):
            raise DomainError(
                _("“{name}”不能按{one}分列。").format(name=_(definition.label), one=label_of(one)),
                code="indicator.by", field="by",
            )  # fmt: skip
        if ask.known_at is not None and one in WITHOUT_HISTORY:
            raise DomainError(
                _("{one}不留历史，不能按当时所知分列。").format(one=label_of(one)),
                code="indicator.no_history",
                field="by",
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
    return [(one, label_of(one)) for one in DIMENSIONS if counted and all(_breaks(one, d, definition) for d in counted)]


def _breaks(one: str, part: Definition, definition: Definition) -> bool:
    if one == "band" and part.bands is None:
        return False
    if one == "year" and definition.measure == "vintage":
        return True
    if one in CALENDAR and (definition.measure in DERIVED or not _dated(part)):
        return False
    records = part.base.records if part.base else None
    offered = SOURCES[records.source].dimensions if records else None
    if definition.measure in MONTHLY and one not in ("unit", "district"):
        return False
    return offered is None or one in offered or (one == "band" and part.bands is not None)


def _dated(definition: Definition) -> bool:
    base = definition.base
    return base is not None and base.window != "all" and (base.funds is not None or base.date not in INDIRECT)


# ------------------------------------------------------------------------------------------------ lines


def _lines(definition: Definition, ask: Ask, dimensions: list[Dimension], solved: Solved) -> tuple[Line, ...]:
    if not dimensions:
        return ()
    keys = sorted(solved.by_key, key=lambda key: tuple(d.order(k) for d, k in zip(dimensions, key, strict=True)))
    return tuple(
        _line(definition, ask, key, tuple(d.label(k) for d, k in zip(dimensions, key, strict=True)), solved.by_key[key])
        for key in keys
    )


def _line(definition: Definition, ask: Ask, key: Key, labels: tuple[str, ...], figure: Figure) -> Line:
    parts = [ask.definitions.by_name[ref] for ref in definition.refs]
    of = ask.definitions.amounts_of(definition)
    if parts or definition.measure == "time_progress":
        other = ""
        if definition.measure == "change":
            other = figures.compared(ask.period, ask.as_of, definition.against)[0].label
        text = derived_formula(definition, figure, parts, ask.period.label, other, of)
    else:
        text = formula(definition, figure)
    words = words_of(definition, figure, of)
    if definition.measure == "ahead" and figure.value is None and not ask.sees_all_of(None):
        words = _("只看得到部分项目，不计进度")
    return Line(key, labels, figure, said(definition, figure, of), text, words)
