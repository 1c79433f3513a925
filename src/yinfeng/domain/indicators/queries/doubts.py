"""What a definition names and the ledger does not have: sound, and still nothing would ever be counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yinfeng.domain.chains.models import Chain, IndustryGroup
from yinfeng.domain.projects.models import Ceremony, Listing

from ..rules.definition import ANY_GROUP, Definition, Where


def doubts(definitions: Iterable[Definition], today: date) -> list[str]:
    """A sentence for each name that is not there, and for a beginning that lies ahead. A query for each kind that is
    named."""
    some = list(definitions)
    found = []
    kinds: tuple[tuple[str, str, Any], ...] = (
        ("groups", _("产业组群"), IndustryGroup.objects.filter(is_active=True).values_list("name", flat=True)),
        ("chains", _("产业链"), Chain.objects.values_list("code", flat=True)),
        ("listings", _("清单"), Listing.objects.standing().values_list("name", flat=True)),
        ("ceremonies", _("集中活动"), Ceremony.objects.values_list("name", flat=True)),
    )
    for field, word, there in kinds:
        named = [(one, name) for one in some for where in _wheres(one) for name in getattr(where, field)]
        lost = {name for _one, name in named if name != ANY_GROUP}
        lost -= set(there) if lost else set()
        found += [
            _("“{label}”：没有名为“{name}”的{kind}，现在一个项目也取不到。").format(
                label=one.label, name=name, kind=word
            )
            for one, name in named
            if name in lost
        ]
    for one in some:
        if one.base and one.base.since and one.base.since > today:
            told = _("“{label}”：起始日期 {day} 还没有到，现在一个项目也取不到。")
            found.append(told.format(label=one.label, day=one.base.since.isoformat()))
    return list(dict.fromkeys(found))


def _wheres(definition: Definition) -> list[Where]:
    return [part.where for part in (definition.base, definition.numerator) if part is not None]
