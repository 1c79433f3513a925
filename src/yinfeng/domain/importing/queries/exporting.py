"""The ledger as a workbook in the columns that the import reads: an export, or a template to be filled and sent back."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.models import Project
from yinfeng.domain.projects.queries.lights import rule_in_force
from yinfeng.domain.projects.rules.lights import LightRule, light_of
from yinfeng.foundation.accounts import access
from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.accounts.viewer import Reach, Viewer
from yinfeng.foundation.workbook.write import clean_text

from ..rules.columns import FORMAT_VERSION, LEDGER, LedgerColumn
from ..rules.listings import listing_words
from ..rules.spelling import AND, NO, YES, firm_words
from ..rules.titles import title_words
from ..rules.values import PERSON_KEYS, UNIT_KEYS
from .ledger_values import LedgerRow, ledger_rows
from .names import Names
from .reading import VERSION_HEADER

SPARE_ROWS = 500  # empty lines of a template that carry drop-downs and formats
MOST_CHOICES = 2_000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Said on each line of a project, so that lines can be sorted and filtered; the rest on its first line only, so that
# columns can be added up.
_ON_EACH_LINE = frozenset({"code", "platform_code", "name", "kind", "lead_unit", "landing_unit"})
_MUST = "#FCE8E6"
_HEAD = "#E8EEF7"
_DARK = "#DDE1E7"


@dataclass(frozen=True, slots=True)
class Made:
    """A workbook on disk (the caller moves or deletes it), and how many lines and projects it holds."""

    path: Path
    rows: int
    projects: int


def columns() -> list[LedgerColumn]:
    return [column for column in LEDGER if column.exported]


def projects_to_export(viewer: Viewer | None) -> list[int]:
    """What somebody may export, in the order of the ledger; the console exports everything."""
    rows = Project.objects.filter(merged_into=None) if viewer is None else visible_projects(viewer, "X")
    return list(rows.order_by("pk").values_list("pk", flat=True))


def projects_of_template(viewer: Viewer, unit: Unit) -> list[int]:
    """The projects that a unit leads or hosts and the viewer may enter facts of."""
    own = Reach(False, frozenset({unit.pk}), False, False, False)
    rows = visible_projects(viewer).filter(access.granted("project", viewer, own))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def write_ledger(
    ids: Sequence[int], *, title: str, made_by: str, at: datetime, template: bool = False, path: Path | None = None,
    watch: Callable[[int, int], None] | None = None,
) -> Made:  # fmt: skip
    """Write projects as a workbook. ``template`` locks what is computed, offers drop-downs and leaves empty lines."""
    if path is None:
        with tempfile.NamedTemporaryFile(prefix="yinfeng-", suffix=".xlsx", delete=False) as made:
            path = Path(made.name)
    try:
        return _Writer(ids, title, made_by, at, template, path, watch).write()
    except BaseException:
        with suppress(FileNotFoundError):
            path.unlink()
        raise


class _Writer:
    def __init__(
        self, ids: Sequence[int], title: str, made_by: str, at: datetime, template: bool, path: Path,
        watch: Callable[[int, int], None] | None,
    ) -> None:  # fmt: skip
        self.ids, self.title, self.made_by, self.at = ids, title, made_by, at
        self.template, self.path, self.watch = template, path, watch
        self.today = timezone.localtime(at).date()
        self.names = Names()
        self.light: LightRule = rule_in_force(self.today)
        self.columns = columns()
        self.book = xlsxwriter.Workbook(
            str(path),
            {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
             "strings_to_numbers": False, "nan_inf_to_errors": False},
        )  # fmt: skip
        self._formats: dict[tuple[Any, ...], Any] = {}

    def write(self) -> Made:
        self.book.set_properties(
            {"title": self.title, "author": self.made_by, "comments": str(settings.STANDING_LINE),
             "keywords": f"yinfeng-ledger/{FORMAT_VERSION}"}
        )  # fmt: skip
        sheet = self.book.add_worksheet(_("项目台账"))
        legend = self.book.add_worksheet(_("填表说明"))
        lists = self.book.add_worksheet("_choices")
        lists.hide()
        self._head(sheet)
        line = projects = 0
        for rows in ledger_rows(self.ids):
            projects += 1
            for row in rows:
                line += 1
                self._line(sheet, line, row)
            if self.watch and projects % 200 == 0:
                self.watch(projects, len(self.ids))
        last = line + (SPARE_ROWS if self.template else 0)
        if self.template:
            self._spare(sheet, line + 1, last)
            self._drop_downs(sheet, lists, max(last, 1))
            sheet.protect("", {
                "format_columns": True, "format_rows": True, "insert_rows": True, "delete_rows": True, "sort": True,
                "autofilter": True, "select_locked_cells": True,
            })  # fmt: skip
        sheet.autofilter(0, 0, max(last, 1), len(self.columns))
        self._legend(legend, line, projects)
        self.book.close()
        return Made(self.path, line, projects)

    def look(self, kind: str, *, guarded: bool = False, locked: bool = False) -> Any:
        key = (kind, guarded, locked)
        if key not in self._formats:
            formats = {"date": "yyyy-mm-dd", "money": "#,##0.00##", "number": "#,##0.######", "integer": "#,##0",
                       "percent": "0.0"}  # fmt: skip
            told: dict[str, Any] = {"locked": locked or not self.template}
            if kind in formats:
                told["num_format"] = formats[kind]
            elif self.template:
                told["num_format"] = "@"
            if guarded:
                told["quote_prefix"] = True
            if kind == "long_text":
                told |= {"text_wrap": False}
            if locked:
                told |= {"bg_color": "#F3F4F6", "font_color": "#5B6472"}
            self._formats[key] = self.book.add_format(told)
        return self._formats[key]

    def _head(self, sheet: Any) -> None:
        base = {"bold": True, "border": 1, "border_color": "#C9D3E3", "text_wrap": True, "valign": "vcenter"}
        usual = self.book.add_format({**base, "bg_color": _HEAD})
        must = self.book.add_format({**base, "bg_color": _MUST})
        computed = self.book.add_format({**base, "bg_color": _DARK})
        sheet.set_row(0, 34)
        for number, column in enumerate(self.columns):
            width = {"long_text": 36, "date": 12, "firms": 26, "uscc": 22}.get(
                column.kind, max(12, 2 * len(column.header) + 2)
            )
            if column.key == "name":
                width = 34
            sheet.set_column(number, number, min(width, 40), self.look(column.kind, locked=column.computed))
            look = must if column.required_for_create else computed if column.computed else usual
            sheet.write_string(0, number, column.header, look)
        sheet.set_column(len(self.columns), len(self.columns), 10, self.look("integer", locked=True), {"hidden": True})
        sheet.write_string(0, len(self.columns), VERSION_HEADER, computed)
        name = next(n for n, c in enumerate(self.columns) if c.key == "name")
        sheet.freeze_panes(1, name + 1)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer(f"&C{settings.STANDING_LINE}&R&P / &N")

    def _line(self, sheet: Any, line: int, row: LedgerRow) -> None:
        funds = row.told_funds(self.today)
        if funds:
            if len(row.boundaries) == 1:
                funds["funds_boundary"] = next(iter(row.boundaries))  # type: ignore[assignment]
            funds["funds_as_of"] = self.today.isoformat()  # type: ignore[assignment]
        computed = self._computed(row) if row.is_first else {"stage": row.extra["stage"]}
        for number, column in enumerate(self.columns):
            if column.key == "sequence":
                sheet.write_number(line, number, line, self.look("integer"))
            elif column.computed:
                self._cell(sheet, line, number, column, computed.get(column.key))
            elif column.place == "funds":
                self._cell(sheet, line, number, column, funds.get(column.key))
            elif column.place != "project" or row.is_first or column.key in _ON_EACH_LINE:
                self._cell(sheet, line, number, column, row.values.get(column.key))
        sheet.write_number(line, len(self.columns), row.version, self.look("integer", locked=True))

    def _cell(self, sheet: Any, line: int, number: int, column: LedgerColumn, value: Any) -> None:
        locked = column.computed
        if value is None or value == "":
            if self.template:
                sheet.write_blank(line, number, None, self.look(column.kind, locked=locked))
            return
        value = self._said(column, value)
        if isinstance(value, date) and value.year >= 1900:
            sheet.write_datetime(line, number, value, self.look("date", locked=locked))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            sheet.write_number(line, number, value, self.look(column.kind, locked=locked))
        else:
            text = clean_text(value)
            sheet.write_string(
                line, number, text, self.look("text", guarded=text.startswith(_FORMULA_STARTS), locked=locked)
            )

    def _said(self, column: LedgerColumn, value: Any) -> Any:
        """A plain value as its cell has it."""
        key = column.key
        if key in UNIT_KEYS:
            return self.names.units.shown(value)
        if key in PERSON_KEYS:
            return self.names.people.shown(value)
        if key == "industry":
            return self.names.industries.shown(value)
        if key == "segment":
            return self.names.segments.shown(value)
        if key == "industry_groups":
            return AND.join(self.names.groups.shown(pk) for pk in value)
        match column.kind:
            case "choice":
                return dict(column.choices).get(value, value)
            case "yes_no":
                return YES if value else NO
            case "money":
                return float(Decimal(value) / 10_000)
            case "number" | "percent":
                return float(value)
            case "date":
                return date.fromisoformat(value) if isinstance(value, str) else value
            case "firms":
                return firm_words(value)
            case "titles":
                return title_words(value)
            case "listings":
                return listing_words(value)
        return value

    def _computed(self, row: LedgerRow) -> dict[str, Any]:
        extra, values = row.extra, row.values
        total = values.get("investment_cny")
        area = Decimal(values["land_area_mu"]) if values.get("land_area_mu") else None
        found: dict[str, Any] = {
            "stage": extra["stage"], "next_node": extra["next_node"], "next_due_on": extra["next_due_on"],
            "unverified_count": extra["unverified_count"], "changed_at": timezone.localtime(extra["changed_at"]).date(),
            "light": light_of(
                extra["next_due_on"], extra["stalled_on"], extra["ended_on"], extra["furthest_stage"], self.today, self.light
            ).light.label,
        }  # fmt: skip
        if total:
            found["funds_rate"] = round(extra["funds_cny"] * 100 / total, 2)
        if area:
            for key, told in (("investment_per_mu", total), ("output_per_mu", values.get("annual_output_cny")),
                              ("tax_per_mu", values.get("annual_tax_cny"))):  # fmt: skip
                if told:
                    found[key] = round(float(told / (area * 10_000)), 4)
        return found

    def _spare(self, sheet: Any, first: int, last: int) -> None:
        for line in range(first, last + 1):
            for number, column in enumerate(self.columns):
                sheet.write_blank(line, number, None, self.look(column.kind, locked=column.computed))

    def _drop_downs(self, sheet: Any, lists: Any, last: int) -> None:
        for number, column in enumerate(self.columns):
            choices = self._choices(column)
            if column.kind == "date" and not column.computed:
                sheet.data_validation(1, number, last, number, {
                    "validate": "date", "criteria": "between", "minimum": date(1949, 10, 1), "maximum": date(2099, 12, 31),
                    "error_type": "warning", "error_title": _("日期"), "error_message": _("请填日期，如 2026-05-31。"),
                })  # fmt: skip
            elif choices:
                self._lists.append((number, choices))
        longest = max((len(c) for _n, c in self._lists), default=0)
        for line in range(longest):  # row by row: the workbook is written as it goes
            for place, (_number, choices) in enumerate(self._lists):
                if line < len(choices):
                    lists.write_string(line, place, clean_text(choices[line]))
        for place, (number, choices) in enumerate(self._lists):
            letter = xl_col_to_name(place)
            sheet.data_validation(1, number, last, number, {
                "validate": "list", "source": f"='_choices'!${letter}$1:${letter}${len(choices)}",
                "error_type": "warning" if self.columns[number].key in PERSON_KEYS else "stop",
                "error_title": self.columns[number].title, "error_message": _("请从下拉列表中选择。"),
            })  # fmt: skip

    @property
    def _lists(self) -> list[tuple[int, list[str]]]:
        if not hasattr(self, "_held_lists"):
            self._held_lists: list[tuple[int, list[str]]] = []
        return self._held_lists

    def _choices(self, column: LedgerColumn) -> list[str]:
        if column.computed:
            return []
        if column.choices:
            return [label for _value, label in column.choices]
        if column.kind == "yes_no":
            return [YES, NO]
        book = {"lead_unit": self.names.units, "landing_unit": self.names.units, "outpost": self.names.units,
                "segment": self.names.segments}.get(column.key)  # fmt: skip
        return book.names()[:MOST_CHOICES] if book else []

    def _legend(self, sheet: Any, lines: int, projects: int) -> None:
        bold, wrap = self.book.add_format({"bold": True}), self.book.add_format({"text_wrap": True, "valign": "top"})
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 70)
        facts: Iterable[tuple[str, str]] = [
            (_("表名"), self.title),
            (_("数据截至"), f"{timezone.localtime(self.at):%Y-%m-%d %H:%M}"),
            (_("导出人"), self.made_by),
            (_("行数"), _("{lines} 行，{projects} 个项目").format(lines=lines, projects=projects)),
            (_("怎样填"), _("改动单元格后原样交回；空着的单元格表示不改。灰色的列由系统计算，不导入。金额以万元计。")),
            (_("分期"), _("分期的项目一期一行，写明期次；总投资等项目的数只写在第一行。")),
            ("", ""),
        ]
        line = 0
        for label, text in [*facts, *((c.header, c.note) for c in self.columns if c.note)]:
            sheet.write_string(line, 0, clean_text(label), bold)
            sheet.write_string(line, 1, clean_text(text), wrap)
            line += 1
        sheet.write_string(line + 1, 0, str(settings.STANDING_LINE), bold)
