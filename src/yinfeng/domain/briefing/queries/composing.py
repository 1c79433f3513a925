"""A bulletin computed: each figure once, with its formula, its dates, the edition of its definition and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.indicators.queries import editions
from yinfeng.domain.indicators.queries.answers import Answer, Line, answered, ask_of, lost, rows_behind
from yinfeng.domain.indicators.queries.as_json import exact
from yinfeng.domain.indicators.queries.asking import Ask
from yinfeng.domain.indicators.queries.rows import Row
from yinfeng.domain.indicators.rules.definition import Definition, DefinitionSet
from yinfeng.domain.indicators.rules.wording import is_money
from yinfeng.domain.projects.models import Project
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period
from yinfeng.kernel.tables import currency

from ..rules.template import Block as TemplateBlock
from ..rules.template import Kind, Piece
from ..rules.writing import Block, Figure
from .kinds import TEMPLATES
from .kinds import kind as kind_of
from .telling import (
    arrivals_told,
    leaders_told,
    milestones_told,
    place_name,
    project_told,
    signed_told,
    visits_told,
)

ROWS_KEPT = 50  # in the bulletin itself; all of them are in the annex
ROWS_MOST = 500  # of a figure in the annex: the whole list is the indicator page's export


@dataclass
class Composed:
    """A bulletin as data (rules/writing.py); ``rows`` of the figures by their number, at most ROWS_MOST each."""

    kind: Kind
    title: str
    period: Period
    as_of: date
    known_at: datetime
    blocks: list[Block] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    rows: dict[int, tuple[Row, ...]] = field(default_factory=dict)
    stamps: dict[str, str] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)  # the figures that have no history, where the bulletin is of the past


def compose(
    key: str,
    *,
    viewer: Viewer | None,
    as_of: date,
    at: datetime,
    known_at: datetime | None = None,
    project: Project | None = None,
    defined_at: datetime | None = None,
) -> Composed:
    """The bulletin of a kind. ``viewer`` None is the console, which sees everything; ``known_at`` None is ``at``, now.
    The definitions are those in force at ``defined_at``, which is ``known_at`` unless told otherwise.

    DomainError where the kind does not exist, an indicator of its template does not, or a figure cannot be told.
    """
    found, stamp = kind_of(key, timezone.localdate())
    if found.about == "project" and project is None:
        raise DomainError(
            _("“{kind}”是关于一个项目的，请指明项目。").format(kind=found.name),
            code="bulletin.project",
            field="project",
        )
    return _Composer(found, stamp, viewer, as_of, at, known_at, project if found.about else None, defined_at).done()


class _Composer:
    """Answers are asked once a question; figures are numbered as they come."""

    def __init__(
        self, kind: Kind, stamp: str, viewer: Viewer | None, as_of: date, at: datetime, known_at: datetime | None,
        project: Project | None, defined_at: datetime | None,
    ) -> None:  # fmt: skip
        self.kind, self.viewer, self.known_at, self.project = kind, viewer, known_at, project
        period = kind.span(as_of)
        self.made = Composed(kind, "", period, min(as_of, period.end), known_at or at)
        self.edition = editions.definitions(editions.day_known(defined_at or known_at))
        self.made.stamps = {"template": stamp, "definitions": self.edition[1]}
        self.answers: dict[tuple[str, str], tuple[Definition, Ask | None, Answer]] = {}
        self.numbers: dict[tuple[str, str, str], int] = {}
        self.facts = project_told(project) if project else {}
        self.place = place_name()
        self.secret = frozenset(Project.objects.filter(is_confidential=True).values_list("pk", flat=True))

    def done(self) -> Composed:
        made = self.made
        made.title = "".join(str(self._run(piece)[1]) for piece in self.kind.title)
        for block in self.kind.blocks:
            made.blocks += self._blocks(block)
        return made

    def _blocks(self, block: TemplateBlock) -> list[Block]:
        match block.kind:
            case "table":
                return [self._table(block)]
            case "chart":
                return [self._chart(block)]
            case "formulas":
                return self._formulas(block)
            case "milestones":
                told = milestones_told(self.viewer, self.made.period, self.made.as_of, self.project)
                return [_list_table(block.title, (_("项目"), _("节点"), _("日期")), told)]
            case "signed":
                heads = (_("项目"), _("投资方"), _("总投资"), _("牵头单位"), _("签约日期"))
                return [_list_table(block.title, heads, signed_told(self.viewer, self.made.period, self.made.as_of))]
            case "leaders":
                heads = (_("联系领导"), _("项目"), _("牵头单位"), _("本期进展"), _("下一节点"))
                return [_list_table(block.title, heads, leaders_told(self.viewer, self.made.period, self.made.as_of))]
            case "arrivals":
                return [_list_table(block.title, (_("日期"), _("金额"), _("口径")), arrivals_told(self.project))]
            case "visits":
                return [_list_table(block.title, (_("日期"), _("方式"), _("纪要")), visits_told(self.project))]
        return [{"type": block.kind, "runs": [self._run(piece) for piece in block.pieces]}]

    # ---------------------------------------------------------------------------------------------- pieces

    def _run(self, piece: Piece) -> list[Any]:
        made = self.made
        match piece.kind:
            case "text":
                return ["text", piece.value]
            case "project":
                return ["text", self.facts.get(piece.value, "")]
            case "indicator":
                return ["figure", self._figure(piece.value, piece.aspect)]
        told = {
            "place": self.place,
            "period": _told(made.period, made.as_of),
            "from": _day(made.period.start),
            "to": _day(made.period.end),
            "as_of": _day(made.as_of),
            "year": str(made.as_of.year),
        }
        return ["text", told[piece.value]]

    def _answer(self, name: str, by: str = "") -> tuple[Definition, Ask | None, Answer]:
        """The question is None where the figure has no history: the rest of a past bulletin is told all the same."""
        kept = self.answers.get((name, by))
        if kept is None:
            edition = self._edition_with(name)
            asked: dict[str, Any] = {
                "period": self.made.period, "by": (by,) if by else (), "as_of": self.made.as_of, "known_at": self.known_at,
            }  # fmt: skip
            try:
                question = ask_of(name, viewer=self.viewer, edition=edition, **asked)
            except DomainError as fault:
                if fault.code != "indicator.no_history":
                    raise
                kept = (edition[0].by_name[name], None, lost(name, fault, edition=edition, **asked))
            else:
                kept = (question[0], question[1], answered(*question))
            self.answers[name, by] = kept
        return kept

    def _edition_with(self, name: str) -> tuple[DefinitionSet, str]:
        """The edition of the bulletin; of what it does not define today's; and for a template that ships with the house
        the set that ships with it, so that a newer house still writes a bureau's bulletins."""
        found = self.edition
        if name not in found[0].by_name:
            found = editions.definitions(timezone.localdate())
        if name not in found[0].by_name and self.made.stamps["template"].startswith(f"{TEMPLATES} v0 "):
            found = editions.standard_definitions()
        if name in found[0].by_name:
            return found
        raise DomainError(
            _("模板用到的指标“{name}”没有定义。").format(name=name), code="bulletin.indicator",
            fix=_("请改正模板，或先定义这个指标。"),
        )  # fmt: skip

    def _figure(self, name: str, aspect: str) -> int:
        known = self.numbers.get((name, aspect, ""))
        if known is not None:
            return known
        definition, ask, answer = self._answer(name)
        number = self._add(definition, answer, answer.total, aspect, "")
        rows = next(
            (self.made.rows[f["n"]] for f in self.made.figures if f["indicator"] == name and f["n"] in self.made.rows),
            None,
        )
        if ask is None:
            rows, cut = (), False
            self.made.lost.add(number)
        elif rows is None:
            behind = rows_behind(definition, ask, None, ROWS_MOST)
            rows, cut = tuple(self._masked(row) for row in behind.rows), behind.is_cut
        else:
            cut = False
        self.made.rows[number] = rows
        figure = self.made.figures[-1]
        figure["rows"] = [_row(row) for row in rows[:ROWS_KEPT]]
        figure["rows_count"], figure["rows_cut"] = len(rows), cut
        return number

    def _masked(self, row: Row) -> Row:
        """A bulletin goes to everybody: a confidential project counts in it without its name."""
        if row.project_id not in self.secret:
            return row
        return replace(row, project_id=0, code="—", name=_("（指名知悉项目）"))

    def _add(self, definition: Definition, answer: Answer, line: Line, aspect: str, label: str) -> int:
        number = len(self.made.figures) + 1
        self.numbers[definition.name, aspect, label] = number
        self.made.figures.append(
            {
                "n": number,
                "indicator": definition.name,
                "name": definition.label,
                "aspect": aspect,
                "line": label,
                "shown": _shown(definition, line, aspect),
                "display": line.display,
                "formula": line.formula,
                "words": line.words,
                "definition": definition.words,
                "source": definition.source,
                "stamp": answer.stamp,
                "period": answer.period.label,
                "as_of": answer.as_of.isoformat(),
                "known_at": self.made.known_at.isoformat(),
                "value": exact(line.figure.value),
                "notes": list(answer.notes),
                "rows": [],
                "rows_count": 0,
                "rows_cut": False,
            }
        )
        return number

    # ---------------------------------------------------------------------------------------------- tables

    def _table(self, block: TemplateBlock) -> Block:
        answers = [self._answer(name, block.by) for name in block.indicators]
        keys: dict[Any, tuple[str, ...]] = {}
        for _definition, _ask, answer in answers:
            for line in answer.lines:
                keys.setdefault(line.key, line.labels)
        first = answers[0][2]
        rows = [
            [[["text", "、".join(labels)]], *(self._cell(d, a, key, "、".join(labels)) for d, _ask, a in answers)]
            for key, labels in keys.items()
        ]
        rows.append([[["text", _("合计")]], *([["figure", self._figure(d.name, "value")]] for d, _ask, a in answers)])
        return {
            "type": "table",
            "title": block.title,
            "head": [first.dimensions[0] if first.dimensions else "", *(d.label for d, _ask, _a in answers)],
            "rows": rows,
        }

    def _cell(self, definition: Definition, answer: Answer, key: Any, label: str) -> list[list[Any]]:
        line = next((one for one in answer.lines if one.key == key), None)
        if line is None:
            return [["text", "—"]]
        return [["figure", self._add(definition, answer, line, "value", label)]]

    def _chart(self, block: TemplateBlock) -> Block:
        definition, ask, answer = self._answer(block.indicators[0], block.by)
        told = [(line.labels[0], line.figure.value) for line in answer.lines if line.figure.value is not None]
        of = (ask.definitions.amounts_of(definition) if ask else None) or definition
        scale, unit = _axis(definition, of, [value for _label, value in told])
        title = block.title or definition.label
        return {
            "type": "chart",
            "title": f"{title}（{unit}）" if unit and unit not in title else title,
            "labels": [label for label, _value in told],
            "values": [round(float(value * scale), 2) for _label, value in told],
            "step": 0 if unit else 1,  # the axis of a count has no halves
        }

    def _formulas(self, block: TemplateBlock) -> list[Block]:
        """Of each unit the formulas with their numbers, as an assessment publishes them."""
        answers = [self._answer(name, block.by) for name in block.indicators]
        units = {line.key: "、".join(line.labels) for _d, _ask, answer in answers for line in answer.lines}
        made: list[Block] = []
        for key, label in units.items():
            made.append({"type": "subheading", "runs": [["text", label]]})
            for definition, _ask, answer in answers:
                line = next((one for one in answer.lines if one.key == key), None)
                if line is not None:
                    number = self._add(definition, answer, line, "formula", label)
                    made.append(
                        {
                            "type": "text",
                            "runs": [["text", f"{definition.label}："], ["figure", number], ["text", "。"]],
                        }
                    )
        return made


def _axis(definition: Definition, of: Definition, values: Sequence[Fraction]) -> tuple[Fraction, str]:
    """What the values of a chart are multiplied by, and the unit that its title tells: 亿元 and not ten digits."""
    if definition.is_rate or (definition.measure == "change" and values):
        return Fraction(100), "%"
    if definition.measure == "ahead":
        return Fraction(100), _("百分点")
    if definition.measure in ("sum", "total", "gap") and is_money(of):
        code = of.currency if of.currency not in ("original", "converted") else "CNY"
        most = max((abs(value) for value in values), default=Fraction(0))
        power, words = (8, _("亿{unit}")) if most >= 10**8 else (4, _("万{unit}"))
        return Fraction(1, 10**power), words.format(unit=currency(code).unit)
    return Fraction(1), ""


def _shown(definition: Definition, line: Line, aspect: str) -> str:
    """What is printed. Provisional figures say so."""
    text = {
        "value": line.display, "words": line.words or line.display, "formula": line.formula, "name": definition.label,
    }[aspect]  # fmt: skip
    base = definition.base
    kind = base.funds.value_kind if base and base.funds else ""
    mark = {"estimate": _("（预计数）"), "flash": _("（快报数）")}.get(kind or "", "") if aspect == "value" else ""
    return _tight(text) + mark


def _tight(text: str) -> str:
    """Screens leave a space between a number and its unit; a bulletin does not, but around the signs of a formula."""
    import re

    return re.sub(r"(?<=[\d,.]) (?=[\u4e00-\u9fff])", "", text)


def _row(row: Row) -> list[Any]:
    on = row.on.isoformat() if row.on else ""
    return [row.code, row.name, row.unit, on, row.amount, row.currency, row.in_part]


def _list_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Block:
    if not rows:
        return {"type": "text", "runs": [["text", _("{title}：无。").format(title=title)]]}
    return {
        "type": "table",
        "title": title,
        "head": list(head),
        "rows": [[[["text", cell]] for cell in row] for row in rows],
    }


def _told(period: Period, as_of: date) -> str:
    """2026年上半年; where it is not over yet, with the day up to which it is told."""
    if as_of >= period.end:
        return period.label
    return _("{period}（截至{month}月{day}日）").format(period=period.label, month=as_of.month, day=as_of.day)


def _day(day: date) -> str:
    return _("{y}年{m}月{d}日").format(y=day.year, m=day.month, d=day.day)
