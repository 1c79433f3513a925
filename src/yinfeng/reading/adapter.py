"""An optional language model beside the reader: off unless an endpoint is set, private addresses only, spans or nothing.

The endpoint speaks OpenAI's chat protocol (a local vLLM or Ollama). A model proposes; the reader disposes: every name,
payer, place and amount must be an exact span of the page or the proposal is dropped, amounts are read by the reader's own
numbers and stages by its own words, and what is kept is never certain. Set by the environment:

    YINFENG_READER_ENDPOINT=http://127.0.0.1:8000/v1   YINFENG_READER_MODEL=…   YINFENG_READER_KEY=… (if the server wants one)
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import os
import socket
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .errors import ReadingError
from .model import Amount, Evidence, ProjectRecord, Reading

_LONGEST_PAGE = 12_000  # characters a model is asked about
_LONGEST_ANSWER = 1_000_000  # bytes
_STAGES = ("lead", "negotiating", "framework", "signed", "registered", "land", "started", "producing", "expanded")
_PROMPT = (
    '从下面的文本中找出具体的投资项目。只输出 JSON:{"projects":[{"name":…,"investor":…,"investment":…,"place":…,'
    '"stage_words":…}]}。每个值必须是原文中一字不差的连续片段,没有就写 null。'
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is: base URL up to and with /v1, the model's name, a key or '', seconds to wait."""

    url: str
    model: str
    key: str = ""
    timeout: float = 60.0


def endpoint_from(environ: Mapping[str, str] = os.environ) -> Endpoint | None:
    """The endpoint of the environment, or None: without YINFENG_READER_ENDPOINT no byte leaves the machine."""
    url = environ.get("YINFENG_READER_ENDPOINT", "").strip()
    if not url:
        return None
    return Endpoint(url, environ.get("YINFENG_READER_MODEL", "").strip(), environ.get("YINFENG_READER_KEY", "").strip())


def enrich(reading: Reading, raw: str, endpoint: Endpoint | None) -> Reading:
    """The reading with the projects only the model saw, each quoting the page; unchanged without an endpoint.

    Raises ReadingError where the endpoint is not private, does not answer or answers nonsense.
    """
    if endpoint is None:
        return reading
    text = reading.normalised.text or raw
    kept = list(reading.projects)
    for proposal in ask(endpoint, text[:_LONGEST_PAGE]):
        record = _checked(reading, raw, text, proposal)
        if record is not None and not any(_same(record, known) for known in kept):
            kept.append(record)
    return replace(reading, projects=tuple(kept))


def ask(endpoint: Endpoint, text: str) -> list[dict[str, Any]]:
    """What the model proposes for a page: a list of objects, unchecked."""
    require_private(endpoint.url)
    body = {
        "model": endpoint.model,
        "temperature": 0,
        "messages": [{"role": "system", "content": _PROMPT}, {"role": "user", "content": text}],
    }
    request = urllib.request.Request(  # noqa: S310 - http and https of private addresses only
        endpoint.url.rstrip("/") + "/chat/completions",
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            **({"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}),
        },
    )
    try:
        with _OPENER.open(request, timeout=endpoint.timeout) as answer:
            content = answer.read(_LONGEST_ANSWER + 1)
    except (OSError, urllib.error.URLError, http.client.HTTPException) as error:
        raise ReadingError(f"模型服务没有应答,请检查地址和端口({error})", "model_silent") from error
    if len(content) > _LONGEST_ANSWER:
        raise ReadingError("模型服务的回答过长,已忽略", "model_nonsense")
    try:
        said = json.loads(content)["choices"][0]["message"]["content"]
        told = json.loads(said[said.index("{") : said.rindex("}") + 1])["projects"]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ReadingError("模型服务的回答不是约定的格式,已忽略", "model_nonsense") from error
    return [proposal for proposal in told if isinstance(proposal, dict)] if isinstance(told, list) else []


def require_private(url: str) -> None:
    """Refuse any address that is not of this machine or its private network: pages never leave the house."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ReadingError("模型服务的地址应为 http:// 或 https:// 开头的内网地址", "model_address")
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ReadingError(f"找不到模型服务的主机 {parts.hostname}", "model_address") from error
    for entry in found:
        address = ipaddress.ip_address(entry[4][0])
        if not (
            address.is_loopback or (address.is_private and not address.is_link_local and not address.is_unspecified)
        ):
            raise ReadingError(f"模型服务必须在内网:{parts.hostname} 不是内网地址", "model_address")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A private address must not send the page on to another one."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())


def _checked(reading: Reading, raw: str, text: str, proposal: dict[str, Any]) -> ProjectRecord | None:
    """The record of a proposal whose every value is a span of the page, or None."""
    pieces: list[Evidence] = []
    values: dict[str, str] = {}
    for key in ("name", "investor", "investment", "place", "stage_words"):
        value = proposal.get(key)
        if value in (None, ""):
            continue
        at = text.find(value) if isinstance(value, str) and len(value) <= 80 else -1
        if at < 0:
            return None
        values[key] = value
        start, end = reading.normalised.raw_span(at, at + len(value))
        pieces.append(Evidence(start, end, raw[start:end], (_FIELDS.get(key, key),)))
    if "name" not in values or len(values) < 2:
        return None
    investment = _amount(values["investment"]) if "investment" in values else None
    if "investment" in values and investment is None:
        return None
    return ProjectRecord(
        name=values["name"],
        investor=values.get("investor"),
        investment=investment,
        stage=_stage(values.get("stage_words", "")),
        place=values.get("place"),
        confidence=0.3,
        certain=False,
        evidence=tuple(pieces),
    )


_FIELDS = {"stage_words": "stage"}


def _amount(words: str) -> Amount | None:
    from .mentions.numbers import find_numbers
    from .normalising import fold

    money = [number for number in find_numbers(fold(words)) if number.kind == "money"]
    return Amount(money[0].value, money[0].unit, money[0].qualifier, money[0].value_max) if len(money) == 1 else None


def _stage(words: str) -> str | None:
    from .lexicon import words_for

    stages = [entry.stage for entry, _, _ in words_for(None).find(words) if entry.stage in _STAGES]
    return stages[0] if len(set(stages)) == 1 else None


def _same(new: ProjectRecord, known: ProjectRecord) -> bool:
    if new.name and known.name and (new.name in known.name or known.name in new.name):
        return True
    same_amount = (
        new.investment is not None and known.investment is not None and new.investment.value == known.investment.value
    )
    return (
        same_amount
        and bool(new.investor and known.investor)
        and (
            new.investor in known.investor or known.investor in new.investor  # type: ignore[operator]
        )
    )
