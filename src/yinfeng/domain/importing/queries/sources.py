"""Who says what the ledger holds: for each conflict the person, the moment and the paper behind the ledger's value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.projects.models import Milestone, Project
from yinfeng.domain.projects.rules.words import COUNTING, EvidenceKind
from yinfeng.foundation.audit.models import AuditRow

from ..rules.values import MILESTONE_KEYS, PROJECT_ATTRIBUTES
from .staged import Staged

# Under which name the audit trail keeps a column, where it is no attribute of that name.
_RECORDED_AS = {"investment_cny": "investment_amount", "company": "company_id"}


def add_sources(rows: Sequence[Staged]) -> None:
    """Write ``source`` into each difference that is a conflict (three queries, whatever there is)."""
    wanted = [(row, d) for row in rows for d in row.differences if d["conflict"] and row.project]
    if not wanted:
        return
    ids = {row.project for row, _d in wanted}
    milestones: dict[tuple[int, str], Any] = {}
    facts: Any = Milestone.objects.filter(project_id__in=ids, status__in=COUNTING)
    for found in facts.select_related("declared_by", "verified_by").prefetch_related("evidence"):
        milestones[found.project_id, found.stage] = found
    edits: dict[tuple[int, str], AuditRow] = {}
    trail = AuditRow.objects.filter(object_kind="project", object_id__in=ids).select_related("actor").order_by("pk")
    for edited in trail:
        for name in edited.after or {}:
            edits[edited.object_id or 0, name] = edited
    opened = Project.objects.filter(pk__in=ids).select_related("created_by").in_bulk()
    for row, difference in wanted:
        key, pk = difference["key"], row.project or 0
        difference["source"] = ""
        if key in MILESTONE_KEYS and (fact := milestones.get((pk, MILESTONE_KEYS[key]))):
            difference["source"] = _of_fact(fact)
        elif edit := edits.get((pk, _RECORDED_AS.get(key) or PROJECT_ATTRIBUTES.get(key, key))):
            who = edit.actor.name if edit.actor else _("系统")
            difference["source"] = _("{who}于 {at} 修改").format(who=who, at=_moment(edit.at))
        elif project := opened.get(pk):
            difference["source"] = _("{who}于 {at} 登记").format(
                who=project.created_by.name, at=_moment(project.created_at)
            )


def _of_fact(fact: Milestone) -> str:
    said = _("{who}于 {at} 填报").format(who=fact.declared_by.name, at=_moment(fact.at))
    if fact.verified_by and fact.verified_at:
        said += _("，{who}于 {at} 审核").format(who=fact.verified_by.name, at=_moment(fact.verified_at))
    papers = [
        " ".join(filter(None, (_(EvidenceKind(p.kind).label), p.number or p.workbook, p.cell)))
        for p in fact.evidence.all()
    ]
    return said + (_("，凭证：{papers}").format(papers=_("、").join(papers)) if papers else "")


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
