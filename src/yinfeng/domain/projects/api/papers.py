"""Agreements."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router, Status

from yinfeng.foundation.accounts.access import viewer_on
from yinfeng.foundation.exchange.idempotency import DESCRIBED, idempotent
from yinfeng.foundation.exchange.shapes import answers

from .. import access
from ..actions import agreements as verbs
from ..models import Agreement
from .common import phase_of
from .inputs import AgreementIn, ReasonIn
from .shapes import AgreementMade, AgreementOut, AgreementsOut

router = Router(tags=["agreements"])


@router.get(
    "/projects/{id:pk}/agreements", response=answers({200: AgreementsOut}), summary="协议",
    operation_id="list_agreements",
)  # fmt: skip
def list_agreements(request: HttpRequest, pk: int) -> Any:
    """The agreements of a project, voided ones included."""
    project = access.project_for(viewer_on(request), pk, right="agreement")
    return {"items": project.agreements.order_by("pk")}


@router.post(
    "/projects/{id:pk}/agreements", response=answers({201: AgreementMade}), summary="登记协议",
    operation_id="record_agreement", openapi_extra=DESCRIBED,
)  # fmt: skip
@idempotent()
def record_agreement(request: HttpRequest, pk: int, data: AgreementIn) -> Any:
    """Put an agreement on record. It advances no stage: signing is a milestone."""
    viewer = viewer_on(request)
    project = access.project_for(viewer, pk, "E", right="agreement")
    values = data.dict(exclude={"phases"})
    phases = None if data.phases is None else [phase_of(project, number) for number in data.phases]
    made = verbs.record_agreement(project=project, phases=phases, actor=viewer.person, at=timezone.now(), **values)
    return Status(201, {"agreement": made.agreement, "remarks": list(made.remarks)})


@router.post(
    "/agreements/{id:pk}/void", response=answers({200: AgreementOut}), summary="作废协议",
    operation_id="void_agreement", openapi_extra=DESCRIBED,
)  # fmt: skip
@idempotent()
def void_agreement(request: HttpRequest, pk: int, data: ReasonIn) -> Any:
    """Take an agreement off the record, with the reason; refused while a standing fact rests on it."""
    viewer = viewer_on(request)
    found = Agreement.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    access.project_for(viewer, found.project_id, "E", right="agreement")
    return verbs.void_agreement(agreement=found, reason=data.reason, actor=viewer.person, at=timezone.now())
