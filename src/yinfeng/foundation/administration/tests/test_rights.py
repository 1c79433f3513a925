"""Every page of the foundation, tried as every kind of person: 404 where it does not exist for them, 403 where it does
but is not theirs, and a stranger is sent to log in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.rules import Role
from yinfeng.foundation.accounts.tests.people import AT, client_of, make_person, make_unit
from yinfeng.foundation.administration.urls import urlpatterns
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.rulebook.actions import propose

pytestmark = pytest.mark.django_db

EVERYBODY = {str(role) for role in Role}
ACCOUNTS = {"sysadmin", "secadmin", "auditor"}  # see the accounts
BUSINESS = EVERYBODY - ACCOUNTS
# name: (method, who may, who sees the page's object but may not: 403). Everybody else gets 404.
TABLE = {
    "units": ("get", ACCOUNTS, set()),
    "unit_create": ("get", {"sysadmin"}, ACCOUNTS),
    "unit_edit": ("get", {"sysadmin"}, ACCOUNTS),
    "unit_move": ("post", {"sysadmin"}, ACCOUNTS),
    "unit_deactivate": ("post", {"sysadmin"}, ACCOUNTS),
    "unit_reactivate": ("post", {"sysadmin"}, ACCOUNTS),
    "people": ("get", ACCOUNTS, set()),
    "person": ("get", ACCOUNTS, set()),
    "person_create": ("get", {"sysadmin"}, ACCOUNTS),
    "person_edit": ("get", {"sysadmin"}, ACCOUNTS),
    "person_password": ("post", {"sysadmin"}, ACCOUNTS),
    "person_deactivate": ("post", {"sysadmin"}, ACCOUNTS),
    "person_reactivate": ("post", {"sysadmin"}, ACCOUNTS),
    "post_give": ("post", {"sysadmin"}, ACCOUNTS),
    "post_end": ("post", {"sysadmin"}, ACCOUNTS),
    "rulebook": ("get", EVERYBODY - {"agent"}, set()),
    "rights": ("get", ACCOUNTS, set()),
    "rule": ("get", ACCOUNTS, set()),
    "rule_propose": ("get", {"secadmin"}, ACCOUNTS),
    "rule_approve": ("post", {"secadmin"}, ACCOUNTS),
    "trail": ("get", {"auditor"}, set()),
    "looks": ("get", {"auditor"}, set()),
    "logins": ("get", {"auditor"}, set()),
    "trail_verify": ("post", {"auditor"}, set()),
    "trail_export": ("post", {"auditor"}, set()),
    "system": ("get", {"sysadmin"}, set()),
    "system_doctor": ("post", {"sysadmin"}, set()),
    "search_divisions": ("get", EVERYBODY, set()),
    "search_industries": ("get", EVERYBODY, set()),
    "search_units": ("get", EVERYBODY, set()),
    "search_people": ("get", EVERYBODY, set()),
}


def test_every_page_stands_in_the_table() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(TABLE)


@pytest.fixture
def house(settings, tmp_path) -> dict[str, Person]:
    settings.FILES_ROOT = tmp_path
    make_unit("示例市")
    return {role: make_person(role, username=role) for role in sorted(EVERYBODY)} | {"nobody": make_person()}


def address(name: str, house: dict[str, Person]) -> str:
    subject = house["nobody"]
    arguments: dict[str, list] = {
        "rule": ["rights"], "rule_propose": ["rights"],
        "post_end": [house["officer"].pk, house["officer"].posts.get().pk],
    }  # fmt: skip
    if name.startswith("unit_") and name != "unit_create":
        arguments[name] = [Unit.objects.get().pk]
    if name in {"person", "person_edit", "person_password", "person_deactivate", "person_reactivate", "post_give"}:
        arguments[name] = [subject.pk]
    if name == "rule_approve":
        from yinfeng.foundation.accounts.rules import STANDARD_RIGHTS

        body = STANDARD_RIGHTS | {"lead": {"park": "SE own"}}
        rule = propose(kind="rights", body=body, valid_from=AT.date(), note="x", actor=house["secadmin"], at=AT)
        arguments[name] = ["rights", rule.pk]
    return reverse(f"administration:{name}", args=arguments.get(name, []))


@pytest.mark.parametrize("name", TABLE)
def test_each_page_answers_each_role_as_the_table_says(name: str, house: dict[str, Person]) -> None:
    method, allowed, seen = TABLE[name]
    url = address(name, house)
    trail = AuditRow.objects.count()
    for role in sorted({*EVERYBODY, "nobody"} - allowed):
        wanted = 403 if role in seen else 404
        answer = getattr(client_of(house[role]), method)(url)
        everybodys = allowed == EVERYBODY and role == "nobody"  # a signed-in person without a post
        assert answer.status_code == (200 if everybodys else wanted), role
    assert AuditRow.objects.count() == trail, "a refusal changes nothing"
    stranger = getattr(Client(), method)(url)
    assert stranger.status_code == 302
    assert stranger["Location"].startswith(reverse("accounts:login"))
    both = {"unit_create", "unit_edit", "person_create", "person_edit", "rule_propose"}
    wrong = "post" if method == "get" and name not in both else None
    for role in sorted(allowed):
        if wrong:
            assert getattr(client_of(house[role]), wrong)(url).status_code == 405, role
        answer = getattr(client_of(house[role]), method)(url)
        assert answer.status_code in (200, 302, 422), role


def test_the_navigation_shows_each_administrator_only_his_own(house: dict[str, Person]) -> None:
    def keys(role: str) -> set[str]:
        page = client_of(house[role]).get(reverse("notices:list")).content.decode()
        names = ("units", "people", "rulebook", "rights", "trail", "system")
        return {n for n in names if f'href="{reverse(f"administration:{n}")}"' in page}

    assert keys("sysadmin") == {"units", "people", "rights", "system"}
    assert keys("secadmin") == {"units", "people", "rights"}
    assert keys("auditor") == {"units", "people", "rights", "trail"}
    assert keys("director") == {"rulebook"}
    assert keys("agent") == set()


def test_healthz_is_open_and_says_nothing_else() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
