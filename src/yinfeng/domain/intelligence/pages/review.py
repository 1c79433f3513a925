"""The review screen: the text beside the records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinfeng.foundation.accounts.access import allows, needs, viewer_on
from yinfeng.foundation.accounts.viewer import Viewer

from .. import access
from ..forms import DateForm, RecordForms
from ..models import Document, Proposal
from ..queries import review as reads
from ..queries.drafts import current_draft, is_touched
from ..queries.similar import SimilarProject, similar_projects
from ..queries.stories import copies_of, others_of, root_id
from ..rules.checks import FIGURE_LABELS, phase_note
from ..rules.draft import FIGURES, Draft, draft_of, to_check, unsure_figures
from ..rules.words import ProposalKind, ProposalStatus, Target
from .parts import number, target_is


@dataclass(frozen=True)
class Figure:
    """A figure of the record: its input, its unit, whether it has to be ticked, and the span it came from."""

    key: str
    label: str
    must_check: bool
    is_checked: bool
    link: reads.SpanLink | None


@dataclass(frozen=True)
class Card:
    """One record, ready to be drawn."""

    proposal: Proposal
    line: reads.ProposalLine
    links: tuple[reads.SpanLink, ...]
    place: dict[str, reads.SpanLink | None]
    figures: dict[str, Figure]
    made: reads.Made | None
    forms: RecordForms | None = None
    similar: tuple[SimilarProject, ...] = ()
    sums: tuple[bool, int] | None = None
    read_amount: str = ""
    chosen: int | None = None
    may_correct: bool = False
    may_decide: bool = False
    may_lead: bool = False
    may_project: bool = False
    previous: int | None = None
    following: int | None = None
    others: tuple[Proposal, ...] = ()  # open records of other documents that tell of the same project


@dataclass(frozen=True)
class Side:
    """The right pane: what is swapped when a record is chosen or decided."""

    document: Document
    lines: tuple[reads.ProposalLine, ...]
    progress: reads.Progress
    card: Card | None
    may_decide: bool


@dataclass(frozen=True)
class ReviewShown:
    document: Document
    side: Side
    text: reads.Text
    figures: tuple[reads.FigureLine, ...]
    may_see_file: bool
    copies: int  # documents in sight with the same news, this one included
    date_form: DateForm | None  # None: the day of publication can no longer be changed


@require_safe
@needs("document", "S")
def document(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    found = access.document_for(viewer, pk)
    return review(request, viewer, found, wanted=number(request.GET.get("p")))


def review(
    request: HttpRequest,
    viewer: Viewer,
    found: Document,
    *,
    wanted: int | None = None,
    bound: RecordForms | None = None,
    chosen: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or for htmx its right pane."""
    proposals = reads.proposals_of(found)
    side = _side(viewer, found, proposals, wanted, bound, chosen)
    if target_is(request, "review-side"):
        return render(request, "intelligence/_side.html", {"side": side, "is_part": True}, status=status)
    may_date = not is_touched(found, proposals) and allows(viewer, "document", "E", found)
    shown = ReviewShown(
        found, side, reads.text_of(found, proposals), tuple(reads.figures_of(proposals)), found.file_id is not None,
        copies_of(viewer, {found.pk: root_id(found)})[found.pk],
        DateForm(initial={"doc_date": found.doc_date}) if may_date else None,
    )  # fmt: skip
    return render(request, "intelligence/document.html", {"page": shown, "side": side}, status=status)


def _side(
    viewer: Viewer,
    found: Document,
    proposals: list[Proposal],
    wanted: int | None,
    bound: RecordForms | None = None,
    chosen: int | None = None,
) -> Side:
    may_decide = allows(viewer, "document", "V", found)
    current = reads.current_of(proposals, wanted)
    card = _card(viewer, found, proposals, current, may_decide, bound, chosen) if current else None
    lines = tuple(reads.line_of(p) for p in proposals if p.kind == ProposalKind.PROJECT)
    return Side(found, lines, reads.progress_of(proposals), card, may_decide)


def _card(
    viewer: Viewer,
    found: Document,
    proposals: list[Proposal],
    current: Proposal,
    may_decide: bool,
    bound: RecordForms | None,
    chosen: int | None,
) -> Card:
    current.document = found
    is_open = current.status == ProposalStatus.OPEN
    may_correct = is_open and allows(viewer, "document", "E", found)
    draft = current_draft(current)
    links = reads.links_of(current)
    order = [p.pk for p in proposals if p.kind == ProposalKind.PROJECT]
    here = order.index(current.pk)
    forms = None
    if is_open:
        forms = bound or forms_of(viewer, current, draft)
        if bound is not None and bound.record.is_bound and bound.is_valid():
            draft = bound.draft()
    return Card(
        proposal=current,
        line=reads.line_of(current),
        links=links,
        place={
            name: reads.link_for(links, name)
            for name in ("name", "investor", "stage", "date", "stage_dates", "place", "industry")
        },
        figures=_figures(current, draft, links),
        made=reads.made_of(viewer, current),
        forms=forms,
        similar=tuple(similar_projects(viewer, draft)) if is_open and may_decide else (),
        sums=phase_note(draft),
        read_amount=reads.amount_words(draft_of(current.fields)),
        chosen=chosen,
        may_correct=may_correct,
        may_decide=is_open and may_decide,
        may_lead=is_open and may_decide and access.may_make(viewer, Target.LEAD),
        may_project=is_open and may_decide and access.may_make(viewer, Target.PROJECT),
        previous=order[here - 1] if here else None,
        following=order[here + 1] if here + 1 < len(order) else None,
        others=tuple(others_of(viewer, current)) if may_decide and current.status == ProposalStatus.ACCEPTED else (),
    )


def _figures(proposal: Proposal, draft: Draft, links: tuple[reads.SpanLink, ...]) -> dict[str, Figure]:

    read = draft_of(proposal.fields)
    unsure = to_check(read, draft, unsure_figures(read, certain=proposal.certain, spans=proposal.spans))
    return {
        key: Figure(key, _(FIGURE_LABELS[key]), key in unsure, key in draft.checked, reads.link_for(links, *names))
        for key, names in FIGURES.items()
    }


def forms_of(viewer: Viewer, proposal: Proposal, draft: Draft, data: Any = None) -> RecordForms:
    """The forms of a record; what the text does not tell is offered from its place and the document's unit."""
    landing = access.landing_units()
    lead_units = access.lead_units(viewer, Target.PROJECT) | access.lead_units(viewer, Target.LEAD)
    return RecordForms(
        draft, version=proposal.version, lead_units=lead_units.distinct(), landing_units=landing,
        placement={"lead_unit": proposal.document.unit_id, "landing_unit": _landing_of(draft.place, landing)},
        data=data,
    )  # fmt: skip


def _landing_of(place: str, units: Any) -> int | None:
    """The district or park whose name stands in the place as read; the longest name wins."""
    named = [
        (len(name), u.pk) for u in units for name in (u.name, u.short_name) if place and len(name) > 1 and name in place
    ]
    return max(named)[1] if named else None
