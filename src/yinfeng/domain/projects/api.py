"""The ledger under ``/api/v1``: the same views, scope and gates as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from yinfeng.kernel.errors import DomainError

from . import access
from .actions.evidence import EvidenceData
from .actions.facts import declare_milestone
from .models import Flag, FundsArrival, Lead, Milestone, Phase, Project
from .queries import choices, ledger_list, lights
from .queries.gates import gate_of
from .queries.rulings import stage_table
from .rules.view import parse
from .rules.words import PROJECT_STAGES, Stage

router = Router(tags=["projects"])


class PhaseOut(Schema):
    id: int
    number: int
    name: str
    stage: str
    stage_on: date | None
    investment_cny: int | None
    version: int


class ProjectOut(Schema):
    """A project as a list shows it. Sums in whole units of the currency named; dates are derived from the facts."""

    id: int
    code: str
    platform_code: str | None
    name: str
    kind: str
    capital_kind: str
    investor_name: str
    investment_amount: int | None
    investment_currency: str
    investment_cny: int | None
    funds_cny: int
    furthest_stage: str
    least_stage: str
    lead_unit_id: int
    landing_unit_id: int | None
    signed_on: date | None
    registered_on: date | None
    site_on: date | None
    started_on: date | None
    enrolled_on: date | None
    producing_on: date | None
    stalled_on: date | None
    ended_on: date | None
    next_due_on: date | None
    changed_at: datetime


class SumOut(Schema):
    currency: str
    projects: int
    amount: int


class ProjectPage(Schema):
    """``next`` is the query string of the next page, null on the last; sums of currencies are never added."""

    items: list[ProjectOut]
    count: int
    sums: list[SumOut]
    next: str | None
    ignored: list[str]


class EvidenceOut(Schema):
    kind: str
    number: str
    file_id: int | None
    document_id: int | None
    quote: str


class FactOut(Schema):
    id: int
    phase_id: int | None
    happened_on: date
    status: str
    at: datetime
    verified_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    evidence: list[EvidenceOut]


class MilestoneOut(FactOut):
    stage: str


class FundsOut(FactOut):
    amount: int
    currency: str
    amount_cny: int | None
    basis: str
    boundary: str
    value_kind: str
    voucher: str


class FlagOut(FactOut):
    kind: str
    is_raised: bool
    reason: str


class FactsOut(Schema):
    milestones: list[MilestoneOut]
    funds: list[FundsOut]
    flags: list[FlagOut]


class ProjectDetail(ProjectOut):
    content: str
    phases: list[PhaseOut]


class LeadOut(Schema):
    id: int
    code: str
    name: str
    stage: str
    status: str
    kind: str
    investor_name: str
    investment_cny: int | None
    owner_unit_id: int
    reported_on: date
    project_id: int | None


class LeadPage(Schema):
    items: list[LeadOut]
    next: int | None


class MissingOut(Schema):
    key: str
    label: str
    where: str


class GateOut(Schema):
    """What stands between a phase and a step; ``is_open`` when nothing does."""

    stage: str
    is_open: bool
    fields: list[str]
    evidence: list[list[str]]
    missing: list[MissingOut]
    faults: list[str]


class EvidenceIn(Schema):
    kind: str
    number: str = ""


class MilestoneIn(Schema):
    stage: str
    happened_on: date
    evidence: list[EvidenceIn] = []
    note: str = ""
    expected_version: int


class Problem(Schema):
    """RFC 9457: a refusal in words."""

    type: str
    title: str
    detail: str
    status: int
    field: str | None = None


@router.get("/projects", response=ProjectPage, summary="项目列表", operation_id="list_projects")
def list_projects(request: HttpRequest, size: int = Query(50, ge=1, le=1000)) -> Any:
    """Projects within the viewer's scope. The query string is that of the ledger page (``text``, ``stages`` …)."""
    viewer = request.viewer  # type: ignore[attr-defined]
    parsed = parse({k: v for k, v in request.GET.lists() if k != "size"})
    view = parsed.view
    view = view if view.after else view.with_(size=size)
    today = timezone.localdate()
    rule = lights.rule_in_force(today)
    rows = ledger_list.select(viewer, view, today=today, rule=rule, units=choices.units())
    page = ledger_list.page(rows, view)
    by_id = Project.objects.in_bulk([row["pk"] for row in page.rows])
    totals = ledger_list.totals(rows)
    following = view.with_(after=page.after, size=size).query() if page.after else None
    return {
        "items": [by_id[row["pk"]] for row in page.rows],
        "count": totals.count,
        "sums": [{"currency": c, "projects": n, "amount": a} for c, n, a in totals.sums],
        "next": f"{following}&size={size}" if following and "size=" not in following else following,
        "ignored": list(parsed.faults),
    }


@router.get("/projects/{int:pk}", response=ProjectDetail, summary="项目", operation_id="get_project")
def get_project(request: HttpRequest, pk: int) -> Any:
    """One project with its phases; 404 when it is not within the viewer's scope."""
    return access.project_for(request.viewer, pk)  # type: ignore[attr-defined]


@router.get("/projects/{int:pk}/facts", response=FactsOut, summary="项目事实", operation_id="list_facts")
def list_facts(request: HttpRequest, pk: int) -> Any:
    """Every fact ever recorded of a project, returned and voided ones included."""
    project = access.project_for(request.viewer, pk)  # type: ignore[attr-defined]
    return {
        name: model._default_manager.filter(project=project).order_by("pk").prefetch_related("evidence")
        for name, model in (("milestones", Milestone), ("funds", FundsArrival), ("flags", Flag))
    }


def _phase(request: HttpRequest, pk: int, number: int, verb: str) -> tuple[Project, Phase]:
    project = access.project_for(request.viewer, pk, verb)  # type: ignore[attr-defined]
    return project, get_object_or_404(Phase, project=project, number=number)


@router.get(
    "/projects/{int:pk}/phases/{int:number}/gates/{stage}", response=GateOut, summary="门槛", operation_id="get_gate"
)
def get_gate(request: HttpRequest, pk: int, number: int, stage: str) -> Any:
    """What a phase still needs for a step: the same answer as the form's."""
    project, phase = _phase(request, pk, number, "S")
    if stage not in {s.value for s in PROJECT_STAGES}:
        raise Http404
    return gate_of(phase, project, Stage(stage), stage_table(timezone.localdate()), evidence=())


@router.post(
    "/projects/{int:pk}/phases/{int:number}/milestones", response={201: MilestoneOut, 422: Problem},
    summary="登记里程碑", operation_id="declare_milestone",
)  # fmt: skip
def post_milestone(request: HttpRequest, pk: int, number: int, data: MilestoneIn) -> Any:
    """Declare that a phase reached a stage. Refused with every reason at once, in words."""
    _project, phase = _phase(request, pk, number, "E")
    if data.stage not in {s.value for s in PROJECT_STAGES}:
        raise DomainError(f"没有“{data.stage[:30]}”这个阶段。", code="stage.unknown", field="stage")
    milestone = declare_milestone(
        phase=phase, stage=Stage(data.stage), happened_on=data.happened_on,
        evidence=[EvidenceData(e.kind, e.number) for e in data.evidence], note=data.note,
        expected_version=data.expected_version, actor=request.viewer.person, at=timezone.now(),  # type: ignore[attr-defined]
    )  # fmt: skip
    return Status(201, milestone)


@router.get("/leads", response=LeadPage, summary="线索列表", operation_id="list_leads")
def list_leads(request: HttpRequest, after: int = 0, size: int = Query(50, ge=1, le=1000)) -> Any:
    """Leads within the viewer's scope, newest first; ``next`` is the ``after`` of the next page."""
    rows = access.visible_leads(request.viewer).order_by("-pk")  # type: ignore[attr-defined]
    if after:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: size + 1])
    return {"items": found[:size], "next": found[size - 1].pk if len(found) > size else None}


@router.get("/leads/{int:pk}", response=LeadOut, summary="线索", operation_id="get_lead")
def get_lead(request: HttpRequest, pk: int) -> Lead:
    """One lead; 404 when it is not within the viewer's scope."""
    return access.lead_for(request.viewer, pk)  # type: ignore[attr-defined]
