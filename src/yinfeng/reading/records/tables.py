"""Tables of projects: a line of headings (项目名称 | 投资方 | 总投资(亿元) | 进展), and a project in each line below it.

Documents of offices and workbooks come with cells joined by ` | `; the lines of a table are read by their columns and left out
of the walk through the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..lexicon import STAGE_RANK
from ..mentions.page import Page, Sentence
from ..mentions.stages import find_stages
from ..model import Amount, MoneyRecord, ProjectRecord
from .confidence import CERTAIN, sure
from .evidence import quote

Span = tuple[int, int]

_COLUMNS = (
    ("name", re.compile(r"项目名称|工程名称|项目$|名称$")),
    ("invest", re.compile(r"总投资|投资总额|投资额|计划投资|协议投资|投资规模")),
    ("payer", re.compile(r"投资方|投资主体|投资人|投资企业|投资单位|投资商|建设单位|业主|企业名称|实施主体|签约企业")),
    ("stage", re.compile(r"进展|状态|阶段|进度|情况")),
    ("place", re.compile(r"地点|属地|选址|所在|落户|区域")),
)
_UNIT = re.compile(r"(亿|万)(美)?元")
_FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_TOTALS = re.compile(r"合计|小计|总计|^序号|^\d+$")
_TITLES = (
    ("negotiating", re.compile(r"在谈|洽谈|意向")),
    ("lead", re.compile(r"储备|谋划|前期|拟建|招商推介")),
    ("producing", re.compile(r"投产|竣工")),
    ("started", re.compile(r"开工|在建|续建")),
    ("signed", re.compile(r"签约|落户|引进")),
)


@dataclass(slots=True)
class Row:
    """One line of a table: where its cells stand, the multiple of its amounts, the stage its table is headed by."""

    line: int
    cells: dict[str, Span] = field(default_factory=dict)
    multiple: float = 1e8
    currency: str = "CNY"
    stage: str | None = None


def rows_of(page: Page) -> tuple[list[Row], set[int]]:
    """(the rows of all tables of projects, the numbers of all lines that belong to them)."""
    if " | " not in page.work:
        return [], set()
    rows: list[Row] = []
    lines: set[int] = set()
    columns: dict[int, str] = {}
    width, unit, stage, at, before = 0, (1e8, "CNY"), None, 0, ["", ""]
    for number, line in enumerate(page.work.split("\n")):
        cells = _cells(line, at) if " | " in line else []
        if len(cells) >= 2 and (width != len(cells) or not columns):
            columns = _headed(page.work, cells)
            width = len(cells)
            if columns:
                lines.add(number)
                unit = _unit_of(page.work, cells, columns, before)
                stage = next((s for s, pattern in _TITLES if pattern.search("".join(before))), None)
        elif columns and len(cells) == width:
            row = Row(number, {kind: cells[i] for i, kind in columns.items()}, *unit, stage)
            lines.add(number)
            a, b = row.cells["name"]
            if b - a >= 3 and not _TOTALS.search(page.work[a:b]):
                rows.append(row)
        else:
            columns = {}
        if line.strip():
            before = [before[1], line]
        at += len(line) + 1
    return rows, lines


def _cells(line: str, at: int) -> list[Span]:
    found, begin = [], 0
    for part in line.split(" | "):
        lead = len(part) - len(part.lstrip())
        found.append((at + begin + lead, at + begin + len(part.rstrip()) if part.strip() else at + begin + lead))
        begin += len(part) + 3
    return found


def _headed(work: str, cells: list[Span]) -> dict[int, str]:
    """Which column is what; empty where the line is no line of headings."""
    columns: dict[int, str] = {}
    for index, (a, b) in enumerate(cells):
        if b - a > 16:
            return {}
        kind = next((k for k, pattern in _COLUMNS if k not in columns.values() and pattern.search(work[a:b])), None)
        if kind is not None:
            columns[index] = kind
    return columns if "name" in columns.values() and len(columns) >= 2 else {}


def _unit_of(work: str, cells: list[Span], columns: dict[int, str], before: list[str]) -> tuple[float, str]:
    """The multiple and currency of the column of amounts, from its heading or from 单位:万元 above."""
    texts = [work[cells[i][0] : cells[i][1]] for i, kind in columns.items() if kind == "invest"]
    for text in [*texts, *(line for line in reversed(before) if "单位" in line)]:
        match = _UNIT.search(text)
        if match:
            return (1e8 if match[1] == "亿" else 1e4), ("USD" if match[2] else "CNY")
    return 1e8, "CNY"


def _amount(page: Page, row: Row) -> Amount | None:
    if "invest" not in row.cells:
        return None
    a, b = row.cells["invest"]
    told = [n for n in page.numbers_in(a, b) if n.kind == "money"]
    if told:
        return Amount(told[0].value, told[0].unit, told[0].qualifier, told[0].value_max)
    match = _FIGURE.fullmatch(page.work, a, b)
    return Amount(round(float(match[0].replace(",", "")) * row.multiple, 2), row.currency) if match else None


def _stage(page: Page, row: Row) -> str | None:
    """The furthest of what the cell tells and what heads the table."""
    stages = [row.stage] if row.stage else []
    if "stage" in row.cells:
        a, b = row.cells["stage"]
        stages += [cue.stage for cue in find_stages(page, Sentence(a, b, row.line)) if cue.state == "asserted"]
    return max(stages, key=lambda stage: STAGE_RANK[stage], default=None)


def table_projects(page: Page, raw: str, rows: list[Row]) -> list[ProjectRecord]:
    """A record for each row."""
    return [_record(page, raw, row) for row in rows]


def _record(page: Page, raw: str, row: Row) -> ProjectRecord:
    cells = {kind: span for kind, span in row.cells.items() if span[1] - span[0] >= 1}
    text = {kind: page.text[a:b] for kind, (a, b) in cells.items()}
    amount, stage = _amount(page, row), _stage(page, row)
    repaired = any(page.normalised.is_repaired(a, b) for a, b in cells.values())
    told = {"proper_name": 1.0, "item_of_list": 1.0, "amount_told": float(amount is not None)}
    told |= {
        "stage_told": float(stage is not None),
        "payer_told": float("payer" in text),
        "place_told": float("place" in text),
    }
    confidence = 0.4 if repaired else sure("project", told)
    fields = {"name": "name", "invest": "investment", "payer": "investor", "stage": "stage", "place": "place"}
    return ProjectRecord(
        name=text.get("name"),
        investor=text.get("payer"),
        investment=amount,
        stage=stage,
        place=text.get("place"),
        confidence=confidence,
        certain=confidence >= CERTAIN and not repaired,
        evidence=tuple(quote(page, raw, a, b, fields[kind]) for kind, (a, b) in cells.items()),
    )


def table_money(page: Page, raw: str, rows: list[Row], known: list[MoneyRecord]) -> list[MoneyRecord]:
    """The amounts of the rows whose unit stands in the heading, each once."""
    seen = {(record.value, record.currency) for record in known}
    found = []
    for row in rows:
        amount = _amount(page, row)
        if amount is None or (amount.value, amount.unit) in seen:
            continue
        seen.add((amount.value, amount.unit))
        a, b = row.cells["invest"]
        repaired = page.normalised.is_repaired(a, b)
        found.append(
            MoneyRecord(
                value=amount.value,
                currency=amount.unit,
                value_max=amount.value_max,
                text=page.text[a:b],
                confidence=0.5 if repaired else 0.9,
                certain=not repaired,
                evidence=(quote(page, raw, a, b, "value"),),
            )
        )
    return found
