"""An issued bulletin against today: the same figures computed anew, and the rows as they were known then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.indicators.queries.bridge import Bridge, bridge_between
from yinfeng.domain.indicators.queries.rows import Row
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period

from ..models import Bulletin
from ..rules.writing import Figure, changed
from .composing import Composed, compose
from .kinds import kinds

MOST_BRIDGES = 8


@dataclass(frozen=True)
class Moved:
    """A figure that is another today, and why, fact by fact; ``fault`` where it cannot be taken apart."""

    before: Figure
    after: Figure
    bridge: Bridge | None
    fault: str = ""


def period_of(bulletin: Bulletin) -> Period:
    key = kinds(timezone.localdate())[0].get(bulletin.kind)
    if key is not None:
        return key.span(bulletin.as_of)
    return Period.span(bulletin.period_start, bulletin.period_end)


def now_of(bulletin: Bulletin, viewer: Viewer | None, at: datetime) -> Composed:
    """The bulletin as it would be computed now, for the same day."""
    return compose(bulletin.kind, viewer=viewer, as_of=bulletin.as_of, at=at, project=bulletin.project)


def rows_then(bulletin: Bulletin, viewer: Viewer | None) -> dict[int, tuple[Row, ...]]:
    """The rows of each figure as known when the bulletin was computed; of what has no history as they are."""
    try:
        made = compose(
            bulletin.kind, viewer=viewer, as_of=bulletin.as_of, at=bulletin.known_at, known_at=bulletin.known_at,
            project=bulletin.project,
        )  # fmt: skip
    except DomainError:
        made = compose(
            bulletin.kind, viewer=viewer, as_of=bulletin.as_of, at=bulletin.known_at, project=bulletin.project
        )
    numbers = {(f["indicator"], f["aspect"], f["line"]): f["n"] for f in bulletin.figures}
    return {
        numbers[key]: made.rows[f["n"]]
        for f in made.figures
        if f["n"] in made.rows and (key := (f["indicator"], f["aspect"], f["line"])) in numbers
    }


def moved_since(bulletin: Bulletin, viewer: Viewer | None, at: datetime) -> list[Moved]:
    """The figures of an issued bulletin that are others now, each with its bridge."""
    if bulletin.kind == "correction":
        return []
    found = []
    told: set[str] = set()
    for before, after in changed(bulletin.figures, now_of(bulletin, viewer, at).figures):
        bridge, fault = None, ""
        if before["indicator"] not in told and len(told) < MOST_BRIDGES:
            told.add(before["indicator"])
            try:
                bridge = bridge_between(
                    before["indicator"], viewer=viewer, period=period_of(bulletin), as_of=bulletin.as_of,
                    since=bulletin.known_at,
                )  # fmt: skip
            except DomainError as refused:
                fault = refused.message
        elif before["line"]:
            fault = _("见同一指标的合计。")
        found.append(Moved(before, after, bridge, fault))
    return found
