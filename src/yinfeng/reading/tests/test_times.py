"""Dates and periods against the day of publication."""

from datetime import date

import pytest

from yinfeng.reading.mentions.times import find_times
from yinfeng.reading.normalising import fold

DAY = date(2023, 8, 10)


def times(text: str, day: date | None = DAY) -> list[tuple[str, str | None]]:
    folded = fold(text)
    return [(folded[t.start : t.end], t.iso) for t in find_times(folded, day)]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("自3月29日开工以来", "2023-03-29"),
        ("去年12月5日签约", "2022-12-05"),
        ("昨日开工", "2023-08-09"),
        ("今天(8月10日)上午", "2023-08-10"),
        ("8日上午奠基", "2023-08-08"),
        ("22日签约", "2023-07-22"),
        ("2021年10月动工", "2021-10"),
        ("去年底投产", "2022"),
        ("2月15日至21日出访", "2023-02-15"),
    ],
)
def test_date_of_an_event(text: str, iso: str) -> None:
    assert times(text)[0][1] == iso


@pytest.mark.parametrize(
    "period",
    [
        "1-6月",
        "今年1~7月",
        "上半年",
        "前三季度",
        "截至7月底",
        "今年前5个月",
        "今年以来",
        "截至目前",
        "2023年",
        "1至3月",
        "一季度",
    ],
)
def test_period_as_written(period: str) -> None:
    assert [text for text, _ in times(f"{period},全市签约项目9个")] == [fold(period)]


def test_year_is_carried_through_a_sentence() -> None:
    assert [iso for _, iso in times("2021年5月签约,6月8日开工。")] == ["2021-05", "2021-06-08"]


def test_page_without_a_date_takes_its_own_year() -> None:
    assert ("3月29日", "2023-03-29") in times("2023年是攻坚年。项目自3月29日开工。", None)
