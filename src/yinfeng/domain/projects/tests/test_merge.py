"""Merging field by field: what was known stays known, what is known now is one project."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from yinfeng.domain.projects import checks
from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.actions import claims, facts, merge, views
from yinfeng.domain.projects.actions.entries import InvestorData, PhaseData, ProjectData
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.actions.facts import FundsData
from yinfeng.domain.projects.actions.ledger import create_project, edit_project
from yinfeng.domain.projects.actions.phases import add_phase
from yinfeng.domain.projects.models import Follow, FundsArrival, Milestone, Project, ProjectState
from yinfeng.domain.projects.queries import merging
from yinfeng.domain.projects.rules.merging import MERGE_FIELDS
from yinfeng.domain.projects.rules.words import Channel, FundsBasis, FundsBoundary, ProjectKind
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.kernel.errors import DomainError

pytestmark = pytest.mark.django_db


def everything() -> tuple:
    return (
        list(Project.objects.order_by("pk").values()), list(ProjectState.objects.order_by("pk").values()),
        Milestone.objects.count(), FundsArrival.objects.count(), AuditRow.objects.count(),
    )  # fmt: skip


def refused(code: str, call, **given) -> DomainError:
    before = everything()
    with pytest.raises(DomainError) as fault:
        call(**given)
    assert fault.value.code == code
    assert everything() == before
    return fault.value


def no_faults() -> None:
    assert [*checks.derived_columns(), *checks.history(), *checks.access_rows()] == []


def by(city, who: str = "steward") -> dict:
    return {"actor": city.people[who], "at": city.tick()}


@pytest.fixture
def twin(city):
    """The same project, entered by 砚西县 with more facts and a platform code."""
    made = create_project(
        data=ProjectData(
            name="云梯电梯部件", kind=ProjectKind.MANUFACTURING, lead_unit_id=city.units["west"].pk,
            investors=[InvestorData("云梯集团有限公司")], investment_amount=400_000_000, jobs=300,
            platform_code="2603-330000-04-01-1", content="生产电梯门机", channel=Channel.AGENT,
        ), **by(city, "stranger"),
    )  # fmt: skip
    for stage, on in (("signed", date(2026, 2, 1)), ("started", date(2026, 2, 20))):
        facts.declare_milestone(phase=made.phases.get(), stage=stage, happened_on=on, gated=False,
                                evidence=[EvidenceData("minutes", "西招〔2026〕2号")], **by(city, "stranger"))  # fmt: skip
    facts.declare_funds(
        project=made, phase=None, **by(city, "stranger"),
        data=FundsData(5_000_000, date(2026, 2, 10), FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY, voucher="V-1"),
    )  # fmt: skip
    return Project.objects.get(pk=made.pk)


def test_fields_are_chosen_one_by_one_and_the_lost_one_leaves_the_lists(city, project, twin):
    views.follow(project=twin, **by(city, "stranger"))
    shown = merging.preview(project, twin)
    pair = {f.field: f for f in shown.fields}
    assert (pair["jobs"].keep, pair["jobs"].lose, pair["jobs"].suggested) == ("", "300", "lose")
    assert (pair["investment"].keep, pair["investment"].lose) == ("3.6 亿元", "4 亿元")
    assert [(m.text, m.is_lacking) for m in shown.milestones] == [("签约", True), ("开工", True)]
    choices = {"jobs": "lose", "investment": "lose", "platform_code": "lose", "investors": "lose", "name": "keep"}
    result = merge.merge_projects(
        keep=project, lose=twin, choices=choices, milestones=[m.pk for m in shown.milestones],
        arrivals=[a.pk for a in shown.arrivals], reason="同一项目重复登记", **by(city),
    )  # fmt: skip
    kept = result.kept
    assert (kept.jobs, kept.investment_cny, kept.name) == (300, 400_000_000, project.name)
    assert (kept.platform_code, kept.investor_name) == ("2603-330000-04-01-1", "云梯集团有限公司")
    assert (kept.signed_on, kept.started_on, kept.funds_cny) == (date(2026, 2, 1), date(2026, 2, 20), 5_000_000)
    assert {m.note for m in result.milestones} == {f"并自 {twin.code}。"}
    assert result.milestones[0].evidence.get().number == f"西招〔2026〕2号（见并入项目 {twin.code}）"
    director = viewer_of(city.people["director"], city.today)
    assert list(visible_projects(director).values_list("pk", flat=True)) == [project.pk]
    assert Follow.objects.filter(project=project, person=city.people["stranger"]).exists()
    no_faults()


def test_what_was_known_before_is_known_unchanged(city, project, twin):
    before = city.tick()
    figures = list(
        ProjectState.objects.known_at(before).order_by("project").values("project", "signed_on", "funds_cny")
    )
    assert len(figures) == 2
    ids = list(Milestone.objects.filter(project=twin).values_list("pk", flat=True))
    merge.merge_projects(keep=project, lose=twin, choices={}, milestones=ids, reason="重复", **by(city))
    again = ProjectState.objects.known_at(before).order_by("project").values("project", "signed_on", "funds_cny")
    assert list(again) == figures
    after = city.tick()
    assert [s.signed_on for s in ProjectState.objects.known_at(after)] == [date(2026, 2, 1)]
    assert Milestone.objects.filter(project=twin).count() == 2  # nothing moved


def test_a_merge_can_be_taken_back(city, project, twin):
    before = {
        f: getattr(Project.objects.get(pk=project.pk), f)
        for f in ("jobs", "investment_cny", "signed_on", "platform_code")
    }
    ids = list(Milestone.objects.filter(project=twin).values_list("pk", flat=True))
    choices = dict.fromkeys([*MERGE_FIELDS, "company", "investors", "industry_groups"], "lose")
    merge.merge_projects(keep=project, lose=twin, choices=choices, milestones=ids, reason="重复", **by(city))
    project = edit_project(project=project, changes={"jobs": 250}, **by(city, "officer"))
    no_faults()
    back = merge.unmerge(lose=twin, reason="是两个项目", **by(city))
    kept = Project.objects.get(pk=project.pk)
    assert {f: getattr(kept, f) for f in before} == before | {"jobs": 250}  # what was changed since stays
    assert (kept.investor_name, kept.name) == ("云梯科技有限公司", "云梯智能电梯部件项目")
    assert kept.lead_unit == city.units["east"]
    assert (back.platform_code, back.signed_on, back.merged_into_id) == ("2603-330000-04-01-1", date(2026, 2, 1), None)
    assert not visible_projects(viewer_of(city.people["officer"], city.today)).filter(pk=twin.pk).exists()
    refused("merge.not_merged", merge.unmerge, lose=back, reason="再次", **by(city))
    no_faults()


def test_the_merged_project_takes_no_more_facts_and_is_merged_only_once(city, project, twin):
    merge.merge_projects(keep=project, lose=twin, choices={}, reason="重复", **by(city))
    refused("project.merged", facts.declare_milestone, phase=twin.phases.get(), stage="producing",
            happened_on=date(2026, 3, 1), gated=False, **by(city))  # fmt: skip
    refused("project.merged", merge.merge_projects, keep=project, lose=twin, choices={}, reason="再次", **by(city))
    refused("project.merged", merge.merge_projects, keep=twin, lose=project, choices={}, reason="反向", **by(city))


def test_what_was_confidential_stays_so(city, project, twin):
    edit_project(project=twin, changes={"is_confidential": True}, **by(city, "stranger"))
    result = merge.merge_projects(keep=project, lose=twin, choices={}, reason="重复", **by(city))
    assert result.kept.is_confidential
    assert not visible_projects(viewer_of(city.people["colleague"], city.today)).exists()


def test_a_merge_that_would_not_be_right_is_refused(city, project, twin):
    given = {"keep": project, "lose": twin, "choices": {}, "reason": "重复", **by(city)}
    refused("merge.itself", merge.merge_projects, **given | {"lose": project})
    refused("merge.reason", merge.merge_projects, **given | {"reason": " "})
    refused("merge.choice", merge.merge_projects, **given | {"choices": {"name": "both"}})
    refused("merge.choice", merge.merge_projects, **given | {"choices": {"funds_cny": "lose"}})
    refused("merge.fact", merge.merge_projects, **given | {"milestones": [0]})
    second = add_phase(project=twin, data=PhaseData(), **by(city, "stranger"))
    far = facts.declare_milestone(phase=second, stage="signed", happened_on=date(2026, 2, 1), gated=False,
                                  **by(city, "stranger"))  # fmt: skip
    refused("merge.phase", merge.merge_projects, **given | {"milestones": [far.pk], "at": city.tick()})


def test_rival_claims_are_settled_before_the_merge(city, project, twin):
    claims.claim(project=project, unit=city.units["east"], kind="report", grounds="首报", **by(city, "officer"))
    rival = claims.claim(project=twin, unit=city.units["west"], kind="report", grounds="首报", **by(city, "stranger"))
    refused("merge.claims", merge.merge_projects, keep=project, lose=twin, choices={}, reason="重复", **by(city))
    claims.release(claim=rival, reason="确认为东屏区首报", **by(city, "stranger"))
    merge.merge_projects(keep=project, lose=twin, choices={}, reason="重复", **by(city))


def test_a_chain_of_merges_comes_apart_in_order(city, project, twin):
    third = create_project(
        data=ProjectData(name="云梯三号", kind=ProjectKind.MANUFACTURING, lead_unit_id=city.units["west"].pk),
        **by(city, "stranger"),
    )
    merge.merge_projects(keep=twin, lose=third, choices={}, reason="重复", **by(city))
    merge.merge_projects(keep=project, lose=twin, choices={}, reason="重复", **by(city))
    assert Project.objects.get(pk=third.pk).merged_into_id == project.pk
    refused("merge.came_along", merge.unmerge, lose=third, reason="误", **by(city))
    merge.unmerge(lose=twin, reason="误", **by(city))
    merge.unmerge(lose=third, reason="误", **by(city))
    city.at += timedelta(minutes=1)
    assert ProjectState.objects.known_at(city.at).count() == 3
    no_faults()
