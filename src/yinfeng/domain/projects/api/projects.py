"""Projects and their phases."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from yinfeng.foundation.accounts.access import viewer_on
from yinfeng.foundation.exchange.idempotency import DESCRIBED, idempotent
from yinfeng.foundation.exchange.shapes import answers

from .. import access
from ..actions import ledger, phases
from ..actions.entries import InvestorData, PhaseData, ProjectData
from ..models import Phase, Project
from ..queries import api_pages
from .common import check_named, may_enter_for, no_nulls, phase_of, sent
from .inputs import PhaseIn, PhasePatch, ProjectIn, ProjectPatch
from .shapes import PhaseOut, PhasesOut, ProjectDetail, ProjectPage

router = Router(tags=["projects"])


@router.get("/projects", response=answers({200: ProjectPage}), summary="项目列表", operation_id="list_projects")
def list_projects(
    request: HttpRequest,
    cursor: str = Query("", max_length=400),
    limit: int = Query(50, ge=1, le=api_pages.MOST),
    totals: bool = False,
) -> Any:
    """Projects within the caller's scope. The filters are the ledger page's own (``q``, ``stage``, ``unit`` …), see
    docs/formats/api.md; one that cannot be read is refused."""
    asked = {k: v for k, v in request.GET.lists() if k not in ("cursor", "limit", "totals")}
    return api_pages.projects(viewer_on(request), asked, cursor, limit, counted=totals)


@router.post(
    "/projects", response=answers({201: ProjectDetail}), summary="登记项目", operation_id="create_project",
    openapi_extra=DESCRIBED,
)  # fmt: skip
@idempotent()
def create_project(request: HttpRequest, data: ProjectIn) -> Any:
    """Open a project, in negotiation. Its stage only ever follows from milestones."""
    viewer = viewer_on(request)
    if not viewer.may("project", "E"):
        raise PermissionDenied
    values = data.dict()
    check_named(values)
    may_enter_for(viewer, "project", data.lead_unit_id, "lead_unit_id")
    values["investors"] = [InvestorData(**i) for i in values["investors"]]
    values["phases"] = [_phase_data(p) for p in values["phases"]] or [PhaseData()]
    values["channel"] = values["channel"] or ""
    made = ledger.create_project(data=ProjectData(**values), actor=viewer.person, at=timezone.now())
    return Status(201, made)


def _phase_data(values: dict[str, Any]) -> PhaseData:
    return PhaseData(**{**values, "site_route": values["site_route"] or ""})


@router.get("/projects/{id:pk}", response=answers({200: ProjectDetail}), summary="项目", operation_id="get_project")
def get_project(request: HttpRequest, pk: int) -> Any:
    """One project with its phases; 404 when it is not within the caller's scope."""
    return access.project_for(viewer_on(request), pk)


@router.patch(
    "/projects/{id:pk}", response=answers({200: ProjectDetail}), summary="修改项目", operation_id="edit_project",
    openapi_extra=DESCRIBED,
)  # fmt: skip
@idempotent()
def edit_project(request: HttpRequest, pk: int, data: ProjectPatch) -> Any:
    """Change attributes: only what is sent. One audit row with old and new values."""
    project = access.project_for(viewer_on(request), pk, "E")
    values = sent(data)
    check_named(values)
    return ledger.edit_project(
        project=project, changes=no_nulls(values, Project), expected_version=data.expected_version,
        actor=viewer_on(request).person, at=timezone.now(),
    )  # fmt: skip


@router.get("/projects/{id:pk}/phases", response=answers({200: PhasesOut}), summary="分期", operation_id="list_phases")
def list_phases(request: HttpRequest, pk: int) -> Any:
    """The phases of a project, each with its own stage."""
    return {"items": access.project_for(viewer_on(request), pk).phases.order_by("number")}


@router.post(
    "/projects/{id:pk}/phases", response=answers({201: PhaseOut}), summary="增加分期", operation_id="add_phase",
    openapi_extra=DESCRIBED,
)  # fmt: skip
@idempotent()
def add_phase(request: HttpRequest, pk: int, data: PhaseIn) -> Any:
    """A further phase, in negotiation."""
    project = access.project_for(viewer_on(request), pk, "E")
    made = phases.add_phase(
        project=project, data=_phase_data(data.dict()), actor=viewer_on(request).person, at=timezone.now()
    )
    return Status(201, made)


@router.patch(
    "/projects/{id:pk}/phases/{id:number}", response=answers({200: PhaseOut}), summary="修改分期",
    operation_id="edit_phase", openapi_extra=DESCRIBED,
)  # fmt: skip
@idempotent()
def edit_phase(request: HttpRequest, pk: int, number: int, data: PhasePatch) -> Any:
    """Change a phase's sum, land or plan; its stage only ever follows from milestones."""
    project = access.project_for(viewer_on(request), pk, "E")
    return phases.edit_phase(
        phase=phase_of(project, number), changes=no_nulls(sent(data), Phase), expected_version=data.expected_version,
        actor=viewer_on(request).person, at=timezone.now(),
    )  # fmt: skip
