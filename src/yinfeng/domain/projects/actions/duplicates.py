"""The duplicate warning at entry: what is like this already?

What the viewer may see is shown in full, with reasons. Of what they may not see they learn one thing only: 已有首报,请联系上级.
No count, no name, no score, no class of likeness. Every question is logged whether or not it found anything (so that an
answer costs the same either way), and a person may ask only so often an hour: nobody can try out the ledger by guessing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.audit.actions import record_look
from yinfeng.foundation.audit.models import LookKind, LookRow

from ..queries import rulings
from ..queries.duplicates import Match, look_for
from ..rules.matching import Sign
from .guards import day_of

SHOWN = 10


@dataclass(frozen=True)
class SimilarAnswer:
    """``matches``: what the viewer may see, the likest first. ``has_hidden``: something like it is out of their sight.
    ``is_limited``: asked too often; nothing was looked up. ``words``: the one sentence to show, or empty."""

    matches: tuple[Match, ...] = ()
    has_hidden: bool = False
    is_limited: bool = False
    words: str = ""


@transaction.atomic
def similar(
    *,
    name: str,
    uscc: str = "",
    investor_name: str = "",
    product: str = "",
    except_project: int | None = None,
    except_lead: int | None = None,
    viewer: Viewer,
    at: datetime,
) -> SimilarAnswer:
    """What on record is like a lead or project that is being entered. Call it by POST: it logs a look."""
    rule = rulings.duplicates(day_of(at))
    asked = (
        LookRow.objects.filter(person_id=viewer.person_id, kind=LookKind.DUPLICATE)
        .order_by("-pk")
        .values_list("at", flat=True)[rule.per_hour - 1 : rule.per_hour]
    )
    if asked and asked[0] > at - timedelta(hours=1):
        return SimilarAnswer(is_limited=True, words=_("一小时内查重次数过多，请稍后再试。"))
    found = look_for(
        Sign(name=name[:120], investor_name=investor_name[:120], product=product[:120]),
        uscc=uscc[:40], except_project=except_project, except_lead=except_lead, viewer=viewer,
        warn_score=rule.warn_score,
    )  # fmt: skip
    record_look(
        actor=viewer.person, at=at, look=LookKind.DUPLICATE, kind="project", rows=len(found.visible),
        detail=" ".join(name[:120].split()).encode(errors="replace").decode(),
    )  # fmt: skip
    return SimilarAnswer(
        tuple(found.visible[:SHOWN]), found.has_hidden,
        words=_("已有首报，请联系上级") if found.has_hidden else "",
    )  # fmt: skip
