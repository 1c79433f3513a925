"""Attaching what a fact rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.files import actions as files
from yinfeng.foundation.files.models import StoredFile
from yinfeng.kernel.errors import DomainError

from ..models import Agreement, Evidence, Flag, FundsArrival, Milestone, Project
from ..rules.words import EvidenceKind


@dataclass(frozen=True)
class EvidenceData:
    """One paper: a file, a number, a span of a document, a cell of a workbook, or an agreement on record."""

    kind: str
    number: str = ""
    file_id: int | None = None
    document_id: int | None = None
    span_start: int | None = None
    span_end: int | None = None
    quote: str = ""
    workbook: str = ""
    cell: str = ""
    agreement_id: int | None = None

    @property
    def is_something(self) -> bool:
        return bool(self.number or self.file_id or self.quote or self.cell or self.agreement_id)


def attach(
    fact: Milestone | FundsArrival | Flag | Agreement, papers: Sequence[EvidenceData], *, actor: Person, at: datetime
) -> list[Evidence]:
    """Write the papers of a fact, inside the caller's transaction. A paper without content is refused by its kind."""
    slot = {Milestone: "milestone", FundsArrival: "arrival", Flag: "flag", Agreement: "agreement"}[type(fact)]
    rows = []
    for paper in papers:
        kind = EvidenceKind(paper.kind)
        if not paper.is_something:
            raise DomainError(
                _("凭证“{kind}”没有内容。").format(kind=_(kind.label)), code="evidence.empty", field="evidence",
                fix=_("请上传附件，或填写文号。"),
            )  # fmt: skip
        if paper.file_id:
            _own_file(paper.file_id, fact.project_id, actor, at)
        number = paper.number
        if paper.agreement_id:
            agreement = Agreement.objects.get(pk=paper.agreement_id, project_id=fact.project_id)
            number = number or agreement.number or agreement.title
        rows.append(
            Evidence(
                project_id=fact.project_id,
                kind=kind,
                number=number,
                file_id=paper.file_id,
                document_id=paper.document_id,
                span_start=paper.span_start,
                span_end=paper.span_end,
                quote=paper.quote,
                workbook=paper.workbook,
                cell=paper.cell,
                added_by=actor,
                at=at,
                # an agreement's own papers name it, a fact's papers may name another
                **{"agreement_id": paper.agreement_id, f"{slot}_id": fact.pk},
            )
        )
    return Evidence.objects.bulk_create(rows)


def papers_of(fact: Milestone | FundsArrival | Flag) -> list[EvidenceData]:
    """The papers a fact has, to be attached to the one that takes its place."""
    return [
        EvidenceData(
            e.kind, e.number, e.file_id, e.document_id, e.span_start, e.span_end, e.quote, e.workbook, e.cell,
            e.agreement_id,
        )
        for e in fact.evidence.all()
    ]  # fmt: skip


@transaction.atomic
def add_source(*, project: Project, papers: Sequence[EvidenceData], actor: Person, at: datetime) -> list[Evidence]:
    """What the record of a project itself rests on: the spans of a document it was read from, the cells of a ledger."""
    rows = [
        Evidence(
            project=project, kind=EvidenceKind(p.kind), number=p.number, file_id=p.file_id, document_id=p.document_id,
            span_start=p.span_start, span_end=p.span_end, quote=p.quote, workbook=p.workbook, cell=p.cell,
            added_by=actor, at=at,
        )
        for p in papers
        if p.is_something
    ]  # fmt: skip
    made = Evidence.objects.bulk_create(rows)
    record(
        actor=actor, at=at, verb="evidence.source", kind="project", object_id=project.pk,
        after={"papers": len(made), "documents": sorted({p.document_id for p in papers if p.document_id})},
    )  # fmt: skip
    return made


def _own_file(file_id: int, project_id: int, actor: Person, at: datetime) -> None:
    """An uploaded file that has no owner yet becomes the project's: who sees the project may open it."""
    file = StoredFile.objects.get(pk=file_id)
    if file.owner_id is None:
        files.attach(file=file, owner_kind="project", owner_id=project_id, actor=actor, at=at)
