"""The kinds of bulletins in force."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from yinfeng.foundation.rulebook import queries as rulebook
from yinfeng.kernel.errors import DomainError

from ..rules.template import Kind, kinds_of

TEMPLATES = "bulletin_templates"


def kinds(on: date) -> tuple[dict[str, Kind], str]:
    """The kinds by their key, and the stamp of the edition. One query."""
    rule = rulebook.in_force(TEMPLATES, on)
    return kinds_of(rule.body, rule.digest), rule.stamp


def kind(key: str, on: date) -> tuple[Kind, str]:
    known, stamp = kinds(on)
    found = known.get(key)
    if found is None:
        raise DomainError(
            _("没有“{kind}”这种通报。").format(kind=key), code="bulletin.kind", field="kind",
            fix=_("可选：{all}。").format(all="、".join(known)),
        )  # fmt: skip
    return found, stamp
