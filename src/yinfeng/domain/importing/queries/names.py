"""Names as a ledger writes them, and the rows they mean: units, people, industries, segments, groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from yinfeng.domain.chains.models import IndustryGroup, Segment
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.regions.models import Industry
from yinfeng.kernel.text import squeeze


class Book:
    """Spellings of one kind of thing. What is printed of a thing is always understood again."""

    def __init__(self, rows: Iterable[tuple[Any, str, tuple[str, ...]]]) -> None:
        """``rows``: (id, what to print, further spellings); the first spelling that is nobody else's is printed."""
        self._ids: dict[str, set[Any]] = defaultdict(set)
        self._printed: dict[Any, str] = {}
        held = list(rows)
        for pk, name, others in held:
            for spelling in (name, *others):
                if spelling:
                    self._ids[squeeze(spelling)].add(pk)
        for pk, name, others in held:
            own = (s for s in (name, *others) if s and len(self._ids[squeeze(s)]) == 1)
            self._printed[pk] = next(own, name)

    def find(self, text: str) -> list[Any]:
        return sorted(self._ids.get(squeeze(text), ()), key=str)

    def shown(self, pk: Any) -> str:
        return self._printed.get(pk, "") if pk is not None else ""

    def names(self) -> list[str]:
        return list(self._printed.values())


class Names:
    """Every name that a ledger may hold, read once (six queries)."""

    def __init__(self) -> None:
        units = list(Unit.objects.order_by("path").values_list("pk", "name", "short_name", "code", "is_active"))
        self.units = Book((pk, name, (short, code)) for pk, name, short, code, _ in units)
        self.active_units = {pk for pk, *_rest, active in units if active}
        people = Person.objects.filter(is_active=True).order_by("pk").values_list("pk", "name", "username")
        self.people = Book((pk, name, (username,)) for pk, name, username in people)
        self._people_shown = dict(Person.objects.filter(is_active=False).values_list("pk", "name"))
        industries = list(Industry.objects.order_by("level", "code").values_list("code", "name"))
        self.industries = Book((code, f"{code} {name}", (code, name)) for code, name in industries)
        segments = Segment.objects.order_by("chain__order", "order", "pk").values_list(
            "pk", "name", "code", "chain__name", "chain__code"
        )
        self.segments = Book(
            (pk, f"{chain} · {name}", (f"{chain_code}.{code}", name)) for pk, name, code, chain, chain_code in segments
        )
        groups = IndustryGroup.objects.order_by("order", "pk").values_list("pk", "name", "scheme")
        self.groups = Book((pk, name, (f"{scheme} {name}",)) for pk, name, scheme in groups)

    def book(self, key: str) -> Book | None:
        return {
            "lead_unit": self.units, "landing_unit": self.units, "outpost": self.units, "leader": self.people,
            "owner": self.people, "industry": self.industries, "segment": self.segments, "industry_groups": self.groups,
        }.get(key)  # fmt: skip

    def industry(self, text: str) -> list[Any]:
        """A code, a name, or both: C3912 计算机零部件制造."""
        found = self.industries.find(text)
        if not found and text.split():
            found = self.industries.find(text.split()[0])
        if len(found) > 1:  # levels often share their name: the broadest is what was said
            found = sorted(found, key=lambda code: (len(code), code))[:1]
        return found
