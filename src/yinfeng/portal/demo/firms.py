"""Names and credit codes of firms that do not exist. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.kernel import uscc

from .diary import random_of
from .specs import Firm

# No division of the country begins with 99: a code with it is well formed and belongs to nobody.
NOWHERE = "990100"


def brands(words: Mapping[str, Any]) -> list[str]:
    """Every trade name the demo may give: first character + second character, without the combinations to avoid."""
    avoid = set(words["avoid"])
    pairs = (a + b for a in words["brand_first"] for b in words["brand_second"] if a != b)
    return [pair for pair in pairs if pair not in avoid]


def credit_code(number: int) -> str:
    """The ``number``-th invented credit code: valid by GB 32100 and GB 11714."""
    organisation = f"{number:08d}"
    first17 = f"91{NOWHERE}{organisation}{uscc.organisation_check_character(organisation)}"
    return first17 + uscc.check_character(first17)


class FirmMaker:
    """Gives out firms, each name once; the same seed gives the same firms."""

    def __init__(self, words: Mapping[str, Any], seed: int) -> None:
        self._words = words
        self._rng = random_of(seed, "firms")
        self._number = 10_000_000 + seed % 1000 * 10_000
        self._names: set[str] = set()
        self._brands = self._endless(brands(words))
        self._foreign = self._endless(list(words["foreign_brands"]))

    def _endless(self, pool: list[str]) -> Iterator[str]:
        while True:
            self._rng.shuffle(pool)
            yield from pool

    def _code(self) -> str:
        self._number += self._rng.randint(1, 9)
        return credit_code(self._number)

    def firm(self, field: str, capital: CapitalKind = CapitalKind.DOMESTIC) -> Firm:
        """A new investor in a field of business (a chain's code, or ``other``)."""
        pool = self._foreign if capital == CapitalKind.FOREIGN else self._brands
        while True:
            business = self._rng.choice(self._words["business"].get(field) or self._words["business"]["other"])
            name = f"{next(pool)}{business}{self._rng.choice(self._words['legal'])}"
            if name not in self._names:
                self._names.add(name)
                return Firm(name, self._code(), capital)

    def named(self, name: str, capital: CapitalKind = CapitalKind.DOMESTIC) -> Firm:
        """A firm of a hand-written story."""
        self._names.add(name)
        return Firm(name, self._code(), capital)

    def company_of(self, firm: Firm, city: str) -> Firm:
        """The project company that a firm founds in the city."""
        core = firm.name
        for legal in ("股份有限公司", "集团有限公司", "有限公司"):
            core = core.removesuffix(legal)
        name = f"{core}（{city}）有限公司"
        while name in self._names:
            name = name.replace("）", "新）", 1)
        self._names.add(name)
        return Firm(name, self._code(), firm.capital_kind)
