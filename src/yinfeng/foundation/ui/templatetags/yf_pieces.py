"""Pieces of a page that have a template of their own; built into every template like the words of ``yf``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Textarea

from .yf import query

register = template.Library()


@register.inclusion_tag("ui/tags/empty.html")
def empty(title: str = "", hint: str = "", url: str = "", action: str = "", picture: str = "inbox") -> dict[str, Any]:
    """Nothing here, why, and what to do next."""
    return {"title": title, "hint": hint, "url": url, "action": action, "picture": picture}


@register.inclusion_tag("ui/tags/failure.html")
def failure(title: str = "", fix: str = "", retry: str = "") -> dict[str, Any]:
    """A part that could not be shown: what is wrong and how to mend it."""
    return {"title": title, "fix": fix, "retry": retry}


@register.inclusion_tag("ui/tags/loading.html")
def loading(rows: int = 3) -> dict[str, Any]:
    """Grey lines while a part is on its way."""
    return {"rows": range(int(rows))}


@register.inclusion_tag("ui/tags/kpi.html")
def kpi(
    label: str,
    value: Any,
    unit: str = "",
    note: str = "",
    change: str = "",
    direction: str = "",
    verdict: str = "",
    basis: str = "",
    picture: str = "",
    tone: str = "",
    url: str = "",
) -> dict[str, Any]:
    """A figure with its name. The number leads, the unit is small, nothing is cut.

    ``change`` is a phrase that names its base ("同比增长8.2%"); ``direction`` (up, down, flat) only draws a neutral
    arrow; ``verdict`` (good, bad) is a separate judgement, since up is not always good. ``basis`` is the formula with
    its numbers, shown on hover, focus and tap. ``tone`` "red" marks a figure that asks for action.
    """
    shown = str(value)
    size = "huge" if len(shown) > 13 else "long" if len(shown) > 9 else ""
    return {
        "label": label, "value": value, "unit": unit, "note": note, "change": change, "direction": direction,
        "verdict": verdict, "basis": basis, "picture": picture, "tone": tone, "url": url, "size": size,
    }  # fmt: skip


@register.inclusion_tag("ui/tags/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Any) -> dict[str, Any]:
    """Where we are in a list. ``page`` has any of: number, size, total, total_is_capped, first_pages, has_next,
    has_previous, after, before, first_row, last_row (numbered pages first, keyset ``after``/``before`` beyond)."""

    def get(name: str, default: Any = None) -> Any:
        return page.get(name, default) if isinstance(page, Mapping) else getattr(page, name, default)

    total, number_ = get("total"), get("number")
    total_label = None
    if total is not None:
        total_label = f"{total:,}+" if get("total_is_capped") else f"{total:,}"
    previous = following = ""
    if get("before"):
        previous = query(context, before=get("before"), after=None, page=None)
    elif get("has_previous") and number_:
        previous = query(context, page=number_ - 1 if number_ > 2 else None, after=None, before=None)
    if get("after"):
        following = query(context, after=get("after"), before=None, page=None)
    elif get("has_next") and number_:
        following = query(context, page=number_ + 1, after=None, before=None)
    pages = [
        {"number": n, "url": query(context, page=n if n > 1 else None, after=None, before=None), "here": n == number_}
        for n in get("first_pages") or ()
    ]
    return {
        "previous": previous,
        "following": following,
        "pages": pages,
        "total": total_label,
        "first_row": get("first_row"),
        "last_row": get("last_row"),
        "sizes": [
            {"size": s, "url": query(context, size=s, page=None, after=None, before=None), "here": s == get("size")}
            for s in get("sizes") or ()
        ],
    }


@register.inclusion_tag("ui/tags/field.html")
def field(bound: BoundField, css: str = "", label: str = "", unit: str = "", secret: bool = False) -> dict[str, Any]:
    """One input with its label, help and error, tied together for readers (aria)."""
    widget = bound.field.widget
    many = isinstance(widget, CheckboxSelectMultiple | RadioSelect)
    if isinstance(widget, CheckboxInput) or many:
        look = "form-check-input"
    elif isinstance(widget, Select):
        look = "form-select"
    else:
        look = "form-control"
    described = " ".join(
        part
        for part, there in ((f"{bound.auto_id}_error", bound.errors), (f"{bound.auto_id}_help", bound.help_text))
        if there
    )
    attributes: dict[str, Any] = {"class": f"{widget.attrs.get('class', '')} {look}".strip()}
    if bound.errors:
        attributes |= {"aria-invalid": "true", "class": attributes["class"] + " is-invalid"}
    if described:
        attributes["aria-describedby"] = described
    if isinstance(widget, Textarea) and widget.attrs.get("rows", "10") == "10":  # Django's own default is too tall
        attributes["rows"] = 3
    return {
        "field": bound,
        "control": "" if many else bound.as_widget(attrs=attributes),
        "described": described,
        "label": label or bound.label,
        "css": css,
        "unit": unit,
        "secret": secret,
        "tick": isinstance(widget, CheckboxInput),
        "many": many,
    }


@register.inclusion_tag("ui/tags/descriptions.html")
def descriptions(items: Sequence[Any], columns: int = 2) -> dict[str, Any]:
    """Names and values of a record: a sequence of ``(name, value)`` or ``(name, value, "wide")``."""
    columns, place = int(columns), 0
    rows: list[dict[str, Any]] = []
    for item in items:
        wide = len(item) > 2 and bool(item[2])
        if wide and place:
            rows[-1]["span"] = columns - place + 1  # no hole before a wide row
        rows.append({"name": item[0], "value": item[1], "wide": wide, "span": 1})
        place = 0 if wide else (place + 1) % columns
    if place and rows:
        rows[-1]["span"] = columns - place + 1
    return {"rows": rows, "columns": columns}


@register.inclusion_tag("ui/tags/stepper.html")
def stepper(steps: Sequence[Any]) -> dict[str, Any]:
    """The way of a phase: each step has ``label``, ``state`` (done, now, late, next, skipped), ``on``, ``by``, ``note``."""
    return {"steps": steps}


@register.inclusion_tag("ui/tags/timeline.html")
def timeline(events: Sequence[Any]) -> dict[str, Any]:
    """What happened, newest first: each event has ``at``, ``title``; may have ``tone``, ``kind``, ``detail``, ``by``,
    ``url``, ``voided``."""
    return {"events": events}
