"""Reads of review records, and what is missing by the rule in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.rulebook.queries import in_force
from yinfeng.foundation.rulebook.rules import InForce

from . import rules
from .models import ReviewRecord
from .rules import Conclusion, Review, ReviewKind

MOST_HITS = 20


@dataclass(frozen=True)
class ReviewRow:
    pk: int
    kind: str
    conclusion: str
    is_favourable: bool
    subject: str
    document_number: str
    reviewer: str
    concluded_on: date


def agreement_rule(on: date) -> InForce:
    """The reviews an agreement needs, as in force on a day (one query)."""
    return in_force("agreement_reviews", on)


def missing_reviews(
    kind: str, reviews: Iterable[ReviewRecord], rule: InForce, *, on: date | None = None
) -> list[ReviewKind]:
    """The reviews that an agreement of this kind still needs, by the records it has (see :func:`rules.missing_reviews`)."""
    told = [Review(r.kind, r.conclusion, r.concluded_on, r.pk) for r in reviews]
    return rules.missing_reviews(kind, told, rule.body, on=on)


def visible_reviews(viewer: Viewer) -> QuerySet[ReviewRecord]:
    """The records the viewer may see: their own unit's, or all."""
    reach = viewer.reach("review")
    if reach.everything:
        return ReviewRecord.objects.all()
    return ReviewRecord.objects.filter(unit_id__in=reach.unit_ids)


def search(viewer: Viewer, words: str, limit: int = MOST_HITS) -> list[ReviewRow]:
    """Records for a chooser by number or subject, the latest first, at most 20."""
    rows = visible_reviews(viewer)
    if words.strip():
        rows = rows.filter(Q(document_number__contains=words.strip()) | Q(subject__contains=words.strip()))
    return [row_of(r) for r in rows.order_by("-concluded_on", "-pk")[: min(limit, MOST_HITS)]]


def row_of(review: ReviewRecord) -> ReviewRow:
    return ReviewRow(
        review.pk, _(ReviewKind(review.kind).label), _(Conclusion(review.conclusion).label),
        review.conclusion != Conclusion.FAILED, review.subject, review.document_number, review.reviewer,
        review.concluded_on,
    )  # fmt: skip
