import csv
import os
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.tables import currencies, currency, divisions, industries

SHARED = Path(os.environ.get("YINFENG_SHARED", Path(__file__).parents[5] / "shared"))


def _names(found):
    return [divisions().full_name(division.code) for division in found]


# ---------------------------------------------------------------------------------------------- divisions


def test_every_division_has_a_place_in_the_tree():
    table = divisions()
    assert len(table) == 3_214
    assert Counter(division.level for division in table) == {1: 34, 2: 333, 3: 2_847}
    assert sum(division.lng is None for division in table) == 143
    assert len({division.code for division in table}) == len(table)
    reached = [below for top in table.children() for below in (top, *table.descendants(top.code))]
    assert sorted(reached, key=lambda division: division.code) == list(table)


def test_full_names_are_unique_though_names_are_not():
    table = divisions()
    assert len({table.full_name(division.code) for division in table}) == len(table)
    assert len({division.name for division in table}) < len(table)


def test_not_all_counties_have_a_prefecture_and_not_all_prefectures_have_counties():
    table = divisions()
    assert [division.name for division in table.path("429004")] == ["湖北省", "仙桃市"]
    assert [division.name for division in table.path("110105")] == ["北京市", "朝阳区"]
    assert table.children("441900") == ()
    assert [division.name for division in table.children()][:2] == ["北京市", "天津市"]
    assert table.full_name("330213") == "浙江省宁波市奉化区"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("鼓楼区", ["江苏省南京市鼓楼区", "江苏省徐州市鼓楼区", "福建省福州市鼓楼区", "河南省开封市鼓楼区"]),
        ("福州市鼓楼区", ["福建省福州市鼓楼区"]),
        ("福建鼓楼", ["福建省福州市鼓楼区"]),
        ("浙江宁波奉化", ["浙江省宁波市奉化区"]),
        ("浙江省 宁波市 奉化区", ["浙江省宁波市奉化区"]),
        ("江苏", ["江苏省"]),
        ("吉林", ["吉林省", "吉林省吉林市"]),
        ("南昌县", ["江西省南昌市南昌县"]),
        ("恩施", ["湖北省恩施土家族苗族自治州", "湖北省恩施土家族苗族自治州恩施市"]),
        ("内蒙古", ["内蒙古自治区"]),
        ("香港", ["香港特别行政区"]),
        ("广东鼓楼", []),
        ("某某", []),
        ("", []),
    ],
)
def test_find_answers_with_every_candidate(name, found):
    assert _names(divisions().find(name)) == found


def test_every_full_name_finds_itself_only():
    table = divisions()
    for division in table:
        assert table.find(table.full_name(division.code)) == (division,)


def test_spoken_names_keep_at_least_two_characters():
    assert all(len(division.short_name) >= 2 for division in divisions())
    assert divisions().by_code("150000").short_name == "内蒙古"
    assert {division.short_name for division in divisions().find("城区")} == {"城区"}


def test_an_unknown_code_is_refused_or_none():
    assert divisions().get("999999") is None
    assert "999999" not in divisions()
    with pytest.raises(DomainError, match="999999") as refusal:
        divisions().by_code("999999")
    assert refusal.value.code == "division.unknown_code"


# --------------------------------------------------------------------------------------------- industries


def test_every_industry_has_a_place_in_the_tree():
    table = industries()
    assert Counter(industry.level for industry in table) == {1: 20, 2: 97, 3: 473, 4: 1_381}
    assert len({industry.code for industry in table}) == len(table) == 1_971
    for industry in table:
        path = table.path(industry.code)
        assert [step.level for step in path] == list(range(1, industry.level + 1))
        assert table.get(industry.number) == table.get(industry.code) == industry
        assert industry in table.children(industry.parent)


def test_industry_lookups():
    table = industries()
    assert table.by_code("c3982").code == "C3982"
    assert table.by_code("0111").code == "A0111"
    assert table.by_code("111").code == "B111", "leading zeros matter"
    assert table.get("39820") is None
    assert table.full_name("A011") == "农、林、牧、渔业 / 农业 / 谷物种植"
    assert table.by_code("A0111").level_name == "小类"
    assert len(table.children()) == 20
    assert {industry.code for industry in table.find("国际组织")} == {"T", "T97", "T970", "T9700"}
    assert all("电梯" in industry.name for industry in table.find("电梯"))
    assert table.find(" ") == ()
    assert "C39" in table
    assert 39 not in table
    with pytest.raises(DomainError, match="Z99"):
        table.by_code("Z99")


# --------------------------------------------------------------------------------------------- currencies


def test_currencies():
    assert list(currencies()) == ["CNY", "USD", "EUR", "JPY", "HKD", "KRW", "CAD", "TWD"]
    assert currency("usd").label == "美元"
    assert currency("JPY").decimals == 0
    with pytest.raises(DomainError, match="人民币"):
        currency("ABC")


# -------------------------------------------------------------------------------------------------- files


def test_files_are_small_and_name_their_origin():
    for file in files("yinfeng.kernel").joinpath("data").iterdir():
        text = file.read_text(encoding="utf-8")
        assert len(text.encode()) < 500_000, file.name
        assert text.startswith("# "), file.name


@pytest.mark.shared
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("divisions.csv", "admin/divisions_2026-09.csv"), ("gbt4754_2017.csv", "industry/gbt4754_2017.csv")],
)
def test_files_say_what_their_source_says(ours, theirs):
    from yinfeng.kernel.tables import read_rows

    source = SHARED / "data" / theirs
    if not source.exists():
        pytest.skip("the shared data pack is not beside the checkout")
    own = read_rows(ours)
    with source.open(encoding="utf-8-sig") as lines:
        assert [{key: row[key] for key in own[0]} for row in csv.DictReader(lines)] == own
    assert "description" not in own[0], "descriptions of GB/T 4754 are for testing only"
