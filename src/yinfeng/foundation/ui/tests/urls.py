"""The shell alone: its own pages, the door, and views that go wrong on purpose. No upper floor is needed."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import include, path

from yinfeng.foundation.ui import slots
from yinfeng.kernel.errors import DomainError


def refuse(request: HttpRequest) -> HttpResponse:
    raise DomainError(
        "不能登记开工：<缺少施工许可证>", code="gate.missing", field="evidence", fix="请先上传施工许可证，再登记。"
    )


def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret detail")


def to_login(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/accounts/login/?next=/x")


def own_policy(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x", headers={"Content-Security-Policy": "default-src 'none'"})


def palette(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")
    hits = [] if words == "无" else [slots.Hit(f"{words}<b>{n}", f"/ui/gallery?hit={n}", "项目") for n in range(3)]
    return render(request, "ui/partials/palette_hits.html", {"hits": hits})


def pick(request: HttpRequest) -> JsonResponse:
    words = request.GET["q"]
    return JsonResponse([{"value": 7, "text": f"{words}精密传动", "detail": "<b>云岫区"}], safe=False)


urlpatterns = [
    path("pick", pick),
    path("refuse", refuse),
    path("break", break_down),
    path("to-login", to_login),
    path("own-policy", own_policy),
    path("search/palette", palette),
    path("accounts/", include("yinfeng.foundation.accounts.urls")),
    path("", include("yinfeng.foundation.ui.urls")),
]
