"""The three lists: what, who, by when."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from yinfeng.foundation.accounts.access import viewer_on
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.exchange.idempotency import DESCRIBED, idempotent
from yinfeng.foundation.exchange.shapes import Id, answers
from yinfeng.kernel.errors import DomainError

from .. import access
from ..actions import undertakings as verbs
from ..models import Undertaking
from ..queries import api_pages
from .common import check_named, phase_of
from .inputs import DoneIn, UndertakingIn
from .shapes import UndertakingOut, UndertakingPage, UndertakingsOut

router = Router(tags=["lists"])


class LineState(StrEnum):
    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    CANCELLED = "cancelled"


@router.get(
    "/undertakings", response=answers({200: UndertakingPage}), summary="清单事项", operation_id="list_undertakings"
)
def list_undertakings(
    request: HttpRequest,
    state: LineState | None = None,
    unit: Id | None = None,
    person: Id | None = None,
    cursor: str = Query("", max_length=400),
    limit: int = Query(50, ge=1, le=api_pages.MOST),
) -> Any:
    """Lines of the lists of all projects in sight, by deadline (时间清单); narrowed by unit or person (责任清单)."""
    wanted = api_pages.LinesWanted(state.value if state else "", unit, person)
    return api_pages.undertakings(viewer_on(request), wanted, cursor, limit, timezone.localdate())


@router.get(
    "/projects/{id:pk}/undertakings", response=answers({200: UndertakingsOut}), summary="项目清单",
    operation_id="list_project_undertakings",
)  # fmt: skip
def list_project_undertakings(request: HttpRequest, pk: int) -> Any:
    """The lines of one project (项目清单), by deadline."""
    project = access.project_for(viewer_on(request), pk, right="list")
    return {"items": project.undertakings.order_by("due_on", "order", "pk")}


@router.post(
    "/projects/{id:pk}/undertakings", response=answers({201: UndertakingOut}), summary="增加清单事项",
    operation_id="add_undertaking", openapi_extra=DESCRIBED,
)  # fmt: skip
@idempotent()
def add_undertaking(request: HttpRequest, pk: int, data: UndertakingIn) -> Any:
    """One line: what, who, by when, after what."""
    viewer = viewer_on(request)
    project = access.project_for(viewer, pk, "E", right="list")
    check_named(data.dict())
    after = None
    if data.after_id is not None:
        after = Undertaking.objects.filter(pk=data.after_id, project=project).first()
        if after is None:
            raise DomainError(_("前置事项不属于本项目。"), code="undertaking.after", field="after_id")
    made = verbs.add(
        phase=phase_of(project, data.phase_number), what=data.what, unit=Unit.objects.get(pk=data.unit_id),
        due_on=data.due_on, person=Person.objects.get(pk=data.person_id) if data.person_id else None,
        stage=str(data.stage or ""), after=after, note=data.note, actor=viewer.person, at=timezone.now(),
    )  # fmt: skip
    return Status(201, made)


@router.post(
    "/undertakings/{id:pk}/complete", response=answers({200: UndertakingOut}), summary="办结清单事项",
    operation_id="complete_undertaking", openapi_extra=DESCRIBED,
)  # fmt: skip
@idempotent()
def complete_undertaking(request: HttpRequest, pk: int, data: DoneIn) -> Any:
    """Done, on a day that is not in the future, and not before what it waits for."""
    viewer = viewer_on(request)
    line = Undertaking.objects.filter(pk=pk).first()
    if line is None:
        raise Http404
    access.project_for(viewer, line.project_id, "E", right="list")
    return verbs.complete(
        undertaking=line, done_on=data.done_on, note=data.note, actor=viewer.person, at=timezone.now()
    )
