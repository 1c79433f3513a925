"""Small things about text that several floors share: names for matching, bigrams for search, masks."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Longest first: a suffix is cut only once the longer ones have been tried.
_LEGAL_SUFFIXES = tuple(
    sorted(
        (  # noqa: SIM905 - a list of forty would hide what belongs together
            "集团股份有限公司|控股集团有限公司|集团有限责任公司|集团有限公司|股份有限公司|有限责任公司|股份合作公司"
            "|有限公司|股份公司|总公司|分公司|子公司|集团公司|公司|集团|股份|有限责任"
            "|特殊普通合伙企业|普通合伙企业|有限合伙企业|合伙企业有限合伙|合伙企业普通合伙|合伙企业|有限合伙|普通合伙"
            "|个人独资企业|个体工商户|农民专业合作社|专业合作社|株式会社|有限会社|合同会社"
            "|companylimited|coltd|pteltd|limited|ltd|pte|inc|incorporated|corporation|corp|llc|llp|plc|gmbh"
            "|ag|sa|bv|nv"
        ).split("|"),
        key=len,
        reverse=True,
    )
)
_LATIN = re.compile(r"[a-z0-9]")
_COMPOUND_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容"
        "仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐"
        "段干百里呼延东郭南门羊舌微生公户公玉公仪梁丘公仲公上公门公山公坚左丘公伯西门公祖第五公乘贯丘公皙"
        "南荣东里东宫仲长子书子桑即墨达奚褚师",
    )
)


def squeeze(text: str) -> str:
    """NFKC, lower case, and only letters and digits left: spacing, brackets and punctuation fall away."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    # A second NFKC: casefold can decompose (ﬃ, İ), and squeeze must be idempotent.
    folded = unicodedata.normalize("NFKC", folded)
    return "".join(char for char in folded if char.isalnum())


def normalise_name(name: str) -> str:
    """The form in which two spellings of one organisation's name are equal, for duplicate matching.

    NFKC, lower case, no spaces or punctuation, legal suffixes (有限公司, 股份有限公司, Co., Ltd. …) dropped
    as often as they stand at the end. A name that consists of nothing but a suffix is kept.
    """
    core = squeeze(name)
    while True:
        shorter = _drop_suffix(core)
        if shorter == core:
            return core
        core = shorter


def _drop_suffix(core: str) -> str:
    for suffix in _LEGAL_SUFFIXES:
        if not core.endswith(suffix) or len(core) - len(suffix) < 2:
            continue
        # "ag", "sa" … end many ordinary Latin words: after squeezing they count only behind a Chinese name.
        if len(suffix) <= 2 and _LATIN.match(core[-len(suffix) - 1]):
            continue
        return core[: -len(suffix)]
    return core


def company_core(name: str) -> str:
    """The part of a firm's name that tells it from its neighbours: no place in front, no legal form behind.

    ``"江苏省某某（苏州）新材料有限公司"`` → ``"某某新材料"``. Places are the names of divisions: in front of
    the name, province and prefecture also without 省 / 市, counties only in full (a short county name is too
    often a trade name); in brackets, all of them. Two firms of different places may share a core: it finds
    candidates and proves nothing. Never shorter than two characters: rather than that the place stays.
    """
    folded = unicodedata.normalize("NFKC", name)
    in_front, in_brackets = _places()
    without = re.sub(r"\(([^()]*)\)", lambda m: "" if squeeze(m.group(1)) in in_brackets else m.group(0), folded)
    core = normalise_name(without)
    while True:
        for length in range(min(len(core) - 2, _LONGEST_PLACE), 1, -1):
            if core[:length] in in_front:
                core = core[length:]
                break
        else:
            return core


_LONGEST_PLACE = 15


@lru_cache(maxsize=1)
def _places() -> tuple[frozenset[str], frozenset[str]]:
    from yinfeng.kernel.tables import divisions

    in_front: set[str] = set()
    in_brackets: set[str] = {"中国"}
    for division in divisions():
        in_front.add(division.name)
        in_brackets.update((division.name, division.short_name))
        if division.level <= 2:
            in_front.add(division.short_name)
    in_front = {place for place in in_front if len(place) >= 2}
    return frozenset(in_front), frozenset(in_brackets)


def bigrams(text: str) -> list[str]:
    """What a text is found by: every single character and every pair of neighbours, each once, in order.

    ``"云帆电机"`` → ``["云", "帆", "电", "机", "云帆", "帆电", "电机"]``. Punctuation and spaces are skipped,
    so that 云帆（江苏）电机 is found by 云帆江苏. Store them space-joined (SQLite FTS5) or as an array
    (PostgreSQL GIN).
    """
    letters = squeeze(text)
    pairs = (letters[i : i + 2] for i in range(len(letters) - 1))
    return list(dict.fromkeys([*letters, *pairs]))


def search_terms(query: str) -> list[str]:
    """The bigrams that a text must all hold to be a candidate for this query; empty: nothing to look for.

    Words between spaces are looked for separately. Three or more characters make a necessary, not a
    sufficient condition (their pairs may stand apart): confirm candidates with ``squeeze(word) in
    squeeze(text)``.
    """
    terms: list[str] = []
    for word in query.split():
        letters = squeeze(word)
        terms += [letters] if len(letters) == 1 else [letters[i : i + 2] for i in range(len(letters) - 1)]
    return list(dict.fromkeys(terms))


def mask_phone(phone: str) -> str:
    """``13812345678`` → ``138****5678``; other numbers keep a quarter at each end, at most 3 and 4 digits.

    Only ASCII digits count as digits after NFKC; separators stay where they are, so that the shape is
    recognised.
    """
    folded = unicodedata.normalize("NFKC", phone).strip()
    digits = [i for i, char in enumerate(folded) if char.isdigit()]
    if not digits:
        return "*" * len(folded)
    mobile = len(digits) >= 11
    head = 3 if mobile else min(3, len(digits) // 4)
    if len(digits) == 13 and folded.lstrip("+").startswith("86"):
        head = 5
    tail = 4 if mobile else min(4, len(digits) // 4)
    hidden = set(digits[head : len(digits) - tail])
    return "".join("*" if i in hidden or char.isalpha() else char for i, char in enumerate(folded))


def mask_name(name: str) -> str:
    """``王小明`` → ``王**``, ``欧阳明`` → ``欧阳*``; Latin names keep the first letter of each word."""
    folded = unicodedata.normalize("NFKC", name).strip()
    if not folded:
        return ""
    if folded[0].isascii():
        return " ".join(word[0] + "*" * (len(word) - 1) for word in folded.split())
    letters = folded.replace(" ", "")
    kept = 2 if letters[:2] in _COMPOUND_SURNAMES and len(letters) > 2 else 1
    return letters[:kept] + "*" * max(1, len(letters) - kept)
