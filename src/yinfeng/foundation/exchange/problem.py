"""RFC 9457: an error as people and programs can read it. Every refusal under ``/api/`` has this form."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

CONTENT_TYPE = "application/problem+json; charset=utf-8"
TITLES = {
    400: gettext_noop("请求有误"), 401: gettext_noop("未登录"), 403: gettext_noop("没有权限"), 404: gettext_noop("不存在"),
    405: gettext_noop("不支持的方法"), 409: gettext_noop("正在处理"), 413: gettext_noop("内容过大"),
    415: gettext_noop("格式不支持"), 422: gettext_noop("内容有误"), 429: gettext_noop("请求过于频繁"),
    500: gettext_noop("系统内部错误"), 503: gettext_noop("暂时不可用"),
}  # fmt: skip


def problem(status: int, code: str, detail: str, *, field: str | None = None, **more: Any) -> HttpResponse:
    """``code`` is stable and for programs, ``detail`` a sentence for people, ``field`` the input at fault."""
    body = {
        "type": f"urn:yinfeng:problem:{code}", "title": _(TITLES.get(status, TITLES[400])), "status": status,
        "code": code, "detail": readable(detail), "field": readable(field) if field else None, **more,
    }  # fmt: skip
    answer = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=CONTENT_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer


def readable(text: str, most: int = 2_000) -> str:
    """Fit to be sent: without what no encoding can write, and not endless."""
    clean = "".join(c if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF else "·" for c in text)
    return clean if len(clean) <= most else clean[: most - 1] + "…"
