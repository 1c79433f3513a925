"""What the pages of the indicators share: the tabs, names in the reader's language, the question of the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.errors import DomainError

from ..queries.answers import find, possible
from ..rules.definition import Definition, DefinitionSet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool


def tabs(viewer: Viewer, current: str) -> list[Tab]:
    """The pages of the indicators that the viewer may open."""
    pages = [
        ("index", _("全部指标"), "indicator", "S"), ("pivot", _("透视"), "indicator", "S"),
        ("cohorts", _("同期群"), "indicator", "S"), ("funnel", _("漏斗"), "indicator", "S"),
        ("targets", _("目标"), "indicator", "S"), ("shares", _("考核分享"), "indicator", "S"),
        ("statistics", _("统计核对"), "indicator", "X"), ("definitions", _("指标定义"), "definition", "S"),
    ]  # fmt: skip
    return [
        Tab(label, reverse(f"indicators:{name}"), name == current)
        for name, label, right, verb in pages
        if viewer.may(right, verb)
    ]


def label_of(definition: Definition) -> str:
    """In the reader's language, where the edition has it."""
    english = (get_language() or "").startswith("en")
    return definition.label_en if english and definition.label_en else definition.label


def definition_of(name: str) -> tuple[Definition, DefinitionSet, str, list[tuple[str, str]]]:
    """The definition in force, its set, the stamp, and what it can be broken down by. 404 for any other name."""
    try:
        definition, known, stamp = find(name, timezone.localdate())
    except DomainError:
        raise Http404 from None
    return definition, known, stamp, possible(definition, known)


def query_of(asked: dict[str, Any], **more: str) -> str:
    query = QueryDict(mutable=True)
    query.update({**asked, **more})
    return f"?{query.urlencode()}"


def sought(definition: Definition, words: str) -> bool:
    """Whether every word that was typed stands in its names, its identifier or its formula in words."""
    there = (
        f"{definition.name} {definition.label} {definition.label_en} {definition.words} {_(definition.words)}".lower()
    )
    return all(word in there for word in words.lower().split())
