"""From a stored workbook of leads or visits to rows in their plain form, names looked up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yinfeng.domain.projects.models.ledger import SUM_LIMIT
from yinfeng.foundation.files import vault
from yinfeng.foundation.workbook.read import read_workbook
from yinfeng.foundation.workbook.sheet import Sheet, column_letters
from yinfeng.kernel.errors import DomainError

from ..models import Import
from ..rules.record_columns import COLUMNS, column_of
from ..rules.record_sheets import MOST_ROWS, Head, find_head, read_records
from ..rules.values import NEW
from ..rules.words import Book
from .names import Names
from .staged import Staged

UNITS = {Book.LEADS: "owner_unit", Book.VISITS: "unit"}
_PEOPLE = {Book.LEADS: "owner", Book.VISITS: "leader"}


@dataclass(frozen=True, slots=True)
class OpenedRecords:
    sheet: Sheet
    head: Head
    sheets: tuple[tuple[str, int, float], ...]


def open_records(of: Import) -> OpenedRecords:
    """Read the file and find the header of its book. DomainError where there is none."""
    sheets = read_workbook(vault.place_of(of.file.sha256), name=of.file.name)
    found = [(sheet, head) for sheet in sheets if (head := find_head(sheet, of.book)) is not None]
    if of.sheet:
        found = [(sheet, head) for sheet, head in found if sheet.name == of.sheet]
    if not found:
        titles = _("、").join(_(c.title) for c in COLUMNS[of.book] if c.required_for_create)
        raise DomainError(
            _("“{file}”中没有找到{book}的表头。").format(file=of.file.name, book=_(Book(of.book).label)), code="import.no_ledger",
            field="file", fix=_("表头应写在一行里，须含：{titles}；可先下载模板对照。").format(titles=titles),
        )  # fmt: skip
    found.sort(key=lambda one: (one[0].hidden, -len(one[1].columns)))
    sheet, head = found[0]
    told = tuple((s.name, len(s.rows) - h.row - 1, float(len(h.columns))) for s, h in found)
    return OpenedRecords(sheet, head, told)


def record_rows(opened: OpenedRecords, of: Import, names: Names, *, today: date) -> Iterator[Staged]:
    """The records, one by one. DomainError where there are more than can be taken at once."""
    most = MOST_ROWS[of.book]
    for count, row in enumerate(read_records(opened.sheet, of.book, opened.head, today=today, name=of.file.name), 1):
        if count > most:
            raise DomainError(
                _("“{file}”的工作表“{sheet}”超过 {most} 行。").format(file=of.file.name, sheet=opened.sheet.name, most=most),
                code="import.too_many", field="file", fix=_("请拆分后分批导入。"),
            )  # fmt: skip
        key = "name" if of.book == Book.LEADS else "about"
        staged = Staged(row.number, str(row.values.get(key) or "")[:200], row.values, row.cells)
        for fault in row.faults:
            told = asdict(fault)
            staged.faults.append({"column": told.pop("column_letter"), **told})
        _look_up(staged, of, names)
        _check_sums(staged, of.book)
        yield staged


def _look_up(staged: Staged, of: Import, names: Names) -> None:
    """Names become ids. An unknown unit is an error, or is to be created; whoever else is unknown is a gap."""
    values = staged.values
    unit = UNITS[Book(of.book)]
    if isinstance(text := values.get(unit), str):
        found = names.units.find(text)
        if len(found) == 1:
            values[unit] = found[0]
            if found[0] not in names.active_units:
                staged.blame(unit, "unit.closed", _("单位“{name}”已停用。").format(name=text), _("请改为在用单位。"))
        elif not found and of.create_units:
            values[unit] = NEW + " ".join(text.split())[:80]
        else:
            values.pop(unit)
            _not_found(staged, of.book, unit, text, len(found), is_error=True)
    person = _PEOPLE[Book(of.book)]
    if isinstance(text := values.get(person), str):
        found = names.people.find(text)
        if len(found) == 1:
            values[person] = found[0]
        elif of.book == Book.VISITS:
            values.pop(person)
            values["led_by"] = text[:60]
        else:
            values.pop(person)
            _not_found(staged, of.book, person, text, len(found))
    if isinstance(text := values.get("segment"), str):
        found = names.segments.find(text)
        if len(found) == 1:
            values["segment"] = found[0]
        else:
            values.pop("segment")
            _not_found(staged, of.book, "segment", text, len(found))


def _not_found(staged: Staged, book: str, key: str, text: str, found: int, *, is_error: bool = False) -> None:
    column = column_of(book, key)
    title = _(column.title) if column else ""
    staged.blame(
        key, "name.unknown",
        (_("{title}“{text}”在系统中有 {found} 个同名的。") if found else _("{title}“{text}”在系统中没有。")).format(
            title=title, text=text[:60], found=found
        ),
        _("请改用系统中的单位名称或代码，或由系统管理员先建立单位。") if is_error
        else _("该项先不导入，可在导入后补填；或改用系统中的名称。"),
        severity="error" if is_error else "warning",
    )  # fmt: skip


def _check_sums(staged: Staged, book: str) -> None:
    for key, value in list(staged.values.items()):
        column = column_of(book, key)
        if column is not None and column.kind == "money" and not 0 < value < SUM_LIMIT:
            staged.blame(key, "sum.range", _("{title} {value} 不在可登记的范围内。").format(title=_(column.title), value=value),
                         _("金额须大于零、小于 1000 万亿元；请核对数字和单位。"))  # fmt: skip


def columns_told(opened: OpenedRecords) -> list[dict[str, Any]]:
    """The columns as the preview shows them."""
    rows: list[dict[str, Any]] = [
        {"column": place, "letter": column_letters(place), "header": header, "key": key, "confidence": 1.0, "reason": "",
         "unit": unit}
        for key, (place, header, unit) in opened.head.columns.items()
    ]  # fmt: skip
    rows += [
        {"column": place, "letter": column_letters(place), "header": header, "key": "", "confidence": 0.0, "reason": "",
         "unit": ""}
        for place, header in opened.head.left
    ]  # fmt: skip
    return sorted(rows, key=lambda row: row["column"])
