"""One document as the review screen shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yinfeng.domain.projects.access import visible_leads, visible_projects
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.money import display

from ..models import Document, Proposal
from ..rules.draft import Draft, draft_of, unsure_figures
from ..rules.text import Piece, Span, pieces
from ..rules.words import (
    FieldGroup,
    Measure,
    ProposalKind,
    ProposalStatus,
    ReadStage,
    group_of,
    root_of,
)

SURE, FAIR = Decimal("0.85"), Decimal("0.6")


@dataclass(frozen=True)
class SpanLink:
    """A way from a record to the words it came from."""

    key: str
    quote: str
    fields: tuple[str, ...]
    is_repaired: bool


@dataclass(frozen=True)
class Made:
    """What a decided record became; ``pk`` is None where the viewer may not see it."""

    kind: str
    pk: int | None
    name: str

    @property
    def url(self) -> str:
        return reverse(f"projects:{self.kind}", args=[self.pk])


@dataclass(frozen=True)
class ProposalLine:
    """A record in the index beside the text."""

    pk: int
    number: int
    title: str
    detail: str
    status: str
    confidence: str
    tone: str
    to_check: bool

    @property
    def is_open(self) -> bool:
        return self.status == ProposalStatus.OPEN

    @property
    def status_label(self) -> str:
        return _(ProposalStatus(self.status).label)


@dataclass(frozen=True)
class FigureLine:
    """A statistic, as read."""

    pk: int
    measure: str
    value: str
    scope: str
    period: str
    change: str
    confidence: str
    tone: str
    certain: bool
    key: str


@dataclass(frozen=True)
class Progress:
    total: int
    open: int

    @property
    def decided(self) -> int:
        return self.total - self.open


@dataclass(frozen=True)
class Text:
    """The page in up to two forms; ``readable`` is empty where the raw text is readable."""

    raw: tuple[Piece, ...]
    readable: tuple[Piece, ...]
    has_repairs: bool
    legend: tuple[FieldGroup, ...]


def proposals_of(document: Document) -> list[Proposal]:
    return list(document.proposals.select_related("decided_by").order_by("number"))


def text_of(document: Document, proposals: Sequence[Proposal]) -> Text:
    """The text cut at the ends of every span; quotes of the raw form are exact."""
    raw = [s for p in proposals for s in _marks(p, "start", "end")]
    raw += [Span(a, b, unsure=True) for _a, _b, a, b in document.repairs]
    readable: list[Piece] = []
    if document.readable_text:
        marks = [s for p in proposals for s in _marks(p, "readable_start", "readable_end")]
        marks += [Span(a, b, unsure=True) for a, b, *_raw in document.repairs]
        readable = pieces(document.readable_text, marks)
    used = {s.group for s in raw if s.group}
    return Text(
        tuple(pieces(document.raw_text, raw)),
        tuple(readable),
        bool(document.repairs),
        tuple(g for g in FieldGroup if g in used),
    )


def _marks(proposal: Proposal, start: str, end: str) -> list[Span]:
    return [
        Span(
            s[start], s[end], f"{proposal.pk}-{place}", group_of(proposal.kind, tuple(s["fields"])),
            proposal.pk, bool(s.get("repaired")),
        )
        for place, s in enumerate(proposal.spans)
    ]  # fmt: skip


def links_of(proposal: Proposal) -> tuple[SpanLink, ...]:
    return tuple(
        SpanLink(f"{proposal.pk}-{place}", s["quote"], tuple(s["fields"]), bool(s.get("repaired")))
        for place, s in enumerate(proposal.spans)
    )


def link_for(links: Sequence[SpanLink], *fields: str) -> SpanLink | None:
    """The span that supports one of these fields; the shortest, which says it most precisely."""
    wanted = set(fields)
    found = [link for link in links if wanted & {root_of(f) for f in link.fields}]
    return min(found, key=lambda link: len(link.quote), default=None)


def line_of(proposal: Proposal) -> ProposalLine:
    draft = Draft.from_json(proposal.corrected) if proposal.corrected else draft_of(proposal.fields)
    read = draft_of(proposal.fields)
    word, tone = confidence_of(proposal)
    stage = proposal.fields.get("stage")
    detail = [amount_words(draft)]
    if stage in ReadStage:
        detail.append(_(ReadStage(stage).label))
    if draft.place:
        detail.append(draft.place)
    return ProposalLine(
        proposal.pk, proposal.number, draft.name or draft.investor or _("（未读出名称）"),
        " · ".join(d for d in detail if d), proposal.status, word, tone,
        bool(unsure_figures(read, certain=proposal.certain, spans=proposal.spans)),
    )  # fmt: skip


def confidence_of(proposal: Proposal) -> tuple[str, str]:
    """How sure the reader is, in a word with its tone."""
    share = f"{int(proposal.confidence * 100)}%"
    if proposal.confidence >= SURE:
        return _("把握大 {share}").format(share=share), "green"
    if proposal.confidence >= FAIR:
        return _("把握一般 {share}").format(share=share), "amber"
    return _("把握小 {share}").format(share=share), "orange"


def amount_words(draft: Draft) -> str:
    if draft.amount is None:
        return ""
    shown = display(Decimal(draft.amount), currency_code=draft.currency)
    if draft.amount_max:
        shown += "–" + display(Decimal(draft.amount_max), currency_code=draft.currency)
    return _("{sum}（{qualifier}）").format(sum=shown, qualifier=_(draft.qualifier)) if draft.qualifier else shown


def figures_of(proposals: Sequence[Proposal]) -> list[FigureLine]:
    return [_figure(p) for p in proposals if p.kind == ProposalKind.AGGREGATE]


def _figure(proposal: Proposal) -> FigureLine:
    read: dict[str, Any] = proposal.fields
    measure = str(read.get("measure") or "")
    word, tone = confidence_of(proposal)
    threshold = read.get("threshold_cny")
    label = _(Measure(measure).label) if measure in Measure else measure.removeprefix("other:")
    if threshold:
        label += _("（{sum}以上）").format(sum=display(Decimal(str(threshold))))
    yoy = read.get("yoy_percent")
    return FigureLine(
        proposal.pk, label, _value(read.get("value"), str(read.get("unit") or "")), read.get("scope") or "",
        read.get("period") or "", "" if yoy is None else _("同比 {yoy}%").format(yoy=f"{yoy:+g}"), word, tone,
        proposal.certain, f"{proposal.pk}-0" if proposal.spans else "",
    )  # fmt: skip


def _value(value: float | int | None, unit: str) -> str:
    if value is None:
        return "—"
    if unit == "count":
        return f"{value:,}"
    if unit == "%":
        return f"{value:g}%"
    return display(Decimal(str(value)), currency_code=unit)


def progress_of(proposals: Sequence[Proposal]) -> Progress:
    projects = [p for p in proposals if p.kind == ProposalKind.PROJECT]
    return Progress(len(projects), sum(p.status == ProposalStatus.OPEN for p in projects))


def current_of(proposals: Sequence[Proposal], wanted: int | None) -> Proposal | None:
    """The record to show: the wanted one, else the first open one, else the first."""
    projects = [p for p in proposals if p.kind == ProposalKind.PROJECT]
    chosen = next((p for p in projects if p.pk == wanted), None)
    return chosen or next((p for p in projects if p.status == ProposalStatus.OPEN), None) or next(iter(projects), None)


def next_open(proposals: Sequence[Proposal], after: Proposal) -> Proposal:
    """The next open record behind this one, from the top again at the end; itself where none is left."""
    rest = [p for p in proposals if p.kind == ProposalKind.PROJECT and p.status == ProposalStatus.OPEN]
    return next((p for p in rest if p.number > after.number), None) or next(iter(rest), after)


def made_of(viewer: Viewer, proposal: Proposal) -> Made | None:
    """What it became: with its name only where the viewer may see it."""
    if proposal.project_id:
        seen = visible_projects(viewer).filter(pk=proposal.project_id).first()
        return Made("project", seen.pk if seen else None, seen.name if seen else "")
    if proposal.lead_id:
        lead = visible_leads(viewer).filter(pk=proposal.lead_id).first()
        return Made("lead", lead.pk if lead else None, lead.name if lead else "")
    return None
