"""Excel out of exactly what is seen: the view's rows, columns and order, streamed; every export is logged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.audit.actions import record_look
from yinfeng.foundation.audit.models import LookKind
from yinfeng.foundation.workbook.write import About, Written, stream_rows

from ..queries import choices
from ..queries.ledger_list import every_row
from ..queries.lights import rule_in_force
from ..rules.view import View, parse
from .cells import Look, export_columns
from .ledger import conditions

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@needs("project", "X")
def ledger_export(request: HttpRequest) -> FileResponse:
    """The view in the address as a workbook: all its rows, not only the page that is on the screen."""
    viewer = viewer_on(request)
    view = parse(dict(request.GET.lists())).view.whole()
    at = timezone.now()
    made = write_view(viewer, view, today=timezone.localdate(at), at=at)
    record_look(
        actor=viewer.person,
        at=at,
        look=LookKind.EXPORT,
        kind="project",
        rows=made.rows,
        detail=view.query() or _("全部项目"),
    )
    file = made.path.open("rb")
    made.path.unlink()  # the open file lives on until it is sent
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{_('项目台账')}-{timezone.localtime(at):%Y%m%d-%H%M}.xlsx",
        content_type=XLSX,
    )


def write_view(viewer: Viewer, view: View, *, today: date, at: Any, path: Path | None = None) -> Written:
    """Write the rows on which the viewer may use the verb export. The caller logs it and takes the file away."""
    rule, units, menu = rule_in_force(today), choices.units(), choices.menu(viewer)
    look = Look(today, rule, units)
    pairs = export_columns(view.columns)
    values = [value for _column, value in pairs]

    def lines() -> Iterator[list[Any]]:
        for row in every_row(viewer, view, today=today, rule=rule, units=units, verb="X"):
            yield [value(row, look) for value in values]

    facts = [(c.label, c.words) for c in conditions(view, units, menu)] or [(_("条件"), _("全部项目"))]
    shown = _("；").join(_("{what}：{told}").format(what=label, told=words) for label, words in facts)
    about = About(
        title=_("项目台账"), view_name=shown, data_time=at,
        exported_by=viewer.person.name, facts=[*facts, (_("范围"), _("本人可见且有导出权的项目")), (_("进度灯口径"), rule.stamp)],
    )  # fmt: skip
    return stream_rows([column for column, _value in pairs], lines(), about, path=path)
