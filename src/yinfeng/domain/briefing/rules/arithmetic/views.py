"""Wholes divided in a sentence or a paragraph of their own: 按来源地看，…；从产业看，…."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from .figures import Figure
from .page import Page
from .relation import AGREES, DISAGREES, Relation, shown
from .sums import added, is_funnel, parts_of
from .wholes import TOP, VIEW, adds_up, all_of_it, one_digit_off
from .words import DEEDS, PIECES, comparable, is_band, is_base, is_delta, is_target, lead


def views(page: Page) -> Iterator[Relation]:
    """All that is divided from a point of view."""
    yield from far_views(page)
    yield from steps_by_view(page)
    yield from _divided_twice(page)


def far_views(page: Page) -> Iterator[Relation]:
    """按来源地看，…: a paragraph of its own that divides what the text began with."""
    for number, (start, end) in enumerate(page.sentences):
        text = page.text[start:end]
        view = re.match(rf" ?(?:[(]?[一二三四五六七八九十]+[)、.] ?)?(?:{VIEW.pattern})", text)
        inside = page.within(number)
        if (
            view is None
            or not inside
            or inside[0].sentence == 0
            or (page.within(number - 1)[-1:] and page.within(number - 1)[-1].paragraph == inside[0].paragraph)
        ):
            continue
        for like in (f for f in inside if not any(f.like(g) for g in inside if g.start < f.start)):
            if like.kind not in ("count", "money"):
                continue
            parts = parts_of(page, like, start + view.end(), end, "其中")
            above = [
                f
                for f in page.figures
                if f.end <= start and comparable(page, f, like) and not is_base(page, f) and not is_delta(page, f)
                and not re.match(rf" ?(?:{VIEW.pattern})", page.sentence_of(f))
            ]  # fmt: skip
            if len(parts) < 2 or not above:
                continue
            same = next((f for f in above if adds_up(f, parts) == AGREES), None)
            if same is not None:
                yield Relation(
                    "sum", AGREES, (same, *parts), " + ".join(shown(page, p) for p in parts), shown(page, same), shown(page, same)
                )  # fmt: skip
                continue
            words = {lead(page, p)[n : n + 2] for p in parts for n in range(max(0, len(lead(page, p)) - 1))}
            kin = [f for f in above if any(w and w in lead(page, f) for w in words)] or above
            head = next((f for f in (*kin, *above) if f.value >= max(p.value for p in parts)), kin[0])
            scope, money = text[view.end() :], like.kind == "money"
            near = (
                money
                and head.places
                and len(str(int(head.value / head.step))) > 2
                and one_digit_off(head, parts)
                and not TOP.search(scope)
            )
            if near or all_of_it(page, head, parts, "其中" if money else view[0], scope):
                relation = added(page, head, parts, adds_up(head, parts))
                if relation.state == DISAGREES:
                    yield relation


def steps_by_view(page: Page) -> Iterator[Relation]:
    """共签约240个。……分年度看，2023年签约92个，开工81个；2024年签约85个，……: each step's column makes the step's total."""
    for number, (start, end) in enumerate(page.sentences):
        view = re.match(rf" ?(?:{VIEW.pattern}|其中)", page.text[start:end])
        if view is None:
            continue
        cuts = [start + view.end(), *(start + m.end() for m in re.finditer(";", page.text[start:end])), end]
        rows = [
            [f for f in page.between(a, b) if f.kind == "count" and f.unit == "个" and not f.vague and not f.depth]
            for a, b in itertools.pairwise(cuts)
        ]
        width = len(rows[0])
        if len(rows) < 2 or width < 2 or any(len(row) != width for row in rows) or not is_funnel(page, rows):
            continue
        for n in range(width):
            column = [row[n] for row in rows]
            deeds = set.intersection(*(set(DEEDS.findall(part.label)) for part in column))
            heads = [
                f for f in page.figures
                if f.end <= start and f.paragraph == column[0].paragraph and comparable(page, f, column[0])
                and deeds & set(DEEDS.findall(lead(page, f))) and not is_delta(page, f) and not is_base(page, f)
                and number - f.sentence <= 3 and not is_band(page, f)
            ]  # fmt: skip
            if deeds and heads and not re.search("等[^级]", page.text[start:end]):
                yield added(page, heads[0], column, adds_up(heads[0], column))


_VIEWS = re.compile(rf"(?:(?<=[,;。\n])|^) ?(?:{VIEW.pattern})")


def _divided_twice(page: Page) -> Iterator[Relation]:
    """签订合同96份。从主体看，民营61家、国有23家、外资12家；从产业看，……: two ways of dividing one whole, in whatever pieces,
    prove each other; what differs from them by one digit is wrong."""
    for whole, divided in _partitions(page):
        sums = [sum(p.value for p in parts) for parts in divided]
        above = [
            f for f in page.figures
            if f.end <= whole and f.kind == divided[0][0].kind and not f.vague and not is_base(page, f)
            and not is_delta(page, f) and not is_target(page, f)
            and (f.unit in PIECES if f.kind == "count" else f.unit == divided[0][0].unit)
        ][-12:]  # fmt: skip
        same = [f for f in reversed(above) if f.value in sums]
        for parts, value in zip(divided, sums, strict=True):
            if same and value == same[0].value:
                yield added(page, same[0], parts, AGREES)
            elif same and one_digit_off(same[0], parts):
                yield added(page, same[0], parts, DISAGREES)
            elif (
                not same and sums.count(value) > 1 and (off := [f for f in reversed(above) if one_digit_off(f, parts)])
            ):
                yield added(page, off[0], parts, DISAGREES)


def _partitions(page: Page) -> Iterator[tuple[int, list[list[Figure]]]]:
    """Where the first of several ways of dividing begins, and the parts of each."""
    marks = list(_VIEWS.finditer(page.text))
    run: list[list[Figure]] = []
    first = last = 0
    for n, mark in enumerate(marks):
        stop = re.compile(r"[;。\n]").search(page.text, mark.end())
        end = min(
            stop.start() if stop else len(page.text), marks[n + 1].start() if n + 1 < len(marks) else len(page.text)
        )
        parts = _pieces(page, mark.end(), end)
        if run and (page.text.count("\n", last, mark.start()) > 1 or (parts and parts[0].kind != run[0][0].kind)):
            if len(run) > 1:
                yield first, run
            run = []
        if parts:
            if not run:
                first = mark.start()
            run.append(parts)
            last = end
    if len(run) > 1:
        yield first, run


def _pieces(page: Page, start: int, end: int) -> list[Figure]:
    inside = [f for f in page.between(start, end) if f.kind in ("count", "money") and f.depth == 0]
    parts = [f for f in inside if f.like(inside[0])]
    loose = any(f.vague or is_delta(page, f) or is_base(page, f) or is_band(page, f) for f in parts)
    if (
        len(parts) < 2
        or loose
        or TOP.search(page.text[start:end])
        or (parts[0].kind == "count" and parts[0].unit not in PIECES)
    ):
        return []
    return parts
