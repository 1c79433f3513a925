"""The kinds of bulletins in force."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinfeng.domain.indicators.queries import editions
from yinfeng.domain.indicators.queries.answers import possible
from yinfeng.domain.indicators.queries.drafting import ground
from yinfeng.domain.indicators.rules.parsing import parse_set
from yinfeng.foundation.rulebook import queries as rulebook
from yinfeng.kernel.errors import DomainError

from ..rules.template import Kind, indicators_of, kinds_of, parse_kinds, standard_body

TEMPLATES = "bulletin_templates"


def kinds(on: date) -> tuple[dict[str, Kind], str]:
    """The kinds by their key, and the stamp of the edition. One query."""
    rule = rulebook.in_force(TEMPLATES, on)
    return kinds_of(rule.body, rule.digest), rule.stamp


def check(body: Any) -> None:
    """Whether a bureau's templates can be written by: ValueError names kind, block and mend. An indicator must be defined in
    the edition in force, or in the newest that waits."""
    parsed = parse_kinds(body)
    if body == standard_body():  # as it is shipped; asked before there is a database
        return
    known, waits = editions.definitions(timezone.localdate())[0], ground()
    newest = parse_set(waits.body) if waits.is_waiting else known
    for found in parsed.values():
        for where, name, by in indicators_of(found):
            defined = known if name in known.by_name else newest
            if name not in defined.by_name:
                told = _("{where}：没有代号为“{name}”的指标，全部代号见 yinfeng indicator list。")
                raise ValueError(told.format(where=where, name=name))
            if by and by not in dict(possible(defined.by_name[name], defined)):
                told = _("{where}：“{label}”不能按 {by} 分列，请换一种分列或换一个指标。")
                raise ValueError(told.format(where=where, label=defined.by_name[name].label, by=by))


def kind(key: str, on: date) -> tuple[Kind, str]:
    known, stamp = kinds(on)
    found = known.get(key)
    if found is None:
        raise DomainError(
            _("没有“{kind}”这种通报。").format(kind=key), code="bulletin.kind", field="kind",
            fix=_("可选：{all}。").format(all="、".join(known)),
        )  # fmt: skip
    return found, stamp


def label_of(found: Kind) -> str:
    """In the reader's language, where the edition has it."""
    english = (get_language() or "").startswith("en")
    return found.name_en if english and found.name_en else found.name
