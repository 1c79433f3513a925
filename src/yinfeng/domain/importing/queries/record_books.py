"""Workbooks of leads and visits out: what is on record in the columns of the format, and the empty template."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.projects.access import visible_leads, visible_projects
from yinfeng.domain.projects.models import Lead, Visit
from yinfeng.domain.projects.rules.words import LeadStatus
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.workbook.write import clean_text

from ..rules.columns import LedgerColumn
from ..rules.record_columns import COLUMNS
from ..rules.spelling import NO, YES
from ..rules.words import Book
from .names import Names
from .record_deciding import LEAD_ATTRIBUTES

SPARE_ROWS = 300
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_records(
    book: str, viewer: Viewer | None, *, path: Path, made_by: str, at: datetime, template: bool = False
) -> int:
    """Write the leads or visits that somebody may export (``viewer`` None: all), or the empty template; how many."""
    names = Names()
    columns = COLUMNS[book]
    rows = iter(()) if template else _leads(viewer) if book == Book.LEADS else _visits(viewer)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as made:
        made.set_properties({"title": _(Book(book).label), "author": made_by, "comments": str(settings.STANDING_LINE)})
        sheet, legend = made.add_worksheet(_(Book(book).label)), made.add_worksheet(_("填表说明"))
        base = {"bold": True, "border": 1, "border_color": "#C9D3E3", "text_wrap": True, "valign": "vcenter"}
        usual, must = made.add_format({**base, "bg_color": "#E8EEF7"}), made.add_format({**base, "bg_color": "#FCE8E6"})
        day, text = made.add_format({"num_format": "yyyy-mm-dd"}), made.add_format({"quote_prefix": True})
        for place, column in enumerate(columns):
            sheet.set_column(place, place, 36 if column.kind == "long_text" else 26 if column.key in ("name", "about") else 15,
                             day if column.kind == "date" else None)  # fmt: skip
            sheet.write_string(0, place, column.header, must if column.required_for_create else usual)
        count = 0
        for values in rows:
            count += 1
            for place, column in enumerate(columns):
                value = count if column.key == "sequence" else _said(column, values.get(column.key), names)
                if isinstance(value, date):
                    sheet.write_datetime(count, place, value, day)
                elif isinstance(value, int | float):
                    sheet.write_number(count, place, value)
                elif value:
                    words = clean_text(value)
                    sheet.write_string(count, place, words, text if words.startswith(_FORMULA_STARTS) else None)
        last = count + SPARE_ROWS
        for place, column in enumerate(columns):
            labels = [label for _value, label in column.choices] or ([YES, NO] if column.kind == "yes_no" else [])
            if labels and column.imported:
                sheet.data_validation(1, place, last, place, {"validate": "list", "source": labels})
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
        legend.set_column(0, 0, 24)
        legend.set_column(1, 1, 70)
        facts = [(_("表名"), _(Book(book).label)), (_("数据截至"), f"{timezone.localtime(at):%Y-%m-%d %H:%M}"),
                 (_("怎样填"), _("一行一条；红色的列必填；日期写成 2026-05-31。空着的单元格表示不改。"))]  # fmt: skip
        for line, (label, words) in enumerate([*facts, *((c.header, _(c.note)) for c in columns if c.note)]):
            legend.write_string(line, 0, clean_text(label), made.add_format({"bold": True}))
            legend.write_string(line, 1, clean_text(words))
    return count


def _leads(viewer: Viewer | None) -> Iterator[dict[str, Any]]:
    rows = visible_leads(viewer, "X") if viewer else Lead.objects.exclude(status=LeadStatus.WITHDRAWN)
    for lead in rows.select_related("investor").order_by("pk").iterator(chunk_size=500):
        yield {
            **{key: getattr(lead, name) for key, name in LEAD_ATTRIBUTES.items()}, "code": lead.code,
            "reported_on": lead.reported_on, "owner_unit": lead.owner_unit_id, "investor": lead.investor_name,
            "investor_uscc": (lead.investor.uscc or "") if lead.investor else "", "screened_on": lead.screened_on,
            "dropped_reason": lead.dropped_reason, "status": lead.status, "is_confidential": lead.is_confidential or None,
        }  # fmt: skip


def _visits(viewer: Viewer | None) -> Iterator[dict[str, Any]]:
    rows = Visit.objects.filter(voided_at=None)
    if viewer is not None and not viewer.may("contact"):
        rows = rows.none()
    elif viewer is not None:
        rows = rows.filter(
            Q(project__in=visible_projects(viewer, "X").values("pk"))
            | Q(lead__in=visible_leads(viewer, "X").values("pk"))
        )
    for visit in rows.select_related("lead", "project").order_by("held_on", "pk").iterator(chunk_size=500):
        about = visit.project or visit.lead
        yield {
            "direction": visit.direction, "held_on": visit.held_on, "about": about.code if about else "", "unit": visit.unit_id,
            "place": visit.place, "our_side": visit.our_side, "our_count": visit.our_count, "their_side": visit.their_side,
            "their_count": visit.their_count or None, "leader": visit.leader_id or visit.led_by, "minutes": visit.minutes,
            "next_step": visit.next_step,
        }  # fmt: skip


def _said(column: LedgerColumn, value: Any, names: Names) -> Any:
    """A value of the ledger as its cell has it."""
    if value in (None, ""):
        return None
    if column.kind == "unit":
        return names.units.shown(value)
    if column.kind == "person" or (column.key == "leader" and isinstance(value, int)):
        return names.people.shown(value)
    if column.key == "segment":
        return names.segments.shown(value)
    match column.kind:
        case "choice":
            return dict(column.choices).get(value, value)
        case "yes_no":
            return YES if value else NO
        case "money":
            return float(Decimal(value) / 10_000)
        case "number":
            return float(value)
    return value
