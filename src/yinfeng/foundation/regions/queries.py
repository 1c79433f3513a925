"""Looking a division or an industry up for a chooser: a few best answers, never the whole table."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from .models import Division, Industry

MOST = 50


@dataclass(frozen=True)
class Choice:
    """One answer of a chooser: ``value`` is stored, ``text`` is read, ``detail`` tells equal names apart."""

    value: str
    text: str
    detail: str


def search_divisions(words: str, limit: int = 20, *, below: str = "") -> list[Choice]:
    """Divisions whose code begins with ``words`` or whose full name holds them in order (浙江奉化 finds 奉化区).

    The exact name first, then names that begin so, upper levels before lower. Empty words give the provinces, or
    the children of ``below``.
    """
    rows = Division.objects.all()
    words = "".join(words.replace("\x00", "").split())
    if not words:
        rows = rows.filter(parent_id=below or None)
    elif words.isascii() and words.isdigit():
        rows = rows.filter(code__startswith=words)
    else:
        rows = _matching(rows, "full_name", words)
    if below and words:
        rows = rows.filter(Q(parent_id=below) | Q(parent__parent_id=below) | Q(code=below))
    found = rows.order_by(*_best_first(words), "level", "code")[: _capped(limit)]
    return [Choice(d.code, d.full_name, d.code) for d in found]


def search_industries(words: str, limit: int = 20) -> list[Choice]:
    """Classes of GB/T 4754 by code with or without its letter (``C39``, ``3982``) or by a part of the name."""
    rows = Industry.objects.all()
    words = "".join(words.replace("\x00", "").split()).upper()
    if not words:
        rows = rows.filter(level=1)
    elif words.isascii() and words.isdigit():
        rows = rows.filter(Q(code__regex=rf"^[A-T]{words}"))
    elif words.isascii() and words.isalnum():
        rows = rows.filter(code__startswith=words)
    else:
        rows = rows.filter(name__contains=words)
    found = rows.select_related("parent").order_by(*_best_first(words), "level", "code")[: _capped(limit)]
    return [Choice(i.code, f"{i.code} {i.name}", i.parent.name if i.parent else "") for i in found]


def division_name(code: str) -> str:
    """The full name for a code, or the code itself where the table does not know it."""
    return Division.objects.filter(code=code).values_list("full_name", flat=True).first() or code


def division_exists(code: str) -> bool:
    return Division.objects.filter(code=code).exists()


def industry_name(code: str) -> str:
    """The name for a GB/T 4754 code, or the code itself where the table does not know it."""
    return Industry.objects.filter(code=code).values_list("name", flat=True).first() or code


def _capped(limit: int) -> int:
    return max(1, min(limit, MOST))


def _matching(rows: QuerySet[Division], column: str, words: str) -> QuerySet[Division]:
    """Rows with the words, or else with their characters in this order (a step of the path may be left out)."""
    straight = rows.filter(**{f"{column}__contains": words})
    if len(words) < 3 or straight.exists():
        return straight
    return rows.filter(**{f"{column}__regex": ".*".join(_literal(c) for c in words[:20])})


def _literal(character: str) -> str:
    """The character as a regular expression of either database sees it: only letters of names pass as they are."""
    return character if character.isalnum() else "."


def _best_first(words: str) -> list[Case]:
    if not words:
        return []
    rank = Case(
        When(Q(name=words) | Q(code=words), then=Value(0)),
        When(name__startswith=words, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return [rank]
