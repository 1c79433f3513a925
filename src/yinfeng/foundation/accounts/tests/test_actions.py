"""Keeping units, people and posts. A refusal changes nothing, not even the trail."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinfeng.foundation.accounts import actions
from yinfeng.foundation.accounts.models import Person, Post, Unit
from yinfeng.foundation.accounts.passwords import one_time_password
from yinfeng.foundation.accounts.rules import ADMINISTRATORS, UnitKind
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.kernel.errors import DomainError

from .people import AT, PASSWORD, make_person, make_unit

pytestmark = pytest.mark.django_db
TODAY = AT.date()


def snapshot() -> tuple:
    return (
        list(Unit.objects.order_by("pk").values()),
        list(Person.objects.order_by("pk").values()),
        list(Post.objects.order_by("pk").values()),
        AuditRow.objects.count(),
    )


def refused(code: str, call: Callable[[], object]) -> DomainError:
    before = snapshot()
    with pytest.raises(DomainError) as refusal:
        call()
    assert refusal.value.code == code
    assert snapshot() == before
    return refusal.value


def paths() -> dict[str, str]:
    return dict(Unit.objects.values_list("name", "path"))


# ------------------------------------------------------------------------------------------------- units


@pytest.fixture
def tree() -> dict[str, Unit]:
    city = make_unit("示例市", UnitKind.CITY)
    north, south = make_unit("城北区", parent=city), make_unit("城南区", parent=city)
    return {
        "市": city, "北": north, "南": south, "园": make_unit("北高新区", UnitKind.PARK, north),
        "站": make_unit("园区办", UnitKind.DEPARTMENT, make_unit("北新区", UnitKind.PARK, north)),
    }  # fmt: skip


def test_units_stand_in_the_order_they_were_added(tree: dict[str, Unit]) -> None:
    assert list(Unit.objects.official().values_list("name", flat=True)) == [
        "示例市", "城北区", "北高新区", "北新区", "园区办", "城南区",
    ]  # fmt: skip
    assert tree["站"].path == "0001.0001.0002.0001."


def test_moving_takes_the_subtree_along_and_numbers_the_sisters_anew(tree: dict[str, Unit]) -> None:
    actions.move_unit(unit=tree["南"], parent=tree["市"], place=1, actor=None, at=AT)
    assert paths()["城南区"] == "0001.0001."
    assert paths()["城北区"] == "0001.0002."
    assert paths()["园区办"] == "0001.0002.0002.0001."
    actions.move_unit(unit=tree["北"], parent=tree["南"], place=99, actor=None, at=AT)
    assert paths()["园区办"] == "0001.0001.0001.0002.0001."
    assert Unit.objects.get(name="城北区").parent == tree["南"]
    assert Unit.objects.subtree(Unit.objects.get(name="城南区")).count() == 5
    row = AuditRow.objects.filter(verb="unit.move").latest("pk")
    assert (row.before["path"], row.after["path"]) == ("0001.0002.", "0001.0001.0001.")


def test_a_move_to_where_it_is_leaves_no_row(tree: dict[str, Unit]) -> None:
    before = snapshot()
    actions.move_unit(unit=tree["北"], parent=tree["市"], place=1, actor=None, at=AT)
    assert snapshot() == before


def test_a_unit_is_never_moved_under_itself(tree: dict[str, Unit]) -> None:
    for below in (tree["北"], tree["站"]):
        refused(
            "unit.under_itself",
            lambda below=below: actions.move_unit(unit=tree["北"], parent=below, place=1, actor=None, at=AT),
        )


def test_the_tree_has_a_deepest_level() -> None:
    unit = make_unit("顶")
    for _n in range(11):
        unit = make_unit(parent=unit)
    refused("unit.no_place", lambda: make_unit(parent=unit))
    other = make_unit("另一")
    make_unit("另一之下", parent=other)
    refused(
        "unit.no_place",
        lambda: actions.move_unit(unit=other, parent=Unit.objects.get(pk=unit.parent_id), place=1, actor=None, at=AT),
    )


def edit(unit: Unit, **changes: str) -> Unit:
    told = {n: getattr(unit, n) for n in ("code", "name", "short_name", "kind", "region_code")} | changes
    return actions.edit_unit(unit=unit, actor=None, at=AT, **told)


def test_editing_records_old_and_new_and_nothing_when_nothing_changed(tree: dict[str, Unit]) -> None:
    edit(tree["北"], name="城北新区")
    row = AuditRow.objects.filter(verb="unit.edit").get()
    assert (row.before["name"], row.after["name"]) == ("城北区", "城北新区")
    edit(Unit.objects.get(pk=tree["北"].pk))
    assert AuditRow.objects.filter(verb="unit.edit").count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"short_name": "长" * 21}, "short_name"),
        ({"kind": "kingdom"}, "kind"),
        ({"name": " "}, "name"),
    ],
)
def test_a_unit_with_a_faulty_field_is_refused(tree: dict[str, Unit], changes: dict, field: str) -> None:
    assert refused("field", lambda: edit(tree["北"], **changes)).field == field


def test_codes_are_unique(tree: dict[str, Unit]) -> None:
    assert refused("field", lambda: edit(tree["北"], code=tree["南"].code)).field == "code"


def test_a_unit_in_use_is_not_closed_and_a_closed_one_takes_nobody(tree: dict[str, Unit]) -> None:
    person = make_person("officer", tree["南"])
    refused("unit.in_use", lambda: actions.deactivate_unit(unit=tree["南"], actor=None, at=AT))
    refused("unit.in_use", lambda: actions.deactivate_unit(unit=tree["北"], actor=None, at=AT))
    actions.end_post(post=person.posts.get(), on=TODAY, actor=None, at=AT)
    closed = actions.deactivate_unit(unit=tree["南"], actor=None, at=AT + timedelta(days=1))
    assert not closed.is_active
    refused("unit.parent_inactive", lambda: make_unit(parent=closed))
    refused(
        "post.inactive",
        lambda: actions.give_post(person=person, unit=closed, role="park", from_date=TODAY, actor=None, at=AT),
    )
    assert actions.reactivate_unit(unit=closed, actor=None, at=AT).is_active


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-1, 9), st.integers(1, 5)), max_size=12))
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_moves_every_path_lies_below_its_parents(moves: list[tuple[int, int, int]]) -> None:
    Unit.objects.update(parent=None)
    Unit.objects.all().delete()
    units = [make_unit()]
    for n in range(9):
        units.append(make_unit(parent=units[n // 2]))
    for which, under, place in moves:
        unit = Unit.objects.get(pk=units[which].pk)
        parent = None if under < 0 else Unit.objects.get(pk=units[under].pk)
        with contextlib.suppress(DomainError):  # under itself
            actions.move_unit(unit=unit, parent=parent, place=place, actor=None, at=AT)
    for unit in Unit.objects.select_related("parent"):
        above = unit.parent.path if unit.parent else ""
        assert unit.path[:-5] == above
    assert Unit.objects.count() == 10


# ------------------------------------------------------------------------------------------------ people


def test_a_person_is_created_without_rights_and_has_to_change_the_password() -> None:
    actor = make_person("sysadmin")
    person = actions.create_person(
        username=" wang ", name="王安", password=one_time_password(), phone="13800001234", actor=actor, at=AT
    )
    assert person.username == "wang"
    assert person.must_change_password
    assert not viewer_of(person, TODAY).posts
    row = AuditRow.objects.get(verb="person.create", object_id=person.pk)
    assert row.actor == actor
    assert "13800001234" not in str(row.after)
    assert "password" not in row.after


@pytest.mark.parametrize(
    "password", ["Ab1-", "alllowercaseletters", "1234567890", "password12345", "wangan-wangan", "NoDigitsHere"]
)
def test_weak_passwords_are_refused(password: str) -> None:
    refused(
        "password.weak",
        lambda: actions.create_person(username="wangan", name="王安", password=password, actor=None, at=AT),
    )


def test_every_one_time_password_passes_the_rules() -> None:
    person = make_person()
    for _n in range(30):
        actions.set_password(person=person, password=one_time_password(), actor=None, at=AT)


def test_user_names_are_unique() -> None:
    make_person(username="wang")
    assert refused("field", lambda: make_person(username="wang")).field == "username"


def test_ones_own_password_stays_another_persons_gift_does_not(rf) -> None:
    person, administrator = make_person(), make_person("sysadmin")
    refused("password.same", lambda: actions.set_password(person=person, password=PASSWORD, actor=person, at=AT))
    assert not actions.set_password(person=person, password="Nest-building-1", actor=person, at=AT).must_change_password
    assert actions.set_password(
        person=person, password="Nest-building-2", actor=administrator, at=AT
    ).must_change_password
    assert authenticate(rf.post("/"), username=person.username, password="Nest-building-2") == person
    verbs = AuditRow.objects.filter(object_kind="person", object_id=person.pk).values_list("verb", flat=True)
    assert {"person.change_password", "person.reset_password"} <= set(verbs)
    assert "Nest" not in str(list(AuditRow.objects.values()))


def test_a_changed_telephone_is_recorded_even_where_its_mask_is_the_same() -> None:
    person = make_person()
    for phone in ("13800001234", "13899991234"):
        actions.edit_person(person=person, username=person.username, name=person.name, phone=phone, actor=None, at=AT)
    assert AuditRow.objects.filter(verb="person.edit").count() == 2
    assert Person.objects.get(pk=person.pk).phone == "13899991234"


def test_a_deactivated_person_is_out_at_once_and_the_posts_end(rf) -> None:
    person, administrator = make_person("officer"), make_person("sysadmin")
    gone = actions.deactivate_person(person=person, actor=administrator, at=AT)
    assert not gone.is_active
    assert person.posts.get().until_date == TODAY
    assert authenticate(rf.post("/"), username=person.username, password=PASSWORD) is None
    refused(
        "post.inactive",
        lambda: actions.give_post(
            person=gone, unit=person.posts.get().unit, role="park", from_date=TODAY, actor=administrator, at=AT
        ),
    )
    assert actions.reactivate_person(person=gone, actor=administrator, at=AT).is_active
    assert not viewer_of(gone, TODAY + timedelta(days=1)).posts


def test_nobody_deactivates_himself() -> None:
    administrator = make_person("sysadmin")
    make_person("sysadmin")
    refused("person.self", lambda: actions.deactivate_person(person=administrator, actor=administrator, at=AT))


# ------------------------------------------------------------------------------------------------- posts


def give(person: Person, role: str, unit: Unit | None = None, **more) -> Post:
    more = {"from_date": TODAY, "actor": None} | more
    return actions.give_post(person=person, unit=unit or Unit.objects.first(), role=role, at=AT, **more)


def test_rights_of_several_posts_add_up() -> None:
    person = make_person("officer")
    give(person, "park", make_unit())
    viewer = viewer_of(person, TODAY)
    assert viewer.roles == {"officer", "park"}
    assert len(viewer.reach("project").unit_ids) == 2


@pytest.mark.parametrize("first", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("second", ["officer", "director", "sysadmin", "secadmin", "auditor"])
def test_the_three_administrators_stand_alone(first: str, second: str) -> None:
    person, unit = make_person(first), make_unit()
    if first == second:
        assert give(person, second, unit)
        return
    refused("post.separate", lambda: give(person, second, unit))
    other = make_person(second)
    refused("post.separate", lambda: give(other, first, unit))


def test_an_administrators_post_in_the_future_counts_too() -> None:
    person = make_person("officer")
    give(person, "agent", from_date=TODAY + timedelta(days=30))
    actions.end_post(post=person.posts.get(role="officer"), on=TODAY, actor=None, at=AT)
    refused("post.separate", lambda: give(person, "auditor", from_date=TODAY + timedelta(days=1)))
    assert give(person, "auditor", from_date=TODAY + timedelta(days=1), until_date=TODAY + timedelta(days=29))


def test_nobody_gives_a_post_to_himself() -> None:
    administrator, unit = make_person("sysadmin"), make_unit()
    refused("post.self", lambda: give(administrator, "sysadmin", unit, actor=administrator))


def test_the_same_post_is_not_given_twice() -> None:
    person = make_person("officer")
    refused("post.twice", lambda: give(person, "officer"))
    assert refused("field", lambda: give(person, "emperor")).field == "role"
    refused("post.order", lambda: give(person, "park", until_date=TODAY - timedelta(days=1)))


def test_a_post_counts_on_its_last_day_and_not_after() -> None:
    person = make_person("officer")
    actions.end_post(post=person.posts.get(), on=TODAY + timedelta(days=3), actor=None, at=AT)
    assert viewer_of(person, TODAY + timedelta(days=3)).roles == {"officer"}
    assert not viewer_of(person, TODAY + timedelta(days=4)).roles
    refused(
        "post.order",
        lambda: actions.end_post(post=person.posts.get(), on=TODAY - timedelta(days=1), actor=None, at=AT),
    )
    refused(
        "post.ended",
        lambda: actions.end_post(post=person.posts.get(), on=TODAY, actor=None, at=AT + timedelta(days=10)),
    )


def test_the_last_system_administrator_stays() -> None:
    last, auditor = make_person("sysadmin"), make_person("auditor")
    refused("post.last_sysadmin", lambda: actions.end_post(post=last.posts.get(), on=TODAY, actor=None, at=AT))
    refused("post.last_sysadmin", lambda: actions.deactivate_person(person=last, actor=auditor, at=AT))
    second = make_person("sysadmin")
    actions.deactivate_person(person=last, actor=second, at=AT)
    refused("post.last_sysadmin", lambda: actions.end_post(post=second.posts.get(), on=TODAY, actor=None, at=AT))
