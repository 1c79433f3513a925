"""A program acts for a person: never further than the person reaches, and no longer than the token lives."""

from __future__ import annotations

import logging
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yinfeng.foundation.accounts import actions as accounts
from yinfeng.foundation.accounts.models import Post
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.exchange.actions.tokens import MOST_TOKENS, make_token, revoke_token
from yinfeng.foundation.exchange.models import Token
from yinfeng.foundation.notices.models import Notice
from yinfeng.kernel.errors import DomainError

PROJECTS = "/api/v1/projects"


def test_a_token_reads_what_its_person_may_see(city, project, program) -> None:
    mine = program("officer").get(PROJECTS)
    assert [p["id"] for p in mine.json()["items"]] == [project.pk]
    assert program("stranger").get(PROJECTS).json()["items"] == []
    assert program("stranger").get(f"{PROJECTS}/{project.pk}").status_code == 404


def test_the_scopes_only_take_away(city, project, program) -> None:
    reader, leads_only = program("officer", "project:S"), program("officer", "lead:S")
    assert reader.get(f"{PROJECTS}/{project.pk}").status_code == 200
    change = {"product": "曳引机"}
    url = f"{PROJECTS}/{project.pk}"
    assert reader.patch(url, change, content_type="application/json").status_code == 403
    assert leads_only.get(url).status_code == 404
    project.refresh_from_db()
    assert project.product == ""
    assert program("officer", "project:E").patch(url, change, content_type="application/json").status_code == 200


def test_what_is_confidential_needs_its_own_scope(city, program) -> None:
    from tests.scene import confidential

    secret = confidential(city)
    url = f"{PROJECTS}/{secret.pk}"
    assert program("director", "project:S").get(url).status_code == 404
    assert program("director", "project:S", "confidential:S").get(url).status_code == 200


@pytest.mark.parametrize("scope", ["project:V", "project:A", "contact:S", "rights:A", "project", "", "project:SE"])
def test_scopes_that_are_not_offered_are_refused(city, token_of, scope) -> None:
    with pytest.raises(DomainError, match="没有"):
        token_of("director", scope)
    assert not Token.objects.exists()


def test_nobody_puts_into_a_token_what_he_does_not_hold(city, token_of) -> None:
    for key, scope in (("leader", "project:E"), ("sysadmin", "project:S"), ("agent", "lead:S")):
        with pytest.raises(DomainError, match="令牌也不能有"):
            token_of(key, scope)
    assert not Token.objects.exists()


def test_rights_lost_later_are_lost_to_the_token(city, project, program) -> None:
    client = program("officer")
    Post.objects.filter(person=city.people["officer"]).update(until_date=date(2025, 1, 1))
    assert client.get(f"{PROJECTS}/{project.pk}").status_code == 404


def test_the_secret_stands_nowhere(city, token_of, caplog, client) -> None:
    with caplog.at_level(logging.DEBUG):
        text = token_of("officer")
        client.get(PROJECTS, headers={"Authorization": f"Bearer {text}"})
        client.get(PROJECTS, headers={"Authorization": f"Bearer {text}x"})
    secret = text.split("_", 2)[2]
    row = Token.objects.values().get()
    audit = list(AuditRow.objects.filter(object_kind="token").values())
    assert secret not in str(row)
    assert [a["verb"] for a in audit] == ["token.create"]
    assert secret not in str(audit)
    assert secret not in caplog.text


@pytest.mark.parametrize(
    "told", ["", "yf_", "yf_abcdefghijkm_x", "Basic abc", "x" * 10_000, "yf_aaaaaaaaaaaa_" + "A" * 43, "\x7f"]
)
def test_what_is_no_token_is_refused_in_one_way(city, client, told) -> None:
    answer = client.get(PROJECTS, headers={"Authorization": f"Bearer {told}"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "token.refused"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_wrong_token_does_not_fall_back_on_the_session(city, project) -> None:
    browser = client_of(city.people["officer"])
    assert browser.get(PROJECTS).status_code == 200
    assert browser.get(PROJECTS, headers={"Authorization": "Bearer nonsense"}).status_code == 401


def test_it_ends_with_its_day_its_person_and_its_revocation(city, token_of) -> None:
    texts = {key: token_of(key) for key in ("officer", "colleague", "park", "outpost", "director")}

    def told(key: str) -> int:
        return Client().get(PROJECTS, headers={"Authorization": f"Bearer {texts[key]}"}).status_code

    assert [told(key) for key in texts] == [200] * 5
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert told("officer") == 401
    accounts.deactivate_person(person=city.people["colleague"], actor=city.people["sysadmin"], at=timezone.now())
    assert told("colleague") == 401
    accounts.set_password(
        person=city.people["park"], password="Phoenix-2027x", actor=city.people["sysadmin"], at=timezone.now()
    )
    assert told("park") == 401  # a one-time password waits to be changed
    revoke_token(
        token=Token.objects.get(person=city.people["outpost"]), reason="", actor=city.people["outpost"],
        at=timezone.now(),
    )  # fmt: skip
    assert told("outpost") == 401
    assert told("director") == 200


def test_whoever_is_locked_out_is_so_with_a_token_too(city, token_of, client) -> None:
    text = token_of("officer")
    for _try in range(6):
        client.post(reverse("accounts:login"), {"username": "officer", "password": "wrong"})
    assert client.get(PROJECTS, headers={"Authorization": f"Bearer {text}"}).status_code == 401


def test_a_write_by_token_needs_no_form_token_and_by_session_does(city, project, token_of) -> None:
    url = f"{PROJECTS}/{project.pk}"
    strict = Client(enforce_csrf_checks=True)
    bearer = {"Authorization": f"Bearer {token_of('officer', 'project:E')}"}
    assert strict.patch(url, {"product": "甲"}, content_type="application/json", headers=bearer).status_code == 200
    strict.force_login(city.people["officer"], backend="django.contrib.auth.backends.ModelBackend")
    refused = strict.patch(url, {"product": "乙"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    project.refresh_from_db()
    assert project.product == "甲"


def test_only_so_many_and_not_for_ever(city, token_of) -> None:
    for days in (0, -1, 367, 10**6):
        with pytest.raises(DomainError, match="有效期"):
            token_of("officer", days=days)
    for _n in range(MOST_TOKENS):
        token_of("officer")
    with pytest.raises(DomainError, match="最多"):
        token_of("officer")
    assert Token.objects.count() == MOST_TOKENS


def test_the_pages_make_and_revoke(city) -> None:
    officer = client_of(city.people["officer"])
    told = {"name": "省平台", "days": 30, "scopes": ["project:S", "project:X"]}
    page = officer.post(reverse("exchange:make"), told)
    text = page.context["page"].text
    assert text in page.content.decode()
    assert page["Cache-Control"].find("no-store") >= 0
    assert Client().get(PROJECTS, headers={"Authorization": f"Bearer {text}"}).status_code == 200
    assert text not in officer.get(reverse("exchange:own")).content.decode()
    token = Token.objects.get()
    assert token.scopes == {"project": "SX"}
    officer.post(reverse("exchange:revoke", args=[token.pk]))
    assert Client().get(PROJECTS, headers={"Authorization": f"Bearer {text}"}).status_code == 401
    assert AuditRow.objects.filter(verb="token.revoke", object_id=token.pk).count() == 1


def test_the_security_administrator_sees_and_revokes_all_and_the_owner_is_told(city, token_of) -> None:
    token_of("officer")
    token = Token.objects.get()
    secadmin = client_of(city.people["secadmin"])
    assert token.public in secadmin.get(reverse("exchange:every")).content.decode()
    address = reverse("exchange:revoke_any", args=[token.pk])
    assert secadmin.post(address, {"reason": ""}).status_code == 422
    for key in ("sysadmin", "auditor"):
        assert client_of(city.people[key]).post(address, {"reason": "试"}).status_code == 403
    token.refresh_from_db()
    assert token.revoked_at is None
    assert secadmin.post(address, {"reason": "系统已下线"}).status_code == 302
    assert "系统已下线" in Notice.objects.get(person=city.people["officer"], kind="token").text


def test_a_token_is_made_for_oneself(city) -> None:
    viewer = viewer_of(city.people["officer"], timezone.localdate())
    with pytest.raises(ValueError, match="oneself"):
        make_token(
            viewer=viewer, name="x", scopes=["project:S"], days=1, actor=city.people["director"], at=timezone.now()
        )


def test_administrators_have_nothing_to_put_into_a_token(city) -> None:
    for key in ("sysadmin", "secadmin", "auditor"):
        client = client_of(city.people[key])
        assert client.get(reverse("exchange:make")).status_code == 404
        assert client.get(reverse("exchange:own")).status_code == 200


def test_last_use_is_noted(city, token_of, client) -> None:
    text = token_of("officer")
    assert Token.objects.get().last_used_at is None
    client.get(PROJECTS, headers={"Authorization": f"Bearer {text}"})
    assert timezone.now() - Token.objects.get().last_used_at < timedelta(minutes=1)
