"""What comes in as JSON or in the query string, read strictly: no value passes that a database or a page could choke on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja.parser import Parser

from yinfeng.kernel.errors import DomainError

MOST_DIGITS = 40
DEEPEST = 20
# NUL, the other control signs that are no white space, and halves of a surrogate pair.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Malformed(DomainError):
    """This is no JSON of ours: status 400."""


class Foreign(DomainError):
    """This is no JSON by its own words: status 415."""


class StrictParser(Parser):
    """NaN, numbers of a thousand digits, lone surrogates, NUL and endless nesting are refused in words."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise Foreign(_("请求内容须为 JSON（Content-Type: application/json）。"), code="media_type")
        try:
            told = json.loads(
                request.body.decode("utf-8-sig"), parse_constant=_no_constant, parse_int=_whole, parse_float=_broken_number,
            )  # fmt: skip
        except UnicodeDecodeError:
            raise Malformed(_("请求内容不是 UTF-8 文字。"), code="malformed") from None
        except RecursionError:
            raise Malformed(_("请求内容嵌套过深。"), code="malformed") from None
        except json.JSONDecodeError as fault:
            words = _("请求内容不是合格的 JSON（第 {line} 行第 {column} 列）。").format(
                line=fault.lineno, column=fault.colno
            )
            raise Malformed(words, code="malformed") from None
        for place, text in _texts(told, (), 0):
            if UNFIT.search(text):
                raise DomainError(
                    _("{place}中有无法保存的字符，请删去控制字符。").format(place=".".join(place) or _("请求内容")),
                    code="text.unfit", field=".".join(place) or None,
                )  # fmt: skip
        return told

    def parse_querydict(self, data: MultiValueDict, list_fields: list[str], request: HttpRequest) -> Any:
        for key in data:
            if UNFIT.search(key) or any(isinstance(v, str) and UNFIT.search(v) for v in data.getlist(key)):
                raise DomainError(
                    _("网址参数中有无法识别的字符。"), code="text.unfit", field=key if not UNFIT.search(key) else None
                )
        return super().parse_querydict(data, list_fields, request)


def _no_constant(word: str) -> Any:
    raise DomainError(_("“{word}”不是数字。").format(word=word), code="number.unfit")


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise DomainError(_("数字过长（{n} 位）。").format(n=len(digits)), code="number.unfit")
    return int(digits)


def _broken_number(digits: str) -> float:
    value = float(digits) if len(digits) <= 400 else float("inf")
    if value in (float("inf"), float("-inf")):
        raise DomainError(_("数字超出范围。"), code="number.unfit")
    return value


def _texts(value: Any, place: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text with its place; keys too."""
    if depth > DEEPEST:
        raise Malformed(_("请求内容嵌套过深。"), code="malformed")
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield place, key
            yield from _texts(inner, (*place, key), depth + 1)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*place, str(number)), depth + 1)
