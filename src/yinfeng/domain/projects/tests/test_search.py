"""Search finds what plainly stands there, from one character up, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from yinfeng.domain.projects.actions import searching
from yinfeng.domain.projects.models import Project
from yinfeng.domain.projects.queries import search
from yinfeng.kernel.text import squeeze

pytestmark = pytest.mark.django_db

# Few characters, so that words meet; with what could mean something to an index, a pattern or a query language.
letters = st.sampled_from("霁云电梯新材料ab1A Ｂ%_'\"*()-\n\\．𠮷é")
fields = st.lists(st.text(letters, max_size=7), min_size=1, max_size=3)
queries = st.lists(st.text(letters, min_size=1, max_size=4), min_size=1, max_size=3).map(" ".join)


def naive(texts: dict[int, str], query: str) -> set[int]:
    """Each word, folded, stands inside one folded field."""
    words = [w for w in map(squeeze, query.split()) if w]
    if not words:
        return set()
    return {pk for pk, text in texts.items() if all(any(w in squeeze(f) for f in text.split("\n")) for w in words)}


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(fields, min_size=1, max_size=6), queries)
@example([["霁云电梯", "江苏"]], "梯江")  # fields do not run into each other
@example([["霁云（江苏）电梯"]], "霁云江苏")
@example([["百分之百%"]], "%")
@example([["AND OR NEAR"]], "and")
def test_it_finds_what_plain_containment_finds(db, rows, query) -> None:
    texts = {number: search.text_of(*row) for number, row in enumerate(rows, 1)}
    search.index_many(texts.items())
    try:
        expected = naive(texts, query)
        assert set(search.newest(query, 100)) == expected
        assert search.hits(query, 100) == len(expected)
    finally:
        for number in texts:
            search.remove(number)
    assert search.newest(query, 100) == []


def test_a_text_is_replaced_and_removed() -> None:
    search.index(1, "霁云电梯")
    search.index(1, "岚泽新材料")
    assert search.newest("霁云", 9) == []
    assert search.newest("泽新", 9) == [1]
    assert list(search.stored()) == [(1, "岚泽新材料")]
    search.remove(1)
    assert (search.newest("新", 9), list(search.stored())) == ([], [])


def test_made_anew_it_holds_what_is_there_and_nothing_else(project) -> None:
    search.index(10**6, "已经删去的云梯项目")
    search.remove(project.pk)
    searching.rebuild()
    assert search.newest("云梯", 5) == [project.pk]


def test_leads_are_kept_apart_from_projects() -> None:
    search.index(1, "霁云电梯", kind="lead")
    assert search.newest("电", 9) == []
    assert search.newest("电", 9, kind="lead") == [1]


def test_both_conditions_find_the_same_projects(project) -> None:
    """Driven by the index, or tried row by row: also inside a subquery."""
    search.index(project.pk, "岚泽光学玻璃\nYF20260001")
    for words, found in (("玻", True), ("光学 yf2026", True), ("光学 yf2027", False), ("玻璃yf", False), ("！", False)):
        for condition in (search.matching(words), search.looked_up(words)):
            inner = Project.objects.filter(condition).values("pk")
            assert Project.objects.filter(condition).exists() is found
            assert Project.objects.filter(pk__in=inner).exists() is found


def test_a_stray_surrogate_or_an_endless_query_breaks_nothing() -> None:
    search.index(1, "霁云\ud800电梯")
    assert search.newest("霁\ud800", 9) == [1]
    assert search.newest("电 " * 5_000, 9) == [1]
    assert search.newest("霁" * 10_000, 9) == []
