"""The pages by role: who sees what, who may do what, and what a click does."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from yinfeng.domain.intelligence import actions
from yinfeng.domain.intelligence.models import Document, Proposal
from yinfeng.domain.intelligence.pages.review import forms_of
from yinfeng.domain.intelligence.queries.drafts import current_draft
from yinfeng.domain.projects.actions.entries import ProjectData
from yinfeng.domain.projects.actions.ledger import create_project
from yinfeng.domain.projects.models import Lead, Milestone, Project
from yinfeng.domain.projects.rules.words import ProjectKind
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.models import LookRow
from yinfeng.foundation.ui import slots

from .conftest import House
from .documents import AT, PAGE, first, make_document
from .test_actions import everything

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "div#review-side"}


def url(name: str, *args: int) -> str:
    return reverse(f"intelligence:{name}", args=args)


def filled(person: Person, proposal: Proposal, **changes: Any) -> dict[str, Any]:
    """What the browser sends when a person presses a button without touching anything, but for ``changes``."""
    forms = forms_of(viewer_of(person, AT.date()), proposal, current_draft(proposal))
    sent: dict[str, Any] = {}
    bound = [forms.record, forms.phases.management_form, forms.facts.management_form, *forms.phases, *forms.facts]
    for form in bound:
        for field in form:
            value = field.field.prepare_value(field.value()) if hasattr(field.field, "prepare_value") else field.value()
            if value is True:
                sent[field.html_name] = "on"
            elif value is not False and value not in (None, "", []):
                sent[field.html_name] = value
    return sent | changes


# ------------------------------------------------------------------------------------------- who sees what


@pytest.mark.parametrize("role", ["director", "officer", "leader", "steward"])
def test_the_queue_shows_documents_in_sight(house: House, role: str) -> None:
    make_document(house.bureau, title="本局简报")
    make_document(house.park, title="园区简报")
    shown = client_of(getattr(house, role)).get(url("queue")).content.decode()
    assert "本局简报" in shown
    assert ("园区简报" in shown) == (role != "officer")
    assert "共 2" in shown or "2 份文档" in shown or role == "officer"


def test_a_stranger_is_asked_to_sign_in(house: House) -> None:
    document = make_document(house.bureau)
    for address in (url("queue"), url("take_in"), url("document", document.pk)):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert "/accounts/login/" in answer.headers["Location"]


def test_a_document_out_of_sight_does_not_exist(house: House) -> None:
    document = make_document(house.bureau)
    proposal = first(document)
    client = client_of(house.keeper)
    before = everything()
    assert client.get(url("document", document.pk)).status_code == 404
    assert client.get(url("targets", proposal.pk)).status_code == 404
    assert client.post(url("correct", proposal.pk)).status_code == 404
    stranger = client_of(house.colleague)
    for verb in ("accept_lead", "accept_project", "accept_into", "reject", "reopen"):
        assert stranger.post(url(verb, proposal.pk), {"reason": "无"}).status_code == 404
    assert stranger.post(url("finish", document.pk), {"reason": "无"}).status_code == 404
    assert everything() == before


@pytest.mark.parametrize(("role", "status"), [("leader", 403), ("keeper", 403), ("scout", 403)])
def test_who_may_see_but_not_decide_is_refused(house: House, role: str, status: int) -> None:
    unit = {"keeper": house.park, "scout": house.team}.get(role, house.bureau)
    document = make_document(unit)
    proposal = first(document)
    client = client_of(getattr(house, role))
    assert client.get(url("document", document.pk)).status_code == 200
    before = everything()
    for verb in ("accept_lead", "accept_project", "accept_into", "reject", "reopen"):
        assert client.post(url(verb, proposal.pk), {"reason": "无"}).status_code == status
    assert client.post(url("finish", document.pk), {"reason": "无"}).status_code == status
    assert everything() == before


def test_a_steward_decides_but_makes_no_project(house: House) -> None:
    proposal = first(make_document(house.bureau))
    client = client_of(house.steward)
    shown = client.get(url("document", proposal.document_id)).content.decode()
    assert url("reject", proposal.pk) in shown
    assert url("accept_project", proposal.pk) not in shown
    assert url("accept_lead", proposal.pk) not in shown
    before = everything()
    assert client.post(url("accept_project", proposal.pk), filled(house.director, proposal)).status_code == 403
    assert everything() == before
    client.post(url("reject", proposal.pk), {"reason": "信息不足"})
    proposal.refresh_from_db()
    assert proposal.status == "rejected"


def test_the_navigation_offers_the_queue_to_those_who_may_see_it(house: House) -> None:
    assert "documents" in {i.key for i in slots.navigation(viewer_of(house.officer, AT.date()))}


# ------------------------------------------------------------------------------------------- the queue


def test_filters_of_the_queue(house: House) -> None:
    make_document(house.bureau, title="甲报")
    done = make_document(house.bureau, title="乙报")
    make_document(house.park, title="丙报")
    actions.finish_document(document=done, reason="重复", actor=house.director, at=AT)
    client = client_of(house.director)

    def shown(**asked: object) -> set[str]:
        text = client.get(url("queue"), asked).content.decode()
        return {name for name in ("甲报", "乙报", "丙报") if name in text}

    assert shown() == {"甲报", "丙报"}
    assert shown(status="done") == {"乙报"}
    assert shown(status="all") == {"甲报", "乙报", "丙报"}
    assert shown(unit=house.park.pk) == {"丙报"}
    assert shown(q="甲") == {"甲报"}
    assert shown(q="无此标题") == set()


def test_the_queue_walks_by_keys_in_each_order(house: House) -> None:
    from yinfeng.domain.intelligence.queries.queue import QueueFilter, queue

    made = [make_document(house.bureau).pk for _ in range(5)]
    for pk, priority in zip(made, (10, 40, 10, 0, 40), strict=True):
        Document.objects.filter(pk=pk).update(priority=priority)
    viewer = viewer_of(house.director, AT.date())
    pressing = [made[4], made[1], made[2], made[0], made[3]]
    for chosen, order in (
        (QueueFilter(), pressing),
        (QueueFilter(order="newest"), made[::-1]),
        (QueueFilter(order="oldest"), made),
    ):
        one = queue(viewer, chosen, size=2)
        assert ([r.pk for r in one.rows], one.before) == (order[:2], None)
        two = queue(viewer, chosen, size=2, after=one.after)
        assert [r.pk for r in two.rows] == order[2:4]
        three = queue(viewer, chosen, size=2, after=two.after)
        assert ([r.pk for r in three.rows], three.after) == (order[4:], None)
        back = queue(viewer, chosen, size=2, before=three.before)
        assert [r.pk for r in back.rows] == order[2:4]
        assert [r.pk for r in queue(viewer, chosen, size=2, before=back.before).rows] == order[:2]


@pytest.mark.parametrize("rows", [1, 12])
def test_the_queue_asks_the_same_number_of_questions(
    house: House, rows: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(rows):
        make_document(house.bureau, records=2)
    client = client_of(house.director)
    client.get(url("queue"))
    with django_assert_max_num_queries(14):
        client.get(url("queue"))


# ------------------------------------------------------------------------------------------- taking in


def test_many_files_go_in_and_each_fault_is_told(house: House) -> None:
    client = client_of(house.officer)
    files = [
        SimpleUploadedFile("第一期简报.txt", PAGE.encode()),
        SimpleUploadedFile("空白.txt", b"  "),
        SimpleUploadedFile("第二期简报.txt", PAGE.encode("gb18030")),
        SimpleUploadedFile("第三期简报.txt", (PAGE + "又一段。").encode()),
    ]
    answer = client.post(url("take_in"), {"unit": house.bureau.pk, "uploads": files})
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert set(Document.objects.values_list("title", flat=True)) == {"第一期简报", "第三期简报"}
    assert "空白.txt" in shown
    assert "内容完全相同" in shown  # the second is the first in another encoding
    assert "收录 2 份，已有 1 份，未能收录 1 份" in shown


def test_one_pasted_text_leads_to_its_review(house: House) -> None:
    answer = client_of(house.officer).post(
        url("take_in"), {"unit": house.bureau.pk, "text": PAGE, "title": "粘贴的报道", "doc_date": "2026-03-06"}
    )
    document = Document.objects.get()
    assert answer.headers["Location"] == url("document", document.pk)
    assert (document.title, str(document.doc_date), document.uploaded_by) == ("粘贴的报道", "2026-03-06", house.officer)


def test_nothing_given_is_told_and_kept(house: House) -> None:
    answer = client_of(house.officer).post(url("take_in"), {"unit": house.bureau.pk, "source": "示例日报"})
    assert answer.status_code == 422
    assert "请选择文件，或粘贴文字。" in answer.content.decode()
    assert "示例日报" in answer.content.decode()
    assert not Document.objects.exists()


def test_a_document_cannot_be_taken_in_for_another_unit(house: House) -> None:
    answer = client_of(house.officer).post(url("take_in"), {"unit": house.park.pk, "text": PAGE})
    assert answer.status_code == 422
    assert not Document.objects.exists()


def test_a_known_text_out_of_sight_tells_nothing(house: House) -> None:
    hidden = actions.take_in(content=PAGE, title="本局内部标题", unit=house.bureau, actor=house.officer, at=AT)
    answer = client_of(house.keeper).post(url("take_in"), {"unit": house.park.pk, "text": PAGE})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "请联系上级" in shown
    assert hidden.title not in shown
    assert Document.objects.count() == 1
    assert LookRow.objects.filter(person=house.keeper, kind="duplicate", object_id=hidden.pk).exists()


def test_the_original_file_is_seen_by_who_sees_the_document(house: House) -> None:
    document = actions.take_in(content=PAGE.encode(), name="简报.txt", unit=house.bureau, actor=house.officer, at=AT)
    address = reverse("files:download", args=[document.file_id])
    assert b"".join(client_of(house.director).get(address).streaming_content) == PAGE.encode()  # type: ignore[attr-defined]
    assert client_of(house.keeper).get(address).status_code == 404


# ------------------------------------------------------------------------------------------- the review screen


def test_the_text_is_marked_and_the_record_beside_it(house: House) -> None:
    document = make_document(house.bureau)
    shown = client_of(house.officer).get(url("document", document.pk)).content.decode()
    key = f"{first(document).pk}-1"
    assert f'data-marks="{key}"' in shown
    assert f'data-goto="{key}"' in shown
    assert 'value="星澜储能电池项目"' in shown
    assert 'value="25"' in shown
    assert "2,500,000,000" in shown
    assert "各期合计 25 亿元，与总投资一致" in shown
    assert "签约项目数" in shown
    assert "已对照原文核对" not in shown


def test_a_damaged_page_is_shown_as_is_and_readable(house: House) -> None:
    document = make_document(house.bureau, repaired=("120亩",))
    document.readable_text, document.repairs = "整理后的文字", [[0, 2, 0, 2]]
    document.save()
    shown = client_of(house.officer).get(url("document", document.pk)).content.decode()
    assert "整理后" in shown
    assert "yf-rv-m--unsure" in shown
    assert "已对照原文核对" in shown


def test_text_is_never_markup(house: House) -> None:
    document = make_document(house.bureau, text="<script>alert(1)</script>项目", records=0)
    shown = client_of(house.officer).get(url("document", document.pk)).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown


def test_the_questions_do_not_grow_with_the_records(house: House, django_assert_max_num_queries: Any) -> None:
    for records in (1, 15):
        document = make_document(house.bureau, records=records)
        client = client_of(house.officer)
        client.get(url("document", document.pk))
        with django_assert_max_num_queries(26):
            client.get(url("document", document.pk))


def test_accepting_leads_to_the_next_record(house: House) -> None:
    document = make_document(house.bureau, records=2)
    one, two = document.proposals.filter(kind="project").order_by("number")
    client = client_of(house.officer)
    answer = client.post(url("accept_project", one.pk), filled(house.officer, one), **HTMX)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert f'data-proposal="{two.pk}"' in shown
    assert "hx-swap-oob" in shown
    assert "登记事实 1 条" in shown
    project = Project.objects.get()
    assert project.investment_cny == 2_500_000_000
    assert project.lead_unit == house.bureau
    assert project.landing_unit == house.park  # its name stands in the place as read
    assert Milestone.objects.get().stage == "started"


def test_without_script_the_same_form_does_the_same(house: House) -> None:
    proposal = first(make_document(house.bureau))
    answer = client_of(house.officer).post(url("accept_project", proposal.pk), filled(house.officer, proposal))
    assert answer.status_code == 302
    assert Project.objects.count() == 1


def test_what_was_typed_is_what_is_entered(house: House) -> None:
    proposal = first(make_document(house.bureau))
    changes = {
        "name": "星澜二厂",
        "amount": "36000万元",
        "phases-0-amount": "1.6",
        "phases-1-amount": "2",
        "land_mu": "85.5",
    }
    client_of(house.officer).post(url("accept_project", proposal.pk), filled(house.officer, proposal, **changes))
    project = Project.objects.get()
    assert (project.name, project.investment_cny, float(project.land_area_mu or 0)) == ("星澜二厂", 360_000_000, 85.5)
    assert [p.investment_cny for p in project.phases.all()] == [160_000_000, 200_000_000]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": "三点六"}, "以亿元为单位"),
        ({"amount": "0.000000001"}, "金额精确到元"),
        ({"amount": "0"}, "应大于 0"),
        ({"amount": "99999999"}, "1000 万亿元"),
        ({"land_mu": "-3"}, ""),
        ({"facts-0-on": ""}, "缺少日期"),
        ({"facts-0-on": "2999-01-01"}, "晚于今天"),
        ({"facts-0-phase": "3"}, "只有 2 期"),
        ({"name": ""}, "缺少项目名称"),
    ],
)
def test_what_is_in_the_way_stands_at_its_input(house: House, changes: dict[str, str], words: str) -> None:
    proposal = first(make_document(house.bureau))
    before = everything()
    answer = client_of(house.officer).post(
        url("accept_project", proposal.pk), filled(house.officer, proposal, **changes), **HTMX
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert words in shown
    assert 'aria-invalid="true"' in shown or "还不能采用" in shown
    assert everything() == before


def test_unsure_figures_ask_for_a_tick(house: House) -> None:
    proposal = first(make_document(house.bureau, certain=False))
    client = client_of(house.officer)
    before = everything()
    answer = client.post(url("accept_project", proposal.pk), filled(house.officer, proposal), **HTMX)
    assert answer.status_code == 422
    assert "“总投资”标有待核" in answer.content.decode()
    assert everything() == before
    ticks = ["amount", "phases", "land_mu", "output_cny"]
    client.post(url("accept_project", proposal.pk), filled(house.officer, proposal, checked=ticks), **HTMX)
    assert Project.objects.count() == 1


def test_a_fact_that_is_not_ticked_is_not_entered(house: House) -> None:
    proposal = first(make_document(house.bureau))
    sent = filled(house.officer, proposal)
    del sent["facts-0-use"]
    client_of(house.officer).post(url("accept_project", proposal.pk), sent)
    assert Project.objects.count() == 1
    assert not Milestone.objects.exists()


def test_a_lead_asks_for_its_channel(house: House) -> None:
    proposal = first(make_document(house.bureau))
    client = client_of(house.officer)
    answer = client.post(url("accept_lead", proposal.pk), filled(house.officer, proposal), **HTMX)
    assert answer.status_code == 422
    assert "招商方式" in answer.content.decode()
    assert not Lead.objects.exists()
    client.post(url("accept_lead", proposal.pk), filled(house.officer, proposal, channel="chain"), **HTMX)
    assert Lead.objects.get().owner_unit == house.bureau


def test_nobody_enters_for_a_unit_that_is_not_his(house: House) -> None:
    proposal = first(make_document(house.bureau))
    before = everything()
    sent = filled(house.officer, proposal, lead_unit=house.park.pk)
    assert client_of(house.officer).post(url("accept_project", proposal.pk), sent, **HTMX).status_code == 422
    assert everything() == before


def test_of_two_at_once_the_second_is_told(house: House) -> None:
    proposal = first(make_document(house.bureau))
    sent = filled(house.officer, proposal)
    client_of(house.director).post(url("reject", proposal.pk), {"reason": "重复"})
    before = everything()
    answer = client_of(house.officer).post(url("accept_project", proposal.pk), sent, **HTMX)
    assert answer.status_code == 422
    assert house.director.name in answer.content.decode()
    assert everything() == before


# ------------------------------------------------------------------------------------------- similar projects


def project_of(house: House, name: str, unit: Any, **more: Any) -> Project:
    data = ProjectData(name=name, kind=ProjectKind.MANUFACTURING, lead_unit_id=unit.pk, **more)
    return create_project(data=data, actor=house.director, at=AT)


def test_similar_projects_are_proposed_within_sight(house: House) -> None:
    same = project_of(house, "星澜储能电池项目", house.bureau, investment_amount=2_500_000_000)
    project_of(house, "星澜储能电池项目（保密）", house.park, is_confidential=True)
    other = project_of(house, "完全不同的食品厂", house.bureau)
    proposal = first(make_document(house.bureau))
    shown = client_of(house.officer).get(url("document", proposal.document_id)).content.decode()
    assert same.code in shown
    assert "名称相同" in shown
    assert "总投资相同" in shown
    assert "保密" not in shown.split("rv-targets")[1].split("</div>")[0]
    assert other.code not in shown
    found = client_of(house.officer).get(url("targets", proposal.pk), {"target": "食品"}).content.decode()
    assert other.code in found


def test_a_record_goes_into_the_chosen_project(house: House) -> None:
    project = project_of(house, "星澜储能电池基地", house.bureau)
    proposal = first(make_document(house.bureau))
    client = client_of(house.officer)
    answer = client.post(url("accept_into", proposal.pk), filled(house.officer, proposal), **HTMX)
    assert answer.status_code == 422
    assert "请先选择要并入的项目" in answer.content.decode()
    client.post(url("accept_into", proposal.pk), filled(house.officer, proposal, project=project.pk), **HTMX)
    assert Milestone.objects.get().project == project
    assert Project.objects.count() == 1


def test_a_project_out_of_sight_is_no_target(house: House) -> None:
    hidden = project_of(house, "星澜储能电池基地", house.park)
    proposal = first(make_document(house.bureau))
    before = everything()
    sent = filled(house.officer, proposal, project=hidden.pk)
    assert client_of(house.officer).post(url("accept_into", proposal.pk), sent, **HTMX).status_code == 404
    assert everything() == before


def test_what_became_of_a_record_is_named_only_in_sight(house: House) -> None:
    document = make_document(house.bureau)
    proposal = first(document)
    draft = current_draft(proposal)
    actions.accept_as_project(
        proposal=proposal, placement=actions.Placement(house.park.pk), draft=draft, actor=house.director, at=AT
    )
    address = url("document", document.pk)
    assert "（您无权查看）" in client_of(house.officer).get(address).content.decode()
    assert f"/projects/{Project.objects.get().pk}/" in client_of(house.director).get(address).content.decode()


# ------------------------------------------------------------------------------------------- other floors


def test_search_to_do_and_panel_obey_the_same_scope(house: House) -> None:
    document = make_document(house.bureau, title="储能产业简报")
    officer, keeper = (viewer_of(p, AT.date()) for p in (house.officer, house.keeper))
    assert [h.title for h in slots.registry.searches["documents"](officer, "储能", 5)] == ["储能产业简报"]
    assert slots.registry.searches["documents"](keeper, "储能", 5) == []
    assert "1 份" in str(slots.registry.todos["documents"](officer, AT.date())[0].text)
    assert slots.registry.todos["documents"](keeper, AT.date()) == ()
    made = actions.accept_as_project(
        proposal=first(document),
        placement=actions.Placement(house.bureau.pk, house.park.pk),
        actor=house.officer,
        at=AT,
    )
    panel = slots.registry.panels["project", "documents"]
    assert [s.title for s in panel.build(officer, made.project)] == ["储能产业简报"]
    assert panel.build(keeper, made.project) is None
    assert made.project is not None
    part = reverse("projects:project_part", args=[made.project.pk, "panels"])
    assert "储能产业简报" in client_of(house.officer).get(part).content.decode()
    assert "储能产业简报" not in client_of(house.keeper).get(part).content.decode()


def test_the_day_of_publication_can_be_given_later(house: House) -> None:
    document = actions.take_in(content=PAGE, unit=house.bureau, actor=house.officer, at=AT)
    client = client_of(house.officer)
    assert url("read_again", document.pk) in client.get(url("document", document.pk)).content.decode()
    for wrong in ("2999-01-01", "昨天"):
        assert client.post(url("read_again", document.pk), {"doc_date": wrong}).status_code == 422
    document.refresh_from_db()
    assert document.doc_date is None
    assert client_of(house.keeper).post(url("read_again", document.pk), {"doc_date": "2026-03-06"}).status_code == 404
    client.post(url("read_again", document.pk), {"doc_date": "2026-03-06"})
    document.refresh_from_db()
    assert str(document.doc_date) == "2026-03-06"
    actions.finish_document(document=document, reason="重复", actor=house.officer, at=AT)
    assert url("read_again", document.pk) not in client.get(url("document", document.pk)).content.decode()


def test_a_broken_upload_names_the_file(house: House) -> None:
    broken = io.BytesIO(b"PK\x03\x04" + bytes(60))
    broken.name = "坏的.docx"
    answer = client_of(house.officer).post(url("take_in"), {"unit": house.bureau.pk, "uploads": [broken]})
    assert answer.status_code == 422
    assert "坏的.docx" in answer.content.decode()
    assert not Document.objects.exists()
