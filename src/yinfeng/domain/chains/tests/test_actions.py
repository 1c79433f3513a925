from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from yinfeng.domain.chains import actions, queries
from yinfeng.domain.chains.models import Chain, IndustryGroup, Segment
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.kernel.errors import DomainError

pytestmark = pytest.mark.django_db
BY = {"actor": None, "at": datetime(2026, 3, 10, 2, 0, tzinfo=UTC)}


def test_chains_come_in_order_with_their_segments_by_position():
    battery = actions.add_chain(code="battery", name="新型电池", **BY)
    actions.add_chain(code="optics", name="光电显示", **BY)
    actions.add_segment(chain=battery, code="cell", name="电芯", position="midstream", **BY)
    actions.add_segment(chain=battery, code="cathode", name="正极材料", position="upstream", **BY)
    rows = queries.chains()
    assert [c.name for c in rows] == ["新型电池", "光电显示"]
    assert [s.name for s in rows[0].at("upstream")] == ["正极材料"]
    assert queries.segment_choices()[0][1][0][1] == "中游 · 电芯"
    assert AuditRow.objects.count() == 4


def test_a_retired_chain_is_no_longer_offered_but_stays():
    chain = actions.add_chain(code="battery", name="新型电池", **BY)
    actions.edit_chain(chain=chain, name="新型电池", is_active=False, **BY)
    assert queries.chains() == []
    assert [c.is_active for c in queries.chains(with_retired=True)] == [False]


@pytest.mark.parametrize(
    "told",
    [
        {"code": "battery", "name": "另一条"},
        {"code": "电池", "name": "电池"},
        {"code": "a b", "name": "电池"},
        {"code": "b2", "name": " "},
        {"code": "b2", "name": "长" * 61},
    ],
)
def test_a_chain_that_cannot_be_told_apart_is_refused(told):
    actions.add_chain(code="battery", name="新型电池", **BY)
    with pytest.raises(DomainError):
        actions.add_chain(**told, **BY)
    assert Chain.objects.count() == 1


def test_segments_are_told_apart_within_their_chain():
    one, other = (actions.add_chain(code=c, name=c, **BY) for c in ("a", "b"))
    cell = actions.add_segment(chain=one, code="cell", name="电芯", position="midstream", **BY)
    actions.add_segment(chain=other, code="cell", name="电芯", position="midstream", **BY)
    for code, position in (("cell", "upstream"), ("pack", "sideways")):
        with pytest.raises(DomainError):
            actions.add_segment(chain=one, code=code, name="别名", position=position, **BY)
    assert Segment.objects.count() == 2
    actions.edit_segment(segment=cell, name="电芯制造", position="downstream", **BY)
    cell.refresh_from_db()
    assert (cell.name, cell.position) == ("电芯制造", "downstream")


def test_groups_of_two_schemes_stand_side_by_side():
    for scheme, name in (("4+3+1", "新能源"), ("4+3+1", "光电"), ("六大主导产业", "新能源")):
        actions.add_industry_group(scheme=scheme, name=name, **BY)
    assert [g.name for g in queries.industry_groups("4+3+1")] == ["新能源", "光电"]
    with pytest.raises(DomainError):
        actions.add_industry_group(scheme="4+3+1", name="光电", **BY)
    optics = IndustryGroup.objects.get(name="光电")
    with pytest.raises(DomainError):
        actions.edit_industry_group(group=optics, name="新能源", is_active=True, **BY)
    actions.edit_industry_group(group=optics, name="光电信息", is_active=False, **BY)
    assert [g.name for g in queries.industry_groups("4+3+1")] == ["新能源"]
    assert IndustryGroup.objects.count() == 3


def test_groups_are_made_by_command_once_and_all_or_none(capsys):
    call_command("groups", "4+3+1", "光电", "新能源")
    call_command("groups", "4+3+1", "新能源", "新材料")
    assert capsys.readouterr().out.splitlines()[-3:] == ["4+3+1\t光电", "4+3+1\t新能源", "4+3+1\t新材料"]
    with pytest.raises(SystemExit):
        call_command("groups", "4+3+1", "生物医药", "长" * 41)
    assert capsys.readouterr().err.strip()
    assert IndustryGroup.objects.count() == 3
