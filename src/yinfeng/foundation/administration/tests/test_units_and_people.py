"""The pages on which units, people and posts are kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yinfeng.foundation.accounts.models import Person, Post, Unit
from yinfeng.foundation.accounts.tests.people import PASSWORD, client_of, make_person, make_unit
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.regions.models import Division

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Unit:
    Division.objects.create(code="330200", name="宁波市", full_name="浙江省宁波市", level=2)
    return make_unit("示例市", "city")


@pytest.fixture
def administrator(city: Unit) -> Person:
    return make_person("sysadmin", city)


@pytest.fixture
def client(administrator: Person) -> Client:
    return client_of(administrator)


def url(name: str, *arguments: int) -> str:
    return reverse(f"administration:{name}", args=arguments)


UNIT = {"name": "城北区", "short_name": "城北", "code": "north", "kind": "district", "region_code": "330200"}


def test_a_unit_is_added_below_another_and_shown_in_order(client: Client, city: Unit, administrator: Person) -> None:
    assert client.post(url("unit_create"), UNIT | {"parent": city.pk}).status_code == 302
    unit = Unit.objects.get(code="north")
    assert (unit.parent, unit.path, unit.region_code) == (city, city.path + "0001.", "330200")
    assert AuditRow.objects.get(verb="unit.create", object_id=unit.pk).actor == administrator
    page = client.get(url("units")).content.decode()
    assert page.index("示例市") < page.index("城北区")
    assert "共 2 个单位" in page


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"name": ""}, "必填"),
        ({"code": "u-taken"}, "已存在"),
        ({"region_code": "999999"}, "没有这个行政区划"),
        ({"kind": "kingdom"}, "kingdom"),
        ({"parent": "424242"}, "424242"),
    ],
)
def test_a_faulty_unit_is_shown_again_with_the_fault(client: Client, city: Unit, told: dict, words: str) -> None:
    Unit.objects.filter(pk=city.pk).update(code="u-taken")
    trail = AuditRow.objects.count()
    answer = client.post(url("unit_create"), UNIT | told)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Unit.objects.count() == 1
    assert AuditRow.objects.count() == trail


def test_units_are_moved_by_step_and_by_form(client: Client, city: Unit) -> None:
    first, second = make_unit("甲区", parent=city), make_unit("乙区", parent=city)
    client.post(url("unit_move", second.pk), {"step": "up"})
    assert list(Unit.objects.official().values_list("name", flat=True)) == ["示例市", "乙区", "甲区"]
    client.post(url("unit_move", second.pk), {"step": "down"})
    client.post(url("unit_move", second.pk), {"parent": first.pk, "place": 1})
    second.refresh_from_db()
    assert second.parent == first
    assert client.post(url("unit_move", first.pk), {"parent": second.pk, "place": 1}).status_code == 422
    assert client.post(url("unit_move", first.pk), {"parent": "", "place": 0}).status_code == 422


def test_closing_a_unit_in_use_is_refused_in_words(client: Client, city: Unit) -> None:
    answer = client.post(url("unit_deactivate", city.pk))
    assert answer.status_code == 422
    assert "不能停用" in answer.content.decode()
    city.refresh_from_db()
    assert city.is_active


NEW = {"name": "王安", "username": "wangan", "phone": "13800001234", "unit": "", "role": "", "title": ""}


def test_a_new_person_gets_a_password_that_is_shown_once(client: Client, city: Unit) -> None:
    answer = client.post(url("person_create"), NEW | {"unit": city.pk, "role": "officer"})
    password = re.search(r'class="yf-onetime">([^<]+)<', answer.content.decode())[1]
    assert "no-store" in answer["Cache-Control"]
    person = Person.objects.get(username="wangan")
    assert person.posts.get().role == "officer"
    assert password not in client.get(url("person", person.pk)).content.decode()
    assert password not in str(list(AuditRow.objects.values()))
    fresh = Client()
    fresh.post(reverse("accounts:login"), {"username": "wangan", "password": password})
    assert fresh.get("/notices/")["Location"] == reverse("accounts:change_password")


def test_a_faulty_new_person_leaves_nothing_behind(client: Client, city: Unit, administrator: Person) -> None:
    trail = AuditRow.objects.count()
    for told in (
        {"name": ""},
        {"username": administrator.username},
        {"unit": city.pk},
        {"role": "officer"},
    ):
        answer = client.post(url("person_create"), NEW | told)
        assert answer.status_code == 422, told
    Unit.objects.filter(pk=city.pk).update(is_active=False)
    assert client.post(url("person_create"), NEW | {"unit": city.pk, "role": "officer"}).status_code == 422
    assert not Person.objects.filter(username="wangan").exists()
    assert AuditRow.objects.count() == trail


def test_resetting_shows_a_new_password_and_ends_the_sessions(client: Client, administrator: Person) -> None:
    person = make_person("officer")
    session = client_of(person)
    answer = client.post(url("person_password", person.pk))
    password = answer.context["page"].password
    person.refresh_from_db()
    assert person.check_password(password)
    assert person.must_change_password
    assert session.get("/notices/").status_code == 302
    assert client.post(url("person_password", administrator.pk)).status_code == 422
    administrator.refresh_from_db()
    assert administrator.check_password(PASSWORD)


def test_posts_are_given_and_ended_on_the_persons_page(client: Client, city: Unit) -> None:
    person = make_person()
    today = timezone.localdate()
    post = {"unit": city.pk, "role": "park", "title": "科长", "from_date": today, "until_date": ""}
    assert client.post(url("post_give", person.pk), post).status_code == 302
    assert client.post(url("post_give", person.pk), post).status_code == 422
    answer = client.post(url("post_give", person.pk), post | {"role": "auditor"})
    assert answer.status_code == 422
    assert "不得兼任" in answer.content.decode()
    late = post | {"role": "officer", "until_date": today - timedelta(days=1)}
    assert "早于任职日期" in client.post(url("post_give", person.pk), late).content.decode()
    held = Post.objects.get(person=person)
    other = make_person("officer")
    assert client.post(url("post_end", other.pk, held.pk)).status_code == 404
    client.post(url("post_end", person.pk, held.pk))
    held.refresh_from_db()
    assert held.until_date == today


def test_an_administrator_gives_himself_nothing(client: Client, administrator: Person, city: Unit) -> None:
    post = {"unit": city.pk, "role": "director", "from_date": timezone.localdate()}
    answer = client.post(url("post_give", administrator.pk), post)
    assert answer.status_code == 422
    assert "不能给自己授予岗位" in answer.content.decode()
    assert "授予岗位</h2>" not in client.get(url("person", administrator.pk)).content.decode()


def test_people_are_found_by_name_unit_role_and_state(client: Client, city: Unit) -> None:
    north = make_unit("城北区", parent=city)
    park = make_unit("北高新区", "park", north)
    make_person("officer", north, name="王安", username="wang")
    make_person("park", park, name="李安", username="li")
    make_person(name="张安", username="zhang")

    def found(**asked) -> list[str]:
        names = [row.username for row in client.get(url("people"), asked).context["page"].rows]
        return [name for name in names if name in ("wang", "li", "zhang")]

    assert found(q="安") == ["li", "wang", "zhang"]
    assert found(q="WAN") == ["wang"]
    assert found(unit=north.pk) == ["li", "wang"]
    assert found(unit=north.pk, role="park") == ["li"]
    assert found(status="without") == ["zhang"]
    assert found(status="inactive") == []
    assert client.get(url("people"), {"unit": "x", "page": "y", "q": "%00"}).status_code == 200


def test_the_list_of_people_costs_the_same_however_long_it_is(client: Client, django_assert_max_num_queries) -> None:
    for _n in range(3):
        make_person("officer")
    with django_assert_max_num_queries(12):
        client.get(url("people"))
    Person.objects.bulk_create(Person(username=f"bulk{n:03}", name="批量") for n in range(120))
    with django_assert_max_num_queries(12):
        page = client.get(url("people"), {"page": 3}).context["page"]
    assert len(page.rows) == page.pager["total"] - 100
    assert page.pager["has_previous"]
    assert not page.pager["has_next"]


def test_who_only_looks_sees_masked_numbers_and_no_buttons(city: Unit) -> None:
    person = make_person("officer")
    Person.objects.filter(pk=person.pk).update(phone="13800001234")
    page = client_of(make_person("auditor")).get(url("person", person.pk)).content.decode()
    assert "138****34" in page
    assert "13800001234" not in page
    assert "重置密码" not in page


def test_choosers_answer_a_few(client: Client, city: Unit) -> None:
    make_person("officer", city, name="王安")
    make_person(name="无岗位者")
    assert client.get(url("search_units"), {"q": "示例"}).json() == [
        {"value": str(city.pk), "text": "示例市", "detail": ""}
    ]
    found = client.get(url("search_people"), {"q": "安"}).json()
    assert [(p["text"], p["detail"]) for p in found] == [("王安", "示例市 招商专员")]
    assert client.get(url("search_people"), {"q": "无岗位者"}).json() == []
    division = {"value": "330200", "text": "浙江省宁波市", "detail": "330200"}
    assert client.get(url("search_divisions"), {"q": "宁波"}).json() == [division]
    assert client.get(url("search_industries"), {"q": "\x00"}).json() == []
