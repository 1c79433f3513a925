"""Candidates that may be the same as what is being entered, found by index and scored by ``rules/matching.py``.

Candidates come from the credit code, the group, and the text index (by the distinguishing part of the names); never from
a scan of the ledger. Whatever is found, the same queries are made: what a person may not see cannot be told from the time
it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from yinfeng.domain.enterprises.models import Enterprise
from yinfeng.domain.enterprises.queries import name_prefix
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.text import normalise_name, squeeze
from yinfeng.kernel.uscc import normalise as normalise_uscc

from ..access import visible_leads, visible_projects
from ..models import Lead, Project, ProjectInvestor
from ..rules.matching import Likeness, Sign, core, likeness
from ..rules.words import LeadStatus, Stage
from . import search

EACH = 40  # candidates a way of finding, at most
NOBODY = 0  # no row has this id: an empty list would spare the query, and be quicker than a full one


@dataclass(frozen=True)
class Match:
    """Something like it, that the viewer may see."""

    kind: str  # project | lead
    pk: int
    name: str
    code: str
    url: str
    investor_name: str
    unit: str
    stage: str
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    visible: tuple[Match, ...]
    has_hidden: bool


def look_for(
    probe: Sign,
    *,
    uscc: str = "",
    except_project: int | None = None,
    except_lead: int | None = None,
    viewer: Viewer,
    warn_score: int,
) -> Found:
    """What is at least as like as ``warn_score``: what the viewer may see, and whether there is anything else."""
    code = normalise_uscc(uscc)
    firms, heads = _firms(code, probe.investor_name)
    probe = Sign(probe.name, probe.investor_name, probe.product, frozenset({code} if code else ()), frozenset(heads))
    investing = ProjectInvestor.objects.filter(enterprise_id__in=firms, until=None)
    by_firm = list(investing.values_list("project_id", flat=True)[:EACH]) or [NOBODY]
    projects = _candidates(Project.objects.all(), "project", probe, (Q(pk__in=by_firm), Q(company_id__in=firms))) - {
        except_project
    }
    leads = _candidates(
        Lead.objects.exclude(status=LeadStatus.WITHDRAWN), "lead", probe, (Q(investor_id__in=firms),)
    ) - {except_lead}
    scored = {
        **{("project", pk): likeness(probe, sign) for pk, sign in _project_signs(projects).items()},
        **{("lead", pk): likeness(probe, sign) for pk, sign in _lead_signs(leads).items()},
    }
    alike = {key: found for key, found in scored.items() if found.score >= warn_score}
    seen = _shown(viewer, alike)
    visible = tuple(sorted(seen, key=lambda m: (-m.score, m.kind, m.pk)))
    return Found(visible, len(visible) < len(alike))


def _firms(code: str, investor_name: str) -> tuple[list[int], set[int]]:
    """Firms with this code or name and all of their groups, and the groups' heads (three queries)."""
    # One condition a query: an OR over two indexes is walked as a scan when the statistics are thin.
    named: dict[int, int] = {}
    for condition in (Q(uscc=code or "-"), Q(name_key=normalise_name(investor_name) or "-")):
        rows = Enterprise.objects.filter(condition).values_list("pk", "group_root_id")[:EACH]
        named |= {pk: head or pk for pk, head in rows}
    heads = set(named.values())
    family = Enterprise.objects.filter(group_root_id__in=heads or {NOBODY}).values_list("pk", flat=True)[:200]
    return [*named, *heads, *family, NOBODY], heads


def _candidates(rows: Any, kind: search.Kind, probe: Sign, by_firm: Sequence[Q]) -> set[int | None]:
    """Ids that are worth scoring: at most eight queries, each by an index and of at most ``EACH`` rows. Merged projects
    and closed leads fall out when they are read."""
    found: set[int | None] = set()
    for condition in by_firm:
        found.update(rows.filter(condition).values_list("pk", flat=True)[:EACH])
    key = normalise_name(probe.name) or "-"
    found.update(rows.filter(name_prefix(key[:12])).values_list("pk", flat=True)[:EACH])
    for words in _windows(probe):
        found.update(search.newest(words, EACH, kind=kind))
    return found


def _windows(probe: Sign) -> list[str]:
    """What to look up in the text index: parts of the name's core and the investor's trade name. How many there are
    depends on what is asked, never on what is there."""
    name, investor = core(probe.name), core(probe.investor_name)
    parts = [name[:4], name[:3], name[-4:], investor[:4], investor[:3]]
    return list(dict.fromkeys(p for p in parts if len(squeeze(p)) >= 2))


def _project_signs(ids: Iterable[int | None]) -> dict[int, Sign]:
    wanted = [pk for pk in ids if pk is not None] or [NOBODY]
    taking_part: dict[int, list[tuple[int, str | None, int | None]]] = {}
    investors = ProjectInvestor.objects.filter(project_id__in=wanted, until=None)
    for project_id, firm_id, code, head in investors.values_list(
        "project_id", "enterprise_id", "enterprise__uscc", "enterprise__group_root_id"
    ):
        taking_part.setdefault(project_id, []).append((firm_id, code, head))
    rows = Project.objects.filter(pk__in=wanted, merged_into=None).values_list(
        "pk", "name", "investor_name", "product", "company_id", "company__uscc", "company__group_root_id"
    )
    found = {}
    for pk, name, investor, product, *company in rows:
        firms = [*taking_part.get(pk, ()), *([tuple(company)] if company[0] else [])]
        found[pk] = _sign(name, investor, product, firms)
    return found


def _lead_signs(ids: Iterable[int | None]) -> dict[int, Sign]:
    wanted = [pk for pk in ids if pk is not None] or [NOBODY]
    rows = Lead.objects.filter(pk__in=wanted, status=LeadStatus.OPEN).values_list(
        "pk", "name", "investor_name", "product", "investor_id", "investor__uscc", "investor__group_root_id"
    )
    return {
        pk: _sign(name, investor, product, [tuple(firm)] if firm[0] else [])
        for pk, name, investor, product, *firm in rows
    }


def _sign(name: str, investor: str, product: str, firms: Iterable[tuple[Any, ...]]) -> Sign:
    firms = list(firms)
    return Sign(
        name, investor, product, frozenset(code for _, code, _ in firms if code),
        frozenset(head or pk for pk, _, head in firms),
    )  # fmt: skip


def _shown(viewer: Viewer, alike: dict[tuple[str, int], Likeness]) -> list[Match]:
    """Those of the alike that the viewer may see (two queries, whatever there is)."""
    shown = []
    projects = visible_projects(viewer, among=[pk for kind, pk in alike if kind == "project"] or [NOBODY])
    for pk, name, code, investor, unit, stage in projects.values_list(
        "pk", "name", "code", "investor_name", "lead_unit__short_name", "furthest_stage"
    ):
        found = alike["project", pk]
        shown.append(
            Match("project", pk, name, code, f"/projects/{pk}/", investor, unit, _(Stage(stage).label), found.score,
                  found.reasons)
        )  # fmt: skip
    leads = visible_leads(viewer, among=[pk for kind, pk in alike if kind == "lead"] or [NOBODY])
    for pk, name, code, investor, unit, stage in leads.values_list(
        "pk", "name", "code", "investor_name", "owner_unit__short_name", "stage"
    ):
        found = alike["lead", pk]
        shown.append(
            Match(
                "lead",
                pk,
                name,
                code,
                f"/projects/leads/{pk}/",
                investor,
                unit,
                _(Stage(stage).label),
                found.score,
                found.reasons,
            )
        )
    return shown
