"""The pivot explorer: any indicator by any two dimensions, each cell opening its rows; the address holds it all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.audit.actions import record_look
from yinfeng.foundation.audit.models import LookKind
from yinfeng.foundation.workbook.write import About, CellKind, Column, stream_rows
from yinfeng.kernel.errors import DomainError

from ..access import may_export
from ..forms import PivotForm, end_of
from ..queries import editions
from ..queries.answers import rows_behind
from ..queries.funnels import dates_said
from ..queries.periods import period_between
from ..queries.pivot import Grid
from ..queries.pivot import pivot as solve
from ..queries.rows import Row
from ..rules.wording import exact_decimal, is_money
from .common import XLSX, Tab, label_of, query_of, tabs

ROWS_SHOWN = 200


@dataclass(frozen=True)
class PivotPage:
    tabs: list[Tab]
    form: PivotForm
    grid: Grid | None
    fault: str
    label: str
    rows: list[Row] | None
    rows_title: str
    rows_formula: str
    rows_cut: bool
    said: str  # both dates and the edition
    figure_query: str
    query: str  # of the cells: the place is put behind it
    export_query: str
    may_export: bool


@require_safe
@needs("indicator")
def pivot(request: HttpRequest) -> HttpResponse:
    """``cell`` opens the rows of one cell."""
    form, grid, fault = _asked(request)
    rows, title, formula, cut = None, "", "", False
    if grid is not None and (key := grid.key(request.GET.get("cell", ""))) is not None:
        found = rows_behind(grid.answer.definition, grid.ask, key, ROWS_SHOWN)
        rows, cut = list(found.rows), found.is_cut
        line = grid.answer.line.get(key)
        title, formula = (" × ".join(line.labels), line.formula) if line else ("", "")
    asked = {k: form.data[k] for k in PivotForm.base_fields if form.data.get(k)}
    viewer = viewer_on(request)
    page = PivotPage(
        tabs(viewer, "pivot"), form, grid, fault, label_of(grid.answer.definition) if grid else "", rows, title, formula, cut,
        dates_said(grid.answer.as_of, grid.answer.known_at, grid.answer.stamp) if grid else "",
        query_of({k: v for k, v in asked.items() if k in ("start", "end", "as_of", "known")}),
        query_of(asked) + "&cell=", query_of(asked), may_export(viewer),
    )  # fmt: skip
    return render(request, "indicators/pivot.html", {"page": page}, status=400 if fault else 200)


@require_GET
@needs("indicator", "X")
def pivot_export(request: HttpRequest) -> FileResponse:
    """The grid as a workbook; logged."""
    _form, grid, fault = _asked(request)
    if grid is None:
        raise DomainError(fault, code="indicator.question")
    viewer, at, definition = viewer_on(request), timezone.now(), grid.answer.definition
    heads = [label for _key, label in grid.columns]
    columns = [
        Column(grid.answer.dimensions[0], width=20),
        *(Column(h, CellKind.NUMBER) for h in heads),
        Column(_("合计"), CellKind.NUMBER),
    ]
    lines = [[row.label, *(_number(cell.line) for cell in row.cells), _number(row.total)] for row in grid.rows]
    lines.append([_("合计"), *(_number(line) for line in grid.column_totals), _number(grid.answer.total)])
    about = About(
        title=label_of(definition), view_name=grid.answer.period.label, data_time=at, exported_by=viewer.person.name,
        facts=[
            (_("公式"), grid.answer.total.formula), (_("口径"), _(definition.words)),
            (_("截至"), dates_said(grid.answer.as_of, grid.answer.known_at, grid.answer.stamp)),
            *(((_("单位"), _("金额以元计，不四舍五入")),) if is_money(definition) and not definition.is_rate else ()),
            *((_("注"), note) for note in grid.answer.notes),
        ],
    )  # fmt: skip
    made = stream_rows(columns, iter(lines), about)
    record_look(
        actor=viewer.person, at=at, look=LookKind.EXPORT, kind="indicator", rows=made.rows,
        detail=f"{definition.name} {request.GET.urlencode()}",
    )  # fmt: skip
    file = made.path.open("rb")
    made.path.unlink()  # the open file lives on until it is sent
    name = f"{label_of(definition)}-{timezone.localtime(at):%Y%m%d-%H%M}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _number(line: Any) -> Any:
    """The exact value; in words where sums of several currencies stand side by side, empty where there is none."""
    value = line.figure.value if line is not None else None
    if value is None and line is not None and len(line.figure.sums) > 1:
        return line.display
    return None if value is None else float(value) if value.denominator != 1 else int(exact_decimal(value))


def _asked(request: HttpRequest) -> tuple[PivotForm, Grid | None, str]:
    today = timezone.localdate()
    asked: dict[str, Any] = {k: v for k, v in request.GET.items() if k in PivotForm.base_fields and v}
    if "start" not in asked and "end" not in asked:
        asked = {"start": f"{today.year}-01-01", "end": today.isoformat(), **asked}
    asked = {"name": "signed_count", "down": "unit", "across": "kind", **asked}
    known, _stamp = editions.definitions(today)
    form = PivotForm(asked, indicators=[(d.name, label_of(d)) for d in known.by_name.values()])
    if not form.is_valid():
        return form, None, " ".join(str(e) for errors in form.errors.values() for e in errors)
    values = form.cleaned_data
    try:
        grid = solve(
            values["name"], values["down"], values["across"], viewer=viewer_on(request),
            period=period_between(values["start"], values["end"]), as_of=values["as_of"],
            known_at=end_of(values["known"]) if values["known"] else None,
        )  # fmt: skip
    except DomainError as refused:
        return form, None, str(refused)
    return form, grid, ""
