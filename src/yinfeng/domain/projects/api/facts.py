"""Facts: milestones and money declared and voided, the gate before a step."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Status

from yinfeng.foundation.accounts.access import viewer_on
from yinfeng.foundation.exchange.idempotency import DESCRIBED, idempotent
from yinfeng.foundation.exchange.shapes import answers
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.tables import currency

from .. import access
from ..actions import facts as verbs
from ..actions.evidence import EvidenceData
from ..actions.facts import FundsData
from ..models import Flag, FundsArrival, Milestone
from ..queries.gates import gate_of
from ..queries.rulings import stage_table
from ..rules.words import PROJECT_STAGES, Stage
from .common import phase_of
from .inputs import EvidenceIn, FundsIn, MilestoneIn, ReasonIn
from .shapes import FactsOut, FundsOut, GateOut, MilestoneOut

router = Router(tags=["facts"])


@router.get("/projects/{id:pk}/facts", response=answers({200: FactsOut}), summary="项目事实", operation_id="list_facts")
def list_facts(request: HttpRequest, pk: int) -> Any:
    """Every fact ever recorded of a project, returned and voided ones included."""
    project = access.project_for(viewer_on(request), pk)
    return {
        name: model._default_manager.filter(project=project).order_by("pk").prefetch_related("evidence")
        for name, model in (("milestones", Milestone), ("funds", FundsArrival), ("flags", Flag))
    }


@router.get(
    "/projects/{id:pk}/phases/{id:number}/gates/{stage}", response=answers({200: GateOut}), summary="门槛",
    operation_id="get_gate",
)  # fmt: skip
def get_gate(request: HttpRequest, pk: int, number: int, stage: str) -> Any:
    """What a phase still needs for a step: the same answer as the form's."""
    project = access.project_for(viewer_on(request), pk)
    phase = phase_of(project, number)
    if stage not in {s.value for s in PROJECT_STAGES}:
        raise Http404
    return gate_of(phase, project, Stage(stage), stage_table(timezone.localdate()), evidence=())


@router.post(
    "/projects/{id:pk}/phases/{id:number}/milestones", response=answers({201: MilestoneOut}), summary="登记里程碑",
    operation_id="declare_milestone", openapi_extra=DESCRIBED,
)  # fmt: skip
@idempotent()
def post_milestone(request: HttpRequest, pk: int, number: int, data: MilestoneIn) -> Any:
    """Declare that a phase reached a stage. Refused with every reason at once, in words."""
    viewer = viewer_on(request)
    phase = phase_of(access.project_for(viewer, pk, "E"), number)
    if data.stage not in PROJECT_STAGES:
        raise DomainError(
            _("“{stage}”不是项目的阶段。").format(stage=_(data.stage.label)), code="stage.unknown", field="stage"
        )
    made = verbs.declare_milestone(
        phase=phase, stage=data.stage, happened_on=data.happened_on, evidence=_papers(data.evidence), note=data.note,
        expected_version=data.expected_version, actor=viewer.person, at=timezone.now(),
    )  # fmt: skip
    return Status(201, made)


@router.post(
    "/projects/{id:pk}/funds", response=answers({201: FundsOut}), summary="登记到位资金", operation_id="declare_funds",
    openapi_extra=DESCRIBED,
)  # fmt: skip
@idempotent()
def post_funds(request: HttpRequest, pk: int, data: FundsIn) -> Any:
    """Declare that money arrived. The same voucher counts once, whatever the idempotency key."""
    viewer = viewer_on(request)
    project = access.project_for(viewer, pk, "E")
    currency(data.currency)
    values = data.dict(exclude={"phase_number", "evidence"})
    made = verbs.declare_funds(
        project=project, phase=phase_of(project, data.phase_number) if data.phase_number else None,
        data=FundsData(**values), evidence=_papers(data.evidence), actor=viewer.person, at=timezone.now(),
    )  # fmt: skip
    return Status(201, made)


@router.post(
    "/milestones/{id:pk}/void", response=answers({200: MilestoneOut}), summary="作废里程碑",
    operation_id="void_milestone", openapi_extra=DESCRIBED,
)  # fmt: skip
@idempotent()
def void_milestone(request: HttpRequest, pk: int, data: ReasonIn) -> Any:
    """Take a milestone back with the reason: one's own, while nobody has verified it."""
    fact = access.fact_to_end(viewer_on(request), Milestone, pk)
    verbs.void_fact(fact=fact, reason=data.reason, actor=viewer_on(request).person, at=timezone.now())
    return Milestone.objects.prefetch_related("evidence").get(pk=pk)


@router.post(
    "/funds/{id:pk}/void", response=answers({200: FundsOut}), summary="作废到位资金", operation_id="void_funds",
    openapi_extra=DESCRIBED,
)  # fmt: skip
@idempotent()
def void_funds(request: HttpRequest, pk: int, data: ReasonIn) -> Any:
    """Take an arrival back with the reason: one's own, while nobody has verified it."""
    fact = access.fact_to_end(viewer_on(request), FundsArrival, pk)
    verbs.void_fact(fact=fact, reason=data.reason, actor=viewer_on(request).person, at=timezone.now())
    return FundsArrival.objects.prefetch_related("evidence").get(pk=pk)


def _papers(evidence: list[EvidenceIn]) -> list[EvidenceData]:
    return [EvidenceData(str(e.kind), e.number) for e in evidence]
