"""Two people edited one thing at once: who was quicker, when, and what differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import Form

from yinfeng.foundation.audit.models import AuditRow

from ..models import Phase, Project


@dataclass(frozen=True)
class Conflict:
    """``rows``: (field in words, as it now stands, as it was sent)."""

    by: str
    at: datetime | None
    rows: tuple[tuple[str, str, str], ...]


def conflict_of(project: Project, form: Form, *, phase: Phase | None = None) -> Conflict:
    """What stands now against what the form holds (two queries). ``project`` or ``phase`` is brought up to date."""
    (phase or project).refresh_from_db()
    last = (
        AuditRow.objects.filter(object_kind="project", object_id=project.pk)
        .select_related("actor")
        .order_by("-pk")
        .first()
    )
    present = form.present(project) if hasattr(form, "present") else {n: getattr(phase, n, None) for n in form.fields}
    rows = []
    for name, field in form.fields.items():
        if name == "version":
            continue
        sent = form.cleaned_data.get(name)
        now = present.get(name)
        if _words(field, now) != _words(field, sent):
            rows.append((str(field.label), _words(field, now), _words(field, sent)))
    return Conflict(last.actor.name if last and last.actor else "", last.at if last else None, tuple(rows))


def _words(field: Any, value: Any) -> str:
    """A value as its field's choices say it."""
    if value is None or value in ("", (None, "CNY")):
        return "—"
    if hasattr(field, "name_of"):
        return field.name_of(value) or str(value)
    if hasattr(field, "currencies"):
        from yinfeng.kernel.money import display

        amount, currency = value if isinstance(value, tuple) else (value, "CNY")
        return display(int(amount), currency_code=currency)
    for key, words in _flat(getattr(field, "choices", ())):
        if str(key) == str(value):
            return str(words).strip()
    return f"{value:f}".rstrip("0").rstrip(".") if hasattr(value, "as_tuple") else str(value)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    found = []
    for key, words in choices:
        found += list(words) if isinstance(words, list | tuple) else [(key, words)]
    return found
