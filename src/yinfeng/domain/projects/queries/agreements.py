"""Reads of agreements and ceremonies: what they still need, what may serve as a model, how often they were on a stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yinfeng.domain.compliance import queries as compliance
from yinfeng.domain.compliance.queries import ReviewRow, row_of
from yinfeng.foundation.accounts.viewer import Viewer

from ..access import visible_projects
from ..models import Agreement, Ceremony, Milestone, Phase, Project
from ..rules.words import COUNTING, AgreementKind, CeremonyKind, Stage


@dataclass(frozen=True)
class AgreementRow:
    """An agreement with its reviews; ``missing`` names the reviews that still stand between it and its effect."""

    pk: int
    kind: str
    kind_label: str
    title: str
    number: str
    parties: str
    investment_cny: int | None
    fixed_investment_cny: int | None
    signed_on: date
    effective_on: date | None
    ends_on: date | None
    is_legacy: bool
    is_voided: bool
    void_reason: str
    phases: tuple[str, ...]
    reviews: tuple[ReviewRow, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class StageLine:
    """One line of a ceremony: what stood on the stage, and what the ledger says of it."""

    project: str
    url: str
    what: str
    investment_cny: int | None
    counts: bool  # the ledger has this signing, start or completion
    happened_on: date | None
    times_on_stage: int


@dataclass(frozen=True)
class CeremonyFacts:
    """A ceremony against the ledger. Sums are in yuan; each project's is counted once, and only what really happened."""

    name: str
    kind: str
    held_on: date
    place: str
    lines: tuple[StageLine, ...]
    listed: int
    counted: int
    counted_investment_cny: int
    repeated: int
    hidden: int  # lines outside the viewer's sight: 本人可见范围


def agreements_of(project: Project, today: date) -> list[AgreementRow]:
    """All agreements of a project, voided ones too, the latest first (four queries)."""
    rule = compliance.agreement_rule(today)
    rows = project.agreements.prefetch_related("phases", "reviews").order_by("-signed_on", "-pk")
    return [
        AgreementRow(
            a.pk, a.kind, _(AgreementKind(a.kind).label), a.title, a.number, a.parties, a.investment_cny,
            a.fixed_investment_cny, a.signed_on, a.effective_on, a.ends_on, a.is_legacy, a.voided_at is not None,
            a.void_reason, tuple(p.name for p in sorted(a.phases.all(), key=lambda p: p.number)),
            tuple(row_of(r) for r in a.reviews.all()),
            () if a.is_legacy or a.voided_at or a.effective_on
            else tuple(_(k.label) for k in compliance.missing_reviews(a.kind, a.reviews.all(), rule)),
        )
        for a in rows
    ]  # fmt: skip


def counted() -> QuerySet[Agreement]:
    """The agreements that a count of contracts rests on: formal, not voided. A framework agreement is never counted."""
    return Agreement.objects.filter(kind=AgreementKind.FORMAL, voided_at=None)


def templates(viewer: Viewer, kind: str = AgreementKind.FORMAL, limit: int = 20) -> list[Agreement]:
    """Agreements that may serve as a model: in effect after their reviews, of projects the viewer may see. Legacy
    agreements are never offered."""
    rows = Agreement.objects.filter(
        kind=kind, voided_at=None, is_legacy=False, effective_on__isnull=False,
        project__in=visible_projects(viewer, right="agreement").values("pk"),
    )  # fmt: skip
    return list(rows.select_related("project").order_by("-effective_on", "-pk")[:limit])


_STAGE = {
    CeremonyKind.SIGNING: Stage.SIGNED, CeremonyKind.START: Stage.STARTED, CeremonyKind.COMPLETION: Stage.COMPLETED,
}  # fmt: skip


def ceremony_facts(ceremony: Ceremony, viewer: Viewer) -> CeremonyFacts:
    """What really stands behind a ceremony, line by line (seven queries)."""
    stage = _STAGE[CeremonyKind(ceremony.kind)]
    agreements = list(ceremony.agreements.select_related("project").prefetch_related("phases").order_by("pk"))
    phases = list(ceremony.phases.select_related("project").order_by("pk"))
    project_ids = {a.project_id for a in agreements} | {p.project_id for p in phases}
    seen = set(visible_projects(viewer, right="agreement").filter(pk__in=project_ids).values_list("pk", flat=True))
    covered: dict[int, list[Phase]] = {a.pk: list(a.phases.all()) for a in agreements}
    phase_ids = {p.pk for p in phases} | {p.pk for ps in covered.values() for p in ps}
    reached = dict(
        Milestone.objects.filter(phase_id__in=phase_ids, stage=stage, status__in=COUNTING).values_list(
            "phase_id", "happened_on"
        )
    )
    same = Ceremony.objects.filter(kind=ceremony.kind, held_on__lte=ceremony.held_on, voided_at=None)
    times: dict[tuple[str, int], int] = {}
    for what, ids in (("agreements", [a.pk for a in agreements]), ("phases", [p.pk for p in phases])):
        for pk in same.filter(**{f"{what}__in": ids}).values_list(what, flat=True):
            times[what, pk] = times.get((what, pk), 0) + 1
    lines: list[StageLine] = []
    sums: dict[int, int] = {}  # phase -> yuan: what stands on the stage twice is added once
    for a in agreements:
        if a.project_id in seen:
            days = [reached[p.pk] for p in covered[a.pk] if p.pk in reached]
            really = bool(days) and a.kind == AgreementKind.FORMAL
            if really:
                sums |= {p.pk: p.investment_cny or 0 for p in covered[a.pk] if p.pk in reached}
            lines.append(
                StageLine(a.project.name, f"/projects/{a.project_id}/", a.title, a.investment_cny, really,
                          min(days) if days else None, times.get(("agreements", a.pk), 1))
            )  # fmt: skip
    for p in phases:
        if p.project_id in seen:
            on = reached.get(p.pk)
            if on:
                sums[p.pk] = p.investment_cny or 0
            lines.append(
                StageLine(p.project.name, f"/projects/{p.project_id}/", p.name, p.investment_cny, on is not None, on,
                          times.get(("phases", p.pk), 1))
            )  # fmt: skip
    return CeremonyFacts(
        ceremony.name, _(CeremonyKind(ceremony.kind).label), ceremony.held_on, ceremony.place, tuple(lines), len(lines),
        sum(line.counts for line in lines), sum(sums.values()), sum(line.times_on_stage > 1 for line in lines),
        len(agreements) + len(phases) - len(lines),
    )  # fmt: skip
