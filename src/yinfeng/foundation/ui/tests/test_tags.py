"""Words of the pages: numbers are exact and never lose their separators, dates say what they mean."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.http import QueryDict
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from yinfeng.foundation.ui.templatetags import yf

whole_yuan = st.integers(min_value=-(10**16), max_value=10**16)
NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)  # 10:30 in Shanghai


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def digits(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


@given(whole_yuan)
def test_number_keeps_value_and_separates_thousands(value: int) -> None:
    shown = yf.number(value)
    assert digits(shown) == value
    assert all(len(group) == 3 for group in shown.lstrip("-").split(",")[1:])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_separators_in_every_language(language: str) -> None:
    with translation.override(language):
        assert render("{{ n|number }}", n=1234567) == "1,234,567"
        assert render("{{ n|money_yi:2 }}", n=123_456_789_000) == "1,234.57"


@given(whole_yuan)
def test_money_is_exact(value: int) -> None:
    number, unit = yf.money(value).split(" ")
    factor = {"元": 1, "万元": 10**4, "亿元": 10**8}[unit]
    assert digits(number) * factor == value


@given(whole_yuan, st.integers(min_value=0, max_value=6))
def test_money_yi_is_the_nearest_and_half_goes_up(value: int, places: int) -> None:
    shown = digits(yf.money_yi(value, places))
    step = Fraction(1, 10**places)
    off = Fraction(shown) - Fraction(value, 10**8)
    assert abs(off) <= step / 2
    if abs(off) == step / 2:
        assert abs(Fraction(shown)) > abs(Fraction(value, 10**8))
    assert -shown.as_tuple().exponent == places  # type: ignore[operator]


@given(st.fractions(min_value=-5, max_value=5, max_denominator=10**6))
@settings(deadline=None)
def test_percent_and_points_round_once(ratio: Fraction) -> None:
    assert abs(Fraction(digits(yf.percent(ratio).rstrip("%"))) - ratio * 100) <= Fraction(1, 20)
    said = yf.points(ratio).removesuffix("个百分点").replace("−", "-")
    assert abs(Fraction(digits(said)) - ratio * 100) <= Fraction(1, 20)


@pytest.mark.parametrize("nothing", [None, "", "abc", float("nan"), float("inf")])
def test_a_missing_figure_is_a_dash_and_never_zero(nothing: object) -> None:
    assert yf.number(nothing) == yf.money(nothing) == yf.money_yi(nothing) == yf.percent(nothing) == "—"


def test_change_of_a_rate_is_in_points_with_a_sign() -> None:
    assert yf.points(Fraction(-14, 1000)) == "−1.4个百分点"
    assert yf.points(Fraction(14, 1000)) == "+1.4个百分点"
    assert yf.points(0) == "0.0个百分点"


def test_capped_count_says_that_there_are_more() -> None:
    assert yf.capped(10_001) == "10,000+"
    assert yf.capped(10_000) == "10,000"
    assert yf.capped(None) == "—"


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_bar_never_leaves_its_track(part: int, whole: int) -> None:
    assert 0 <= yf.share(part, whole) <= 100


@time_machine.travel(NOW)
def test_a_date_gives_its_year_when_it_is_not_this_one() -> None:
    assert ">11-20</time>" in yf.day_(date(2026, 11, 20))
    assert ">2025-11-20</time>" in yf.day_(date(2025, 11, 20))
    assert ">2026-11-20</time>" in yf.day_(date(2026, 11, 20), "full")
    assert ">2026年11月20日</time>" in yf.day_(date(2026, 11, 20), "long")
    assert 'title="2026-11-20 星期五"' in yf.day_(date(2026, 11, 20))
    assert yf.day_(None) == "—"


@time_machine.travel(datetime(2026, 12, 31, 16, 30, tzinfo=UTC))  # already 2027 in Shanghai
def test_this_year_is_the_year_of_the_bureau_and_not_of_greenwich() -> None:
    assert ">2026-12-31</time>" in yf.day_(date(2026, 12, 31))
    assert ">01-01</time>" in yf.day_(datetime(2026, 12, 31, 17, 0, tzinfo=UTC))


@time_machine.travel(NOW)
@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (-22, "逾期22天", "late"), (-1, "逾期1天", "late"), (0, "今天到期", "today"),
        (5, "还剩5天", "soon"), (7, "还剩7天", "soon"), (8, "还剩8天", "ahead"),
    ],
)  # fmt: skip
def test_overdue_is_said(days: int, words: str, tone: str) -> None:
    due = date(2026, 11, 22) + timedelta(days=days)
    shown = yf.overdue(due)
    assert words in shown
    assert f"yf-due--{tone}" in shown
    assert due.isoformat() in shown


@time_machine.travel(NOW)
@pytest.mark.parametrize(
    ("back", "words"),
    [
        (timedelta(seconds=20), "刚刚"), (timedelta(minutes=20), "20分钟前"), (timedelta(hours=3), "3小时前"),
        (timedelta(hours=20), "昨天 14:30"), (timedelta(days=9), "9天前"), (timedelta(days=40), "10-13"),
        (timedelta(days=400), "2025-10-18"), (timedelta(hours=-2), "2026-11-22 12:30"),
    ],
)  # fmt: skip
def test_ago_speaks_and_keeps_the_full_time(back: timedelta, words: str) -> None:
    shown = yf.ago(NOW - back)
    assert f">{words}</time>" in shown
    assert 'title="20' in shown


def test_a_light_is_never_colour_alone() -> None:
    assert "红灯" in yf.light("red")
    shown = yf.light("yellow", "预警", "资金滞后")
    assert "yf-light--amber" in shown
    assert "预警" in shown
    assert "资金滞后" in shown
    with pytest.raises(TemplateSyntaxError):
        yf.light("purple")


def test_text_from_users_is_escaped_everywhere() -> None:
    evil = "<img src=x onerror=alert(1)>"
    source = (
        "{% light 'red' e e %}{% chip e 'red' e %}{% kpi e e unit=e note=e change=e basis=e %}{% empty e e e e %}"
        "{% failure e e e %}{% descriptions rows %}{% stepper steps %}{% timeline events %}{% icon 'home' label=e %}"
        "{% chart option label=e %}{{ e|middle:9 }}{{ data|as_json }}{% sort_link e e e %}"
    )
    shown = render(
        source,
        e=evil,
        rows=[(evil, evil)],
        steps=[{"label": evil, "state": "now", "by": evil, "note": evil}],
        events=[{"at": NOW, "title": evil, "kind": evil, "detail": evil, "by": evil}],
        option={"title": evil + "</script>"},
        data={"a": evil + "'\""},
    )
    assert "<img" not in shown
    assert "</script><" not in shown.replace("</script>", "</script>", 1) or shown.count("</script>") == 1


def test_unknown_tone_is_a_fault_of_the_template() -> None:
    with pytest.raises(TemplateSyntaxError):
        yf.chip("x", "pink")


@given(st.text(max_size=60), st.integers(8, 40))
def test_middle_keeps_both_ends(name: str, room: int) -> None:
    shown = yf.middle(name, room)
    assert len(shown) <= max(room, len(name) if len(name) <= room else room)
    if len(name) > room:
        head, tail = shown.split("…", 1) if name.count("…") == 0 else (shown[:1], shown[-1:])
        assert name.startswith(head)
        assert name.endswith(tail)


def test_query_replaces_and_removes() -> None:
    request = RequestFactory().get("/?stage=a&stage=b&page=7&q=%E6%B0%A2")
    context = {"request": request}
    asked = QueryDict(
        Template("{% query page=None sort='-investment' %}").render(Context(context))[1:].replace("&amp;", "&")
    )
    assert asked.getlist("stage") == ["a", "b"]
    assert asked["sort"] == "-investment"
    assert asked["q"] == "氢"
    assert "page" not in asked
    assert request.GET["page"] == "7"


def test_a_head_sorts_down_then_up_then_not() -> None:
    context = Context({"request": RequestFactory().get("/?page=3")})
    assert 'href="?sort=-due"' in yf.sort_link(context, "due", "时限", "")
    assert 'href="?sort=due"' in yf.sort_link(context, "due", "时限", "-due")
    assert 'href="?"' in yf.sort_link(context, "due", "时限", "due")


def test_pages_by_number_then_by_key() -> None:
    context = {"request": RequestFactory().get("/?q=a&page=2")}
    page = {
        "number": 2, "first_pages": [1, 2, 3], "has_next": True, "has_previous": True, "total": 10_000,
        "total_is_capped": True, "first_row": 21, "last_row": 40,
    }  # fmt: skip
    shown = Template("{% pagination page %}").render(Context(context | {"page": page}))
    assert "10,000+" in shown
    assert 'href="?q=a&amp;page=3"' in shown
    assert 'rel="prev" href="?q=a"' in shown
    shown = Template("{% pagination page %}").render(Context(context | {"page": {"after": "k1", "before": "k0"}}))
    assert 'rel="next" href="?q=a&amp;after=k1"' in shown
    assert 'rel="prev" href="?q=a&amp;before=k0"' in shown
    shown = Template("{% pagination page %}").render(Context(context | {"page": {"number": 1}}))
    assert 'rel="next"' not in shown


def test_descriptions_leave_no_hole() -> None:
    rows = [("a", 1), ("b", 2), ("c", 3), ("d", 4, "wide"), ("e", 5)]
    shown = render("{% descriptions rows %}", rows=rows)
    assert shown.count("yf-desc__span2") == 2
    assert shown.count("yf-desc__wide") == 1
    assert render("{% descriptions rows columns=3 %}", rows=rows[:2]).count("yf-desc__span2") == 1


def test_kpi_makes_room_for_long_numbers_instead_of_cutting_them() -> None:
    assert "123,456,789.00" in render("{% kpi 'a' '123,456,789.00' %}")
    assert "yf-kpi--huge" in render("{% kpi 'a' '123,456,789.00' %}")
    assert "yf-kpi--long" not in render("{% kpi 'a' '3,195.48' %}")


def test_a_field_ties_label_help_and_fault_together() -> None:
    from yinfeng.foundation.ui.showcase import EntryForm

    form = EntryForm({"name": "", "investment": "x"})
    form.is_valid()
    shown = render("{% field form.name %}", form=form)
    assert 'aria-describedby="id_name_error id_name_help"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'id="id_name_error"' in shown
    assert 'for="id_name"' in shown


def test_what_is_worked_out_once_still_follows_the_language() -> None:
    page = Template(
        "{% load i18n static %}{% translate '取消' %}|{% translate word %}|"
        "{% once %}{% translate '确定' %}{{ word }}{% endonce %}"
        "|{% icon 'x' %}{% icon name %}|{% static 'ui/yf.css' %}|{% url 'accounts:login' %}"
    )

    def shown(language: str, **context: str) -> list[str]:
        with translation.override(language):
            return page.render(Context(context)).split("|")

    first = shown("zh-hans", word="关闭", name="x")
    english = shown("en", word="搜索", name="check")
    assert first[:3] == ["取消", "关闭", "确定"]  # a variable inside {% once %} says nothing
    assert english[:3] == ["Cancel", "Search", "Sure"]
    assert shown("zh-hans", word="搜索", name="check")[:3] == ["取消", "搜索", "确定"]
    x = str(yf.icon("x"))
    assert first[3] == x + x
    assert english[3] == x + str(yf.icon("check"))
    assert english[4:] == first[4:]
