"""What stands around every page: it costs a stranger nothing and shows each person only their own entries."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from yinfeng.foundation.ui import slots
from yinfeng.foundation.ui.context import Shell, shell


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> slots._Registry:
    empty = slots._Registry()
    monkeypatch.setattr(slots, "registry", empty)
    return empty


def person(*kinds: str) -> Any:
    return SimpleNamespace(
        person=SimpleNamespace(name="苏禾", pk=1, language=""),
        posts=(SimpleNamespace(unit_name="招商一科"),),
        may=lambda kind, verb: kind in kinds,
    )


def shell_for(path: str, viewer: Any) -> Shell:
    request = RequestFactory().get(path)
    request.viewer = viewer  # type: ignore[attr-defined]
    return Shell(request)


def entry(key: str, **more: Any) -> slots.NavItem:
    return slots.NavItem(key, f"<{key}>", "ui:gallery", "home", order=more.pop("order", 1), **more)


def test_a_stranger_sees_no_entry(registry: slots._Registry) -> None:
    slots.add_nav(entry("a"))
    assert shell_for("/", None).links == ()
    assert shell_for("/", None).unread == 0


def test_entries_follow_rights_order_and_groups(registry: slots._Registry) -> None:
    slots.add_nav(entry("late", order=3, group="系统", tab=2))
    slots.add_nav(entry("secret", order=2, needs=("lead", "S"), tab=1))
    slots.add_nav(entry("first", order=1))
    without, with_right = shell_for("/", person()), shell_for("/", person("lead"))
    assert [link.key for link in without.links] == ["first", "late"]
    assert [link.key for link in with_right.links] == ["first", "secret", "late"]
    assert [(g.label, len(g.links)) for g in with_right.groups] == [("", 2), ("系统", 1)]
    assert [link.key for link in with_right.tabs] == ["secret", "late"]


def test_an_entry_whose_page_is_not_there_is_left_out(registry: slots._Registry) -> None:
    slots.add_nav(slots.NavItem("gone", "x", "nowhere:at_all", "home", 1))
    assert shell_for("/", person()).links == ()


def test_the_entry_with_the_longest_fitting_address_is_the_current_one(registry: slots._Registry) -> None:
    slots.add_nav(slots.NavItem("pages", "a", "ui:gallery", "home", 1))
    slots.add_nav(slots.NavItem("door", "b", "accounts:login", "home", 2))
    inside = shell_for(reverse("ui:gallery") + "/deeper", person())
    assert [link.key for link in inside.links if link.active] == ["pages"]
    assert not any(link.active for link in shell_for("/ui/gallerywall", person()).links)


def test_the_bell_counts(registry: slots._Registry) -> None:
    slots.set_bell(slots.Bell("ui:gallery", lambda viewer: 120))
    shown = shell_for("/", person())
    assert shown.unread == 120
    assert shown.unread_label == "99+"
    text = render_to_string("ui/base.html", {"shell": shown}, request=None)
    assert "未读 120 条" in text
    assert "99+" in text


@pytest.mark.django_db
def test_the_shell_of_a_stranger_asks_the_database_nothing(django_assert_num_queries: Any) -> None:
    request = RequestFactory().get("/")
    request.viewer = None  # type: ignore[attr-defined]
    with django_assert_num_queries(0):
        text = render_to_string("ui/base.html", shell(request), request=None)
    assert str(settings.STANDING_LINE) in text
    assert 'lang="zh-Hans"' in text


def test_labels_are_escaped(registry: slots._Registry) -> None:
    slots.add_nav(entry("a"))
    assert "<a>" not in render_to_string("ui/base.html", {"shell": shell_for("/", person())}).replace("<a class", "")


@pytest.mark.django_db
class TestLanguage:
    def test_a_stranger_keeps_it_in_a_cookie(self, client: Client) -> None:
        answer = client.post(reverse("accounts:switch"), {"language": "en", "next": "/accounts/login/"})
        assert answer["Location"] == "/accounts/login/"
        assert 'lang="en"' in client.get("/accounts/login/").content.decode()

    def test_a_person_keeps_it_everywhere(self, client: Client) -> None:
        somebody = get_user_model().objects.create(username="su", name="苏禾")
        client.force_login(somebody)
        client.post(reverse("accounts:switch"), {"language": "en", "next": "/"})
        somebody.refresh_from_db()
        assert somebody.language == "en"

    @pytest.mark.parametrize("language", ["xx", "", "../en"])
    def test_an_unknown_language_changes_nothing(self, client: Client, language: str) -> None:
        somebody = get_user_model().objects.create(username="su", name="苏禾")
        client.force_login(somebody)
        client.post(reverse("accounts:switch"), {"language": language, "next": "/"})
        somebody.refresh_from_db()
        assert somebody.language == ""

    def test_the_way_back_stays_in_the_house(self, client: Client) -> None:
        answer = client.post(reverse("accounts:switch"), {"language": "en", "next": "https://elsewhere.example/"})
        assert "elsewhere" not in answer["Location"]

    def test_looking_changes_nothing(self, client: Client) -> None:
        assert client.get(reverse("accounts:switch")).status_code == 405


@pytest.mark.django_db
class TestGallery:
    def test_shown_where_the_demo_is_allowed(self, client: Client, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            answer = client.get(reverse("ui:gallery"))
        assert answer.status_code == 200

    @override_settings(DEBUG=False, DEMO_ALLOWED=False)
    def test_absent_on_a_bureaus_server(self, client: Client) -> None:
        assert client.get(reverse("ui:gallery")).status_code == 404

    def test_speaks_english_too(self, client: Client) -> None:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        assert 'lang="en"' in client.get(reverse("ui:gallery")).content.decode()


def test_the_drawn_entries_follow_the_person_the_place_and_the_language(registry: slots._Registry) -> None:
    slots.add_nav(entry("open"))
    slots.add_nav(slots.NavItem("secret", _("审计日志"), "accounts:login", "home", order=2, needs=("lead", "S")))
    gallery, login = reverse("ui:gallery"), reverse("accounts:login")

    def sider(path: str, *kinds: str, language: str = "zh-hans") -> str:
        with translation.override(language):
            return str(shell_for(path, person(*kinds)).sider)

    both = sider(gallery, "lead")
    assert "审计日志" in both
    assert "审计日志" not in sider(gallery)
    assert f'href="{gallery}" title="&lt;open&gt;" aria-current="page"' in both
    assert f'href="{gallery}" title="&lt;open&gt;">' in sider(login, "lead")
    assert "审计日志" not in sider(gallery, "lead", language="en")
    slots.add_nav(entry("new", order=3))
    assert "&lt;new&gt;" in sider(gallery, "lead")
