"""A write asked twice under the same ``Idempotency-Key`` is done once; the second gets the first one's answer.

The key, the write and its answer stand in one transaction: whoever comes at the same moment waits for it and then finds
the answer, and a kill in the middle leaves neither. Long work (reading a document) must not hold the database: there the
key is taken first, whoever comes meanwhile is told to come back, and a key whose process died is free after five minutes.
Refusals are not kept: they changed nothing, and the same key may be tried again once the cause is mended.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.decorators import decorate_view

from .actions import answers
from .authentication import caller_of
from .models import KeptAnswer
from .problem import problem

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 128
# For ``openapi_extra`` of each write.
DESCRIBED: dict[str, Any] = {
    "parameters": [
        {
            "in": "header", "name": HEADER, "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[!-~]+$"},
            "description": "同一键、同一内容只执行一次，重复请求得到原应答；保留 24 小时。",
        }
    ]
}  # fmt: skip

Run = Callable[..., HttpResponse]
TRIES = 3


def idempotent(*, long: bool = False) -> Callable[[Any], Any]:
    """Put under the route of every write."""

    def around(run: Run) -> Run:
        @wraps(run)
        def guarded(request: HttpRequest, **kw: Any) -> HttpResponse:
            key, caller = request.headers.get(HEADER), caller_of(request)
            if key is None or caller is None:
                return run(request, **kw)
            if not 1 <= len(key) <= LONGEST or not all("!" <= c <= "~" for c in key):
                return problem(
                    422, "idempotency.key", _("幂等键须为 1 到 {n} 个可见的英文字符。").format(n=LONGEST), field=HEADER
                )
            do = _long if long else _short
            return do(lambda: run(request, **kw), caller.key, key, _digest(request))

        guarded.is_idempotent = True  # type: ignore[attr-defined]
        return guarded

    return decorate_view(around)


def _digest(request: HttpRequest) -> str:
    told = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(told + request.body).hexdigest()


def _short(run: Callable[[], HttpResponse], caller: str, key: str, digest: str) -> HttpResponse:
    for _try in range(TRIES):
        with transaction.atomic():
            mine = answers.begin(caller=caller, key=key, digest=digest, at=timezone.now())
            if mine is not None:
                response = run()
                if response.status_code >= 300:
                    transaction.set_rollback(True)
                else:
                    answers.keep(answer=mine, status=response.status_code, body=response.content.decode())
                return response
        if known := _known(caller, key):
            return _again(known, digest)
        # Whoever had the key was refused and gave it back between our two looks: try once more.
    return _busy()


def _long(run: Callable[[], HttpResponse], caller: str, key: str, digest: str) -> HttpResponse:
    at = timezone.now()
    mine = answers.begin(caller=caller, key=key, digest=digest, at=at)
    if mine is None:
        known = _known(caller, key)
        if known is None:
            return _busy()
        if known.status is not None or known.digest != digest or not answers.take_over(answer=known, at=at):
            return _again(known, digest)
        mine = known
    try:
        response = run()
    except BaseException:
        answers.forget(answer=mine)
        raise
    if response.status_code >= 300:
        answers.forget(answer=mine)
    else:
        answers.keep(answer=mine, status=response.status_code, body=response.content.decode())
    return response


def _known(caller: str, key: str) -> KeptAnswer | None:
    return KeptAnswer.objects.filter(caller=caller, key=key).first()


def _again(known: KeptAnswer, digest: str) -> HttpResponse:
    if known.digest != digest:
        return problem(
            422, "idempotency.mismatch", _("这个幂等键已用于另一项内容。请为每次不同的写入使用新的键。"), field=HEADER
        )
    if known.status is None:
        return _busy()
    answer = HttpResponse(known.body, status=known.status, content_type="application/json; charset=utf-8")
    answer[REPLAYED] = "true"
    return answer


def _busy() -> HttpResponse:
    answer = problem(409, "idempotency.busy", _("同一个幂等键的请求正在处理，请稍后以原内容重试。"), field=HEADER)
    answer["Retry-After"] = "2"
    return answer
