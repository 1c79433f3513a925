"""Mutation of bulletins: one digit of a figure that takes part in a stated relation is changed.

A bulletin of ``bulletins/`` marks figures as ``{name=22}`` and states below ``---`` which relations hold between them
(``r = k/s*100``). A **checkable relation** is one that is stated there: all of its figures are printed, and the left side
is the right side rounded half up to its printed decimals. A mutation changes one digit of one of its figures (never to a
leading zero) so that at least one stated relation no longer holds.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from yinfeng.kernel.rounding import round_half_up

FOLDER = Path(__file__).parent / "bulletins"
_MARK = re.compile(r"\{(\w+)=([^{}]+)\}")


@dataclass(frozen=True)
class Bulletin:
    """text as printed; figures: name -> (start, end); relations: (left, right)."""

    name: str
    text: str
    figures: dict[str, tuple[int, int]]
    relations: tuple[tuple[str, str], ...]

    def printed(self, name: str) -> str:
        start, end = self.figures[name]
        return self.text[start:end]


@dataclass(frozen=True)
class Mutant:
    """A bulletin with one digit changed, and the relations that it breaks."""

    bulletin: Bulletin
    figure: str
    text: str
    before: str
    after: str
    broken: tuple[str, ...]


def read(path: Path) -> Bulletin:
    """A marked bulletin."""
    body, _, stated = path.read_text(encoding="utf-8").partition("\n---\n")
    return marked(path.stem, body, stated)


def marked(name: str, body: str, stated: str) -> Bulletin:
    figures: dict[str, tuple[int, int]] = {}
    text, at = "", 0
    for match in _MARK.finditer(body):
        text += body[at : match.start()]
        figures[match[1]] = (len(text), len(text) + len(match[2]))
        text += match[2]
        at = match.end()
    text += body[at:]
    relations = tuple(
        (left.strip(), right.strip())
        for left, _, right in (line.partition("=") for line in stated.splitlines())
        if right
    )
    return Bulletin(name, text, figures, relations)


def bulletins() -> list[Bulletin]:
    return [read(path) for path in sorted(FOLDER.glob("*.txt"))]


def varied() -> list[Bulletin]:
    """By a writer who had not seen the prover: speeches, newspapers, tables, questions and answers."""
    return [read(path) for path in sorted((FOLDER / "varied").glob("*.txt"))]


def value_of(expression: str, values: dict[str, Fraction]) -> Fraction:
    """An expression of names, numbers and + - * / ( ), exactly."""
    tokens = re.findall(r"[A-Za-z_]\w*|\d+(?:\.\d+)?|[-+*/()]", expression)
    python = "".join(
        f"values[{t!r}]" if t[0].isalpha() or t[0] == "_" else f"Fraction({t!r})" if t[0].isdigit() else t
        for t in tokens
    )
    return eval(python, {"Fraction": Fraction, "values": values})  # type: ignore[no-any-return]


def holds(left: str, right: str, printed: dict[str, str]) -> bool:
    """Whether the left side is the right side, rounded half up to its decimals (and neither more nor less)."""
    values = {name: Fraction(text.replace(",", "")) for name, text in printed.items()}
    places = len(printed[left].partition(".")[2])
    try:
        return Fraction(round_half_up(value_of(right, values), places)) == values[left]
    except ZeroDivisionError:
        return False


def faults(bulletin: Bulletin) -> list[str]:
    """The stated relations that do not hold in the original: there should be none."""
    printed = {name: bulletin.printed(name) for name in bulletin.figures}
    return [f"{left} = {right}" for left, right in bulletin.relations if not holds(left, right, printed)]


def mutants(bulletins: list[Bulletin], count: int, seed: int) -> Iterator[Mutant]:
    """So many mutants, drawn evenly over all the digits of all the figures in stated relations."""
    rng = random.Random(seed)
    places = [
        (bulletin, name, at)
        for bulletin in bulletins
        for name, (start, end) in bulletin.figures.items()
        if any(re.search(rf"\b{name}\b", f"{left} {right}") for left, right in bulletin.relations)
        for at in range(start, end)
        if bulletin.text[at].isdigit()
    ]
    made = 0
    while made < count:
        bulletin, name, at = rng.choice(places)
        start, end = bulletin.figures[name]
        digit = rng.choice([d for d in "0123456789" if d != bulletin.text[at]])
        if digit == "0" and at == start and end - start > 1 and bulletin.text[at + 1] != ".":
            continue
        text = bulletin.text[:at] + digit + bulletin.text[at + 1 :]
        printed = {n: text[s:e] for n, (s, e) in bulletin.figures.items()}
        broken = tuple(f"{left} = {right}" for left, right in bulletin.relations if not holds(left, right, printed))
        if not broken:
            continue
        made += 1
        yield Mutant(bulletin, name, text, bulletin.printed(name), text[start:end], broken)
