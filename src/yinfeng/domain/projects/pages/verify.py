"""审核: declared facts beside their papers, one by one or several at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on

from ..actions.verification import verify_many
from ..queries import choices
from ..queries.verify_list import KINDS, PAGE, verify_page, waiting
from .flow import came_from, number_or_none, person_of

MOST_TOLD = 5


@require_safe
@needs("project", "V")
def verify(request: HttpRequest) -> HttpResponse:
    """The worklist: ``?kind=milestone|funds|flag&unit=&q=&project=&page=``."""
    units = choices.units()
    unit = number_or_none(request.GET.get("unit"))
    page = verify_page(
        viewer_on(request), kind=request.GET.get("kind", ""), number=min(number_or_none(request.GET.get("page")) or 1, 500),
        units=units, project_id=number_or_none(request.GET.get("project")), words=request.GET.get("q", "").strip()[:60],
        unit=unit,
    )  # fmt: skip
    context = {"page": page, "units": units.leading, "unit": unit, "here": request.get_full_path()}
    return render(request, "projects/verify.html", context)


@require_POST
@needs("project", "V")
def verify_batch(request: HttpRequest) -> HttpResponse:
    """Verify what was picked; what cannot be verified is named with its reason, and holds up nothing else."""
    kind = request.POST.get("kind", "")
    if kind not in KINDS:
        raise Http404
    ids = [pk for text in request.POST.getlist("id")[: PAGE * 5] if (pk := number_or_none(text)) is not None]
    # Only what the viewer may verify is found at all; one's own is refused by the action, in words.
    facts = list(waiting(viewer_on(request), kind).filter(pk__in=ids).select_related("project"))
    back = came_from(request, reverse("projects:verify"))
    if not facts:
        messages.warning(request, _("没有选中可以审核的记录，可能已被他人处理。"))
        return HttpResponseRedirect(back)
    result = verify_many(facts=facts, actor=person_of(request), at=timezone.now())
    if result.verified:
        words = ngettext("已审核 {n} 条。", "已审核 {n} 条。", result.verified).format(n=result.verified)
        messages.success(request, words)
    if result.refused:
        shown = _("；").join(
            _("{what}：{told}").format(what=fact, told=why) for fact, why in result.refused[:MOST_TOLD]
        )
        words = ngettext("{n} 条未审核：", "{n} 条未审核：", len(result.refused)).format(n=len(result.refused))
        messages.warning(request, words + shown)
    return HttpResponseRedirect(back)
