"""Rules: a second person, no retroaction, and last quarter's rule stays last quarter's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.tests.people import AT, make_person, make_unit
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.rulebook import queries
from yinfeng.foundation.rulebook.actions import approve, propose
from yinfeng.foundation.rulebook.models import Rule
from yinfeng.foundation.rulebook.queries import add_standard, in_force
from yinfeng.foundation.rulebook.rules import Standard, digest_of
from yinfeng.kernel.errors import DomainError

pytestmark = pytest.mark.django_db
TODAY = AT.date()


def positive(body: Any) -> None:
    if not isinstance(body, dict) or body.get("limit", 0) <= 0:
        raise ValueError("limit 应为正数")


@pytest.fixture(autouse=True)
def standard():
    add_standard(Standard("test-limit", "测试时限", {"limit": 30}, positive))
    yield
    queries._standards.pop("test-limit")
    queries._as_shipped.cache_clear()


@pytest.fixture
def steward() -> Person:
    return make_person("steward")


@pytest.fixture
def director() -> Person:
    return make_person("director")


def edition(actor: Person, limit: int = 20, valid_from: date = TODAY, **more) -> Rule:
    return propose(
        kind="test-limit", body={"limit": limit}, valid_from=valid_from, note="依据示例文件", actor=actor, at=AT, **more
    )


def limit(on: date = TODAY, **more) -> int:
    return in_force("test-limit", on, **more).body["limit"]


def test_the_standard_is_in_force_until_an_edition_is_approved(steward: Person, director: Person) -> None:
    rule = edition(steward)
    assert limit() == 30
    approve(rule=rule, actor=director, at=AT)
    assert limit() == 20
    assert in_force("test-limit", TODAY).stamp == f"test-limit v1 {digest_of({'limit': 20})[:8]}"
    assert list(AuditRow.objects.filter(object_kind="rule").order_by("pk").values_list("verb", flat=True)) == [
        "rule.propose",
        "rule.approve",
    ]


def test_the_author_cannot_approve_and_nothing_changes(steward: Person) -> None:
    rule, trail = edition(steward), AuditRow.objects.count()
    with pytest.raises(DomainError) as refusal:
        approve(rule=rule, actor=steward, at=AT)
    assert refusal.value.code == "rule_second_person"
    rule.refresh_from_db()
    assert rule.approver is None
    assert limit() == 30
    assert AuditRow.objects.count() == trail


def test_an_edition_is_approved_once_and_never_for_the_past(steward: Person, director: Person) -> None:
    rule = edition(steward)
    approve(rule=rule, actor=director, at=AT)
    with pytest.raises(DomainError, match="已经批准"):
        approve(rule=rule, actor=director, at=AT)
    late = edition(steward, 10)
    with pytest.raises(DomainError) as refusal:
        approve(rule=late, actor=director, at=AT + timedelta(days=1))
    assert refusal.value.code == "rule_past"
    assert limit(TODAY + timedelta(days=9)) == 20


def test_next_quarters_rule_does_not_change_last_quarters(steward: Person, director: Person) -> None:
    approve(rule=edition(steward, 20), actor=director, at=AT)
    approve(rule=edition(steward, 15, TODAY + timedelta(days=30)), actor=director, at=AT)
    assert [limit(TODAY + timedelta(days=n)) for n in (-1, 0, 29, 30)] == [30, 20, 20, 15]


def test_a_units_own_rule_goes_before_the_general_one(steward: Person, director: Person) -> None:
    unit, other = make_unit(), make_unit()
    approve(rule=edition(steward, 20), actor=director, at=AT)
    approve(rule=edition(steward, 5, unit_id=unit.pk), actor=director, at=AT)
    assert (limit(unit_id=unit.pk), limit(unit_id=other.pk), limit()) == (5, 20, 20)


@pytest.mark.parametrize(
    ("told", "code"),
    [({"body": {"limit": 0}}, "rule_body"), ({"body": "x"}, "rule_body"), ({"note": "  "}, "rule_note")],
)
def test_a_faulty_edition_is_not_written(steward: Person, told: dict, code: str) -> None:
    told = {"kind": "test-limit", "body": {"limit": 9}, "valid_from": TODAY, "note": "依据"} | told
    with pytest.raises(DomainError) as refusal:
        propose(actor=steward, at=AT, **told)
    assert refusal.value.code == code
    assert not Rule.objects.exists()
    assert not AuditRow.objects.filter(verb="rule.propose").exists()


def test_versions_count_up_and_two_equal_ones_cannot_stand(steward: Person) -> None:
    from django.db import IntegrityError, transaction

    assert [edition(steward).version, edition(steward).version] == [1, 2]
    rule = Rule.objects.get(version=2)
    rule.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        rule.save()


def test_what_another_process_put_in_force_is_seen_at_once(steward: Person, director: Person) -> None:
    """Bodies are kept in memory; which of them is in force is not."""
    approve(rule=edition(steward), actor=director, at=AT)
    assert limit() == 20
    tomorrow = TODAY + timedelta(days=1)
    later = {"limit": 7}
    Rule.objects.create(  # as another process would have done it
        kind="test-limit", version=2, valid_from=tomorrow, body=later, digest=digest_of(later), author=steward,
        approver=director, at=AT,
    )  # fmt: skip
    assert (limit(), limit(tomorrow), limit()) == (20, 7, 20)
    restored = {"limit": 9}
    Rule.objects.filter(version=2).update(body=restored, digest=digest_of(restored))
    assert limit(tomorrow) == 9
    Rule.objects.filter(version=2).delete()
    assert limit(tomorrow) == 20


def test_a_reading_asks_once_and_the_next_one_anew(
    steward: Person, director: Person, django_assert_num_queries: Any
) -> None:
    approve(rule=edition(steward), actor=director, at=AT)
    with queries.read_once():
        assert limit() == 20
        with django_assert_num_queries(0):
            assert (limit(), queries.in_force_many(["test-limit"], TODAY)["test-limit"].version) == (20, 1)
        Rule.objects.update(approver=None)  # by another process, as a returned edition of a restored backup
        assert limit() == 20
    with queries.read_once():
        assert limit() == 30
