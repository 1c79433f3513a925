"""Leads."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from yinfeng.foundation.accounts.access import viewer_on
from yinfeng.foundation.exchange.idempotency import DESCRIBED, idempotent
from yinfeng.foundation.exchange.shapes import Id, answers

from .. import access
from ..actions import leads as verbs
from ..actions.entries import InvestorData
from ..actions.leads import LeadData
from ..models import Lead
from ..queries import api_pages
from ..rules.words import Channel, LeadStatus, Stage
from .common import check_named, may_enter_for, no_nulls, sent
from .inputs import LeadIn, LeadPatch
from .shapes import LeadOut, LeadPage

router = Router(tags=["leads"])


@router.get("/leads", response=answers({200: LeadPage}), summary="线索列表", operation_id="list_leads")
def list_leads(
    request: HttpRequest,
    q: str = Query("", max_length=60),
    status: LeadStatus | None = None,
    stage: Stage | None = None,
    channel: Channel | None = None,
    unit: Id | None = None,
    cursor: str = Query("", max_length=400),
    limit: int = Query(50, ge=1, le=api_pages.MOST),
) -> Any:
    """Leads within the caller's scope, the newest first. The filters are those of the page of leads."""
    wanted = api_pages.LeadsWanted(q, status or "", stage or "", channel or "", unit)
    return api_pages.leads(viewer_on(request), wanted, cursor, limit)


@router.post(
    "/leads", response=answers({201: LeadOut}), summary="登记线索", operation_id="create_lead", openapi_extra=DESCRIBED
)
@idempotent()
def create_lead(request: HttpRequest, data: LeadIn) -> Any:
    """Register a lead; the first-report clock starts with ``reported_on``, or today."""
    viewer = viewer_on(request)
    if not viewer.may("lead", "E"):
        raise PermissionDenied
    values = data.dict()
    check_named(values)
    may_enter_for(viewer, "lead", data.owner_unit_id, "owner_unit_id")
    values["investor"] = InvestorData(**values["investor"]) if values["investor"] else None
    made = verbs.create_lead(data=LeadData(**values, owner_id=viewer.person_id), actor=viewer.person, at=timezone.now())
    return Status(201, made)


@router.get("/leads/{id:pk}", response=answers({200: LeadOut}), summary="线索", operation_id="get_lead")
def get_lead(request: HttpRequest, pk: int) -> Lead:
    """One lead; 404 when it is not within the caller's scope."""
    return access.lead_for(viewer_on(request), pk)


@router.patch(
    "/leads/{id:pk}", response=answers({200: LeadOut}), summary="修改线索", operation_id="edit_lead",
    openapi_extra=DESCRIBED,
)  # fmt: skip
@idempotent()
def edit_lead(request: HttpRequest, pk: int, data: LeadPatch) -> Any:
    """Change attributes of an open lead: only what is sent."""
    lead = access.lead_for(viewer_on(request), pk, "E")
    values = sent(data)
    check_named(values)
    return verbs.edit_lead(
        lead=lead, changes=no_nulls(values, Lead), expected_version=data.expected_version,
        actor=viewer_on(request).person, at=timezone.now(),
    )  # fmt: skip
