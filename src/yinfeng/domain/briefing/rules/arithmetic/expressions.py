"""Formulas written out: 22÷32=68.8%, (28/27×50%+60/54×50%)×0.5=0.5. Evaluated exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from .figures import Figure
from .page import THOUSANDS, Page
from .relation import AGREES, DISAGREES, Relation, as_claimed, rounds_to, shown

_SIGNS = str.maketrans(
    {"×": "*", "x": "*", "X": "*", "✕": "*", "÷": "/", "∕": "/", "−": "-", "＋": "+", "加": "+", "减": "-"}
)
_CAPPED = re.compile(r"封顶|上限|最高|满分|不超过|限额|按[^,;]{0,6}计|取整|为限")
_STOP = re.compile(r"[。;\n=≈|,:!?]")
_TOKEN = re.compile(r"\d[\d,٬]*(?:\.\d+)?|[-+*/()%]|万亿|亿|万|分之")
_MULTIPLY = {"万": 10**4, "亿": 10**8, "万亿": 10**12}


def expressions(page: Page) -> Iterator[Relation]:
    """Each sign of equality with arithmetic on its left."""
    for sign in re.finditer("[=≈]", page.text):
        claim = next((f for f in page.figures if 0 <= f.start - sign.end() <= 4), None)
        if claim is None or page.text[sign.end() : claim.start].strip(" 约为得"):
            continue
        # what follows must be the bare result: "=3+4" is a step, not a result
        if re.match(r" ?(?:个|家|项|分)? ?[-+×*/÷(xX]", page.text[claim.end : claim.end + 3]):
            continue
        left = _left(page.text, sign.start())
        value = evaluate(left)
        if value is None:
            continue
        if claim.kind == "percent":
            value *= 100
        expected = (
            value
            if claim.kind == "percent" or claim.scale == 1 or any(s in left for s in "万亿")
            else value * claim.scale
        )
        if rounds_to(claim, expected):
            state = AGREES
        else:
            line = page.text[page.text.rfind("\n", 0, sign.start()) + 1 : (page.text.find("\n", claim.end) + 1) or None]
            if expected > claim.value and _CAPPED.search(line):
                continue
            state = DISAGREES
        used = tuple(
            Figure(base + m.start(), base + m.end(), base + m.end(), Fraction(0), 0, 1, "plain")
            for base in (sign.start() - len(left),)
            for m in re.finditer(r"\d[\d,٬]*(?:\.\d+)?", left)
        )
        formula = left.strip().replace(THOUSANDS, ",")
        yield Relation(
            "formula",
            state,
            (claim, *used),
            formula,
            shown(page, claim),
            as_claimed(claim, expected),
        )


def _left(text: str, at: int) -> str:
    start = at
    while start > 0 and not _STOP.match(text[start - 1]):
        start -= 1
        if at - start > 160:
            break
    piece = text[start:at]
    # an opening bracket without its end begins the expression
    depth = 0
    for place in range(len(piece) - 1, -1, -1):
        depth += (piece[place] == ")") - (piece[place] == "(")
        if depth < 0:
            return piece[place + 1 :]
    return piece


def evaluate(text: str) -> Fraction | None:
    """The value of an expression with words in it; None where it is none."""
    tokens: list[str] = []
    for match in _TOKEN.finditer(text.translate(_SIGNS)):
        tokens.append(match[0])
    numbers = [t for t in tokens if t[0].isdigit()]
    if len(numbers) < 2 or not any(t in "+-*/" for t in tokens) or len(tokens) > 80 or "分之" in tokens:
        return None
    if re.search(r"\d+-\d+-\d+|[A-Za-z]", text):
        return None
    try:
        value, at = _sum(tokens, 0)
    except (ValueError, IndexError, ZeroDivisionError):
        return None
    return value if at == len(tokens) else None


def _sum(tokens: list[str], at: int) -> tuple[Fraction, int]:
    value, at = _product(tokens, at)
    while at < len(tokens) and tokens[at] in "+-":
        right, after = _product(tokens, at + 1)
        value = value + right if tokens[at] == "+" else value - right
        at = after
    return value, at


def _product(tokens: list[str], at: int) -> tuple[Fraction, int]:
    value, at = _atom(tokens, at)
    while at < len(tokens) and tokens[at] in "*/":
        right, after = _atom(tokens, at + 1)
        value = value * right if tokens[at] == "*" else value / right
        at = after
    return value, at


def _atom(tokens: list[str], at: int) -> tuple[Fraction, int]:
    token = tokens[at]
    if token in ("(",):
        value, at = _sum(tokens, at + 1)
        if tokens[at] != ")":
            raise ValueError
        at += 1
    elif token[0].isdigit():
        value, at = Fraction(re.sub("[,٬]", "", token)), at + 1
    else:
        raise ValueError
    while at < len(tokens) and (tokens[at] == "%" or tokens[at] in _MULTIPLY):
        value = value / 100 if tokens[at] == "%" else value * _MULTIPLY[tokens[at]]
        at += 1
    return value, at
