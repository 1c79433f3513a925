"""A view is an address: what is written is read back, and nothing that is read can break a page."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.domain.projects.rules import view as v
from yinfeng.domain.projects.rules.view_values import clean_text, tidy
from yinfeng.domain.projects.rules.words import PROJECT_STAGES, Channel, Light, Origin, ProjectKind, Stage


def some(vocabulary):
    members = list(vocabulary)
    return st.sets(st.sampled_from(members)).map(lambda found: tuple(m for m in members if m in found))


ids = st.integers(1, 2**63 - 1)
several_ids = st.sets(ids, max_size=4).map(lambda found: tuple(sorted(found)))
days = st.dates(date(1949, 1, 1), date(2199, 12, 31))
amounts = st.none() | st.decimals(0, 10**6, places=4, allow_nan=False).map(tidy)
plain_text = st.text(max_size=40).map(clean_text).map(lambda t: " ".join(t.split()))


@st.composite
def windows(draw):
    found = []
    for stem in v.WINDOWS:
        if draw(st.integers(0, 6)) == 0:
            start, end = draw(st.none() | days), draw(st.none() | days)
            if start and end and start > end:
                start, end = end, start
            if start or end:
                found.append(v.Window(stem, start, end))
    return tuple(found)


@st.composite
def views(draw):
    low, high = draw(amounts), draw(amounts)
    if low is not None and high is not None and low >= high:
        low, high = None, low
    sort = draw(st.sampled_from([s for key in v.SORTS for s in (key, f"-{key}")]))
    kind = v.SORTS[sort.removeprefix("-")][1]
    values = {
        int: st.integers(0, 10**15),
        date: days,
        datetime: st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    }[kind]
    cursor = draw(st.none() | st.builds(v.Cursor, st.none() | values, ids, st.integers(1, 10**9)))
    which = draw(st.sampled_from(["after", "before"]))
    lead, landing = draw(st.none() | ids), draw(st.none() | ids)
    return v.View(
        text=draw(plain_text),
        stages=draw(some(PROJECT_STAGES)),
        reached=draw(st.none() | st.sampled_from(PROJECT_STAGES)),
        kinds=draw(some(ProjectKind)),
        origins=draw(some(Origin)),
        capitals=draw(some(CapitalKind)),
        channels=draw(some(Channel)),
        lights=draw(some(Light)),
        lead_unit=lead,
        lead_alone=lead is not None and draw(st.booleans()),
        landing_unit=landing,
        landing_alone=landing is not None and draw(st.booleans()),
        chains=draw(several_ids),
        segments=draw(several_ids),
        groups=draw(several_ids),
        low=low,
        low_open=low is not None and draw(st.booleans()),
        high=high,
        high_open=high is not None and draw(st.booleans()),
        owner=draw(st.none() | st.just("me") | ids),
        leader=draw(st.none() | st.just("me") | ids),
        followed=draw(st.booleans()),
        windows=draw(windows()),
        listing=draw(plain_text),
        stalled=draw(st.none() | st.booleans()),
        ended=draw(st.none() | st.booleans()),
        unverified=draw(st.booleans()),
        confidential=draw(st.booleans()),
        columns=("name", *draw(st.permutations(list(v.COLUMNS)[1:]))[: draw(st.integers(0, 9))]),
        sort=sort,
        kind=draw(st.sampled_from(v.ViewKind)),
        by=draw(st.sampled_from(v.GroupBy)),
        density=draw(st.sampled_from(v.Density)),
        size=draw(st.sampled_from(v.SIZES)),
        page=1 if cursor else draw(st.integers(1, v.NUMBERED_PAGES)),
        **({which: cursor} if cursor else {}),
    )


@given(views())
def test_a_view_is_read_back_from_its_address(view):
    address = view.query()
    again = v.parse(address)
    assert again.view == view
    assert again.faults == ()
    assert again.view.query() == address


@given(
    st.dictionaries(
        st.sampled_from([f.key for f in v.FIELDS]) | st.text(max_size=12),
        st.lists(
            st.text(max_size=30) | st.sampled_from(["1", "-1", "0", "me", "~~", "~1~1", "1~1~1", "é", "²"]), max_size=3
        ),
        max_size=12,
    )
)
def test_nothing_breaks_it_and_what_is_left_out_is_told(query):
    found = v.parse(query)
    assert v.parse(found.view.query()) == v.Parsed(found.view, ())
    for fault in found.faults:
        assert "忽略" in fault or "第一页" in fault


def test_the_standard_view_has_an_empty_address():
    assert v.View().query() == ""
    assert not v.View().is_filtered
    assert v.parse("") == v.Parsed(v.View(), ())


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("stage=sgned", "“阶段”的值“sgned”无法识别，已忽略。"),
        ("min=1e99", "“投资额下限”的值“1e99”：应为 0 到 10,000,000 之间的亿元数，已忽略。"),
        ("min=5&max=2", "投资额区间 5–2 亿元没有可能的值，已忽略。请核对起止。"),
        ("signed_from=2026-02-30", "“签约日期”的值“2026-02-30”无法识别，已忽略。"),
        ("signed_from=2026-02-03&signed_to=2026-01-01", "签约日期的起止颠倒（2026-02-03 至 2026-01-01），已忽略。"),
        ("page=11", "“页码”的值“11”：第 10 页以后请逐页翻，或缩小范围，已忽略。"),
        ("stgae=signed", "没有“stgae”这个条件，已忽略。"),
        ("sort=-changed&after=3~4~5", "翻页位置与排序方式不符，已回到第一页。"),
        ("unit=1;drop", "“牵头单位”的值“1;drop”无法识别，已忽略。"),
    ],
)
def test_a_bad_value_is_told_and_narrows_nothing(query, told):
    found = v.parse(query)
    assert found.faults == (told,)
    assert not found.view.is_filtered


def test_forms_send_a_key_several_times():
    assert v.parse({"stage": ["started", "signed"]}).view == v.parse("stage=signed,started").view
    assert v.parse("stage=signed,started").view.stages == (Stage.SIGNED, Stage.STARTED)


def test_bands_are_in_yuan_to_the_digit():
    view = v.parse("min=0.5&max=10&max_open=1").view
    assert (view.low_cny, view.high_cny, view.high_open) == (50_000_000, 1_000_000_000, True)
    assert view.low == Decimal("0.5")


def test_a_change_goes_back_to_the_first_page():
    view = v.parse("page=3&stage=signed").view
    assert view.with_(stages=()).page == 1
    assert "page" not in view.query(text="电芯")
