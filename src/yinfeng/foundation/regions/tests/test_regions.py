"""The public tables in the database, and looking things up in them."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.regions import queries
from yinfeng.foundation.regions.actions import load
from yinfeng.foundation.regions.models import Division, Industry
from yinfeng.kernel.tables import divisions, industries

from .tables import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def tables() -> None:
    load(at=AT)


def test_loading_twice_writes_once(tables: None) -> None:
    assert Division.objects.count() == len(divisions())
    assert Industry.objects.count() == len(industries())
    assert load(at=AT).written == 0
    assert AuditRow.objects.filter(verb="regions.load").count() == 1


def test_a_changed_row_is_mended_and_an_abolished_one_stays(tables: None) -> None:
    Division.objects.filter(code="330213").update(name="改过")
    Division.objects.create(code="999999", name="旧县", full_name="旧县", level=3)
    assert load(at=AT).written == 1
    assert Division.objects.get(code="330213").name == "奉化区"
    assert Division.objects.filter(code="999999").exists()


def test_setup_can_be_repeated(capsys) -> None:
    call_command("setup")
    call_command("setup")
    assert "本次写入 0 条" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "first"),
    [("奉化", "330213"), ("浙江奉化", "330213"), ("330213", "330213"), ("宁 波", "330200"), ("福州鼓楼", "350102")],
)
def test_a_division_is_found_by_part_path_or_code(tables: None, words: str, first: str) -> None:
    assert queries.search_divisions(words)[0].value == first


def test_equal_names_are_told_apart_and_answers_are_few(tables: None) -> None:
    texts = [c.text for c in queries.search_divisions("鼓楼区")]
    assert len(texts) == len(set(texts)) == 4
    assert len(queries.search_divisions("区", 1000)) == queries.MOST
    assert {c.detail for c in queries.search_divisions("")[:2]} == {"110000", "120000"}
    assert all(c.text.startswith("浙江省") for c in queries.search_divisions("江", below="330000"))


@pytest.mark.parametrize(
    ("words", "first"), [("C3982", "C3982"), ("3982", "C3982"), ("锂离子", "C3841"), ("c39", "C39"), ("制造业", "C")]
)
def test_an_industry_is_found_by_code_or_name(tables: None, words: str, first: str) -> None:
    assert queries.search_industries(words)[0].value == first


def test_a_code_nobody_knows_is_shown_as_it_is(tables: None) -> None:
    assert queries.division_name("330213") == "浙江省宁波市奉化区"
    assert queries.division_name("000000") == "000000"
    assert queries.industry_name("C3982") == "电子电路制造"


@given(st.text(max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_any_words_are_answered(tables: None, words: str) -> None:
    assert len(queries.search_divisions(words, 5)) <= 5
    assert len(queries.search_industries(words, 5)) <= 5
