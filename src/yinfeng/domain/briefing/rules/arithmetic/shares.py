"""Shares, rates and completion: one printed figure divided by another, told as a percentage."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .figures import Figure
from .page import Page
from .relation import AGREES, DISAGREES, Binding, Relation, judge, quotient, shown
from .words import comparable, external, is_band, is_base, is_delta, is_target, lead

_SHARE = re.compile(
    r"占(?:比|据|到|了)?(?P<of>[^占]{0,24}?)的?(?:比重|比例|份额|比)?(?:为|达到?|是|均为|分别为|分别达|合计)?$"
    r"|(?P<bare>比重|份额|比例)(?:为|达到?|是)?$"
)
_COMPLETION = re.compile(
    r"(?:完成|占|达到?|实现|兑现|为(?=年度|全年)|是(?=年度|全年)|相当于)[^%]{0,16}(?:目标|任务|计划|指标)(?:任务|数|总额|总数|总量|值|书)?[^%]{0,14}的?(?:比例为|比重为)?$"
    r"|(?:目标|任务|计划|进度)?(?:完成率|完成比例|完成进度|完成度)(?:为|达到?|是|约)?$|超额完成[^%]{0,10}$"
    r"|(?:目标|任务|计划)(?:数|任务)?的$|(?:已|累计|实际|现已)完成(?:了)?$"
)
_RATE = re.compile(r"(?P<stem>[一-龥]{1,8})率(?:为|达到?|达|是|均为|已达|高达|只有|仅为|仅)?$")
_NO_RATE = re.compile(r"(?:增长|增|利|汇|费|税|概|频|功|收益|回报|周转|负债|覆盖|毛利|渗透|容积|失业|参保|市占|贡献)$")
_EXTERNAL = re.compile(r"全[市省国县区州]|世界|全球|国内|行业|同类|总人口|地区生产|GDP")
_VIEWED = re.compile(r" ?(?:按[^,。;]{1,8}(?:(?<!计)分|看|划分|统计)|分[^,。;]{1,6}看|从[^,。;]{1,8}(?:看|来看))")
_GENERIC = re.compile(
    "总数|总量|总额|总投资额?|总|全部|签约|开工|引进|在建|落地|新增|项目|投资|协议|合同|引资|资金|到位|实际|使用|外资|金额|数量?|额|量|比重|比例|本次|本月|本季度|其中|年度"
    "|同口径|的|为|个|家|上半年|一季度|上述|招商|企业|收集|线索|信息"
)
_THAT = re.compile("该(?:项目|企业|公司)|这(?:一|个)项目")
_FRACTION = re.compile(r"(?<![\d./])(\d+) ?/ ?(\d+)(?![\d/])")
_MOST = 24
_EACH = (
    "依次为",
    "依次是",
    "依次达",
    "依次",
    "分别为",
    "分别达",
    "分别达到",
    "分别是",
    "分别",
    "分别增长",
    "分别下降",
    "分别占",
)
_PIECES = ("个", "家", "条", "件", "批", "人", "场", "次", "人次")


def shares(page: Page) -> Iterator[Relation]:
    """All percentages that say what they are the quotient of."""
    settled: dict[int, Relation] = {}
    for figure in page.figures:
        if figure.kind != "percent" or figure.vague:
            continue
        words = lead(page, figure)
        if words.endswith(_EACH):
            continue
        found = (
            _fraction(page, figure)
            or _completion(page, figure, words)
            or _rate(page, figure, words)
            or _share(page, figure, words)
        )
        if found is not None:
            settled[figure.start] = found
    yield from settled.values()
    yield from _brothers(page, settled)


def _brothers(page: Page, settled: dict[int, Relation]) -> Iterator[Relation]:
    """Shares of one sentence are of one whole: where one of them shows it, it binds the others."""
    for claim in page.figures:
        if claim.kind != "percent" or claim.vague or claim.start in settled:
            continue
        share = _SHARE.search(lead(page, claim))
        if share is None or external(page, claim) or _THAT.search(lead(page, claim)):
            continue
        others = [
            r
            for r in settled.values()
            if r.kind == "share" and r.figures[0].sentence == claim.sentence and r.state == AGREES
        ]
        tops = [f for f in page.back(claim) if f.kind in ("count", "money") and not f.vague]
        if not others or not tops or tops[0].clause < _clause_before(page, claim):
            continue
        whole = others[0].figures[2]
        if is_base(page, tops[0]) or tops[0].value > whole.value:
            continue  # 去年同期46个，占58%: of what there was then
        if (scope := _EXTERNAL.search(share["of"] or "")) is not None and scope[0] not in lead(page, whole):
            continue
        if whole.like(tops[0]) and tops[0] not in others[0].figures and whole is not tops[0]:
            relation = judge(page, "share", claim, _bindings(page, [(tops[0], whole)]))
            if relation is not None:
                yield relation


def is_quotient(page: Page, figure: Figure) -> bool:
    """Whether a percentage is a share or a rate, not a growth."""
    words = lead(page, figure)
    return bool(_SHARE.search(words) or _COMPLETION.search(words) or _RATE.search(words))


def divided(page: Page, n: Figure, d: Figure) -> Binding | None:
    return quotient(n, d, f"{shown(page, n)} ÷ {shown(page, d)}", times=100)


def _bindings(page: Page, pairs: list[tuple[Figure, Figure]]) -> list[Binding]:
    return [made for n, d in pairs if n is not d and (made := divided(page, n, d)) is not None]


def _amounts(page: Page, claim: Figure, sentences: int) -> list[Figure]:
    """What may be divided: told exactly, before the claim, nearest first."""
    return [
        f for f in page.back(claim, sentences) if f.kind in ("count", "money", "plain") and not f.vague and f.value > 0
    ][:_MOST]


def _above(page: Page, figure: Figure) -> list[Figure]:
    """All that stands before it in the text and may be its whole."""
    return [
        f for f in page.figures if f.end <= figure.start and f.like(figure) and not f.vague and f.value >= figure.value
    ][-60:]


def _fraction(page: Page, claim: Figure) -> Relation | None:
    """68.8%(22/32), 22/32=68.8%."""
    near = page.text[max(0, claim.start - 16) : claim.start]
    after = page.text[claim.end : claim.end + 16]
    before = list(_FRACTION.finditer(near))
    match, at = None, 0
    if before and re.fullmatch(r" ?[)=,、]?(?:即|为|合)?\(?", near[before[-1].end() :]):
        match, at = before[-1], max(0, claim.start - 16)
    else:
        behind = re.match(r" ?[(\[,] ?(?=\d)", after)
        if behind:
            match, at = _FRACTION.match(after, behind.end()), claim.end
    if match is None or int(match[2]) == 0:
        return None
    n, d = (
        Figure(at + match.start(k), at + match.end(k), at + match.end(k), _whole(match[k]), 0, 1, "plain")
        for k in (1, 2)
    )
    n.sentence = d.sentence = claim.sentence
    made = divided(page, n, d)
    found = judge(page, "rate", claim, [made] if made else [])
    if found is None or found.state == DISAGREES:
        return found
    # 开工52个，开工率59.77%(52/87): the fraction must be of what was just told
    told = [f for f in page.back(claim) if f.kind == "count" and not f.vague and f.unit == "个"][:1]
    words = lead(page, claim)
    if (
        told
        and "率" in words
        and words.split("率")[0][-2:] in lead(page, told[0])
        and told[0].value != n.value
        and told[0].value < d.value
    ):
        again = divided(page, told[0], d)
        return judge(page, "rate", claim, [again] if again else [])
    return found


def _whole(text: str):  # type: ignore[no-untyped-def]
    from fractions import Fraction

    return Fraction(int(text))


def _completion(page: Page, claim: Figure, words: str) -> Relation | None:
    if not _COMPLETION.search(words):
        return None
    before = _amounts(page, claim, 1)
    here = [f for f in before if f.sentence == claim.sentence]
    after = [
        f for f in page.within(claim.sentence) if f.start > claim.end and f.kind in ("count", "money") and not f.vague
    ]
    targets = [f for f in (*before, *after) if is_target(page, f)]
    done = [f for f in before if f not in targets and not is_delta(page, f) and not is_base(page, f)]
    strong = []
    if not external(page, claim):
        if own := _own_plan(page, words, done):
            targets = [*targets, own]
            strong = [(done[0], own)]
        for target in targets:
            fitting = [f for f in done if f.like(target) and f.sentence in (target.sentence, claim.sentence)]
            if fitting and (target.sentence == claim.sentence or fitting[0].sentence == claim.sentence):
                strong.append((fitting[0], target))
    plausible = [(n, d) for n in before for d in (*here, *before, *after) if n.like(d)]
    if not strong and targets and targets[0].sentence == claim.sentence and not external(page, claim):
        # 全年目标5.8亿美元，已完成62.4%: done is what the text began with
        above = [f for f in page.figures if f.end < targets[0].start and comparable(page, f, targets[0])]
        above = [f for f in above if not is_target(page, f) and not is_base(page, f) and not is_delta(page, f)]
        strong = [(f, targets[0]) for f in above[:1]]
        plausible += [(f, targets[0]) for f in above]
    return judge(page, "completion", claim, _bindings(page, strong[:1]), _bindings(page, plausible))


def _own_plan(page: Page, words: str, done: list[Figure]) -> Figure | None:
    """续建项目完成24.9亿元，占其年度计划的60%: the plan of what is spoken of, told before."""
    if not done or not re.search("其(?:年度|全年)?(?:计划|目标|任务)", words):
        return None
    subject = re.sub("(?:累计|已|共)?(?:完成|到位|实现).*$|其中", "", lead(page, done[0]))
    if len(subject) < 2:
        return None
    start, _end = page.sentences[done[0].sentence]
    plans = [f for f in page.figures if f.end <= start and f.like(done[0]) and is_target(page, f) and not f.vague]
    own = [f for f in plans if subject[:4] in re.split("[;。]", page.text[max(0, f.start - 40) : f.start])[-1]]
    return own[0] if len({f.value for f in own}) == 1 else None


def _rate(page: Page, claim: Figure, words: str) -> Relation | None:
    match = _RATE.search(words)
    if match is None or _NO_RATE.search(match["stem"]):
        return None
    verb = match["stem"][-2:]
    before = _amounts(page, claim, 1)
    here = [f for f in before if f.sentence == claim.sentence]
    after = [
        f for f in page.within(claim.sentence)
        if claim.end < f.start < claim.end + 40 and f.kind in ("count", "money") and not f.vague
    ]  # fmt: skip
    tops = [f for f in here if verb in f.label + f.tail[:8] and not is_base(page, f) and not is_target(page, f)]
    # 甲县签约6个，开工4个，开工率66.67%；乙县签约1个，开工率0%: what another's breath told is not its own
    tops = [
        f for f in tops
        if ";" not in page.text[f.end : claim.start] or not any(g.like(f) for g in page.between(f.end, claim.start))
    ]  # fmt: skip
    if "未" not in match["stem"]:
        tops = [f for f in tops if not re.search(f"[未没][一-龥]{{0,2}}{verb}", f.label + f.tail[:8])]
    strong: list[tuple[Figure, Figure]] = []
    if tops and not external(page, claim):
        top = tops[0]
        wholes = [
            f for f in here
            if f.like(top) and f is not top and not is_delta(page, f) and not is_base(page, f)
            and (verb not in f.label or is_target(page, f)) and f.start < top.start
        ]  # fmt: skip
        wholes = [f for f in wholes if not is_band(page, f)] or wholes
        last = next((f for f in here if f.start < top.start), None)
        beside = wholes[:1] if wholes and wholes[0] is last and ";" not in page.text[wholes[0].end : top.start] else []
        fitting = [f for f in wholes if f.value >= top.value and not re.search("已|完成", f.label + f.tail[:3])]
        wholes = (wholes if re.search("到位|完成", verb) else []) or fitting or beside
        if not wholes and top.kind == "count":  # 线索120条，转化项目18个
            near = [f for f in here if f.start < top.start][:1]
            wholes = [
                f for f in near if f.kind == "count" and f.value >= top.value and not f.like(top) and f.unit in _PIECES
            ]
        if wholes and rated(page, wholes[0], top):
            wholes = []
        if wholes:
            strong = [(top, wholes[0])]
        else:
            head = _told_before(page, claim, top, before)
            strong = [(top, head)] if head is not None else []
    elif here and not external(page, claim) and here[0].clause >= _clause_before(page, claim):
        top = here[0]
        heads = [
            f for f in before if f.like(top) and f.start < top.start and f.value >= top.value and not is_band(page, f)
        ]
        if heads and re.search("共|合计|累计|已", lead(page, top)) and heads[-1].sentence == claim.sentence - 1:
            strong = [(top, heads[-1])]
    if not strong and tops and verb == "到位" and not external(page, claim):
        named = [f for f in page.figures if f.end <= tops[0].start and comparable(page, f, tops[0]) and not f.depth]
        named = [
            f
            for f in named
            if re.search("(?:合同|协议|签约)[^,]{0,4}(?:额|投资)", lead(page, f)) and not is_base(page, f)
        ]
        strong = [(tops[0], named[0])] if len({f.value for f in named}) == 1 else []
    every = (*before, *after)
    if strong and strong[0][1].start > max(page.sentences[claim.sentence][0], page.text.rfind(";", 0, claim.start)):
        # bound in its own breath: only what stands there may give it another meaning
        start = max(page.sentences[claim.sentence][0], page.text.rfind(";", 0, claim.start))
        stop = page.text.find(";", claim.end, page.sentences[claim.sentence][1])
        near = [f for f in every if f.start > start and (stop < 0 or f.start < stop)]
        heads = [f for f in before if f.sentence < claim.sentence][-2:]
        plausible = [(n, d) for n in near for d in (*near, *heads) if n.like(d) or n.kind == d.kind == "count"]
    else:
        plausible = [(n, d) for n in every for d in every if n.like(d) or n.kind == d.kind == "count"]
        plausible += [(n, d) for n in here[:4] for d in _above(page, n)]
    plausible = [(n, d) for n, d in plausible if verb not in d.label or verb in n.label or is_target(page, d)]
    if strong and tops and not [f for f in page.between(tops[0].end, claim.start) if f.kind in ("count", "money")]:
        plausible = [(n, d) for n, d in plausible if n is tops[0]]  # 注册216个，注册率90%: no other is registered
    return judge(page, "rate", claim, _bindings(page, strong), _bindings(page, plausible))


def rated(page: Page, whole: Figure, top: Figure) -> bool:
    """151个项目开工，开工率73%；85个项目竣工，竣工率76.6%: of what has a rate of its own in another breath."""
    between = page.text[whole.end : top.start]
    return ";" in between and bool(re.match(r"[^;。\d]{0,14}率(?:为|达到?)?[\d.]+%", between))


def _told_before(page: Page, claim: Figure, top: Figure, before: list[Figure]) -> Figure | None:
    """签约项目中已注册46个: what is divided stands in the sentence before, or where the text spoke of 签约项目."""
    heads = [
        f
        for f in before
        if f.like(top) and f.sentence == claim.sentence - 1 and f.value >= top.value and not is_base(page, f)
    ]
    heads = [f for f in heads if not is_delta(page, f)]
    if heads:
        return heads[-1]
    only = [f for f in before if f.like(top) and f.sentence == claim.sentence - 1 and not is_base(page, f)]
    if len(only) == 1 and only[0].kind == "count" and not is_delta(page, only[0]) and claim.value <= 100:
        return only[0]  # the numerator may be what is wrong
    start = page.sentences[claim.sentence][0]
    of = re.search(
        r"([一-龥]{2,6})中,?[^,;]{0,4}$", page.text[start : top.start - len(top.label)] + top.label.split("已")[0]
    )
    if of is None:
        return None
    named = [f for f in _above(page, top) if of[1] in lead(page, f) or (of[1][:2] in lead(page, f) and f.unit == "个")]
    return named[0] if named else None


def _share(page: Page, claim: Figure, words: str) -> Relation | None:
    match = _SHARE.search(words)
    if match is None:
        return _in_brackets(page, claim, words)
    of = match["of"] or ""
    if re.search("同期|上年|去年|目标|任务|计划", of):
        return None
    kind = (
        "money"
        if re.search("投资|额|资金|引资|外资", of + words[: match.start()])
        else "count"
        if re.search("数|项目|个|家", of)
        else ""
    )
    before = _amounts(page, claim, 6)
    if (behind := _told_behind(page, claim)) is not None:
        wholes = [f for f in before if comparable(page, f, behind) and f.value >= behind.value]
        return judge(
            page,
            "share",
            claim,
            _bindings(page, [(behind, w) for w in wholes[:1]]),
            _bindings(page, [(behind, w) for w in wholes]),
        )
    tops = [f for f in before if not kind or f.kind == kind] or before
    # a share of the whole city is of a whole that this text need not print
    if not tops or (tops[0].sentence != claim.sentence and "占" not in words):
        return None
    top = next((f for f in tops if not is_delta(page, f) and not is_base(page, f)), tops[0])
    subject = re.sub(
        "其中?|项目|个数|数量?|投资|总?额|均|资金|分别|所|约|金|的|合计|共|则|也", "", words[: match.start()]
    )
    own = [f for f in tops if f.sentence == claim.sentence and subject and subject[:3] in f.label + f.tail[:6]]
    top = own[0] if own else top
    wholes = [f for f in before if f.start < top.start and comparable(page, f, top) and f.value >= top.value]
    # "占总额300亿元的40%": the whole stands inside
    inside = [f for f in page.between(claim.start - 24, claim.start) if f.kind == top.kind and f is top]
    if inside and re.search(r"占[^,]{0,10}$", lead(page, top)):
        if not re.fullmatch("(?:项目|总|投资|额|资金|的)*", page.text[top.end : claim.start].strip()):
            return None  # 占64个项目需求量的64%: of something else that they have
        over = [f for f in before if f.start < top.start and comparable(page, f, top)]
        return judge(page, "share", claim, _bindings(page, [(over[0], top)] if over else []))
    strong: list[tuple[Figure, Figure]] = []
    named = bool(_EXTERNAL.search(of)) or len(_GENERIC.sub("", of)) > 1
    if _THAT.search(words[: match.start()]) or is_base(page, top):
        pass  # 该项目占……: which of its figures, is not said; 去年同期46个，占58%: of what there was then
    elif match["bare"] or (len(subject) > 1 and not own):
        pass  # 持股比例60%: a share of something that need not be told
    elif not named and not external(page, claim) and top.clause >= _clause_before(page, claim):
        head = _head(page, claim, top, wholes) or (_first_of_all(page, top) if re.search("总|全部", of) else None)
        head = _by_label(page, of, top) or head
        if head is not None:
            strong = [(top, head)]
    elif (
        named
        and not external(page, claim)
        and (head := _whole_of(page, of, top) or _by_label(page, of, top)) is not None
    ):
        strong = [(top, head)]
    near = [top] if strong and strong[0][1].sentence >= claim.sentence - 1 else before[:6]
    pairs = [(n, d) for n in near for d in before if n.like(d) and d is not n]
    if named or not strong or len(page.figures) < 400:  # its whole may stand anywhere above
        pairs += [(top, d) for d in _above(page, top)]
    return judge(page, "share", claim, _bindings(page, strong), _bindings(page, pairs))


def _told_behind(page: Page, claim: Figure) -> Figure | None:
    """工业项目占73.6%，为64个: what is divided stands right behind its share."""
    nearest = next((f for f in page.within(claim.sentence) if f.start >= claim.end), None)
    if nearest is None or nearest.vague or nearest.kind not in ("count", "money"):
        return None
    return nearest if re.fullmatch(" ?,? ?(?:为|即|有|共|计|达)", page.text[claim.end : nearest.start]) else None


def _clause_before(page: Page, claim: Figure) -> int:
    """Where the clause before the claim's own begins: a numerator stands no further off."""
    start = page.sentences[claim.sentence][0]
    before = page.text[start : claim.start]
    marks = [m.start() for m in re.finditer(r"[,;:、(]", before)]
    return start + marks[-2] if len(marks) > 1 else start - 1


def _head(page: Page, claim: Figure, top: Figure, wholes: list[Figure]) -> Figure | None:
    """The whole of a share: before 其中 in this sentence, else what the sentence or the paragraph began with."""
    start = page.sentences[claim.sentence][0]
    among = page.text[start : top.start].rfind("其中")
    here = [f for f in wholes if f.sentence == claim.sentence and f.depth <= top.depth and not _has_share(page, f)]
    if _VIEWED.match(page.text[start : claim.start]):
        here = []
    if among >= 0:
        outside = [f for f in here if f.start < start + among]
        if outside:
            return outside[-1] if _listed(page, outside) else outside[0]
    if here:
        return here[-1]
    earlier = [f for f in wholes if f.sentence == claim.sentence - 1]
    earlier = earlier or [
        f
        for f in wholes
        if f.sentence >= claim.sentence - 3 and (f.sentence < claim.sentence or not _has_share(page, f))
    ]
    return earlier[-1] if earlier else None


def _has_share(page: Page, figure: Figure) -> bool:
    """Whether a share of its own follows it: then it is a brother, not the whole."""
    after = page.text[figure.end : figure.end + 10]
    return bool(re.match(r"[^,;。]{0,4},?占(?:比)?[^,;。]{0,4}\d", after)) and "其中" not in after


def _by_label(page: Page, of: str, top: Figure) -> Figure | None:
    """占协议引资额的27%: the figure that bears the name of the whole, where only one does."""
    core = re.sub("的|总(?!投)|全部|本次|上述|比重|比例", "", of)
    if core in ("合同额", "协议额", "引资额", "投资额", "签约额"):
        above = [f for f in page.figures if f.end <= top.start and f.like(top) and not f.vague and not f.depth]
        named = [f for f in above if re.search(rf"{core[:2]}(?:引资|投资|金)?总?(?:金)?额", lead(page, f))]
        named = [f for f in named if not is_base(page, f) and not is_delta(page, f)]
        return named[0] if len({f.value for f in named}) == 1 else None
    if len(core) < 4:
        return None
    above = [f for f in page.figures if f.end <= top.start and f.like(top) and not f.vague and f.value >= top.value]
    named = [f for f in above if core in lead(page, f) + f.tail[:6] or core.removesuffix("项目") in lead(page, f)]
    return named[-1] if named and len({f.value for f in named}) == 1 else None


def _first_of_all(page: Page, top: Figure) -> Figure | None:
    above = [f for f in _above(page, top) if comparable(page, f, top)]
    return above[0] if above else None


def _whole_of(page: Page, of: str, top: Figure) -> Figure | None:
    """占全市的31.1%: the figure that this paragraph told of 全市 just before."""
    scope = _EXTERNAL.search(of)
    if scope is None:
        return None
    for number in range(top.sentence, max(-1, top.sentence - 3), -1):
        if scope[0] in page.text[page.sentences[number][0] : min(page.sentences[number][1], top.start)]:
            first = [
                f
                for f in page.within(number)
                if f.start < top.start and comparable(page, f, top) and not is_base(page, f)
            ]
            first = [f for f in first if f.paragraph == top.paragraph and not is_delta(page, f)]
            first = [f for f in first if f.value >= top.value]
            if first and not page.text[page.sentences[top.sentence][0] :].startswith("20"):
                return first[0]
    return None


def _listed(page: Page, figures: list[Figure]) -> bool:
    return len(figures) > 1


def _in_brackets(page: Page, claim: Figure, words: str) -> Relation | None:
    """制造业28个(70%): a share where each item of the sentence has one."""
    if (
        claim.label
        or not claim.depth
        or page.text[claim.start - 1] != "("
        or page.text[claim.end : claim.end + 1] != ")"
    ):
        return None
    beside = [f for f in page.back(claim) if claim.start - f.end <= 2]
    if not beside:
        return None
    top = beside[0]
    wholes = [f for f in page.back(top, 1) if comparable(page, f, top) and f.value >= top.value]
    like = [f for f in page.within(claim.sentence) if f.kind == "percent" and page.text[f.start - 1] == "("]
    strong = [(top, wholes[-1])] if wholes and len(like) > 1 else []
    return judge(page, "share", claim, _bindings(page, strong), _bindings(page, [(top, w) for w in wholes]))
