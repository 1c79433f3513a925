"""The policy stands on every answer; a refusal of the domain is said to people and changes nothing."""

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import Client

from yinfeng.foundation.ui import middleware

pytestmark = pytest.mark.django_db


PART = {"HX-Request": "true"}


def test_the_policy_forbids_foreign_and_inline_code(client: Client) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["style-src-attr"] == "'unsafe-inline'"
    assert rules["object-src"] == rules["frame-ancestors"] == "'none'"
    assert rules["form-action"] == rules["base-uri"] == "'self'"
    assert "unsafe-eval" not in policy


def test_a_page_may_have_a_stricter_policy(client: Client) -> None:
    assert client.get("/own-policy")["Content-Security-Policy"] == "default-src 'none'"


def test_a_refusal_becomes_a_page_that_names_place_and_mend(client: Client) -> None:
    answer = client.post("/refuse", headers={"Referer": "http://testserver/projects/7"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "不能登记开工：&lt;缺少施工许可证&gt;" in text
    assert "请先上传施工许可证，再登记。" in text
    assert 'href="/projects/7"' in text
    assert 'lang="zh-Hans"' in text


@pytest.mark.parametrize("referrer", ["https://elsewhere.example/x", "", "javascript:alert(1)"])
def test_the_way_back_never_leaves_the_house(client: Client, referrer: str) -> None:
    text = client.post("/refuse", headers={"Referer": referrer}).content.decode()
    assert "elsewhere" not in text
    assert "javascript:" not in text


def test_a_refusal_asked_by_htmx_becomes_a_toast(client: Client) -> None:
    answer = client.post("/refuse", headers=PART)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#yf-toasts"
    assert answer["HX-Reswap"] == "beforeend"
    assert "data-toast" in text
    assert "请先上传施工许可证" in text
    assert "<html" not in text


def test_a_broken_view_tells_nothing_of_its_inside() -> None:
    answer = Client(raise_request_exception=False).get("/break")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "数据没有改动" in text
    assert "secret detail" not in text


def test_the_login_page_is_never_put_into_a_part(client: Client) -> None:
    answer = client.get("/to-login", headers=PART | {"HX-Current-URL": "http://testserver/projects/?q=1"})
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fprojects%2F%3Fq%3D1"
    assert answer.content == b""
    assert client.get("/to-login").status_code == 302


def test_a_stale_form_is_explained() -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/language/", {"language": "en"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_what_is_not_there_is_said_in_our_look(client: Client) -> None:
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "内容不存在，或您无权查看" in answer.content.decode()
    assert answer["Content-Security-Policy"]


def test_other_errors_pass_by() -> None:
    guard = middleware.DomainErrorMiddleware(lambda request: HttpResponse())
    assert guard.process_exception(SimpleNamespace(headers={}), ValueError("x")) is None  # type: ignore[arg-type]
