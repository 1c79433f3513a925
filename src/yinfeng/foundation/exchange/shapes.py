"""Shapes that every part of the interface shares."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from yinfeng.kernel.errors import DomainError

from .rules import cursors

MOST_ID = 2**53 - 1  # what every program can hold exactly
Id = Annotated[int, Field(ge=1, le=MOST_ID)]
Sum = Annotated[int, Field(ge=-(10**18), le=10**18)]  # the action says which sums make sense


def _in_calendar(day: date) -> date:
    if not 1949 <= day.year <= 2199:
        raise ValueError("1949–2199")
    return day


Day = Annotated[date, AfterValidator(_in_calendar)]


class In(Schema):
    """What is sent in: a field that nobody knows is a mistake of the sender, and told as one."""

    model_config = ConfigDict(extra="forbid")


class Problem(Schema):
    """RFC 9457: a refusal in words."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    field: str | None = None


REFUSALS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 404, 413, 415, 422, 429), Problem)


def answers(good: dict[int, Any]) -> dict[int, Any]:
    """The answers of an address: its own, and the refusals that any may give."""
    return {**good, **dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 422, 429), Problem)}


def cursor_of(kind: str, text: str, count: int) -> list[Any]:
    """The values of a cursor. DomainError where it is damaged or another list's."""
    try:
        values = cursors.read(kind, text)
        if len(values) != count:
            raise cursors.Damaged
    except cursors.Damaged:
        raise DomainError(
            _("游标已损坏，或不属于这个列表和条件。"), code="cursor.damaged", field="cursor",
            fix=_("请原样使用上一次应答中的 next；从头开始请不带 cursor。"),
        ) from None  # fmt: skip
    return values


def pk_cursor(kind: str, text: str) -> int:
    """A cursor that is one number."""
    (pk,) = cursor_of(kind, text, 1)
    if type(pk) is not int or not 0 < pk <= MOST_ID:
        raise DomainError(_("游标已损坏，或不属于这个列表和条件。"), code="cursor.damaged", field="cursor")
    return pk
