"""The pages as a browser gets them: what is shown, the rows, the export, and who is turned away."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse

from yinfeng.domain.indicators.queries import editions
from yinfeng.domain.projects.actions import facts as deeds
from yinfeng.domain.projects.rules.words import Stage
from yinfeng.foundation.audit.models import LookRow

from . import ledger

pytestmark = pytest.mark.django_db
PERIOD = "?start=2024-01-01&end=2024-12-31"


def url(name: str, query: str = PERIOD) -> str:
    return reverse("indicators:figure", args=[name]) + query


def test_each_indicator_stands_in_the_list_and_opens(city: Any, as_person: Any) -> None:
    client = as_person("director")
    page = client.get(reverse("indicators:index")).context["page"]
    names = [line.name for group in page.groups for line in group.lines]
    assert len(names) > 60
    ledger.project(city, city.units["east"], signed_on=date(2024, 5, 1), started_on=date(2024, 6, 1))
    known, _stamp = editions.definitions(date(2024, 5, 1))
    first_of = {
        (d.measure, d.base and d.base.records and d.base.records.source): name for name, d in known.by_name.items()
    }
    for name in first_of.values():
        assert client.get(url(name)).status_code == 200, name


def test_a_figure_shows_formula_lines_and_rows(city: Any, as_person: Any) -> None:
    ledger.project(city, city.units["east"], signed_on=date(2024, 5, 1), name="汐岚精工部件项目")
    ledger.project(city, city.units["west"], signed_on=date(2024, 5, 1), name="望屿冷链项目")
    client = as_person("director")
    answered = client.get(url("start_rate", PERIOD + "&by=unit"))
    page = answered.context["page"]
    assert "已开工 0 个 ÷ 期内签约 2 个 = 0.00%" in answered.content.decode()
    assert page.rows is None, "rows are one click away"
    place = next(n for n, line in enumerate(page.lines) if line.label == "东屏区")
    opened = client.get(url("start_rate", f"{PERIOD}&by=unit&line={place}")).content.decode()
    assert "汐岚精工部件项目" in opened
    assert "望屿冷链项目" not in opened
    assert "望屿冷链项目" in client.get(url("start_rate", PERIOD + "&rows=1")).content.decode()


def test_a_page_costs_the_same_however_many_rows(city: Any, as_person: Any, django_assert_max_num_queries: Any) -> None:
    ledger.projects(city, city.units["east"], 30, signed_on=date(2024, 5, 1))
    client = as_person("director")
    client.get(url("start_rate"))
    with django_assert_max_num_queries(12):
        client.get(url("start_rate", PERIOD + "&by=unit&rows=1"))


@pytest.mark.parametrize(
    ("query", "says"),
    [("?start=2024-12-31&end=2024-01-01", "对调"), ("?start=x&end=2024-01-01", "日期"),
     (PERIOD + "&as_of=2999-01-01", "截至日期不能晚于今天"), (PERIOD + "&known=2999-01-01", "所知”不能晚于今天"),
     (PERIOD + "&by=group&known=2024-06-30", "不留历史"),
     (PERIOD + "&by=colour", "colour")],
)  # fmt: skip
def test_a_bad_question_is_answered_in_words(city: Any, as_person: Any, query: str, says: str) -> None:
    answered = as_person("director").get(url("signed_count", query))
    assert answered.status_code == 400
    assert says in answered.content.decode()


def test_an_indicator_is_found_by_any_word_of_it(city: Any, as_person: Any) -> None:
    client = as_person("steward")

    def names(page: str, **asked: str) -> set[str]:
        groups = client.get(reverse(f"indicators:{page}"), asked).context["page"].groups
        return {line.name for group in groups for line in group.lines}

    assert names("index", q="开工率 12 rolling") == {"start_rate_rolling_12"}
    assert "start_rate" in names("definitions", q="START RATE")
    assert names("definitions", changed="on") == set()
    assert "没有找到这样的指标" in client.get(reverse("indicators:index"), {"q": "無此"}).content.decode()


@pytest.mark.parametrize("page", ["funnel", "cohorts"])
def test_funnel_and_cohorts_keep_both_dates_down_to_the_rows(city: Any, as_person: Any, page: str) -> None:
    ledger.project(
        city, city.units["east"], signed_on=date(2024, 5, 1), started_on=date(2024, 6, 1), name="望屿冷链项目"
    )
    client = as_person("director")
    told = client.get(reverse(f"indicators:{page}") + PERIOD + "&as_of=2024-05-31&known=2024-12-31").content.decode()
    assert "截至 2024-05-31 · 按 2024-12-31 23:59 所知 · indicators v" in told
    name = "start_rate" if page == "funnel" else "start_cohort"
    (link,) = set(re.findall(rf'href="(/indicators/{name}/\?[^"#]*)', told))
    opened = client.get(unescape(link)).context["page"]
    assert [row.name for row in opened.rows] == ["望屿冷链项目"]
    assert (opened.answer.as_of, opened.answer.total.figure.numerator) == (date(2024, 5, 31), 0)
    assert client.get(reverse(f"indicators:{page}") + PERIOD + "&as_of=2999-01-01").status_code == 400


def test_known_at_a_day_before_the_first_record(city: Any, as_person: Any) -> None:
    ledger.project(city, city.units["east"], signed_on=date(2024, 5, 1))
    page = as_person("director").get(url("signed_count", PERIOD + "&known=2023-06-30")).context["page"]
    assert page.answer.total.display == "无记录"


def test_the_rows_leave_as_a_workbook_and_are_logged(city: Any, as_person: Any) -> None:
    from openpyxl import load_workbook

    ledger.projects(city, city.units["east"], 2, signed_on=date(2024, 5, 1))
    answered = as_person("director").get(reverse("indicators:export", args=["start_rate"]) + PERIOD)
    book = load_workbook(BytesIO(b"".join(answered.streaming_content)))
    rows, about = book.worksheets[0], book.worksheets[1]
    assert rows.max_row == 3
    told = {row[0].value: row[1].value for row in about.iter_rows() if row[0].value}
    assert told["公式"] == "已开工 0 个 ÷ 期内签约 2 个 = 0.00%"
    look = LookRow.objects.get()
    assert (look.object_kind, look.rows, look.person) == ("indicator", 2, city.people["director"])


def test_who_may_not_look_finds_nothing(city: Any, project: Any, as_person: Any) -> None:
    deeds.declare_milestone(
        phase=project.phases.get(), stage=Stage.SIGNED, happened_on=date(2026, 1, 5), actor=city.people["officer"],
        at=city.tick(), gated=False,
    )  # fmt: skip
    query = "?start=2026-01-01&end=2026-12-31&rows=1"
    assert project.name in as_person("officer").get(url("signed_count", query)).content.decode()
    assert project.name not in as_person("stranger").get(url("signed_count", query)).content.decode()
    export = reverse("indicators:export", args=["signed_count"]) + query
    assert as_person("officer").get(export).status_code == 403
    for who in ("sysadmin", "auditor", "agent"):
        assert as_person(who).get(url("signed_count", query)).status_code == 404
        assert as_person(who).get(export).status_code == 404
    assert as_person("director").get(reverse("indicators:figure", args=["nothing"])).status_code == 404
    assert not LookRow.objects.exists()


def test_english_readers_see_english_names(city: Any, as_person: Any) -> None:
    client = as_person("director")
    client.cookies["django_language"] = "en"
    assert "Start rate (to date)" in client.get(reverse("indicators:index")).content.decode()
