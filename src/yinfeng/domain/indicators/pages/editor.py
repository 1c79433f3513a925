"""The definitions: the list with what was changed, one definition to edit with a preview on real data, its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.administration.rules import DiffLine, diff, parse_body
from yinfeng.kernel.errors import DomainError

from ..actions import save_definition
from ..forms import DefinitionForm
from ..queries import drafting
from ..queries.drafting import Edition, Preview
from ..rules.parsing import parse_set
from ..rules.standard import starter_text
from .common import Tab, label_of, sought, tabs


@dataclass(frozen=True)
class ListLine:
    name: str
    label: str
    words: str
    mark: str  # "", "new", "changed"


@dataclass(frozen=True)
class ListGroup:
    key: str
    label: str
    lines: list[ListLine]


@dataclass(frozen=True)
class DefinitionsPage:
    tabs: list[Tab]
    groups: list[ListGroup]
    version: int
    is_waiting: bool
    count: int
    changed: int
    may_edit: bool
    sought: str
    only_changed: bool
    found: int
    left_behind: list[tuple[str, str]]  # of the standard, and not in this edition


@dataclass(frozen=True)
class HistoryLine:
    edition: Edition
    changes: list[DiffLine]


@dataclass(frozen=True)
class DefinitionPage:
    """``name`` is empty for a new one. ``fault`` says with its place why the draft cannot be used."""

    name: str
    label: str
    form: DefinitionForm
    fault: str
    preview: Preview | None
    changes: list[DiffLine]
    history: list[HistoryLine]
    version: int
    is_waiting: bool
    may_edit: bool
    is_form: bool
    groups: list[tuple[str, str]]
    names: list[tuple[str, str]]


@require_safe
@needs("definition")
def definitions(request: HttpRequest) -> HttpResponse:
    """Every definition of the newest edition, with what differs from the standard."""
    ground, viewer = drafting.ground(), viewer_on(request)
    known = parse_set(ground.body)
    marks = drafting.changed_since_standard(ground.body)
    english = (get_language() or "").startswith("en")
    words, only = request.GET.get("q", "").strip()[:60], "changed" in request.GET
    there = [d for d in known.by_name.values() if sought(d, words) and (not only or d.name in marks)]
    groups = [
        ListGroup(
            key, names[1] if english else names[0],
            [
                ListLine(d.name, label_of(d), _(d.words), marks.get(d.name, ""))
                for d in there if d.group == key
            ],
        )
        for key, names in known.groups.items()
    ]  # fmt: skip
    page = DefinitionsPage(
        tabs(viewer, "definitions"), [g for g in groups if g.lines], ground.version, ground.is_waiting,
        len(known.by_name), len(marks), viewer.may("definition", "E"), words, only, len(there),
        list(drafting.left_behind(ground.body).items()),
    )  # fmt: skip
    return render(request, "indicators/definitions.html", {"page": page})


@require_safe
@needs("definition")
def definition(request: HttpRequest, name: str) -> HttpResponse:
    """One definition as it stands in the newest edition, and its history."""
    ground = drafting.ground()
    if name not in ground.body["indicators"]:
        raise Http404
    initial = {"body": drafting.text_of(ground.body, name)}
    form = DefinitionForm(initial=initial, is_new=False)
    form.fields["body"].disabled = True
    return _shown(request, ground, name, form, "", None, [], is_form=False)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("definition", "E")
def definition_edit(request: HttpRequest, name: str = "") -> HttpResponse:
    """One definition, or a new one: ``check`` only computes, ``drop`` takes it out, else the edition is proposed."""
    ground, viewer = drafting.ground(), viewer_on(request)
    if name and name not in ground.body["indicators"]:
        raise Http404
    wanted = request.GET.get("standard", "") if not name else ""  # to be taken over from the standard
    text = drafting.text_of(ground.body, name) or drafting.shipped_text(wanted) or starter_text()
    initial = {"code": name or wanted, "body": text, "valid_from": timezone.localdate(), "based_on": ground.version}
    form = DefinitionForm(request.POST or None, initial=initial, is_new=not name)
    fault, shown, changes = "", None, []
    if request.method == "POST":
        try:
            form.check_only = "check" in request.POST
            if form.is_valid():
                code, body = name or form.cleaned_data["code"], None
                if not name and code in ground.body["indicators"]:
                    raise DomainError(
                        _("已有代号为“{name}”的指标。").format(name=code), code="indicator.taken", field="code"
                    )
                if "drop" not in request.POST:
                    body = parse_body(form.cleaned_data["body"])
                    changes = diff(text if name else "", form.cleaned_data["body"].replace("\r\n", "\n"))
                    shown = drafting.preview(ground.body, code, body, viewer)
                if not form.check_only:
                    rule = save_definition(
                        name=code, body=body, valid_from=form.cleaned_data["valid_from"], note=form.cleaned_data["note"],
                        actor=viewer.person, at=timezone.now(), based_on=form.cleaned_data["based_on"],
                    )  # fmt: skip
                    messages.success(request, _("已提交第 {n} 版，须由另一人批准后生效。").format(n=rule.version))
                    return HttpResponseRedirect(reverse("indicators:definitions"))
        except (DomainError, ValueError) as refused:
            fault, shown = drafting.refused(refused), None
    return _shown(request, ground, name, form, fault, shown, changes, is_form=True)


def _shown(
    request: HttpRequest, ground: drafting.Ground, name: str, form: DefinitionForm, fault: str, shown: Preview | None,
    changes: list[DiffLine], *, is_form: bool,
) -> HttpResponse:  # fmt: skip
    indicators: dict[str, Any] = ground.body["indicators"]
    past = [HistoryLine(e, diff(e.before, e.text)) for e in drafting.history(name)] if name else []
    groups = [(key, names[0]) for key, names in ground.body["groups"].items()]
    page = DefinitionPage(
        name, indicators[name]["name"] if name else _("新建指标"), form, fault, shown, changes, past, ground.version,
        ground.is_waiting, viewer_on(request).may("definition", "E"), is_form, groups,
        [(key, one["name"]) for key, one in indicators.items()],
    )  # fmt: skip
    bad = bool(fault or form.errors)
    return render(request, "indicators/definition.html", {"page": page}, status=422 if bad else 200)
