"""Workbooks out: the template of a unit, the export, and the rows that were not taken. Each is logged."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.audit.actions import record_look
from yinfeng.foundation.audit.models import LookKind

from .. import access
from ..queries.exporting import projects_of_template, projects_to_export, write_ledger
from ..queries.record_books import write_records
from ..queries.rest import write_rest
from ..rules.words import Book

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _send(path: Path, name: str) -> FileResponse:
    file = path.open("rb")
    path.unlink()  # the open file lives on until it is sent
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@require_GET
@needs("import", "E")
def template(request: HttpRequest) -> FileResponse:
    """``?unit=`` the template of one of the viewer's units, with its projects; ``?book=`` the empty one of leads or visits."""
    viewer, at = viewer_on(request), timezone.now()
    if (book := request.GET.get("book", "")) in (Book.LEADS, Book.VISITS):
        with tempfile.NamedTemporaryFile(prefix="yinfeng-", suffix=".xlsx", delete=False) as made_file:
            path = Path(made_file.name)
        write_records(book, None, path=path, made_by=viewer.person.name, at=at, template=True)
        return _send(path, f"{_(Book(book).label)}-{timezone.localtime(at):%Y%m%d}.xlsx")
    units = access.own_units(viewer)
    told = request.GET.get("unit", "")
    unit = get_object_or_404(units, pk=int(told)) if told.isdigit() else units.first()
    if unit is None:
        unit = get_object_or_404(units, pk=0)
    made = write_ledger(
        projects_of_template(viewer, unit), title=_("项目台账 · {unit}").format(unit=unit.name),
        made_by=viewer.person.name, at=at, template=True,
    )  # fmt: skip
    record_look(
        actor=viewer.person, at=at, look=LookKind.EXPORT, kind="project", rows=made.rows, detail=f"template {unit.code}"
    )
    return _send(made.path, f"{_('台账模板')}-{unit.short_name}-{timezone.localtime(at):%Y%m%d}.xlsx")


@require_GET
@needs("project", "X")
def export(request: HttpRequest) -> FileResponse:
    """Everything the viewer may export, in the columns of the ledger format."""
    viewer, at = viewer_on(request), timezone.now()
    made = write_ledger(projects_to_export(viewer), title=_("项目台账"), made_by=viewer.person.name, at=at)
    record_look(
        actor=viewer.person, at=at, look=LookKind.EXPORT, kind="project", rows=made.rows, detail="ledger format"
    )
    return _send(made.path, f"{_('项目台账')}-{timezone.localtime(at):%Y%m%d-%H%M}.xlsx")


@require_GET
@needs("import", "S")
def rest(request: HttpRequest, pk: int) -> FileResponse:
    """The faulty, duplicate and conflicting rows of an import, with what is wrong."""
    viewer = viewer_on(request)
    found = access.import_for(viewer, pk)
    path, count = write_rest(found)
    record_look(
        actor=viewer.person, at=timezone.now(), look=LookKind.EXPORT, kind="import", object_id=found.pk, rows=count,
        detail="rest",
    )  # fmt: skip
    return _send(path, f"{_('退回的行')}-{found.pk}.xlsx")
