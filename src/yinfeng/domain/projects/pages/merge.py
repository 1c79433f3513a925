"""Two projects are one: choose the other, then field by field."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.kernel.errors import DomainError

from ..access import project_for, visible_projects
from ..actions.merge import merge_projects, unmerge
from ..forms.facts import ReasonForm
from ..forms.merge import MergeForm, OtherForm
from ..queries.merging import preview
from .flow import FormPage, done, number_or_none, person_of, run


@require_http_methods(["GET", "HEAD", "POST"])
@needs("import", "D")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """``?with=`` names the project that goes into this one; what differs is chosen side by side."""
    viewer = viewer_on(request)
    keep = project_for(viewer, pk, "D", right="import")
    other = number_or_none(request.GET.get("with"))
    seen = visible_projects(viewer)

    def name_of(key: int) -> str | None:
        return seen.filter(pk=key).values_list("name", flat=True).first()

    if other is None or other == pk:
        form = OtherForm(*((request.GET,) if "with" in request.GET else ()), name_of=name_of)
        if form.is_bound and other == pk:
            form.add_error("with", _("不能把项目并入自己。"))
        return render(request, "projects/merge.html", {"keep": keep, "choose": form})
    lose = project_for(viewer, other, "D", right="import")
    if lose.merged_into_id or keep.merged_into_id:
        raise Http404
    found = preview(keep, lose)
    merging = MergeForm(*((request.POST,) if request.method == "POST" else ()), preview=found)
    if request.method == "POST" and merging.is_valid():
        told = merging.cleaned_data
        try:
            merge_projects(
                keep=keep, lose=lose, choices=merging.choices(), milestones=told["milestones"],
                arrivals=told["arrivals"], reason=told["reason"], actor=viewer.person, at=timezone.now(),
            )  # fmt: skip
        except DomainError as error:
            merging.blame(error)
        else:
            words = _("已将“{name}”并入。").format(name=lose.name)
            return done(request, reverse("projects:project", args=[keep.pk]), words)
    same = sum(not pair.differs for pair in found.fields)
    context = {"keep": keep, "lose": lose, "form": merging, "preview": found, "same": same}
    return render(request, "projects/merge.html", context, status=422 if merging.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("import", "D")
def merge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """They were two after all."""
    lose = project_for(viewer_on(request), pk, "D", right="import")
    if lose.merged_into_id is None:
        raise Http404
    form = ReasonForm(*((request.POST,) if request.method == "POST" else ()))
    page = FormPage(
        title=_("撤销合并"), form=form, back=reverse("projects:project", args=[lose.merged_into_id]), trail=lose.name,
        submit=_("撤销合并"), action=reverse("projects:merge_undo", args=[pk]), danger=True,
    )  # fmt: skip
    return run(
        request, page,
        lambda: unmerge(lose=lose, reason=form.cleaned_data["reason"], actor=person_of(request), at=timezone.now()),
        _("已撤销，两个项目各自恢复。"), url=reverse("projects:project", args=[pk]),
    )  # fmt: skip
