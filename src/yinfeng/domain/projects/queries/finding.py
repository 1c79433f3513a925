"""Projects and leads for the search page and the Ctrl+K palette."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.ui.slots import Hit

from ..access import visible_leads, visible_projects
from ..rules.words import Stage
from . import search


def projects(viewer: Viewer, words: str, limit: int) -> Sequence[Hit]:
    """The latest projects that hold every word, of those the viewer may see. At most three queries."""
    if not viewer.may("project") or not search.terms(words):
        return []
    rows = visible_projects(viewer)
    found = _newest(rows, words, limit, "project")
    told = (
        rows.filter(pk__in=found).order_by("-pk").values_list("pk", "name", "code", "investor_name", "furthest_stage")
    )
    return [
        Hit(
            name,
            reverse("projects:project", args=[pk]),
            _("项目"),
            " · ".join(filter(None, (code, firm, _(Stage(stage).label)))),
        )
        for pk, name, code, firm, stage in told
    ]


def leads(viewer: Viewer, words: str, limit: int) -> Sequence[Hit]:
    """The same of leads; those that became projects are found as projects."""
    if not viewer.may("lead") or not search.terms(words):
        return []
    rows = visible_leads(viewer).filter(project=None)
    found = _newest(rows, words, limit, "lead")
    told = rows.filter(pk__in=found).order_by("-pk").values_list("pk", "name", "code", "investor_name")
    return [
        Hit(name, reverse("projects:lead", args=[pk]), _("线索"), " · ".join(filter(None, (code, firm))))
        for pk, name, code, firm in told
    ]


ENOUGH = 2_000


def _newest(rows, words: str, limit: int, kind: search.Kind) -> list[int]:  # type: ignore[no-untyped-def]
    """The ids of the newest visible matches: of a rare word all are tried, of a frequent one the rows from the newest."""
    if search.hits(words, ENOUGH, kind=kind) < ENOUGH:
        matches = rows.filter(search.matching(words, kind=kind))
    else:
        matches = rows.filter(search.looked_up(words, kind=kind))
    return list(matches.order_by("-pk").values_list("pk", flat=True)[:limit])
