"""周变动: what changed between two days, on the screen, on paper and in Excel."""

from __future__ import annotations

from datetime import date

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from yinfeng.domain.projects.queries import choices
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.audit.actions import record_look
from yinfeng.foundation.audit.models import LookKind
from yinfeng.foundation.workbook.write import About, CellKind, Column, stream_rows

from ..queries import weekly as read

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _span(request: HttpRequest) -> tuple[date, date]:
    return read.span_asked(_day(request.GET.get("from")), _day(request.GET.get("to")), timezone.localdate())


@require_safe
@needs("project", "S")
def weekly(request: HttpRequest) -> HttpResponse:
    """``?from=2026-03-02&to=2026-03-08``; this week without any."""
    viewer = viewer_on(request)
    start, end = _span(request)
    page = read.weekly(viewer, start, end, units=choices.units(), today=timezone.localdate())
    return render(request, "reporting/weekly.html", {"page": page, "may_export": viewer.may("project", "X")})


@require_GET
@needs("project", "X")
def weekly_export(request: HttpRequest) -> FileResponse:
    """The same as a workbook: one line a change, of the projects that the viewer may export."""
    viewer = viewer_on(request)
    start, end = _span(request)
    page = read.weekly(viewer, start, end, units=choices.units(), today=timezone.localdate(), verb="X")
    names = read.labels()
    columns = [
        Column(_("单位")), Column(_("项目编号")), Column(_("项目名称"), width=36), Column(_("变动")),
        Column(_("说明"), width=36), Column(_("总投资（万元）"), CellKind.MONEY, divide_by=10_000),
        Column(_("总投资变动（万元）"), CellKind.MONEY, divide_by=10_000),
        Column(_("到位资金变动（万元）"), CellKind.MONEY, divide_by=10_000),
    ]  # fmt: skip
    rows = [
        (x.unit, x.code, x.name, names[x.kind], x.words, x.investment_cny, x.investment_change, x.funds_change)
        for unit in page.units
        for x in unit.lines
    ]
    at = timezone.now()
    about = About(
        title=_("周变动"), view_name=_("{start} 至 {end}").format(start=start, end=end), data_time=at,
        exported_by=viewer.person.name,
    )  # fmt: skip
    made = stream_rows(columns, rows, about)
    record_look(
        actor=viewer.person, at=at, look=LookKind.EXPORT, kind="project", rows=made.rows,
        detail=_("周变动 {start} 至 {end}").format(start=start, end=end),
    )  # fmt: skip
    file = made.path.open("rb")
    made.path.unlink()  # the open file lives on until it is sent
    return FileResponse(
        file, as_attachment=True, filename=f"{_('周变动')}-{start:%Y%m%d}-{end:%Y%m%d}.xlsx", content_type=XLSX
    )
