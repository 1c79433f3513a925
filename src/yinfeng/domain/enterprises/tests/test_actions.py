from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from yinfeng.domain.enterprises import access, actions, queries
from yinfeng.domain.enterprises.models import Enterprise, EnterpriseContact, EnterpriseTitle
from yinfeng.foundation.accounts.tests.people import make_person, make_unit
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.models import AuditRow, LookRow
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.uscc import check_character

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


def code(number: int) -> str:
    first = f"91330800MA{number:07d}"
    return first + check_character(first)


@pytest.fixture
def officer():
    return make_person("officer", make_unit("东城区"))


def firm(name: str, actor, **more) -> Enterprise:
    return actions.find_or_create(name=name, actor=actor, at=AT, **more)


def test_the_same_name_is_the_same_firm_however_it_is_spaced(officer):
    one = firm("晨曦（示例）电池有限公司", officer)
    again = firm(" 晨曦(示例)电池有限公司 ", officer)
    assert one.pk == again.pk
    assert AuditRow.objects.filter(verb="enterprise.create").count() == 1


def test_another_legal_form_is_another_firm(officer):
    assert firm("晨曦集团", officer).pk != firm("晨曦有限公司", officer).pk


def test_a_code_goes_before_the_name_and_is_adopted_by_a_firm_without_one(officer):
    nameless = firm("晨曦电池有限公司", officer)
    adopted = firm("晨曦电池有限公司", officer, uscc=code(1))
    assert adopted.pk == nameless.pk
    assert adopted.uscc == code(1)
    assert firm("曾用名有限公司", officer, uscc=code(1).lower()).pk == nameless.pk
    assert firm("晨曦电池有限公司", officer, uscc=code(2)).pk != nameless.pk


def test_a_wrong_code_is_refused_and_no_firm_is_made(officer):
    wrong = code(1)[:-1] + ("0" if code(1)[-1] != "0" else "1")
    with pytest.raises(DomainError) as refused:
        firm("晨曦电池有限公司", officer, uscc=wrong)
    assert refused.value.code == "uscc.check_character"
    assert not Enterprise.objects.exists()
    assert not AuditRow.objects.filter(object_kind="enterprise").exists()


@pytest.mark.parametrize("name", ["", "  ", "（）", "长" * 121, "坏\ud800字"])
def test_a_name_that_cannot_be_kept_is_refused(officer, name):
    with pytest.raises(DomainError):
        firm(name, officer)
    assert not Enterprise.objects.exists()


def test_a_code_that_another_firm_has_is_refused_by_its_name(officer):
    firm("甲公司", officer, uscc=code(1))
    other = firm("乙公司", officer)
    with pytest.raises(DomainError, match="甲公司"):
        actions.set_uscc(enterprise=other, uscc=code(1), actor=officer, at=AT)
    other.refresh_from_db()
    assert other.uscc is None


def test_a_group_is_one_level_deep_and_moves_with_its_head(officer):
    top, head, member = (firm(n, officer) for n in ("顶层集团", "中层集团", "成员公司"))
    actions.set_group(enterprise=member, root=head, actor=officer, at=AT)
    actions.set_group(enterprise=head, root=top, actor=officer, at=AT)
    member.refresh_from_db()
    assert member.group_root_id == top.pk
    late = firm("后来公司", officer)
    actions.set_group(enterprise=late, root=member, actor=officer, at=AT)
    late.refresh_from_db()
    assert late.group_root_id == top.pk
    seen = queries.members(viewer_of(officer, AT.date()), member)
    assert [m.name for m in seen] == ["顶层集团", "中层集团", "后来公司"]
    assert queries.group_ids([member.pk]) == {top.pk, head.pk, member.pk, late.pk}


def test_a_group_that_bites_its_tail_is_refused(officer):
    head, member = firm("甲集团", officer), firm("乙公司", officer)
    actions.set_group(enterprise=member, root=head, actor=officer, at=AT)
    for root in (head, member):
        with pytest.raises(DomainError):
            actions.set_group(enterprise=head, root=root, actor=officer, at=AT)
    head.refresh_from_db()
    assert head.group_root_id is None


def test_a_title_counts_once_a_year(officer):
    one = firm("甲集团", officer)
    actions.add_title(enterprise=one, kind="china_500", year=2025, rank=88, actor=officer, at=AT)
    with pytest.raises(DomainError):
        actions.add_title(enterprise=one, kind="china_500", year=2025, rank=87, actor=officer, at=AT)
    with pytest.raises(DomainError):
        actions.add_title(enterprise=one, kind="nobel", year=2025, actor=officer, at=AT)
    with pytest.raises(DomainError):
        actions.add_title(enterprise=one, kind="listed", year=2030, actor=officer, at=AT)
    assert [t.rank for t in EnterpriseTitle.objects.all()] == [88]


def contact(one, unit, actor, **more):
    told = {"name": "欧阳小明", "phone": "13800001234", "purpose": "项目洽谈", "consent": "当面递交名片"} | more
    return actions.add_contact(enterprise=one, unit=unit, actor=actor, at=AT, **told)


def test_contacts_are_masked_and_every_unmasking_is_logged(officer):
    unit = officer.posts.get().unit
    one = firm("甲公司", officer)
    made = contact(one, unit, officer)
    viewer = viewer_of(officer, AT.date())
    row = queries.card(viewer, one).contacts[0]
    assert (row.name, row.phone, row.may_unmask) == ("欧阳**", "138****1234", True)
    assert not LookRow.objects.exists()
    clear = actions.unmask(contact=access.contact_for(viewer, made.pk, "V"), actor=officer, at=AT)
    assert (clear.name, clear.phone) == ("欧阳小明", "13800001234")
    look = LookRow.objects.get()
    assert (look.person_id, look.object_kind, look.object_id) == (officer.pk, "contact", made.pk)
    kept = str(list(AuditRow.objects.filter(object_kind="enterprise").values_list("after", flat=True)))
    assert "小明" not in kept
    assert "0001" not in kept


def test_another_unit_neither_sees_nor_unmasks_a_contact_and_a_leader_sees_the_mask_only(officer):
    one = firm("甲公司", officer)
    made = contact(one, officer.posts.get().unit, officer)
    stranger = viewer_of(make_person("officer", make_unit("西城区")), AT.date())
    assert queries.contacts_of(stranger, one) == []
    with pytest.raises(Http404):
        access.contact_for(stranger, made.pk, "V")
    leader = viewer_of(make_person("leader", make_unit("市政府")), AT.date())
    assert [c.may_unmask for c in queries.contacts_of(leader, one)] == [False]
    with pytest.raises(PermissionDenied):
        access.contact_for(leader, made.pk, "V")


@pytest.mark.parametrize("lacks", ["purpose", "consent", "name"])
def test_a_contact_without_purpose_or_consent_is_refused(officer, lacks):
    one = firm("甲公司", officer)
    with pytest.raises(DomainError) as refused:
        contact(one, officer.posts.get().unit, officer, **{lacks: " "})
    assert refused.value.field == lacks
    assert not EnterpriseContact.objects.exists()


def test_a_withdrawn_contact_is_gone_with_a_trace_but_no_name(officer):
    one = firm("甲公司", officer)
    made = contact(one, officer.posts.get().unit, officer)
    actions.remove_contact(contact=made, reason="本人撤回同意", actor=officer, at=AT)
    assert not EnterpriseContact.objects.exists()
    assert AuditRow.objects.get(verb="enterprise.remove_contact").note == "本人撤回同意"


def test_the_chooser_finds_by_name_part_and_code_and_never_gives_more_than_twenty(officer):
    for number in range(30):
        firm(f"示例{number:02d}号光电有限公司", officer, uscc=code(number))
    viewer = viewer_of(officer, AT.date())
    assert len(queries.search(viewer, "示例")) == 20
    assert len(queries.search(viewer, "示例", limit=500)) == 20
    assert [h.name for h in queries.search(viewer, "07号光电")] == ["示例07号光电有限公司"]
    assert [h.name for h in queries.search(viewer, code(9))] == ["示例09号光电有限公司"]
    assert queries.search(viewer, " ，") == []
    assert queries.search(viewer, "100%_") == []


def test_an_administrator_has_no_firms(officer):
    firm("甲公司", officer)
    admin = viewer_of(make_person("sysadmin", make_unit("中心")), AT.date())
    assert queries.search(admin, "甲") == []


def test_a_correction_is_kept_with_old_and_new(officer):
    one = firm("甲公司", officer)
    told = {"capital_kind": "hmt", "home_country": "中国香港", "region_code": "", "registered_on": date(2019, 5, 1)}
    actions.edit_enterprise(enterprise=one, name="甲乙公司", actor=officer, at=AT, **told)
    row = AuditRow.objects.get(verb="enterprise.edit")
    assert (row.before["name"], row.after["name"]) == ("甲公司", "甲乙公司")
    with pytest.raises(DomainError):
        actions.edit_enterprise(
            enterprise=one, name="甲", actor=officer, at=AT, **told | {"registered_on": date(2027, 1, 1)}
        )
    one.refresh_from_db()
    assert one.name == "甲乙公司"
