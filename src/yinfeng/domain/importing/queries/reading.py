"""From a stored workbook to rows in their plain form, names looked up, a row at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yinfeng.foundation.files import vault
from yinfeng.foundation.workbook.read import read_workbook
from yinfeng.foundation.workbook.sheet import Sheet
from yinfeng.kernel.errors import DomainError

from ..models import ColumnMemory, Import
from ..rules.columns import BY_KEY, SITE_ROUTES
from ..rules.listings import listing_words
from ..rules.recognition import Recognised, choose_sheet, fold_header, remapped
from ..rules.record_sheets import find_head
from ..rules.rows import ReadRow, read_rows
from ..rules.spelling import firm_words, words_of
from ..rules.titles import title_words
from ..rules.values import MILESTONE_KEYS, NEW, PERSON_KEYS, UNIT_KEYS, plain
from ..rules.words import Book
from .names import Names
from .staged import Staged

VERSION_HEADER = "台账版本"  # the hidden column of our own sheets


@dataclass(frozen=True, slots=True)
class Opened:
    """A workbook that was read: the sheet that is taken, and what the others are."""

    sheet: Sheet
    recognised: Recognised
    sheets: tuple[tuple[str, int, float], ...]  # name, rows of the ledger, score
    as_of: date | None
    version_column: int | None


def open_import(of: Import) -> Opened:
    """Read the file of an import and recognise its sheet. DomainError where there is no ledger in it."""
    sheets = read_workbook(vault.place_of(of.file.sha256), name=of.file.name)
    remembered = dict(ColumnMemory.objects.filter(unit=of.unit_id).values_list("header", "key"))
    found = choose_sheet(sheets, remembered)
    by_name = {sheet.name: sheet for sheet in sheets}
    chosen = found[0] if found else None
    if of.sheet:
        chosen = next((r for r in found if r.sheet == of.sheet), None)
        if chosen is None:
            raise DomainError(
                _("“{file}”中没有工作表“{sheet}”。").format(file=of.file.name, sheet=of.sheet), code="import.sheet",
                field="sheet", fix=_("工作表有：{names}").format(names=_("、").join(by_name)),
            )  # fmt: skip
    if not of.mapping:
        _refuse_other_books(of, [by_name[chosen.sheet]] if chosen and chosen.is_ledger else sheets, chosen)
    if chosen is None or not chosen.is_ledger:
        raise DomainError(
            _("“{file}”中没有找到台账的表头。{reason}").format(file=of.file.name, reason=chosen.reason if chosen else ""),
            code="import.no_ledger", field="file",
            fix=_("表头须含“项目名称”等列名，可先下载模板对照。"),
        )  # fmt: skip
    sheet = by_name[chosen.sheet]
    version = next((u.column for u in chosen.unmapped if fold_header(u.header) == fold_header(VERSION_HEADER)), None)
    if of.mapping:
        chosen = remapped(
            chosen, sheet, {int(c): key for c, key in of.mapping.get("keys", {}).items()},
            {int(c): unit for c, unit in of.mapping.get("units", {}).items()},
        )  # fmt: skip
    as_of = of.as_of or (date.fromisoformat(chosen.as_of) if chosen.as_of else None)
    return Opened(
        sheet, chosen, tuple((r.sheet, r.count if r.is_ledger else 0, r.score) for r in found), as_of, version
    )


def _refuse_other_books(of: Import, sheets: Sequence[Sheet], chosen: Recognised | None) -> None:
    """A workbook of leads or visits would pass for one of projects: many of its columns have the same names."""
    sure = [m for m in chosen.matches if m.confidence >= 0.9] if chosen and chosen.is_ledger else []
    if any(m.key in MILESTONE_KEYS for m in sure):
        return
    for book, signs in (
        (Book.LEADS, {"reported_on", "screened_on"}),
        (Book.VISITS, {"our_side", "their_side", "direction"}),
    ):
        for head in (find_head(sheet, book) for sheet in sheets):
            if head and signs & head.columns.keys() and len(head.columns) > len(sure):
                raise DomainError(
                    _("“{file}”不是项目台账，像是{book}。").format(file=of.file.name, book=_(book.label)),
                    code="import.other_book", field="file",
                    fix=_("请在“表格种类”中选{book}再上传（命令行：--kind {kind}）。").format(
                        book=_(book.label), kind=book.value
                    ),
                )  # fmt: skip


def staged_rows(opened: Opened, names: Names, *, create_units: bool, today: date) -> Iterator[Staged]:
    """The rows, one by one; what was read of the sheet is let go on the way."""
    recognised = opened.recognised
    for row in read_rows(opened.sheet, recognised, today=today, year=recognised.year):
        yield _staged(row, opened, names, create_units)
        if not opened.sheet.merged:  # a merged cell stands for rows further down
            opened.sheet.rows[row.number - 1] = []


def _staged(row: ReadRow, opened: Opened, names: Names, create_units: bool) -> Staged:
    values = {key: plain(value) for key, value in row.values.items() if BY_KEY[key].imported}
    said = {key: s.raw for key, s in row.said.items() if s.precision not in ("", "day")}
    staged = Staged(row.number, str(values.get("name") or "")[:200], values, dict(row.cells), raw=said)
    for fault in row.faults:
        if fault.code == "text.formula" and opened.version_column is not None and _own_text(staged, fault.key, opened):
            continue  # a name on record begins so: our own sheets hold it as text
        told = asdict(fault)
        staged.faults.append({"column": told.pop("column_letter"), **told})
    for key, route in SITE_ROUTES.items():
        if key in values:
            day = values.pop(key)
            if "site_secured_on" not in values:
                values["site_secured_on"] = day
                staged.cells["site_secured_on"] = staged.cells.get(key, "")
                if key in staged.raw:
                    staged.raw["site_secured_on"] = staged.raw[key]
            values.setdefault("site_route", route)
    if "name" in values:
        values["name"] = " ".join(values["name"].split())
    if values.get("is_confidential") is False:
        values.pop("is_confidential")
    _look_up(staged, names, create_units)
    if opened.version_column is not None:
        cells = opened.sheet.rows[row.number - 1]
        held = cells[opened.version_column] if opened.version_column < len(cells) else None
        if isinstance(held, int) or (isinstance(held, str) and held.isdigit()):
            staged.version = int(held)
    return staged


def _own_text(staged: Staged, key: str, opened: Opened) -> bool:
    match = opened.recognised.columns.get(key)
    cell = opened.sheet.rows[staged.number - 1][match.column] if match else None
    if match is None or not isinstance(cell, str) or BY_KEY[key].kind not in ("text", "long_text"):
        return False
    staged.values[key] = cell.strip()
    staged.name = str(staged.values.get("name") or "")[:200]
    return True


def _look_up(staged: Staged, names: Names, create_units: bool) -> None:
    """Names become the ids of what they mean. A unit that is not known is an error, or is to be created; anything
    else that is not known is a gap: the row goes in without it."""
    values = staged.values
    for key in (*UNIT_KEYS, *PERSON_KEYS, "industry", "segment"):
        text = values.get(key)
        if not isinstance(text, str):
            continue
        book = names.book(key)
        assert book is not None
        found = names.industry(text) if key == "industry" else book.find(text)
        if len(found) == 1:
            values[key] = found[0]
            if key in UNIT_KEYS and found[0] not in names.active_units:
                staged.blame(key, "unit.closed", _("单位“{name}”已停用。").format(name=text), _("请改为在用单位。"))
        elif key in UNIT_KEYS and not found and create_units:
            values[key] = NEW + " ".join(text.split())[:80]
        else:
            values.pop(key)
            _not_found(staged, key, text, len(found))
    if "industry_groups" in values:
        told = values["industry_groups"]
        words = [told] if isinstance(told, str) else told
        if isinstance(told, str) and len(names.groups.find(told)) != 1:
            words = words_of(told)
        ids = {word: names.groups.find(word) for word in words}
        for word in (w for w, found in ids.items() if len(found) != 1):
            _not_found(staged, "industry_groups", word, len(ids[word]))
        if known := sorted({found[0] for found in ids.values() if len(found) == 1}):
            values["industry_groups"] = known
        else:
            values.pop("industry_groups")


def _not_found(staged: Staged, key: str, text: str, found: int) -> None:
    title = BY_KEY[key].title
    is_unit = key in UNIT_KEYS
    message = (
        _("{title}“{text}”在系统中有 {found} 个同名的。") if found else _("{title}“{text}”在系统中没有。")
    ).format(title=title, text=text[:60], found=found)
    if is_unit:
        mend = _("请改用系统中的单位名称或代码，或由系统管理员先建立单位。")
    elif key == "industry_groups" and not found:
        mend = _("该项先不导入；请改用系统中的名称，或先在“产业链与组群”建立（命令行：yinfeng groups）再导入。")
    else:
        mend = _("该项先不导入，可在导入后补填；或改用系统中的名称。")
    staged.blame(key, "name.unknown", message, mend, severity="error" if is_unit else "warning")


def column_report(opened: Opened) -> list[dict[str, Any]]:
    """The columns of the sheet as the preview page shows them, in their order."""
    recognised = opened.recognised
    rows: list[dict[str, Any]] = [
        {"column": m.column, "letter": m.letter, "header": m.header, "key": m.key, "confidence": m.confidence,
         "reason": m.reason, "unit": m.unit}
        for m in recognised.matches
    ]  # fmt: skip
    rows += [
        {"column": u.column, "letter": u.letter, "header": u.header, "key": "", "confidence": 0.0, "reason": u.reason,
         "unit": "", "candidates": [key for key, _score in u.candidates]}
        for u in recognised.unmapped
        if u.column != opened.version_column
    ]  # fmt: skip
    return sorted(rows, key=lambda row: row["column"])


def shown(names: Names, key: str, value: Any) -> str:
    """A plain value as people read it."""
    from yinfeng.kernel.money import display

    if value in (None, ""):
        return ""
    if isinstance(value, str) and value.startswith(NEW) and key in UNIT_KEYS:
        return _("{name}（新建）").format(name=value.removeprefix(NEW))
    column = BY_KEY[key]
    book = names.book(key)
    if key == "industry_groups":
        return _("、").join(names.groups.shown(pk) for pk in value)
    if book is not None:
        return book.shown(value)
    match column.kind:
        case "choice":
            return _(dict(column.choices).get(value, value))
        case "yes_no":
            return _("是") if value else _("否")
        case "money":
            if "万美元" in column.unit or key == "investment_amount":
                return f"{value:,}"
            return display(value) if value else "0"
        case "titles":
            return title_words(value)
        case "listings":
            return listing_words(value)
        case "firms":
            return _("、").join(firm_words([firm]) for firm in value)
    return str(value)


def milestones_told(values: Mapping[str, Any]) -> int:
    return sum(key in values for key in MILESTONE_KEYS)
