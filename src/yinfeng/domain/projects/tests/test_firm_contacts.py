"""A contact enters with its purpose and ground, is masked, and can be deleted for good."""

from __future__ import annotations

import pytest
from django.urls import reverse

from yinfeng.domain.enterprises.models import Enterprise, EnterpriseContact
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.foundation.audit.models import AuditRow

pytestmark = pytest.mark.django_db


def typed(project, city, **changes):
    firm = project.investors.get().enterprise_id
    told = {
        "enterprise": firm, "name": "苏映雪", "position": "董事长", "phone": "13900001234", "purpose": "项目洽谈",
        "consent": "当面递交名片", "unit": city.units["east"].pk,
    }  # fmt: skip
    return told | changes


def test_a_contact_is_added_masked_and_removed(city, project) -> None:
    officer = client_of(city.people["officer"])
    assert officer.post(reverse("projects:contact_new", args=[project.pk]), typed(project, city)).status_code == 302
    contact = EnterpriseContact.objects.get()
    part = officer.get(reverse("projects:project_part", args=[project.pk, "contacts"])).content.decode()
    assert "13900001234" not in part
    assert "苏映雪" not in part
    assert "董事长" in part
    remove = reverse("projects:contact_remove", args=[project.pk, contact.pk])
    assert officer.post(remove, {"reason": ""}).status_code == 422
    assert EnterpriseContact.objects.count() == 1
    assert officer.post(remove, {"reason": "本人撤回同意"}).status_code == 302
    assert not EnterpriseContact.objects.exists()
    kept = " ".join(map(str, AuditRow.objects.values_list("before", "after", "note")))
    assert "13900001234" not in kept, "the trail keeps the mask only"


def test_without_consent_or_at_another_firm_nothing_is_stored(city, project) -> None:
    officer = client_of(city.people["officer"])
    other = Enterprise.objects.create(name="别家公司", created_at=city.at)
    url = reverse("projects:contact_new", args=[project.pk])
    for told in (typed(project, city, consent=""), typed(project, city, enterprise=other.pk)):
        assert officer.post(url, told).status_code == 422
    assert not EnterpriseContact.objects.exists()
