"""Firms as far as the ledger lets them be known: the register is open to all, a confidential project's investor is not."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from yinfeng.domain.enterprises.models import Enterprise, EnterpriseTitle
from yinfeng.domain.enterprises.queries import EnterpriseHit
from yinfeng.foundation.accounts.viewer import Viewer

from ..access import visible_leads, visible_projects
from ..models import Lead, Project, ProjectInvestor
from ..rules.words import LeadStatus


def firms_of(project: Project, most: int = 6) -> list[Enterprise]:
    """The present investors and the project company (one query)."""
    investing = ProjectInvestor.objects.filter(project=project, until=None).values("enterprise_id")
    return list(Enterprise.objects.filter(Q(pk__in=investing) | Q(pk=project.company_id)).order_by("pk")[:most])


def known(viewer: Viewer, hits: Sequence[EnterpriseHit]) -> list[EnterpriseHit]:
    """Without the firms that are on record only through confidential projects or leads out of the viewer's sight (two
    queries for those who see no confidential ones, none for those who see all)."""
    if not hits or viewer.reach("confidential").everything:
        return list(hits)
    ids = [hit.pk for hit in hits]
    secret = _taking_part(ids, Project.objects.filter(is_confidential=True), Lead.objects.filter(is_confidential=True))
    if not secret:
        return list(hits)
    open_projects = Project.objects.filter(Q(is_confidential=False) | Q(pk__in=visible_projects(viewer).values("pk")))
    open_leads = Lead.objects.exclude(status=LeadStatus.WITHDRAWN).filter(
        Q(is_confidential=False) | Q(pk__in=visible_leads(viewer).values("pk"))
    )
    told = _taking_part(sorted(secret), open_projects, open_leads)
    # A firm that a list of notable firms names is known without any project.
    listed = EnterpriseTitle.objects.standing().filter(enterprise_id__in=secret, by_ledger=False)
    told |= set(listed.values_list("enterprise_id", flat=True))
    return [hit for hit in hits if hit.pk not in secret or hit.pk in told]


def _taking_part(ids: Sequence[int], projects: QuerySet[Project], leads: QuerySet[Lead]) -> set[int]:
    """Those of the firms that invest in one of these or are its company. One query."""
    investors = ProjectInvestor.objects.filter(enterprise_id__in=ids, project__in=projects.values("pk"))
    companies = projects.filter(company_id__in=ids)
    reported = leads.filter(investor_id__in=ids)
    rows = (
        investors.order_by()
        .values_list("enterprise_id")
        .union(companies.order_by().values_list("company_id"), reported.order_by().values_list("investor_id"))
    )
    return {pk for (pk,) in rows}
