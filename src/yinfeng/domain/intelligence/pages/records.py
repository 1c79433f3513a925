"""The queue record by record, decisions on many at once, and what several documents tell of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.errors import DomainError

from .. import access, actions
from ..forms import BatchForm
from ..models import Document, Proposal
from ..queries import records as reads
from ..queries import stories
from ..queries.queue import units_in_sight
from ..rules.priority import in_words
from ..rules.text import Piece
from ..rules.words import Target
from .parts import number, target_is


@dataclass(frozen=True)
class RecordsShown:
    page: reads.RecordsPage
    words: str
    unit_id: int | None
    units: tuple[tuple[int, str], ...]
    may_decide: bool
    may_lead: bool
    may_project: bool
    may_export: bool


@dataclass(frozen=True)
class EvidenceShown:
    proposal: Proposal
    pieces: tuple[Piece, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Picked:
    """A picked record with what speaks against taking it unseen."""

    row: reads.RecordRow
    warnings: tuple[str, ...]
    ticked: bool


@dataclass(frozen=True)
class BatchShown:
    form: BatchForm
    picked: tuple[Picked, ...]
    target: str
    label: str
    gone: int
    lines: tuple[actions.BatchLine, ...] = ()
    done: int = 0
    failed: int = 0


@dataclass(frozen=True)
class StoryShown:
    document: Document
    story: stories.Story


@require_safe
@needs("document", "S")
def index(request: HttpRequest) -> HttpResponse:
    viewer = viewer_on(request)
    asked = request.GET
    words, unit = asked.get("q", "")[:60], number(asked.get("unit"))
    shown = RecordsShown(
        reads.records(viewer, words, unit, number(asked.get("after"))), words, unit, tuple(units_in_sight(viewer)),
        viewer.may("document", "V"), access.may_make(viewer, Target.LEAD), access.may_make(viewer, Target.PROJECT),
        viewer.may("document", "X"),
    )  # fmt: skip
    template = "intelligence/_records.html" if target_is(request, "records") else "intelligence/records.html"
    return render(request, template, {"page": shown, "here": "records"})


@require_safe
@needs("document", "S")
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The spans of one record in their words, beside the list."""
    proposal = access.proposal_for(viewer_on(request), pk)
    shown = EvidenceShown(
        proposal, tuple(reads.quotes(proposal)), tuple(in_words(proposal.reasons, _)),
    )  # fmt: skip
    return render(request, "intelligence/_evidence.html", {"page": shown})


@require_POST
@needs("document", "V")
def batch(request: HttpRequest) -> HttpResponse:
    """Picked records: first what speaks against each and where they go, then all or each, then what became of each."""
    viewer = viewer_on(request)
    ids = [n for n in map(number, request.POST.getlist("id")) if n]
    picked = reads.chosen(viewer, ids[: actions.MOST_AT_ONCE + 1])
    if not picked:
        raise DomainError(_("请先选择待处理的记录。"), code="batch.none", fix=_("可能已由他人处理，请刷新后再选。"))
    if len(picked) > actions.MOST_AT_ONCE:
        raise DomainError(_("一次处理 1 至 {n} 条记录。").format(n=actions.MOST_AT_ONCE), code="batch.size")
    wanted = request.POST.get("do", "")
    if wanted == "reject":
        return _reject(request, viewer, picked)
    if wanted not in (Target.LEAD, Target.PROJECT):
        raise DomainError(_("请选择转为线索、建为项目或不采用。"), code="batch.target")
    target = Target(wanted)
    if not access.may_make(viewer, target):
        raise PermissionDenied
    return _accept(request, viewer, picked, target, len(set(ids)) - len(picked))


def _accept(request: HttpRequest, viewer: Viewer, picked: list[Proposal], target: Target, gone: int) -> HttpResponse:
    units = access.lead_units(viewer, target)
    sure = request.POST.get("sure") == "1"
    form = BatchForm(
        request.POST if sure else None, target=target, units=units, landing=access.landing_units(),
        initial={"lead_unit": next(iter(viewer.unit_ids), None)},
    )  # fmt: skip
    rows = _warned(viewer, picked, {number(t) for t in request.POST.getlist("id")} if sure else None)
    if not sure or not form.is_valid():
        shown = BatchShown(form, rows, target.value, _(target.label), gone)
        return render(
            request, "intelligence/batch.html", {"page": shown, "here": "records"}, status=422 if sure else 200
        )
    given: dict[str, Any] = form.cleaned_data
    landing = given["landing_unit"]
    lines = actions.accept_many(
        proposals=picked, target=target, whole=given["whole"] == "all",
        placement=actions.Placement(given["lead_unit"].pk, landing.pk if landing else None, given["channel"]),
        actor=viewer.person, at=timezone.now(),
    )  # fmt: skip
    done = sum(line.is_done for line in lines)
    shown = BatchShown(
        form, rows, target.value, _(target.label), gone, tuple(lines), done, sum(bool(line.fault) for line in lines)
    )
    return render(request, "intelligence/batch.html", {"page": shown, "here": "records"}, status=200 if done else 422)


def _reject(request: HttpRequest, viewer: Viewer, picked: list[Proposal]) -> HttpResponse:
    lines = actions.reject_many(
        proposals=picked, reason=request.POST.get("reason", ""), actor=viewer.person, at=timezone.now()
    )
    done = sum(not line.fault for line in lines)
    messages.info(request, _("{n} 条已标为不采用。").format(n=done))
    for line in lines:
        if line.fault:
            messages.warning(request, line.fault)
    return HttpResponseRedirect(reverse("intelligence:records"))


def _warned(viewer: Viewer, picked: list[Proposal], ticked: set[int | None] | None) -> tuple[Picked, ...]:
    """What a person should know before taking many unseen: twins among the picked, projects on record, unsure figures.
    A record that was warned of is not ticked until somebody ticks it."""
    rows = reads.rows_of(viewer, picked)
    told: dict[str, str] = {}
    made = []
    for row in rows:
        warnings = []
        if row.known:
            warnings.append(_("台账已有同名项目 {code}").format(code=row.known))
        key = reads.same_key(row)
        if key in told:
            warnings.append(_("与本批“{title}”中的记录相同").format(title=told[key]))
        told.setdefault(key, row.document)
        if row.to_check:
            warnings.append(_("有待核的数字，须逐条对照原文"))
        made.append(Picked(row, tuple(warnings), row.pk in ticked if ticked is not None else not warnings))
    return tuple(made)


@require_safe
@needs("document", "S")
def story(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    found = access.document_for(viewer, pk)
    shown = StoryShown(found, stories.story_of(viewer, found))
    return render(request, "intelligence/story.html", {"page": shown, "here": "queue"})


@require_safe
@needs("document", "S")
def candidates(request: HttpRequest) -> HttpResponse:
    found = stories.candidates(viewer_on(request))
    context = {"candidates": found, "here": "candidates", "most": stories.MOST_JOINED}
    return render(request, "intelligence/candidates.html", context)
