"""Totals and their parts. 其中 alone promises nothing: parts need not add up unless the words say that they are all."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from yinfeng.kernel.voice import say
from yinfeng.reading.mentions.numbers import hanzi_value

from .figures import Figure
from .page import Page
from .relation import AGREES, DISAGREES, ROUNDING, Relation, as_claimed, shown
from .wholes import VIEW, adds_up, all_of_it, done_and_not, exclude, one_tail
from .words import DEEDS, comparable, is_band, is_base, is_delta, is_target, is_upto, lead

_AMONG = re.compile(
    r"其中|(?:涉及|分布(?:在|于)|主要分布)(?=[一-龥])|分别(?!增|下降|占|同比|较|比|上升|提高|减)|包括|包含|涵盖|即|:|按[^,。]{1,8}(?:(?<!计)分|看|划分|统计)|分[^,。;]{1,6}看|从[^,。;]{1,8}(?:看|来看|分)"
)
_ALTOGETHER = re.compile(
    r"^共$|(?:合计|共计|总计|小计|总共|加起来|合起来|两项合计|三项合计|合共|一共|累计合计|两者合计|以上合计)[^,;:]{0,12}$"
)


def sums(page: Page) -> Iterator[Relation]:
    """One relation a total at most."""
    told: set[tuple[int, int]] = set()
    for total in page.figures:
        mean = total.unit != "天" and re.search("[人户月日亩]均|平均", lead(page, total))
        if total.vague or total.kind not in ("count", "money", "percent") or is_delta(page, total) or mean:
            continue
        found = [_after(page, total)] if _ALTOGETHER.search(lead(page, total)) else []
        for relation in [r for r in found if r is not None] or _below(page, total):
            key = relation.figures[0].start, relation.figures[1].start
            if key not in told:
                told.add(key)
                yield relation


# ------------------------------------------------------------------------------------------ total first


def _below(page: Page, total: Figure) -> list[Relation]:
    """共42个，其中……: the parts stand behind the total."""
    if total.kind == "percent" or is_base(page, total):
        return []
    found = [
        relation for start, end, cue in _scopes(page, total) for relation in _in_scope(page, total, start, end, cue)
    ]
    return [*found, *_beside(page, total, found)]


def _beside(page: Page, total: Figure, found: list[Relation]) -> list[Relation]:
    """制造业13个、总投资205亿元；服务业…: where the counts add up, the amounts beside them do, too; and the other way."""
    if total.kind != "count":
        return []
    lists: list[Sequence[Figure]] = [r.figures[1:] for r in found if r.kind == "sum" and r.state == AGREES]
    proved = bool(lists)
    if not proved and not any(r.kind == "sum" for r in found):
        lists = [
            some for start, end, cue in _scopes(page, total) if len(some := parts_of(page, total, start, end, cue)) > 1
        ]
    for parts in lists:
        ends = [p.start for p in parts[1:]] + [page.sentences[parts[-1].sentence][1]]
        beside = []
        for part, end in zip(parts, ends, strict=True):
            money = [
                f
                for f in page.between(part.end, end)
                if f.kind == "money"
                and not f.vague
                and ("投资" in lead(page, f) or _PAIRED.match(page.text[part.end : f.start]))
            ]
            beside.append(money[0] if len(money) == 1 else None)
        if any(b is None for b in beside) or len({b.unit for b in beside if b}) != 1:
            continue
        amounts = [b for b in beside if b is not None]
        twins = [f for f in page.figures if f.start <= total.start and f.like(total) and f.value == total.value]
        for twin in twins:
            whole = _whole_beside(page, twin, amounts)
            if whole is not None:
                if proved:
                    return [added(page, whole, amounts, adds_up(whole, amounts))]
                if (adds_up(whole, amounts) == AGREES and whole.step < whole.scale) or (
                    len(amounts) > 2 and adds_up(whole, amounts) == AGREES
                ):
                    return [
                        added(page, whole, amounts, AGREES),
                        added(page, total, parts, adds_up(total, parts)),
                    ]
    return []


_PAIRED = re.compile(r"[、,]? ?(?:总|合同|协议|计划)?(?:金额|投资额?|额)?$")


def _whole_beside(page: Page, twin: Figure, amounts: list[Figure]) -> Figure | None:
    """The amount that stands behind a count, as its parts' stand behind theirs: 总投资428亿元, 年度计划投资96亿元."""
    behind = [f for f in page.figures if twin.end <= f.start and f.sentence == twin.sentence]
    first = behind[0] if behind else None
    if first is None or not first.like(amounts[0]) or first.vague or first in amounts:
        return None
    row = [f for f in behind if f.like(first) and not f.vague and f not in amounts and f.start < amounts[0].start]
    if len(row) < 2:
        return first
    named = {lead(page, amount)[-4:] for amount in amounts}
    fitting = [f for f in row if lead(page, f)[-4:] in named]
    return fitting[0] if len(named) == 1 and len(fitting) == 1 else None


def _in_scope(page: Page, total: Figure, start: int, end: int, cue: str) -> list[Relation]:
    parts = parts_of(page, total, start, end, cue)
    if not parts:
        return []
    if cue.startswith("?"):
        agreed = len(parts) > 1 and adds_up(total, parts) == AGREES
        return [added(page, total, parts, AGREES)] if agreed else []
    pieces = _by_segment(page, parts)
    if len(pieces) > 1 and is_funnel(page, pieces):
        return []
    if len(pieces) > 1:
        names = [
            all_of_it(page, total, piece, cue if "其中" not in cue else "~~", page.text[start:end]) for piece in pieces
        ]
        if all(names) or (
            any(names) and all(adds_up(total, p) == AGREES for p, told in zip(pieces, names, strict=True) if not told)
        ):
            return [added(page, total, piece, adds_up(total, piece)) for piece in pieces]
    first = parts[
        : next((n for n, p in enumerate(parts[1:], 1) if ";" in page.text[parts[n - 1].end : p.start]), len(parts))
    ]
    if len(first) == 2 and len(parts) > 2 and done_and_not([lead(page, part) for part in first]):
        return [added(page, total, first, adds_up(total, first))] if total.value >= first[0].value else []
    if one_tail(page, total, parts):
        return [added(page, total, parts, adds_up(total, parts))]
    for n in range(len(parts), 1, -1):
        state = adds_up(total, parts[:n])
        if state == AGREES and (n > 1):
            return [added(page, total, parts[:n], AGREES)]
    if len(parts) > 1 and not _divides_another(page, total, parts):
        why = all_of_it(page, total, parts, cue, page.text[start:end])
        if why:
            return [added(page, total, parts, adds_up(total, parts))]
        # more than the whole, of kinds that exclude each other
        if (
            cue not in ("", "~")
            and exclude(page, parts)
            and sum((p.low for p in parts), Fraction(0)) > total.high + total.step
        ):
            return [added(page, total, parts, DISAGREES)]
    one = _subset(page, total, parts, cue)
    return [one] if one is not None else []


def is_funnel(page: Page, pieces: list[list[Figure]]) -> bool:
    """2023年签约92个，开工81个；2024年签约85个，开工58个: steps of one thing, and no parts of another."""
    told = [[set(DEEDS.findall(part.label)) for part in piece] for piece in pieces]
    return all(all(row) and not set.intersection(*row) for row in told)


def _by_segment(page: Page, parts: list[Figure]) -> list[list[Figure]]:
    """续建83个，新建182个；内资241个，外资24个: the parts between two semicolons."""
    found: list[list[Figure]] = [[parts[0]]]
    for before, part in itertools.pairwise(parts):
        if ";" in page.text[before.end : part.start]:
            found.append([])
        found[-1].append(part)
    return found if all(len(piece) > 1 for piece in found) else [parts]


def _scopes(page: Page, total: Figure) -> list[tuple[int, int, str]]:
    """Where the parts of a total may stand, and the words that lead to them."""
    scopes: list[tuple[int, int, str]] = []
    first, last = page.sentences[total.sentence]
    text = page.text
    after = text[total.end : last]
    opening = re.match(r"[^,;:。()]{0,10}\(", after)
    if opening:
        close = _closing(text, total.end + opening.end() - 1, last)
        inner = text[total.end + opening.end() : close]
        if len([f for f in page.between(total.end, close) if f.like(total)]) > 1:
            return [(total.end + opening.end(), close, "其中" if "其中" in inner else "(")]
    cue = None
    for match in _AMONG.finditer(after):
        if (
            text[: total.end + match.start()].count("(", first) - text[: total.end + match.start()].count(")", first)
            > total.depth
        ):
            continue
        behind = page.between(total.end + match.end(), last)
        if not any(f.like(total) for f in behind) or ("分别" in match[0] and not behind[0].like(total)):
            continue  # 占比分别为65.6%和67.0%: said of others
        cue = match
        break
    if cue is not None:
        # another figure of the same unit between the total and 其中 is the nearer whole
        between = [
            f for f in page.between(total.end, total.end + cue.start()) if f.like(total) and f.depth == total.depth
        ]
        between = [f for f in between if not is_delta(page, f) and not is_base(page, f)]
        if between:
            return []
        return [(total.end + cue.end(), last, cue[0])]
    # the next sentence opens with the cue
    mine = _heads(page, total)
    own = re.match(rf" ?(?:{VIEW.pattern}|其中)", text[first:last])
    if total in mine and not own:
        for following in range(total.sentence + 1, min(total.sentence + 6, len(page.sentences))):
            begin, finish = page.sentences[following]
            inside = page.within(following)
            if not inside:
                if following == len(page.sentences) - 1 or page.within(following + 1)[:1] == []:
                    break
                continue  # a heading between
            lead_in = re.match(rf" ?(?:{VIEW.pattern}|其中)", text[begin:finish])
            if lead_in is None or (inside[0].paragraph != total.paragraph and "其中" not in lead_in[0]):
                break
            nearest = mine[-1] if "其中" in lead_in[0] else mine[0]
            # of several figures of one unit only one is divided: the others may agree, but do not disagree
            mark = "" if total is nearest else "?"
            scopes.append((begin + lead_in.end(), finish, mark + lead_in[0].strip()))
    if scopes:
        return scopes
    # 内资12个，外资3个 right behind, without any cue
    if total.depth == 0 and mine and mine[0] is total:
        return [(total.end, last, "~" if own else "")]
    return (
        [(total.end, last, "~")]
        if total.depth == 0 and total.start > first + text[first:last].find("其中") >= first
        else []
    )


def _heads(page: Page, total: Figure) -> list[Figure]:
    """The figures of its unit that a sentence is about: no changes, no bases, none of what 其中 leads to."""
    first, last = page.sentences[total.sentence]
    among = page.text.find("其中", first, last)
    found = [f for f in page.within(total.sentence) if f.like(total) and f.depth == 0 and not f.vague]
    found = [f for f in found if not is_delta(page, f) and not is_base(page, f) and (among < 0 or f.start < among)]
    return [f for f in found if "均" not in lead(page, f)]


def _divides_another(page: Page, total: Figure, parts: list[Figure]) -> bool:
    """Whether the parts add up to another figure of the sentence before them."""
    return any(
        f is not total and f.start < parts[0].start and comparable(page, f, total) and adds_up(f, parts) == AGREES
        for f in (*page.within(total.sentence), *page.within(parts[0].sentence))
    )


def _closing(text: str, at: int, last: int) -> int:
    depth = 0
    for place in range(at, last):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return place
    return last


def parts_of(page: Page, total: Figure, start: int, end: int, cue: str) -> list[Figure]:
    """Figures of the total's unit in its scope: not nested deeper, no bases, changes and targets among them."""
    depth = total.depth + (1 if cue == "(" or (start and page.text[start - 1] == "(") else 0)
    columns = _columns_of_segments(page, total, start, end)
    if columns:
        return columns
    found: list[Figure] = []
    text = page.text
    nested_until = -1
    for figure in page.between(start, end):
        if figure.start < nested_until or not figure.like(total) or figure.depth > depth:
            continue
        piece = text[(found[-1].end if found else start) : figure.start]
        if found and re.search(r"其中|(?:^|,)含(?!税)", piece):
            stop = re.search(r"[;。]", text[figure.end : end])
            nested_until = figure.end + stop.end() if stop else end
            continue
        if (
            figure.vague
            or is_delta(page, figure)
            or is_base(page, figure)
            or is_target(page, figure)
            or is_upto(page, figure)
        ):
            continue
        if not comparable(page, figure, total) or (found and _ends(page, figure, found[-1])):
            continue
        if figure.value == total.value and re.match(r"(?:签约|开工)?项目中", text[figure.end : figure.end + 6]):
            continue  # 63个项目中: the whole once more
        found.append(figure)
    if any(lead(page, part).endswith("各") for part in found):
        return []  # 4.6亿元、3.2亿元各1个: told once and meant for each
    return found[:40]


def _ends(page: Page, figure: Figure, last: Figure) -> bool:
    """Whether it tells the parts together, and is no part; 其余4个均为纺织服装类，合计5.4亿元 is one."""
    between = page.text[last.end : figure.start]
    return bool(_ALTOGETHER.search(lead(page, figure))) and not re.search("其余|其他|另外", between)


def _columns_of_segments(page: Page, total: Figure, start: int, end: int) -> list[Figure]:
    """甲区签约34个、开工32个；乙县签约32个、开工22个；…: the figures of one column, by the verb of the total."""
    cuts = [start, *(start + m.end() for m in re.finditer(";", page.text[start:end])), end]
    rows = [
        [f for f in page.between(a, b) if f.like(total) and not f.vague and f.depth <= total.depth]
        for a, b in itertools.pairwise(cuts)
    ]
    rows = [r for r in rows if r]
    width = len(rows[0]) if rows else 0
    if len(rows) < 3 or width < 2 or any(len(r) != width for r in rows):
        return []
    verbs = [set(re.findall("签约|开工|注册|落地|投产|入库|供地|到位|竣工", rows[0][n].label)) for n in range(width)]
    mine = set(re.findall("签约|开工|注册|落地|投产|入库|供地|到位|竣工", lead(page, total)))
    fitting = [n for n in range(width) if verbs[n] & mine]
    if len(fitting) != 1:
        return []
    return [r[fitting[0]] for r in rows]


def _subset(page: Page, total: Figure, parts: list[Figure], cue: str) -> Relation | None:
    """The first part behind 其中 is no more than the whole."""
    if "其中" not in cue or not parts:
        return None
    part = parts[0]
    if (
        part.sentence != total.sentence
        or part.low <= total.high
        or (page.between(total.end, part.start) and part.kind == "money")
    ):
        return None
    if part.kind == "money" and not set(lead(page, total)) & set(lead(page, part)):
        return None
    if any(f.like(total) and f.value >= part.value for f in page.back(total, 3)):
        return None
    near = page.text[total.end : part.start]
    if len(near) > 30 or ";" in near:
        return None
    return Relation(
        "subset", DISAGREES, (part, total), f"{shown(page, part)} ≤ {shown(page, total)}", shown(page, part),
        say("不大于{total}", total=shown(page, total)), say("其中的部分大于总数"),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------- total last


def _after(page: Page, total: Figure) -> Relation | None:
    """……，合计28个: the parts stand before the total."""
    run: list[Figure] = []
    alone = total is next(iter(page.within(total.sentence)), None) and len(lead(page, total)) < 8
    for figure in page.back(total, 1 if alone else 0):
        if figure.depth > total.depth and not (figure.like(total) and run):
            continue
        if not figure.like(total):
            continue
        if figure.vague or not comparable(page, figure, total) or is_delta(page, figure) or is_base(page, figure):
            break
        run.append(figure)
    run.reverse()
    if len(run) < 2 or not _ends(page, total, run[-1]):
        return None
    for start in range(len(run) - 1):
        if adds_up(total, run[start:]) == AGREES:
            return added(page, total, run[start:], AGREES)
    if len(run) > 12 or any(is_band(page, part) for part in run):
        return None
    if some := _named(page, total, run):
        return added(page, total, some, adds_up(total, some))
    return None if _SOME.search(_words_before(page, total)) else added(page, total, run, adds_up(total, run))


_SOME = re.compile(r"[、和与及]|[两二三四五六七八九十]|前|上述|主城|其中")


def _words_before(page: Page, total: Figure) -> str:
    """From the last comma on, enumerations included: 红、黄灯项目合计."""
    start = page.sentences[total.sentence][0]
    return re.split("[,;:。]", page.text[start : total.start])[-1].replace(" ", "")


def _named(page: Page, total: Figure, run: list[Figure]) -> list[Figure]:
    """红灯11个、黄灯23个、绿灯206个，红、黄灯合计34个: those that the total names, by what tells them apart."""
    words = _words_before(page, total)
    names = [lead(page, part) for part in run]
    if len(set(names)) < len(names) or not _SOME.search(words):
        return []
    common = set.intersection(*(set(name) for name in names))
    told = [part for part, name in zip(run, names, strict=True) if _is_told(name, names, common, words)]
    stated = re.search(r"([两二三四五六七八九])(?:地|市|县|区|项|者|家|类|个|大|种|方|国|镇|园|级|档|款|色|段)", words)
    wanted = hanzi_value(stated[1]) if stated is not None else None
    if wanted is not None and not told:
        told = run if wanted == len(run) else []  # 三地合计, behind the three
    if wanted is not None and wanted != len(told):
        return []
    if stated is not None and len(told) != len(run):
        return told if 1 < len(told) < len(run) else []
    return told if len(told) > 1 else []


def _is_told(name: str, names: list[str], common: set[str], words: str) -> bool:
    own = "".join(c for c in name if c not in common)
    pieces = [own[n : n + 2] for n in range(len(own) - 1)] or [own]
    unique = [p for p in pieces if p and sum(p in other for other in names) == 1]
    return any(piece in words for piece in unique)


def added(page: Page, total: Figure, parts: Sequence[Figure], state: str) -> Relation:
    """The relation of a total to its parts."""
    whole = sum((p.value for p in parts), Fraction(0))
    finest = min((*parts, total), key=lambda f: f.step)
    places = finest.places if finest.scale == total.scale else total.places
    formula = " + ".join(shown(page, p) for p in parts)
    expected = as_claimed(replace(total, places=max(places, total.places)), whole)
    note = "" if state != ROUNDING else say("相差在四舍五入之内")
    return Relation("sum", state, (total, *parts), formula, shown(page, total), expected, note)
