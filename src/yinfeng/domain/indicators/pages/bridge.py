"""The bridge of a figure: which projects entered, left or changed, and by how much each moved it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.kernel.errors import DomainError

from ..forms import BridgeForm, end_of
from ..queries.bridge import Bridge, BridgeLine, bridge_between
from ..queries.periods import period_between
from ..rules.bridging import StepKind
from ..rules.definition import Definition
from .common import Tab, definition_of, label_of, query_of, tabs

LINES_SHOWN = 200


@dataclass(frozen=True)
class Group:
    kind: StepKind
    tone: str
    count: int
    lines: list[BridgeLine]


@dataclass(frozen=True)
class BridgePage:
    """``found`` is None where the figure cannot be taken apart; ``fault`` then says why."""

    label: str
    definition: Definition
    tabs: list[Tab]
    form: BridgeForm
    found: Bridge | None
    fault: str
    groups: list[Group]
    figure_query: str


TONES = {StepKind.ENTERED: "green", StepKind.LEFT: "red", StepKind.CHANGED: "amber"}


@require_safe
@needs("indicator")
def bridge(request: HttpRequest, name: str) -> HttpResponse:
    """Against the previous period, the same period last year, or what was known of the same period on a day."""
    definition, _known, _stamp, _dimensions = definition_of(name)
    today = timezone.localdate()
    asked: dict[str, Any] = {k: v for k, v in request.GET.items() if k in BridgeForm.base_fields and v}
    if "start" not in asked and "end" not in asked:
        asked = {"start": f"{today.year}-01-01", "end": today.isoformat(), **asked}
    asked.setdefault("against", "known" if asked.get("since") else "previous")
    form = BridgeForm(asked)
    found, fault = None, ""
    if form.is_valid():
        values = form.cleaned_data
        since = end_of(values["since"]) if values["against"] == "known" else None
        try:
            found = bridge_between(
                definition.name, viewer=viewer_on(request), period=period_between(values["start"], values["end"]),
                against="previous" if since else values["against"], since=since, as_of=values["as_of"],
            )  # fmt: skip
        except DomainError as refused:
            fault = str(refused)
    else:
        fault = " ".join(str(e) for errors in form.errors.values() for e in errors)
    groups = []
    for kind in StepKind if found else ():
        lines = [line for line in found.lines if line.kind == kind] if found else []
        if lines:
            groups.append(Group(kind, TONES[kind], len(lines), lines[:LINES_SHOWN]))
    page = BridgePage(
        label_of(definition), definition, tabs(viewer_on(request), ""), form, found, fault, groups,
        query_of({k: asked[k] for k in ("start", "end") if k in asked}),
    )  # fmt: skip
    return render(request, "indicators/bridge.html", {"page": page}, status=400 if fault else 200)
