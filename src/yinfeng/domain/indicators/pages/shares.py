"""Shares of credit: which projects are shared between units in assessments, and the form that shares one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.queries import choices
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.kernel.errors import DomainError

from ..actions import share_credit
from ..forms import ShareForm
from ..models import CreditShare
from ..queries.drafting import refused
from .common import Tab, tabs


@dataclass(frozen=True)
class ShareLine:
    project: int
    name: str
    code: str
    shares: str
    grounds: str


@dataclass(frozen=True)
class SharesPage:
    tabs: list[Tab]
    lines: list[ShareLine]
    may_share: bool


@dataclass(frozen=True)
class SharePage:
    form: ShareForm
    fault: str


@require_safe
@needs("indicator")
def shares(request: HttpRequest) -> HttpResponse:
    """What is shared now, of the projects the viewer may see."""
    viewer = viewer_on(request)
    rows = CreditShare.objects.filter(
        ended_at=None, project__in=visible_projects(viewer).order_by().values("pk")
    ).select_related("project", "unit")
    by_project: dict[int, list[CreditShare]] = {}
    for row in rows.order_by("project__code", "-percent")[:1000]:
        by_project.setdefault(row.project_id, []).append(row)
    lines = [
        ShareLine(
            pk, some[0].project.name, some[0].project.code,
            "、".join(f"{s.unit.short_name} {s.percent.normalize():f}%" for s in some), some[0].grounds,
        )
        for pk, some in by_project.items()
    ]  # fmt: skip
    return render(
        request,
        "indicators/shares.html",
        {"page": SharesPage(tabs(viewer, "shares"), lines, viewer.may("project", "D"))},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "D")
def share(request: HttpRequest) -> HttpResponse:
    """Share one project's credit, by its code."""
    viewer = viewer_on(request)
    units = {line.short_name: line.id for line in choices.units().leading}
    form, fault = ShareForm(request.POST or None, units=units), ""
    if request.method == "POST" and form.is_valid():
        project = visible_projects(viewer, "D").filter(code=form.cleaned_data["code"]).first()
        try:
            if project is None:
                raise DomainError(_("没有这个编号的项目，或您不能决定它。"), code="share.project", field="code")
            told: dict[int, Decimal] = form.cleaned_data["shares"]
            share_credit(
                project=project,
                shares=told,
                grounds=form.cleaned_data["grounds"],
                actor=viewer.person,
                at=timezone.now(),
            )
            messages.success(request, _("已登记分享。考核按比例计，统计数据不变。"))
            return HttpResponseRedirect(reverse("indicators:shares"))
        except DomainError as refusal:
            fault = refused(refusal)
    bad = bool(fault or form.errors)
    return render(request, "indicators/share.html", {"page": SharePage(form, fault)}, status=422 if bad else 200)
