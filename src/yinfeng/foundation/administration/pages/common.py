"""What several pages of administration share."""

from __future__ import annotations

from typing import Any

from django import forms

from yinfeng.kernel.errors import DomainError


def show_refusal(form: forms.Form, refusal: DomainError) -> None:
    """A refusal beside the field it names, else on top of the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def whole_number(text: str | None, otherwise: int = 1, most: int = 2**62) -> int:
    """A number out of an address; anything else is ``otherwise``."""
    if text and text.isascii() and text.isdigit() and 0 < int(text[:20]) <= most:
        return int(text[:20])
    return otherwise


def numbered(page: int, size: int, total: int) -> dict[str, Any]:
    """A pager with numbers, as ``{% pagination %}`` takes it."""
    last = max(1, -(-total // size))
    near = sorted({1, *range(max(1, page - 2), min(last, page + 2) + 1)})
    return {
        "number": page, "total": total, "has_next": page < last, "has_previous": page > 1,
        "first_pages": near if last > 1 else (),
        "first_row": (page - 1) * size + 1 if total else 0, "last_row": min(page * size, total),
    }  # fmt: skip
