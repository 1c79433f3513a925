"""The same news in several documents, and one project told by several of them, with what they tell differently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.money import display
from yinfeng.reading.joining import Candidate, join_documents
from yinfeng.reading.model import Amount, Phase, ProjectRecord, Reading

from ..access import visible_documents
from ..models import Document, Proposal
from ..rules.words import DocumentStatus, ProposalKind, ProposalStatus, ReadStage, Trust

MOST_JOINED = 300  # waiting documents that are joined at once, the newest,
MOST_RECORDS = 600  # with at most so many records: joining takes more than its share of time for more
MOST_SHOWN = 60
FIELD_LABELS = {
    "name": gettext_lazy("项目名称"), "investor": gettext_lazy("投资方"), "investment": gettext_lazy("总投资"),
    "stage": gettext_lazy("阶段"), "place": gettext_lazy("地点"), "date": gettext_lazy("日期"),
    "land_mu": gettext_lazy("用地面积"), "expected_output_cny": gettext_lazy("预计年产值"),
    "expected_tax_cny": gettext_lazy("预计年税收"),
}  # fmt: skip


@dataclass(frozen=True)
class Copy:
    """One document of a story."""

    pk: int
    title: str
    source: str
    came_by: str
    trust: str
    doc_date: date | None
    unit: str
    likeness: int | None  # per cent of the first; None: this is the first
    open: int
    here: bool


@dataclass(frozen=True)
class Telling:
    """How one document tells a field."""

    value: str
    document_id: int
    title: str
    doc_date: date | None


@dataclass(frozen=True)
class Joined:
    """One project as several documents tell it; ``differing`` are the fields in which they differ, the newest first."""

    name: str
    amount: str
    stage: str
    sources: tuple[Telling, ...]
    differing: tuple[tuple[str, tuple[Telling, ...]], ...]
    proposals: tuple[int, ...]


@dataclass(frozen=True)
class Story:
    copies: tuple[Copy, ...]
    candidates: tuple[Joined, ...]


# ------------------------------------------------------------------------------------------- the same news


def root_id(document: Document) -> int:
    return document.same_as_id or document.pk


def copies_of(viewer: Viewer, roots: Mapping[int, int]) -> dict[int, int]:
    """Document -> how many documents in sight tell its news, itself included; ``roots`` gives the first of each. One
    query."""
    if not roots:
        return {}
    wanted = set(roots.values())
    seen = visible_documents(viewer).filter(Q(pk__in=wanted) | Q(same_as_id__in=wanted)).order_by()
    counted = Counter(seen.annotate(root=Coalesce(F("same_as_id"), F("pk"))).values_list("root", flat=True))
    return {pk: counted.get(root, 1) for pk, root in roots.items()}


def group_of(viewer: Viewer, document: Document) -> list[Document]:
    """The documents in sight with the news of this one, the first first; without their texts. One query."""
    root = root_id(document)
    seen = visible_documents(viewer).filter(Q(pk=root) | Q(same_as_id=root))
    return list(
        seen.select_related("unit", "came_by")
        .defer("raw_text", "readable_text", "reading", "sketch")
        .order_by("pk")[:MOST_SHOWN]
    )


def story_of(viewer: Viewer, document: Document) -> Story:
    """The documents with the same news, and the projects they tell of (two queries)."""
    group = group_of(viewer, document)
    proposals = _records(group)
    opened = Counter(p.document_id for p in proposals if p.status == ProposalStatus.OPEN)
    copies = tuple(
        Copy(
            d.pk, d.title, d.source, d.came_by.name if d.came_by else "",
            _(Trust(d.came_by.trust).label) if d.came_by else "", d.doc_date, d.unit.short_name,
            None if d.likeness is None else round(d.likeness * 100), opened[d.pk], d.pk == document.pk,
        )
        for d in group
    )  # fmt: skip
    return Story(copies, tuple(_joined(c, group) for c in _join(group, proposals)))


def candidates(viewer: Viewer) -> tuple[Joined, ...]:
    """Projects that several waiting documents in sight tell of, whether or not these are copies (two queries)."""
    waiting = visible_documents(viewer).filter(status=DocumentStatus.QUEUE).order_by("-pk")
    group = list(waiting.only("pk", "title", "doc_date")[:MOST_JOINED])
    newest_first = sorted(_records(group), key=lambda p: -p.document_id)
    found = [c for c in _join(group, newest_first[:MOST_RECORDS]) if len({t.doc_id for t in c.candidate.sources}) > 1]
    return tuple(_joined(c, group) for c in found[:MOST_SHOWN])


def others_of(viewer: Viewer, proposal: Proposal) -> list[Proposal]:
    """Open records of other documents with the same news that tell of the same project (two queries, none where the
    document stands alone)."""
    group = group_of(viewer, proposal.document)
    if len(group) < 2:
        return []
    held = _records(group)
    by_pk = {p.pk: p for p in held}
    for known in _join(group, held):
        if proposal.pk in known.proposals:
            rest = [by_pk[pk] for pk in known.proposals if pk != proposal.pk]
            return [p for p in rest if p.status == ProposalStatus.OPEN]
    return []


# ------------------------------------------------------------------------------------------- joining


def _records(group: Sequence[Document]) -> list[Proposal]:
    rows = Proposal.objects.filter(document__in=[d.pk for d in group], kind=ProposalKind.PROJECT)
    held = list(rows.order_by("document_id", "number"))
    by_pk = {d.pk: d for d in group}
    for proposal in held:
        proposal.document = by_pk[proposal.document_id]
    return held


@dataclass(frozen=True)
class _Known:
    """A joined project and the numbers of its records."""

    candidate: Candidate
    proposals: tuple[int, ...]


def _join(group: Sequence[Document], proposals: Sequence[Proposal]) -> list[_Known]:
    held: dict[int, list[ProjectRecord]] = {d.pk: [] for d in group}
    numbers: dict[int, int] = {}  # by the identity of the record, which goes through the joining untouched
    for p in proposals:
        record = record_of(p.fields, float(p.confidence))
        numbers[id(record)] = p.pk
        held[p.document_id].append(record)
    readings = [Reading(projects=tuple(held[d.pk]), doc_date=d.doc_date, doc_id=str(d.pk)) for d in group if held[d.pk]]
    return [_Known(c, tuple(numbers[id(told.record)] for told in c.sources)) for c in join_documents(readings)]


def record_of(fields: Mapping[str, Any], confidence: float) -> ProjectRecord:
    """A stored record in the reader's shape again."""
    return ProjectRecord(
        name=fields.get("name"), investor=fields.get("investor"), investment=_amount(fields.get("investment")),
        stage=fields.get("stage"), place=fields.get("place"), industry=fields.get("industry"), date=fields.get("date"),
        land_mu=fields.get("land_mu"), plant_area_sqm=fields.get("plant_area_sqm"),
        expected_output_cny=fields.get("expected_output_cny"), expected_tax_cny=fields.get("expected_tax_cny"),
        phases=tuple(
            Phase(p.get("name") or "", _amount(p.get("investment")), p.get("stage"), p.get("date"))
            for p in fields.get("phases") or ()
        ),
        confidence=confidence,
    )  # fmt: skip


def _amount(told: Mapping[str, Any] | None) -> Amount | None:
    if not told or told.get("value") is None:
        return None
    return Amount(float(told["value"]), told.get("unit") or "CNY", told.get("qualifier"), told.get("value_max"))


def _joined(known: _Known, group: Sequence[Document]) -> Joined:
    candidate = known.candidate
    by_pk = {str(d.pk): d for d in group}

    def telling(value: str, doc_id: str) -> Telling:
        document = by_pk[doc_id]
        return Telling(value, document.pk, document.title, document.doc_date)

    sources = {t.doc_id: telling("", t.doc_id) for t in candidate.newest_first}
    return Joined(
        candidate.value("name") or candidate.value("investor") or _("（未读出名称）"),
        shown("investment", candidate.value("investment")), shown("stage", candidate.value("stage")),
        tuple(sources.values()),
        tuple(
            (str(FIELD_LABELS[name]), tuple(telling(shown(name, f.value), f.doc_id) for f in figures))
            for name, figures in candidate.differing.items()
        ),
        known.proposals,
    )  # fmt: skip


def shown(name: str, value: Any) -> str:
    """A field of a record in words."""
    if value in (None, ""):
        return ""
    if name == "investment":
        words = display(Decimal(str(value["value"])), currency_code=value["unit"])
        if value.get("value_max"):
            words += "–" + display(Decimal(str(value["value_max"])), currency_code=value["unit"])
        return words
    if name == "stage":
        return _(ReadStage(value).label) if value in ReadStage else str(value)
    if name in ("expected_output_cny", "expected_tax_cny"):
        return display(Decimal(str(value)))
    if name == "land_mu":
        return _("{n} 亩").format(n=f"{value:g}")
    return str(value)


# ------------------------------------------------------------------------------------------- elsewhere


@dataclass(frozen=True)
class Told:
    """A project of another city as all its documents tell it. ``tellings``: document, record, title, date, quote."""

    name: str
    amount: str
    sum_cny: int | None
    stage: str
    city: str
    month: date | None
    industry: str
    tellings: tuple[tuple[int, int, str, date | None, str], ...]


def told_by(group: Sequence[Document], proposals: Sequence[Proposal]) -> list[Told]:
    """Each project of these records once, city by city; its month is the first in which it was told of."""
    by_pk, documents = {p.pk: p for p in proposals}, {d.pk: d for d in group}
    cities: dict[str, list[Proposal]] = {}
    for p in proposals:
        cities.setdefault(p.region, []).append(p)
    made = []
    for known in (k for of in cities.values() for k in _join(group, of)):
        held = [by_pk[pk] for pk in known.proposals]
        money = known.candidate.value("investment")
        months = [p.month for p in held if p.month]
        made.append(
            Told(
                known.candidate.value("name") or known.candidate.value("investor") or _("（未读出名称）"),
                shown("investment", money), _whole_yuan(money), shown("stage", known.candidate.value("stage")),
                held[0].region, min(months, default=None), known.candidate.value("industry") or "",
                tuple(
                    (p.document_id, p.pk, documents[p.document_id].title, documents[p.document_id].doc_date,
                     p.spans[0]["quote"] if p.spans else "")
                    for p in held
                ),
            )
        )  # fmt: skip
    return sorted(made, key=lambda t: (t.month or date.min, t.name), reverse=True)


def _whole_yuan(amount: Mapping[str, Any] | None) -> int | None:
    """A read amount in yuan; None where it is told in another currency, or not at all."""
    if not amount or amount.get("value") is None or (amount.get("unit") or "CNY") != "CNY":
        return None
    return int(Decimal(str(amount["value"])))
