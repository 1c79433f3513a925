"""The desk: the same news in several documents, many records at once, alerts, labelled data."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from yinfeng.domain.enterprises.models import Enterprise
from yinfeng.domain.intelligence import actions, checks
from yinfeng.domain.intelligence.actions import intake
from yinfeng.domain.intelligence.actions.alerts import close_alert, raise_alerts
from yinfeng.domain.intelligence.models import Alert, Document, Proposal
from yinfeng.domain.intelligence.queries.drafts import current_draft, unchecked_of
from yinfeng.domain.intelligence.rules.draft import Draft
from yinfeng.domain.projects.actions import leads
from yinfeng.domain.projects.models import Evidence, Lead, Milestone
from yinfeng.domain.projects.rules.words import Channel, ProjectKind
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.foundation.audit.models import LookRow
from yinfeng.kernel.errors import DomainError

from .conftest import House
from .documents import AT, PAGE, first, make_document
from .test_actions import everything

pytestmark = pytest.mark.django_db


def url(name: str, *args: int) -> str:
    return reverse(f"intelligence:{name}", args=args)


def taken(house: House, text: str, **more: Any) -> Document:
    return actions.take_in(content=text, unit=house.bureau, actor=house.officer, at=AT, **more)


# ------------------------------------------------------------------------------------------- the same news


@pytest.fixture
def reposted(house: House) -> tuple[Document, Document, Document]:
    """The news, its repost with another sum, and something else."""
    text = PAGE + "园区负责人表示将做好要素保障，推动项目早开工早投产，为企业提供全程代办服务。"
    return (
        taken(house, text, title="首发", source="甲报"),
        taken(house, text.replace("25亿元", "30亿元"), title="转载", source="乙报"),
        taken(
            house,
            "月汐港冷链物流园昨日迎来首批客商，现场咨询办理入驻手续的企业共有四十余家，气氛热烈。",
            title="另一件",
        ),
    )


def test_a_repost_is_told_beside_the_first(house: House, reposted: tuple[Document, ...]) -> None:
    first_one, repost, other = reposted
    assert (repost.same_as, first_one.same_as, other.same_as) == (first_one, None, None)
    assert list(checks.desk()) == []
    assert repost.likeness > 0.6
    assert first_one.priority > repost.priority  # no news any more
    client = client_of(house.director)
    shown = client.get(url("story", repost.pk)).content.decode()
    assert "同一消息 2 处" in shown
    assert "甲报" in shown
    assert shown.index("30 亿元") > 0
    assert shown.index("25 亿元") > 0
    assert "另一件" not in shown
    for page in ("queue", "records"):
        assert "同一消息 2 处" in client.get(url(page)).content.decode()
    assert "25 亿元" in client.get(url("candidates")).content.decode()
    # who does not see the repost is not told of it
    Document.objects.filter(pk=first_one.pk).update(unit=house.park)
    from yinfeng.foundation.accounts.models import AccessGrant

    AccessGrant.objects.filter(kind="document", object_id=first_one.pk).update(unit=house.park)
    hidden = client_of(house.officer).get(url("document", repost.pk)).content.decode()
    assert "同一消息" not in hidden
    assert "首发" not in client_of(house.officer).get(url("story", repost.pk)).content.decode()


def test_accepting_one_offers_the_others_as_evidence(house: House, reposted: tuple[Document, ...]) -> None:
    one, other = first(reposted[0]), first(reposted[1])
    draft = current_draft(one)
    made = actions.accept_as_project(
        proposal=one, draft=Draft.from_json({**draft.to_json(), "checked": sorted(unchecked_of(one, draft))}),
        placement=actions.Placement(house.bureau.pk), actor=house.director, at=AT,
    )  # fmt: skip
    milestones, papers = Milestone.objects.count(), Evidence.objects.count()
    client = client_of(house.director)
    page = client.get(url("document", one.document_id) + f"?p={one.pk}").content.decode()
    assert "另有 1 处讲同一项目" in page
    client.post(url("attach", one.pk), {"other": other.pk})
    other.refresh_from_db()
    assert (other.status, other.project) == ("accepted", made.project)
    assert Milestone.objects.count() == milestones  # nothing new is declared
    assert Evidence.objects.filter(document_id=other.document_id, milestone__isnull=False).exists()
    assert Evidence.objects.count() > papers
    assert Document.objects.get(pk=other.document_id).status == "done"
    before = everything()
    assert client.post(url("attach", one.pk), {"other": other.pk}).status_code == 422  # none is left
    assert client_of(house.leader).post(url("attach", one.pk), {"other": other.pk}).status_code == 403
    assert everything() == before


def test_documents_from_before_the_sketches_are_compared_by_the_clock(house: House) -> None:
    long = PAGE * 3
    old, new = make_document(house.bureau, text=long), make_document(house.bureau, text=long)
    assert not old.is_sketched
    assert intake.look_again(at=AT) == 2
    new.refresh_from_db()
    assert new.same_as == old
    assert new.priority == max(new.proposals.values_list("priority", flat=True)) > 0
    assert intake.look_again(at=AT) == 0
    assert list(checks.desk()) == []
    Document.objects.filter(pk=new.pk).update(priority=1, sketch=[1])
    Document.objects.filter(pk=old.pk).update(same_as=new)
    assert len(list(checks.desk())) == 4


# ------------------------------------------------------------------------------------------- many at once


def batch(house: House, proposals: list[Proposal], **more: Any) -> Any:
    sent = {
        "id": [p.pk for p in proposals],
        "do": "lead",
        "lead_unit": house.bureau.pk,
        "channel": "chain",
        "whole": "each",
    }
    return client_of(house.director).post(url("batch"), sent | more)


def test_many_are_taken_after_a_look_at_what_speaks_against_them(house: House) -> None:
    good = first(make_document(house.bureau, fields={"name": "甲项目"}))
    twin = first(make_document(house.bureau, fields={"name": "甲项目"}))
    unsure = first(make_document(house.bureau, fields={"name": "乙项目"}, certain=False))
    asked = batch(house, [good, twin, unsure]).content.decode()
    assert not Lead.objects.exists()
    assert "与本批" in asked
    assert "待核的数字" in asked
    assert asked.count(" checked") == 1
    # all or none: the unsure one holds the others back
    done = batch(house, [good, unsure], sure="1", whole="all")
    assert done.status_code == 422
    assert "没有问题，因其他记录有误而未采用" in done.content.decode()
    assert "标有待核" in done.content.decode()
    assert not Lead.objects.exists()
    done = batch(house, [good, unsure], sure="1")
    assert "采用 1 条，未采用 1 条" in done.content.decode()
    good.refresh_from_db()
    assert good.lead == Lead.objects.get()
    assert Proposal.objects.get(pk=unsure.pk).status == "open"
    batch(house, [unsure, twin], do="reject", reason="非本地项目")
    assert Proposal.objects.filter(status="rejected", reason="非本地项目").count() == 2


def test_a_batch_reaches_no_further_than_the_person(house: House) -> None:
    mine, theirs = first(make_document(house.bureau)), first(make_document(house.park))
    client = client_of(house.officer)
    before = everything()
    refused = client.post(url("batch"), {"id": [theirs.pk], "do": "reject", "reason": "无"})
    assert refused.status_code == 422
    assert client_of(house.steward).post(url("batch"), {"id": [mine.pk], "do": "lead"}).status_code == 403
    assert client_of(house.scout).post(url("batch"), {"id": [mine.pk], "do": "lead"}).status_code == 403
    assert everything() == before
    client.post(url("batch"), {"id": [mine.pk, theirs.pk], "do": "reject", "reason": "无"})
    assert list(Proposal.objects.filter(status="rejected")) == [mine]


def test_records_stand_by_priority_page_after_page(house: House) -> None:
    from yinfeng.domain.intelligence.queries.records import records
    from yinfeng.foundation.accounts.viewer import viewer_of

    made = [first(make_document(house.bureau)) for _ in range(5)]
    for proposal, priority in zip(made, (10, 40, 10, 0, 40), strict=True):
        Proposal.objects.filter(pk=proposal.pk).update(priority=priority)
    viewer, seen, after = viewer_of(house.director, AT.date()), [], None
    for _ in range(3):
        page = records(viewer, after=after, size=2)
        seen += [row.pk for row in page.rows]
        after = page.after
    assert seen == [made[n].pk for n in (4, 1, 2, 0, 3)]
    assert after is None


# ------------------------------------------------------------------------------------------- labels, watch


def test_labels_go_out_for_who_may_export_and_are_logged(house: House) -> None:
    document = make_document(house.bureau)
    make_document(house.bureau)  # still open: no label
    actions.finish_document(document=document, reason="非本地项目", actor=house.director, at=AT)
    told = b"".join(client_of(house.director).get(url("labels")).streaming_content).decode().splitlines()
    assert [json.loads(line)["id"] for line in told] == [str(document.pk)]
    assert json.loads(told[0])["text"] == document.raw_text
    assert LookRow.objects.get(kind="export").rows == 1
    assert client_of(house.officer).get(url("labels")).status_code == 403
    assert LookRow.objects.filter(kind="export").count() == 1


def elsewhere(house: House) -> Document:
    """A record of another city, as a reader would give it, ranked by the clock."""
    today = timezone.localdate()
    fields = {
        "name": "朝岫电芯项目", "investor": "朝岫储能有限公司", "place": "宁波市", "stage": "signed", "date": today.isoformat(),
        "investment": {"value": 1_200_000_000, "unit": "CNY", "qualifier": None},
    }  # fmt: skip
    document = make_document(house.bureau, fields=fields, title="宁波签约")
    Document.objects.filter(pk=document.pk).update(at=timezone.now())
    intake.look_again(at=timezone.now())
    return document


def test_other_cities_stand_by_month_with_their_sentences(house: House) -> None:
    document = elsewhere(house)
    assert document.proposals.get(kind="project").region == "宁波市"
    client = client_of(house.director)
    shown = client.get(url("watch")).content.decode()
    assert "宁波市" in shown
    assert "12.00" in shown
    month = f"{timezone.localdate():%Y-%m}"
    told = client.get(url("watch_sentences") + f"?city=宁波市&month={month}").content.decode()
    assert "朝岫电芯项目" in told
    assert "星澜储能电池项目" in told  # its sentence
    assert url("document", document.pk) in told
    assert "还没有读到外地的项目" in client_of(house.keeper).get(url("watch")).content.decode()  # not of the park


def test_alerts_are_raised_once_and_closed_with_a_word(house: House) -> None:
    now = timezone.now()
    elsewhere(house)
    firm = Enterprise.objects.create(name="朝岫储能有限公司", name_key="朝岫储能", created_at=now)
    this = timezone.localdate().replace(day=1)
    for back, count in ((1, 1), (2, 2), (3, 3), (4, 4)):
        on = this
        for _ in range(back):
            on = (on - timedelta(days=1)).replace(day=1)
        for n in range(count):
            made = leads.create_lead(
                data=leads.LeadData(
                    name=f"第{back}月{n}号", kind=ProjectKind.SERVICE, owner_unit_id=house.bureau.pk, channel=Channel.CHAIN
                ),
                actor=house.officer, at=now,
            )  # fmt: skip
            Lead.objects.filter(pk=made.pk).update(reported_on=on)
    assert raise_alerts(at=now) == 2
    assert raise_alerts(at=now) == 0
    falling, expansion = Alert.objects.get(kind="falling"), Alert.objects.get(kind="elsewhere")
    assert (falling.unit, falling.figures["counts"]) == (house.bureau, [4, 3, 2, 1])
    assert expansion.figures["firm"] == firm.name
    client = client_of(house.director)
    assert "朝岫储能有限公司在宁波市有新动向" in client.get(url("watch")).content.decode()
    assert "提示待处理" in client.get("/").content.decode()
    assert "朝岫储能" not in client_of(house.keeper).get(url("watch")).content.decode()
    before = list(Alert.objects.values())
    with pytest.raises(DomainError):
        close_alert(alert=falling, note=" ", actor=house.director, at=now)
    assert client_of(house.keeper).post(url("alert_close", expansion.pk), {"note": "知道了"}).status_code in (403, 404)
    assert list(Alert.objects.values()) == before
    client.post(url("alert_close", expansion.pk), {"note": "已派驻点组拜访"})
    assert Alert.objects.get(pk=expansion.pk).closed_by == house.director
    assert "新动向" not in client.get(url("watch")).content.decode()
