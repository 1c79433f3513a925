"""An issued bulletin against today: the same figures computed anew, and the rows as they were known then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.indicators.queries import editions
from yinfeng.domain.indicators.queries.bridge import Bridge, bridge_between
from yinfeng.domain.indicators.queries.rows import Row
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period

from ..models import Bulletin
from ..rules.writing import Figure, changed, printed
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
    """The bulletin as it would be computed now, for the same day and by the definitions it was written by: a definition
    that was changed since is no fact that was."""
    return compose(
        bulletin.kind,
        viewer=viewer,
        as_of=bulletin.as_of,
        at=at,
        project=bulletin.project,
        defined_at=bulletin.known_at,
    )


def rows_then(bulletin: Bulletin, viewer: Viewer | None) -> dict[int, tuple[Row, ...]]:
    """The rows of each figure as known when the bulletin was computed; of what has no history as they are."""
    asked: dict[str, Any] = {
        "viewer": viewer, "as_of": bulletin.as_of, "at": bulletin.known_at, "project": bulletin.project,
        "defined_at": bulletin.known_at,
    }  # fmt: skip
    made = compose(bulletin.kind, known_at=bulletin.known_at, **asked)
    rows = {_key(f): made.rows[f["n"]] for f in made.figures if f["n"] in made.rows and f["n"] not in made.lost}
    if made.lost:
        present = compose(bulletin.kind, **asked)
        rows = {_key(f): present.rows[f["n"]] for f in present.figures if f["n"] in present.rows} | rows
    return {f["n"]: rows[_key(f)] for f in bulletin.figures if _key(f) in rows}


def _key(figure: Figure) -> tuple[Any, ...]:
    return figure["indicator"], figure["aspect"], figure["line"]


def moved_since(bulletin: Bulletin, viewer: Viewer | None, at: datetime) -> list[Moved]:
    """The figures of an issued bulletin that are others now, each with its bridge."""
    if bulletin.kind == "correction":
        return []
    found = []
    told: set[str] = set()
    edition = editions.definitions(editions.day_known(bulletin.known_at))
    for before, after in changed(printed(bulletin.blocks, bulletin.figures), now_of(bulletin, viewer, at).figures):
        bridge, fault = None, ""
        if before["indicator"] not in told and len(told) < MOST_BRIDGES:
            told.add(before["indicator"])
            try:
                bridge = bridge_between(
                    before["indicator"], viewer=viewer, period=period_of(bulletin), as_of=bulletin.as_of,
                    since=bulletin.known_at, edition=edition if before["indicator"] in edition[0].by_name else None,
                )  # fmt: skip
            except DomainError as refused:
                fault = refused.message
        elif before["line"]:
            fault = _("见同一指标的合计。")
        found.append(Moved(before, after, bridge, fault))
    return found
