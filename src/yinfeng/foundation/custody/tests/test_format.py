"""The form of values in a backup: one for both engines."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.foundation.custody.rules.format import (
    ColumnPlan,
    Manifest,
    NotABackup,
    TablePlan,
    TableTold,
    canonical_lines,
    converted,
    converters,
    lines_of,
    manifest_of,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
bodies = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(bodies)
def test_a_json_text_has_one_canonical_form_whatever_engine_kept_it(body: object) -> None:
    """SQLite keeps what Django wrote; PostgreSQL sorts keys, puts blanks and spells numbers its own way."""
    by_django = json.dumps(body)
    elsewhere = json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1)
    assert canonical_lines([(1, by_django)], [1]) == canonical_lines([(1, elsewhere)], [1])


def test_a_large_float_is_the_same_number_spelled_out() -> None:
    assert canonical_lines([("1e+16",)], [0]) == canonical_lines([("10000000000000000",)], [0])
    assert canonical_lines([("1.0",)], [0]) != canonical_lines([("1",)], [0])


@given(st.lists(st.tuples(st.integers(), st.none() | texts), max_size=5))
def test_lines_come_back_as_they_went(rows: list[tuple[object, ...]]) -> None:
    told = lines_of(rows).decode()
    assert [tuple(json.loads(line)) for line in told.split("\n")[:-1]] == rows


@given(st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 31)))
def test_a_moment_goes_into_sqlite_as_django_writes_it(moment: datetime) -> None:
    plan = TablePlan("t", "a.T", "id", (ColumnPlan("at", "moment"),))
    told = moment.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
    told = (told[:-1].rstrip("0").rstrip(".") + "Z") if "." in told else told
    assert next(iter(converted([[told]], converters(plan, "sqlite")))) == [str(moment)]


def test_the_manifest_comes_back_as_it_went() -> None:
    plan = TablePlan("t", "a.T", "id", (ColumnPlan("id", "integer"), ColumnPlan("body", "json")))
    manifest = Manifest(
        "2026-11-22T00:00:00+00:00", "1", "sqlite", {"a": ["0001_initial"]}, (TableTold(plan, 3, "s", "c", 7),), 1, 9,
        ("x",), {"sessions_session": "会话"}, 5,
    )  # fmt: skip
    assert manifest_of(manifest.as_json()) == manifest


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format":"else","version":1}', '{"format":"yinfeng-backup","version":1}', "null"],
)
def test_what_is_no_manifest_is_refused_in_words(text: str) -> None:
    with pytest.raises(NotABackup, match="备份"):
        manifest_of(text)


def test_a_later_format_asks_for_an_upgrade() -> None:
    with pytest.raises(NotABackup, match="请先升级"):
        manifest_of('{"format":"yinfeng-backup","version":2}')
