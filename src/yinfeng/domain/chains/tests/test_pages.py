"""Keeping chains and groups on their page: a clerk needs no code, a refusal changes nothing."""

from __future__ import annotations

import pytest
from django.urls import reverse

from yinfeng.domain.chains.models import Chain, IndustryGroup, Segment
from yinfeng.foundation.accounts.tests.people import client_of

pytestmark = pytest.mark.django_db


def test_a_steward_lays_out_a_chain_and_everybody_reads_it(city) -> None:
    steward = client_of(city.people["steward"])
    assert "还没有产业链" in steward.get(reverse("chains:index")).content.decode()
    assert steward.post(reverse("chains:chain_new"), {"name": "膜材料", "code": ""}).status_code == 302
    chain = Chain.objects.get()
    new = reverse("chains:segment_new", args=[chain.pk])
    for name, position in (("聚合物", "upstream"), ("基膜", "midstream"), ("膜组件", "downstream")):
        assert steward.post(new, {"name": name, "position": position, "code": ""}).status_code == 302
    assert len(set(Segment.objects.values_list("code", flat=True))) == 3
    steward.post(reverse("chains:group_new"), {"scheme": "4+3+1", "name": "新材料"})
    text = client_of(city.people["officer"]).get(reverse("chains:index")).content.decode()
    assert text.index("聚合物") < text.index("基膜") < text.index("膜组件")
    assert "4+3+1" in text
    assert "新材料" in text
    assert reverse("chains:chain_new") not in text, "an officer is not offered what is refused"


def test_a_retired_group_stays_on_the_page_and_is_no_longer_offered(city) -> None:
    from yinfeng.domain.chains.queries import industry_groups

    steward = client_of(city.people["steward"])
    steward.post(reverse("chains:group_new"), {"scheme": "4+3+1", "name": "新材料"})
    group = IndustryGroup.objects.get()
    steward.post(reverse("chains:group_edit", args=[group.pk]), {"name": "新材料"})
    assert industry_groups() == []
    assert "停用" in steward.get(reverse("chains:index")).content.decode()


def test_a_code_in_use_is_refused_beside_its_field(city) -> None:
    steward = client_of(city.people["steward"])
    steward.post(reverse("chains:chain_new"), {"name": "膜材料", "code": "film"})
    again = steward.post(reverse("chains:chain_new"), {"name": "薄膜", "code": "film"})
    assert again.status_code == 422
    assert "已被使用" in again.content.decode()
    assert list(Chain.objects.values_list("name", flat=True)) == ["膜材料"]
