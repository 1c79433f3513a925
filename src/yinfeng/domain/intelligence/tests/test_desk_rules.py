"""The pure rules of the desk: likeness of texts, order of records, feeds, the watch, labels."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.domain.intelligence.rules.feeds import as_page, parse_feed
from yinfeng.domain.intelligence.rules.labels import Decided, label
from yinfeng.domain.intelligence.rules.priority import STANDARD_PRIORITY, Signs, parse_priority, rank
from yinfeng.domain.intelligence.rules.sketch import ALIKE, indexed, likeness, sketch
from yinfeng.domain.intelligence.rules.watch import (
    STANDARD_WATCH,
    is_falling,
    month_of,
    months_back,
    parse_watch,
    region_of,
    region_told,
)
from yinfeng.kernel.errors import DomainError

from .documents import FIELDS

WORDS = ["项目投资建设园区产业招商企业签约开工投产用地厂房设备材料电池储能装备服务平台基地创新发展推进落户总部研发"]


def story(seed: int, length: int = 600) -> str:
    chance = random.Random(seed)
    letters = [chr(0x4E00 + chance.randrange(3_000)) for _ in range(400)]
    return "".join(chance.choice(letters) for _ in range(length))


# ------------------------------------------------------------------------------------------- likeness


def test_a_repost_with_small_changes_is_the_same_news() -> None:
    text = story(1)
    repost = f"（转载）{text[:200]}32亿元{text[205:]}（编辑：某某）"
    assert likeness(sketch(text), sketch(repost)) > ALIKE
    assert set(indexed(sketch(text))) & set(indexed(sketch(repost)))
    assert likeness(sketch(text), sketch(story(2))) < 0.1
    assert sketch("  ".join(text)) == sketch(text.replace("，", ""))  # spaces and points are no difference
    assert sketch("太短") == ()


@given(st.integers(0, 10_000), st.integers(0, 600))
def test_likeness_follows_the_share_that_is_kept(seed: int, cut: int) -> None:
    """Half the text and more kept in one piece: found by the index, estimated within a fifth."""
    text = story(seed)
    other = text[:cut] + story(seed + 77_777)[cut:]
    true = cut / (1_200 - cut)  # pieces in common of all pieces, but for the seam
    assert abs(likeness(sketch(text), sketch(other)) - true) < 0.27
    if true > 0.8:
        assert set(indexed(sketch(text))) & set(indexed(sketch(other)))


# ------------------------------------------------------------------------------------------- order

RULE = parse_priority(STANDARD_PRIORITY)


def test_the_order_says_why() -> None:
    plain = Signs(None, 0.3, "signed", is_first=False, names_us=False, trust="unsure")
    assert rank(plain, RULE).reasons == ()
    ours = Signs(1_200_000_000, 0.9, "negotiating", is_first=True, names_us=True, trust="official")
    found = rank(ours, RULE)
    assert found.points == sum(points for _reason, points in found.reasons) == 26 + 25 + 15 + 10 + 5 + 5
    assert found.reasons[0] == ("size", 26)


@given(st.integers(0, 2 * 10**11), st.integers(0, 2 * 10**11))
def test_more_money_is_never_less_pressing(a: int, b: int) -> None:
    small, large = (rank(Signs(x, 0.7, None, True, False), RULE).points for x in sorted((a, b)))
    assert small <= large


@pytest.mark.parametrize(
    "change",
    [{"size": [{"from_cny": 1, "points": 1}, {"from_cny": 2, "points": 1}]}, {"size": "大"}, {"sure": -1}, {"sure": True},
     {"trust": {"official": 1}}, {"unknown": 1}],
)  # fmt: skip
def test_a_rule_that_cannot_be_used_is_named(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        parse_priority({**STANDARD_PRIORITY, **change})


# ------------------------------------------------------------------------------------------- feeds

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>月汐&amp;项目</title><id>tag:1</id>
<link rel="self" href="/no"/><link rel="alternate" href="/a.html"/><published>2026-03-06T08:00:00+08:00</published>
<content type="html">&lt;p&gt;总投资3亿元&lt;/p&gt;</content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><item><title>甲</title><link>http://x.example/1</link><dc:date>2026-03-06</dc:date>
</item></rdf:RDF>"""


def test_feeds_of_every_kind() -> None:
    (atom,) = parse_feed(ATOM.encode(), "http://x.example/feed")
    assert (atom.key, atom.title, atom.link, atom.on) == (
        "tag:1",
        "月汐&项目",
        "http://x.example/a.html",
        date(2026, 3, 6),
    )
    assert "<p>总投资3亿元</p>" in as_page(atom).decode()
    (rdf,) = parse_feed(RDF.encode("utf-16"))
    assert (rdf.title, rdf.key, rdf.on) == ("甲", "http://x.example/1", date(2026, 3, 6))


@given(st.binary(max_size=300))
def test_whatever_comes_it_is_a_feed_or_a_refusal(data: bytes) -> None:
    with suppress(DomainError):
        parse_feed(b"<rss>" + data)


# ------------------------------------------------------------------------------------------- the watch


def test_places_elsewhere_and_our_own() -> None:
    ours = ("栖梧市", "凤翎高新园")
    assert region_of("凤翎高新园二号路", ours) == ""
    assert region_of("岱屿高新区", ours, ("岱屿市",)) == "岱屿市"
    assert region_of("合肥市高新区", ours) == region_of("合肥高新区", ours) == "合肥市"
    assert region_of("昆山市开发区", ours) == "苏州市"  # a county gives its prefecture
    assert region_of("某地", ours) == region_of(None, ours) == ""
    assert region_told(["", "栖梧市签约的宁波企业", "宁波市"], ours) == ""
    assert region_told(["", "落户宁波"], ours) == "宁波市"


def test_months() -> None:
    assert month_of("2026-02-10", date(2026, 5, 1)) == date(2026, 2, 1)
    assert month_of("2026", date(2026, 5, 9)) == date(2026, 5, 1)
    assert month_of("", None) is None
    assert months_back(date(2026, 1, 31), 3) == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]


@pytest.mark.parametrize(
    ("counts", "falls"),
    [([9, 7, 5, 4], True), ([9, 7, 7, 4], False), ([2, 1, 0, 0], False), ([7, 5, 4], False), ([1, 9, 7, 5, 4], True),
     ([2, 1, 0], False)],
)  # fmt: skip
def test_falling_three_months_running(counts: list[int], falls: bool) -> None:
    assert is_falling(counts, 3, 3) is falls
    assert not is_falling(counts, 0, 1)


@pytest.mark.parametrize(
    "change", [{"neighbours": "甲市"}, {"stages": ["won"]}, {"months": 2}, {"falling_months": 1}, {"x": 1}]
)
def test_a_watch_that_cannot_be_used_is_named(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        parse_watch({**STANDARD_WATCH, **change})


# ------------------------------------------------------------------------------------------- labels


def test_labels_say_what_people_left() -> None:
    from yinfeng.domain.intelligence.rules.draft import draft_of

    changed = draft_of(FIELDS).to_json() | {"amount": 3_000_000_000, "name": "星澜电池"}
    told = label(
        7, date(2026, 3, 6), "原文",
        [
            Decided("project", "accepted", FIELDS, changed, "", "25亿元"),
            Decided("project", "rejected", FIELDS, None, "非本地项目", "25亿元"),
            Decided("project", "rejected", {"name": "一句话"}, None, "读取有误，不是项目", ""),
            Decided("aggregate", "kept", {"measure": "signed_count", "value": 17, "unit": "count"}, None, "", "17个"),
        ],
    )  # fmt: skip
    first, second = told["projects"]
    assert (first["name"], first["investment"]["value"], first["stage"], first["corrected"]) == (
        "星澜电池", 3_000_000_000, "started", True,
    )  # fmt: skip
    assert (second["name"], second["confirmed"]) == ("星澜储能电池项目", False)
    assert (told["rejected"], told["id"], told["aggregates"][0]["value"]) == (["一句话"], "7", 17)
