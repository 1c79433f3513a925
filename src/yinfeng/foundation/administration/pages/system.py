"""How the installation is: for the system administrator, without a word of business."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.jobs.actions import start

from ..health import health


@require_safe
@needs("setting", "S")
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "administration/system.html", {"page": health(timezone.now())})


@require_POST
@needs("setting", "A")
def run_doctor(request: HttpRequest) -> HttpResponse:
    """Every proof of the doctor in the background; counts only, for the faults name business objects."""
    start(kind="doctor", label=_("数据体检"), arguments={}, actor=viewer_on(request).person, at=timezone.now())
    return HttpResponseRedirect(reverse("jobs:list"))
