"""The names that only this city knows, for the reader."""

from __future__ import annotations

from yinfeng.domain.chains.models import Chain, Segment
from yinfeng.domain.enterprises.models import Enterprise
from yinfeng.foundation.accounts.models import Unit
from yinfeng.reading import Lexicon

MOST_FIRMS = 20_000


def lexicon() -> Lexicon:
    """Parks and districts, firms on record (the latest first), chains and segments (four queries)."""
    places = Unit.objects.filter(is_active=True, kind__in=["park", "district"]).values_list("name", "short_name")
    firms = Enterprise.objects.order_by("-pk").values_list("name", flat=True)[:MOST_FIRMS]
    chains = [*Chain.objects.values_list("name", flat=True), *Segment.objects.values_list("name", flat=True)]
    return Lexicon(
        parks=tuple(dict.fromkeys(name for pair in places for name in pair)),
        firms=tuple(firms),
        chains=tuple(dict.fromkeys(chains)),
    )
