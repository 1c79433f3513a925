"""Split and shifted GBK bytes: what the reposting machines broke, put back where the evidence allows.

Two kinds of damage, both marked by a `?` that stands for a lost byte (facts in docs/formats/reading.md):

- *split*: an annotation fell between the two bytes of a character (`府?dāng)y`). The reading in the annotation is that of
  the character made of the two neighbours' bytes, which gives the lost byte back.
- *shifted*: the run after the `?` was decoded one byte off (`?!敝窃…`). The lost byte and the run are decoded again; pairs
  of the user-defined areas were dropped by the first decoder, so one or two gaps are tried where the run breaks.

A repair is taken only if it turns rare characters into common ones. Every repaired span is flagged; nothing read from it
is certain.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .annotations import readings
from .mapped import Mapped
from .traditional import to_simplified

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ"
_SPLIT = re.compile(rf"([㐀-鿿])\?([a-z{_TONED}]{{1,6}})(\))?")
_READING = re.compile(rf"\(([a-z{_TONED}]{{1,6}})\)")
_SHIFT = re.compile(r"\?(?=[!-/:;<=>?@\u3001-\u303f\uff01-\uff5e㐀-鿿])")
_RUN = 40  # characters a shifted run may be long
_LEADS = range(0x81, 0xFF)
# lead bytes of the pairs the first decoder dropped: the user-defined areas of GBK
_DROPPED = (*range(0xAA, 0xB0), *range(0xF8, 0xFF), *range(0xA1, 0xA8))
_WIDE = {ch: chr(ord(ch) + 0xFEE0) for ch in "!(),:;?.%-+/"}
_USUAL = "。，、；：！？“”‘’（）《》"


def repair_damage(page: Mapped) -> Mapped:
    """The page with damaged runs put right where the evidence allows; such runs are flagged as repaired."""
    if "?" not in page.text:
        return page
    pieces: list[tuple[int, int, str | None]] = []
    at = 0
    for start, end, new in [*_splits(page.text), *_shifts(page.text)]:
        if start >= at:
            pieces += [(at, start, None), (start, end, new)]
            at = end
    if not pieces:
        return page
    pieces.append((at, len(page.text), None))
    return page.rebuilt(pieces)


@lru_cache(maxsize=8192)
def _pair(lead: int, trail: int) -> str:
    """The character of two GBK bytes, or ''."""
    try:
        return bytes((lead, trail)).decode("gbk")
    except UnicodeDecodeError:
        return ""


def _bytes(character: str) -> bytes:
    try:
        return character.encode("gbk")
    except UnicodeEncodeError:
        return b""


@lru_cache(maxsize=16384)
def commonness(character: str) -> float:
    """2 for the commonest characters of running text, 1 for level 1 of GB 2312 and usual marks, below 0 for rare ones."""
    if character in _USUAL:
        return 1.0
    simple = to_simplified(character) if character else ""
    try:
        code = simple.encode("gb2312")
    except UnicodeEncodeError:
        return -2.0
    if len(code) != 2 or code[0] < 0xB0:
        return -1.0
    if simple in _FREQUENT:
        return 2.0
    return 1.0 if code[0] <= 0xD7 else -1.0


_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法"
    "所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政"
    "四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最"
    "立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根"
    "论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联"
    "认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整"
    "空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青"
    "省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专"
    "状育厂京识适属圆包火住调满县局照参红细引听该铁价负严项投招企签额亿镇园链创智造城责表示"
)


# ---------------------------------------------------------------- split characters


def _splits(text: str) -> list[tuple[int, int, str]]:
    found = []
    for match in _SPLIT.finditer(text):
        new = _join_split(text, match)
        if new is not None:
            found.append(new)
    return found


def _join_split(text: str, match: re.Match[str]) -> tuple[int, int, str] | None:
    """(start, end, text) for `府?dāng)y`: the lost byte by the reading, then what follows it."""
    left = _bytes(match[1])
    if len(left) != 2 or match.end() >= len(text):
        return None
    start, after = match.end(1), match.end()
    following = _bytes(text[after])
    if not following:
        return None
    best: tuple[float, int, str] | None = None
    for lost in _LEADS:
        if match[2] not in readings(_pair(left[1], lost) or " "):
            continue
        joined = _pair(lost, following[0])
        if not joined:
            continue
        end, new, score = after + 1, joined, commonness(joined)
        if len(following) == 2:  # the next character was taken apart too: its second byte leads another one
            told = _READING.match(text, end)
            if not told:
                continue
            seconds = [c for c in (_pair(following[1], t) for t in range(0x40, 0xFF)) if c and told[1] in readings(c)]
            if not seconds:
                continue
            second = max(seconds, key=commonness)
            end, new, score = told.end(), joined + second, score + commonness(second)
        if best is None or score > best[0]:
            best = (score, end, new)
    return None if best is None or best[0] < 0 else (start, best[1], best[2])


# ---------------------------------------------------------------- shifted runs


def _shifts(text: str) -> list[tuple[int, int, str]]:
    found = []
    at = 0
    for match in _SHIFT.finditer(text):
        if match.start() < at:
            continue
        new = _realign(text, match.end())
        if new is not None:
            found.append((match.start(), new[0], new[1]))
            at = new[0]
    return found


def _realign(text: str, start: int) -> tuple[int, str] | None:
    """(end, text) of the run after a `?` decoded one byte further on, or None where it does not become readable."""
    stream = bytearray()
    end, closing = start, b""
    while end < len(text) and end - start < _RUN:
        ch = text[end]
        if ch in "?_^~`|{}" or (ch.isascii() and ch not in _WIDE):
            closing = ch.encode() if ch != "\n" else b""
            break
        code = _bytes(_WIDE.get(ch, ch))
        if len(code) != 2:
            break
        stream += code
        end += 1
    if len(stream) < 4:
        return None
    shown = [commonness(_WIDE.get(ch, ch)) for ch in text[start:end]]
    best = _decode(bytes(stream), closing)
    if best is None:
        return None
    score, new = best
    before = sum(shown) / len(shown)
    after = score / max(len(new), 1)
    if after < 0.8 or after < before + 0.5:
        return None
    return end + len(closing), to_simplified(new)


def _decode(stream: bytes, closing: bytes) -> tuple[float, str] | None:
    """The best reading of lost byte + stream (+ closing byte): a beam over the lost byte and up to three gaps."""
    beam: list[tuple[float, str, int, int]] = []  # score, text, position in stream, gaps used
    for lost in (0xA1, *range(0xB0, 0xF8)):
        first = _pair(lost, stream[0])
        if first and (score := commonness(first)) > 0:
            beam.append((score + (3.0 if first == "。" else 0.0), first, 1, 0))
    beam.sort(reverse=True)
    beam = beam[:12]
    done: list[tuple[float, str]] = []
    while beam:
        grown: list[tuple[float, str, int, int]] = []
        for score, text, at, gaps in beam:
            if at >= len(stream) - 1:
                done += _endings(score, text, stream[at:], closing)
                continue
            plain = _pair(stream[at], stream[at + 1])
            if plain and commonness(plain) > -2:
                grown.append((score + _fit(text, plain), text + plain, at + 2, gaps))
            if gaps < 3:
                grown += [
                    (score + _fit(text, two) - 1.2, text + two, at + 2, gaps + 1)
                    for two in _over_gap(stream[at], stream[at + 1])
                    if not plain or commonness(plain) < 1 or two in _PLANS
                ]
        grown.sort(reverse=True)
        beam = grown[:24]
    return max(done) if done else None


def _endings(score: float, text: str, rest: bytes, closing: bytes) -> list[tuple[float, str]]:
    """Ways to end a run: a byte left over meets the lead half of the character after the run."""
    if not rest or not closing:
        return [(score, text)]
    if closing == b"?":  # the second half is lost for good: only a known word can tell
        told = [c for t in range(0x40, 0xFF) if (c := _pair(rest[0], t)) and text[-1:] + c in _known_pairs()]
        return [(score + _fit(text, end), text + end) for end in told] or [(score, text)]
    ends = [_pair(rest[0], closing[0]), *_over_gap(rest[0], closing[0])]
    return [(score + _fit(text, end), text + end) for end in ends if end] or [(score, text)]


def _fit(text: str, more: str) -> float:
    """How well characters go on from a text: their commonness, and known words they make."""
    whole = to_simplified(text[-1:] + more)
    known = sum(whole[i : i + 2] in _known_pairs() for i in range(len(whole) - 1))
    return sum(map(commonness, more)) + 0.8 * known


@lru_cache(maxsize=1)
def _known_pairs() -> frozenset[str]:
    """Pairs of neighbouring characters in the words of the lexicon."""
    from ..lexicon import lines

    files = ("boundaries.txt", "generic.txt", "stages.txt", "measures.txt", "heads.txt", "sectors.txt")
    words = [word.lstrip("~") for name in files for _, group in lines(name) for word in group]
    return frozenset(word[i : i + 2] for word in words for i in range(len(word) - 1)) | {"。”", "，“", "：“"}


_PLANS = ("十三五", "十二五", "十四五", "十一五")


@lru_cache(maxsize=4096)
def _over_gap(lead: int, trail: int) -> tuple[str, ...]:
    """The likeliest characters `lead+x, y+trail` where the pair x, y was dropped; plans (十三五) may lose two pairs."""
    for plan in _PLANS:
        code = plan.encode("gbk")
        lost = {code[1], code[3]}
        if code[0] == lead and code[5] == trail and all(0xAA <= b <= 0xAF or b >= 0xF8 for b in lost):
            return (plan,)
    lefts = sorted(((commonness(c), c) for x in _DROPPED if (c := _pair(lead, x))), reverse=True)[:4]
    rights = sorted(((commonness(c), c) for y in _LEADS if (c := _pair(y, trail))), reverse=True)[:6]
    pairs = [(a + b, c + d) for a, c in lefts for b, d in rights if a > 0 and b > 0]
    return tuple(two for _, two in sorted(pairs, reverse=True)[:12])
