"""Decided documents as labelled data, in the shape of the evaluation set (docs/formats/labels.md). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .draft import Draft, draft_of
from .words import ProposalKind, ProposalStatus

# The reason that says the reader was wrong, as either language offers it; all others are about use, not about truth.
NOT_A_PROJECT = ("读取有误，不是项目", "Misread: not a project")


@dataclass(frozen=True)
class Decided:
    """One record with what a person made of it."""

    kind: str
    status: str
    fields: Mapping[str, Any]
    corrected: Mapping[str, Any] | None
    reason: str
    quote: str


def label(doc_id: int, doc_date: date | None, text: str, records: Iterable[Decided]) -> dict[str, Any]:
    """One line: the text with its true projects as people left them. ``rejected`` counts what was no project;
    statistics are as read, since nobody decides on them, and say so."""
    held = list(records)
    projects = [_project(r) for r in held if r.kind == ProposalKind.PROJECT and not _is_wrong(r)]
    figures = [{**r.fields, "evidence": r.quote} for r in held if r.kind == ProposalKind.AGGREGATE]
    return {
        "id": str(doc_id), "doc_date": doc_date.isoformat() if doc_date else None, "text": text, "projects": projects,
        "aggregates": figures, "aggregates_are": "as read",
        "rejected": [r.fields.get("name") for r in held if r.kind == ProposalKind.PROJECT and _is_wrong(r)],
    }  # fmt: skip


def _is_wrong(record: Decided) -> bool:
    return record.status == ProposalStatus.REJECTED and record.reason in NOT_A_PROJECT


def _project(record: Decided) -> dict[str, Any]:
    """The record as read, with every field that a person changed."""
    read = draft_of(record.fields)
    now = Draft.from_json(record.corrected) if record.corrected else read
    told = {k: record.fields.get(k) for k in ("name", "investor", "stage", "place", "industry", "date", "land_mu")}
    told |= {"expected_output_cny": record.fields.get("expected_output_cny")}
    told |= {"expected_tax_cny": record.fields.get("expected_tax_cny"), "investment": record.fields.get("investment")}
    for name in ("name", "investor", "place", "industry"):
        if getattr(now, name) != getattr(read, name):
            told[name] = getattr(now, name) or None
    if (now.amount, now.amount_max, now.currency, now.qualifier) != (
        read.amount,
        read.amount_max,
        read.currency,
        read.qualifier,
    ):
        told["investment"] = _money(now)
    if now.land_mu != read.land_mu:
        told["land_mu"] = None if now.land_mu is None else float(now.land_mu)
    for mine, theirs in (("output_cny", "expected_output_cny"), ("tax_cny", "expected_tax_cny")):
        if getattr(now, mine) != getattr(read, mine):
            told[theirs] = getattr(now, mine)
    return {
        **told, "evidence": record.quote, "confirmed": record.status == ProposalStatus.ACCEPTED,
        "corrected": record.corrected is not None,
    }  # fmt: skip


def _money(draft: Draft) -> dict[str, Any] | None:
    if draft.amount is None:
        return None
    told: dict[str, Any] = {"value": draft.amount, "unit": draft.currency, "qualifier": draft.qualifier or None}
    return told | ({"value_max": draft.amount_max} if draft.amount_max else {})
