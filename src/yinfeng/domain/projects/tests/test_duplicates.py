"""The duplicate warning: full where one may see, a single sentence where one may not, and nothing to be guessed out of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yinfeng.domain.enterprises.actions import find_or_create, set_group
from yinfeng.domain.projects.actions import duplicates
from yinfeng.domain.projects.actions.entries import InvestorData
from yinfeng.domain.projects.actions.leads import LeadData, create_lead, drop_lead
from yinfeng.domain.projects.actions.ledger import edit_project
from yinfeng.domain.projects.rules.words import Channel, ProjectKind
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.models import LookRow
from yinfeng.foundation.rulebook import actions as rulebook
from yinfeng.kernel.uscc import check_character

pytestmark = pytest.mark.django_db
FIRST17 = "91330800MA2000001"
CODE = FIRST17 + check_character(FIRST17)
HIDDEN = "已有首报，请联系上级"


def ask(city, who: str, name: str, **more):
    return duplicates.similar(name=name, viewer=viewer_of(city.people[who], city.today), at=city.tick(), **more)


def lead(city, name="云栖储能电站项目", unit="west", by="stranger", **more):
    data = LeadData(name, ProjectKind.MANUFACTURING, city.units[unit].pk, Channel.CHAIN, **more)
    return create_lead(data=data, actor=city.people[by], at=city.tick())


def test_who_may_see_it_is_told_all_and_why(city, project):
    found = ask(city, "colleague", "年产1万台云梯电梯部件生产线")
    [match] = found.matches
    assert (match.pk, match.unit, match.url) == (project.pk, "东屏区", f"/projects/{project.pk}/")
    assert match.reasons[0].startswith("项目名称相近")
    assert (found.has_hidden, found.words) == (False, "")


def test_who_may_not_learns_one_sentence_and_the_look_is_logged(city, project):
    found = ask(city, "stranger", "云梯智能电梯部件项目", investor_name="云梯科技有限公司")
    assert found == duplicates.SimilarAnswer((), True, False, HIDDEN)
    two = lead(city, "云梯智能电梯部件", unit="park", by="park")
    again = ask(city, "stranger", "云梯智能电梯部件项目", investor_name="云梯科技有限公司")
    assert again == found  # two hidden ones look like one
    looks = LookRow.objects.filter(person=city.people["stranger"], kind="duplicate").order_by("pk")
    assert [(r.detail, r.rows) for r in looks] == [("云梯智能电梯部件项目", 0)] * 2
    assert two.pk


def test_the_credit_code_and_the_group_find_what_names_do_not(city, project):
    firm = find_or_create(name="云梯科技有限公司", uscc=CODE, actor=city.people["officer"], at=city.tick())
    by_code = ask(city, "officer", "完全不同的名字", uscc=f" {CODE.lower()} ")
    assert by_code.matches[0].score == 100
    assert by_code.matches[0].reasons[0] == "统一社会信用代码相同"
    sister = find_or_create(name="登高重工有限公司", actor=city.people["officer"], at=city.tick())
    set_group(enterprise=sister, root=firm, actor=city.people["officer"], at=city.tick())
    by_group = ask(city, "officer", "塔机项目", investor_name="登高重工有限公司")
    assert [m.reasons[0] for m in by_group.matches] == ["同属一个企业集团"]


def test_leads_count_while_they_are_open_and_nothing_is_its_own_duplicate(city):
    made = lead(city, investor=InvestorData("云栖能源有限公司"))
    assert [m.kind for m in ask(city, "stranger", "云栖储能电站").matches] == ["lead"]
    assert ask(city, "stranger", "云栖储能电站", except_lead=made.pk).matches == ()
    assert ask(city, "officer", "云栖储能电站").words == HIDDEN
    drop_lead(lead=made, reason="无意", actor=city.people["stranger"], at=city.tick())
    assert ask(city, "officer", "云栖储能电站") == duplicates.SimilarAnswer()


def test_a_confidential_project_is_hidden_even_from_its_own_units_officers(city, project):
    edit_project(project=project, changes={"is_confidential": True}, actor=city.people["officer"], at=city.tick())
    assert ask(city, "colleague", project.name).words == HIDDEN
    assert ask(city, "officer", project.name).matches[0].pk == project.pk  # named as its owner


@pytest.mark.parametrize("name", ["", " ", "（）", "项目", "坏\ud800字", "%_'\";--", "云" * 500])
def test_no_name_breaks_it(city, project, name):
    assert ask(city, "stranger", name).has_hidden is False


def test_a_hidden_likeness_costs_the_same_queries_as_none(city, project):
    def queries(name: str) -> list[str]:
        viewer = viewer_of(city.people["stranger"], city.today)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            duplicates.similar(name=name, investor_name="云梯科技有限公司", viewer=viewer, at=city.tick())
        return [q["sql"].split(" ")[0] for q in captured.captured_queries]

    assert queries("云梯智能电梯部件项目") == queries("雪峰高端食品加工项目")


def test_asking_without_end_is_stopped_for_an_hour(city, project):
    rule = rulebook.propose(
        kind="duplicates", body={"warn_score": 60, "per_hour": 3}, valid_from=city.today, note="试行",
        actor=city.people["steward"], at=city.tick(),
    )  # fmt: skip
    rulebook.approve(rule=rule, actor=city.people["director"], at=city.tick())
    for _ in range(3):
        assert ask(city, "stranger", project.name).has_hidden
    stopped = ask(city, "stranger", project.name)
    assert (stopped.is_limited, stopped.has_hidden, stopped.matches) == (True, False, ())
    assert LookRow.objects.filter(kind="duplicate").count() == 3
    assert not ask(city, "officer", project.name).is_limited
    city.at += timedelta(hours=1)
    assert ask(city, "stranger", project.name).has_hidden
