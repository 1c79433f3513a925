"""The front pages (placeholders until the portal is built)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yinfeng.foundation.accounts.access import needs


@needs(None)
def workbench(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/base.html")


@needs(None)
def cockpit(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/base.html")
