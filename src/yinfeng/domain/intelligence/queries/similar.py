"""Projects on record that may be the one a document tells of. Only what the viewer may see, so that nothing leaks."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.models import Project
from yinfeng.domain.projects.queries import search
from yinfeng.domain.projects.rules.words import Stage
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.text import company_core, normalise_name

from ..rules.draft import Draft

MOST = 6
MOST_WEIGHED = 200
ALIKE = 72.0


@dataclass(frozen=True)
class SimilarProject:
    """A project that may be the same, and why; ``may_enter`` says whether facts may be added to it."""

    pk: int
    code: str
    name: str
    investor: str
    investment_cny: int | None
    stage: str
    phase_count: int
    reasons: tuple[str, ...]
    may_enter: bool


def similar_projects(viewer: Viewer, draft: Draft, limit: int = MOST) -> list[SimilarProject]:
    """By name, investor and sum, the most alike first (two queries)."""
    condition = _condition(draft)
    if condition is None:
        return []
    found = list(visible_projects(viewer).filter(condition).order_by("-changed_at", "-pk")[:MOST_WEIGHED])
    weighed = [(weight, reasons, p) for p in found for weight, reasons in [_weigh(draft, p)] if reasons]
    weighed.sort(key=lambda w: (-w[0], -w[2].pk))
    return _shown(viewer, [(p, reasons) for _weight, reasons, p in weighed[:limit]])


def search_projects(viewer: Viewer, words: str, limit: int = MOST) -> list[SimilarProject]:
    """By words, for the chooser; the latest first."""
    rows = visible_projects(viewer).filter(search.matching(words)).order_by("-changed_at", "-pk")[:limit]
    return _shown(viewer, [(p, ()) for p in rows])


def _condition(draft: Draft) -> Q | None:
    parts = []
    if key := normalise_name(draft.name):
        parts.append(Q(name_key=key))
    for words in {draft.name, *(company_core(name) for name in draft.investors), *draft.investors}:
        if len(normalise_name(words)) >= 2:
            parts.append(search.matching(words))
    if not parts:
        return None
    whole = parts[0]
    for part in parts[1:]:
        whole |= part
    return whole


def _weigh(draft: Draft, project: Project) -> tuple[float, tuple[str, ...]]:
    """How alike, and in what; a firm's further project shares the investor only and is shown with that word."""
    weight, reasons = 0.0, []
    names = fuzz.partial_ratio(normalise_name(draft.name), project.name_key) if draft.name else 0.0
    if normalise_name(draft.name) == project.name_key:
        weight, reasons = weight + 120, [_("名称相同")]
    elif names >= ALIKE:
        weight, reasons = weight + names, [_("名称相近")]
    core = {company_core(n) for n in draft.investors}
    if project.investor_name and company_core(project.investor_name) in core:
        weight += 80
        reasons.append(_("投资方相同"))
    elif any(c and c in normalise_name(project.name) for c in core):
        weight += 50
        reasons.append(_("名称含投资方"))
    if draft.investment_cny and draft.investment_cny == project.investment_cny:
        weight += 40
        if reasons:
            reasons.append(_("总投资相同"))
    return weight, tuple(reasons)


def _shown(viewer: Viewer, found: list[tuple[Project, tuple[str, ...]]]) -> list[SimilarProject]:
    ids = [p.pk for p, _reasons in found]
    mine = set(visible_projects(viewer, "E").filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return [
        SimilarProject(
            p.pk, p.code, p.name, p.investor_name, p.investment_cny, _(Stage(p.furthest_stage).label), p.phase_count,
            reasons, p.pk in mine,
        )
        for p, reasons in found
    ]  # fmt: skip
