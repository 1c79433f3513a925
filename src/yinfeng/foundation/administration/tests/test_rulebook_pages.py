"""Editing the rulebook on the screen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yinfeng.foundation.accounts.tests.people import client_of, make_person
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.rulebook import queries
from yinfeng.foundation.rulebook.models import Rule
from yinfeng.foundation.rulebook.queries import add_standard, as_text, in_force
from yinfeng.foundation.rulebook.rules import Standard

pytestmark = pytest.mark.django_db


def positive(body: Any) -> None:
    if not isinstance(body, dict) or not isinstance(body.get("limit"), int) or body["limit"] <= 0:
        raise ValueError("limit 应为正整数")


@pytest.fixture(autouse=True)
def standard():
    add_standard(Standard("test-limit", "测试时限", {"limit": 30, "说明": "首报保护期"}, positive))
    yield
    queries._standards.pop("test-limit")
    queries._as_shipped.cache_clear()


@pytest.fixture
def steward() -> Client:
    return client_of(make_person("steward"))


@pytest.fixture
def director() -> Client:
    return client_of(make_person("director", name="赵局长"))


def url(name: str, *more: Any) -> str:
    return reverse(f"administration:{name}", args=["test-limit", *more])


def proposal(**told: Any) -> dict[str, Any]:
    return {"body": "limit: 20\n说明: 首报保护期\n", "valid_from": timezone.localdate(), "note": "依据示例文件"} | told


def test_a_rule_goes_from_proposal_through_another_person_into_force(steward: Client, director: Client) -> None:
    form = steward.get(url("rule_propose")).content.decode()
    assert "limit: 30" in form
    assert steward.post(url("rule_propose"), proposal()).status_code == 302
    rule = Rule.objects.get()
    assert in_force("test-limit", timezone.localdate()).body["limit"] == 30
    page = director.get(url("rule")).content.decode()
    assert "待批准" in page
    assert "− limit: 30" in page
    assert "+ limit: 20" in page
    assert director.post(url("rule_approve", rule.pk)).status_code == 302
    assert in_force("test-limit", timezone.localdate()).body["limit"] == 20
    page = director.get(url("rule")).content.decode()
    assert "limit: 20" in page
    assert "赵局长" in page


def test_who_may_not_approve_is_refused_and_nothing_changes(steward: Client) -> None:
    steward.post(url("rule_propose"), proposal())
    officer, agent = client_of(make_person("officer")), client_of(make_person("agent"))
    rule, trail = Rule.objects.get(), AuditRow.objects.count()
    assert steward.post(url("rule_approve", rule.pk)).status_code == 403
    assert officer.post(url("rule_approve", rule.pk)).status_code == 403
    assert officer.get(url("rule_propose")).status_code == 403
    assert agent.get(url("rule")).status_code == 404
    rule.refresh_from_db()
    assert rule.approver is None
    assert AuditRow.objects.count() == trail


def test_the_author_is_told_why_he_cannot_approve(steward: Client) -> None:
    secadmin = make_person("secadmin")
    client = client_of(secadmin)
    body = as_text(in_force("rights", timezone.localdate()).body).replace("SE all", "S all", 1)
    rights = reverse("administration:rule_propose", args=["rights"])
    assert client.post(rights, proposal(body=body)).status_code == 302
    rule = Rule.objects.get(kind="rights")
    assert "起草人不能批准" in client.get(reverse("administration:rights")).content.decode()
    approve = reverse("administration:rule_approve", args=["rights", rule.pk])
    assert client.post(approve).status_code == 422
    rule.refresh_from_db()
    assert rule.approver is None
    assert client_of(make_person("secadmin")).post(approve).status_code == 302


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"body": "limit: 0"}, "limit 应为正整数"),
        ({"body": "limit: [1"}, "行无法识别"),
        ({"body": "limit: 30\n说明: 首报保护期"}, "完全相同"),
        ({"note": ""}, "必填"),
        ({"valid_from": "昨天"}, "日期"),
    ],
)
def test_a_faulty_proposal_is_shown_again(steward: Client, told: dict, words: str) -> None:
    answer = steward.post(url("rule_propose"), proposal(**told))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Rule.objects.exists()


def test_checking_shows_the_changes_and_writes_nothing(steward: Client) -> None:
    answer = steward.post(url("rule_propose"), proposal(check="1"))
    assert "+ limit: 20" in answer.content.decode()
    assert not Rule.objects.exists()
    assert steward.post(url("rule_propose"), proposal(check="1", body="limit: -1")).status_code == 422


def test_a_late_approval_is_offered_to_nobody(steward: Client, director: Client) -> None:
    steward.post(url("rule_propose"), proposal(valid_from=timezone.localdate() - timedelta(days=1)))
    rule = Rule.objects.get()
    assert "生效日期已过" in director.get(url("rule")).content.decode()
    answer = director.post(url("rule_approve", rule.pk))
    assert answer.status_code == 422
    assert "不能追溯" in answer.content.decode()


def test_an_unknown_kind_does_not_exist(director: Client) -> None:
    assert director.get(reverse("administration:rule", args=["nonsense"])).status_code == 404


def test_everything_in_a_rule_is_shown_as_text(steward: Client, director: Client) -> None:
    body = 'limit: 20\n说明: "<script>alert(1)</script>"\n'
    steward.post(url("rule_propose"), proposal(body=body))
    assert "<script>alert" not in director.get(url("rule")).content.decode()
