"""The rulebook: what is in force, what was, what is proposed, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.rulebook import actions
from yinfeng.foundation.rulebook.models import Rule
from yinfeng.foundation.rulebook.queries import all_in_force, as_text, in_force, standard, standards
from yinfeng.foundation.rulebook.rules import InForce, Standard, digest_of
from yinfeng.kernel.errors import DomainError

from ..forms import RuleForm
from ..rules import DiffLine, diff, parse_body
from .common import show_refusal

# Which verb of the rights table writes an edition, and which puts it in force.
WRITES = {"definition": "E", "rights": "A"}
APPROVES = {"definition": "D", "rights": "A"}


@dataclass(frozen=True)
class KindRow:
    kind: str
    label: str
    version: int
    digest: str
    waiting: int


@dataclass(frozen=True)
class RulebookPage:
    rows: list[KindRow]


@dataclass(frozen=True)
class EditionRow:
    pk: int
    version: int
    valid_from: date
    author: str
    approver: str
    note: str
    is_in_force: bool
    may_approve: bool
    why_not: str
    at: Any
    changes: list[DiffLine]


@dataclass(frozen=True)
class RulePage:
    kind: str
    label: str
    version: int
    digest: str
    text: str
    editions: list[EditionRow]
    may_write: bool


@dataclass(frozen=True)
class RuleFormPage:
    kind: str
    label: str
    form: RuleForm
    version: int
    changes: list[DiffLine]


@require_safe
@needs(None)
def index(request: HttpRequest) -> HttpResponse:
    """The kinds of rules that the viewer may see; 404 for who may see none."""
    viewer, today = viewer_on(request), timezone.localdate()
    shown = [s for s in standards() if viewer.may(s.edited_by, "S")]
    if not shown:
        raise Http404
    waiting = list(Rule.objects.filter(approver=None, valid_from__gte=today).values_list("kind", flat=True))
    rows, editions = [], all_in_force(today)
    for s in shown:
        rule = editions[s.kind]
        rows.append(KindRow(s.kind, str(_(s.label)), rule.version, rule.digest[:8], waiting.count(s.kind)))
    return render(request, "administration/rulebook.html", {"page": RulebookPage(rows)})


@require_safe
@needs(None)
def detail(request: HttpRequest, kind: str) -> HttpResponse:
    """The edition in force, and every other with what it changed."""
    return _detail(request, kind)


@require_safe
@needs("rights", "S")
def rights(request: HttpRequest) -> HttpResponse:
    """The policy of who may do what, which is a rule like any other."""
    return _detail(request, "rights")


def _detail(request: HttpRequest, kind: str) -> HttpResponse:
    viewer, today = viewer_on(request), timezone.localdate()
    shipped = _visible(viewer, kind)
    rule = in_force(kind, today)
    page = RulePage(
        kind, str(_(shipped.label)), rule.version, rule.digest[:8], as_text(rule.body),
        _editions(viewer, shipped, rule, today), viewer.may(shipped.edited_by, WRITES[shipped.edited_by]),
    )  # fmt: skip
    return render(request, "administration/rule.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(None)
def propose(request: HttpRequest, kind: str) -> HttpResponse:
    """Write the next edition; faults of the body are shown beside it. ``check`` in the form only shows the changes."""
    viewer, today = viewer_on(request), timezone.localdate()
    shipped = _visible(viewer, kind)
    if not viewer.may(shipped.edited_by, WRITES[shipped.edited_by]):
        raise PermissionDenied
    rule = in_force(kind, today)
    now = as_text(rule.body)
    form = RuleForm(request.POST or None, initial={"body": now, "valid_from": today})
    changes: list[DiffLine] = []
    if request.method == "POST" and form.is_valid():
        try:
            body = parse_body(form.cleaned_data["body"])
            if digest_of(body) == rule.digest:
                raise ValueError(_("与现行版本完全相同，没有需要提交的修改"))
            changes = diff(now, as_text(body))
            if "check" in request.POST:
                shipped.check(body)
            else:
                actions.propose(
                    kind=kind, body=body, valid_from=form.cleaned_data["valid_from"], note=form.cleaned_data["note"],
                    actor=viewer.person, at=timezone.now(),
                )  # fmt: skip
                messages.success(request, _("已提交，须由另一人批准后生效。"))
                return HttpResponseRedirect(reverse("administration:rule", args=[kind]))
        except DomainError as refusal:
            show_refusal(form, refusal)
        except ValueError as fault:
            form.add_error("body", str(fault))
    page = RuleFormPage(kind, str(_(shipped.label)), form, rule.version, changes)
    return render(request, "administration/rule_form.html", {"page": page}, status=422 if form.errors else 200)


@require_POST
@needs(None)
def approve(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Put an edition in force, by another person than its author."""
    viewer = viewer_on(request)
    shipped = _visible(viewer, kind)
    if not viewer.may(shipped.edited_by, APPROVES[shipped.edited_by]):
        raise PermissionDenied
    rule = get_object_or_404(Rule, pk=pk, kind=kind)
    actions.approve(rule=rule, actor=viewer.person, at=timezone.now())
    messages.success(request, _("已批准第 {n} 版，自 {day} 起生效。").format(n=rule.version, day=rule.valid_from))
    return HttpResponseRedirect(reverse("administration:rule", args=[kind]))


def _visible(viewer: Viewer, kind: str) -> Standard:
    try:
        shipped = standard(kind)
    except KeyError as unknown:
        raise Http404 from unknown
    if not viewer.may(shipped.edited_by, "S"):
        raise Http404
    return shipped


def _editions(viewer: Viewer, shipped: Standard, rule: InForce, today: date) -> list[EditionRow]:
    """The newest first, each with what it changed against the one before it."""
    rows = list(
        Rule.objects.filter(kind=shipped.kind, unit=None).select_related("author", "approver").order_by("version")
    )
    may = viewer.may(shipped.edited_by, APPROVES[shipped.edited_by])
    before, editions = as_text(shipped.body), []
    for row in rows:
        text = as_text(row.body)
        waiting = row.approver_id is None
        why_not = ""
        if waiting and may:
            if row.author_id == viewer.person_id:
                why_not = _("起草人不能批准自己起草的规则")
            elif row.valid_from < today:
                why_not = _("生效日期已过，请另拟一版")
        editions.append(
            EditionRow(
                row.pk, row.version, row.valid_from, row.author.name, row.approver.name if row.approver else "",
                row.note, row.version == rule.version, waiting and may and not why_not, why_not, row.at,
                diff(before, text),
            )
        )  # fmt: skip
        before = text
    return editions[::-1]
