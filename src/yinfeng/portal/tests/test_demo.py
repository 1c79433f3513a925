"""The demo city: a plan that obeys the trade's rules, and a load that leaves nothing for the doctor to find."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.test import RequestFactory, override_settings
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from yinfeng.domain.enterprises.models import EnterpriseContact
from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.domain.projects.models import (
    Agreement,
    Ceremony,
    Claim,
    FundsArrival,
    Lead,
    Milestone,
    Phase,
    Project,
    Undertaking,
)
from yinfeng.domain.projects.queries.gates import gaps_of
from yinfeng.domain.projects.queries.rulings import stage_table
from yinfeng.domain.projects.rules.words import (
    Channel,
    ClaimStatus,
    FlagKind,
    FundsBasis,
    FundsBoundary,
    Origin,
    ProjectKind,
    Stage,
    ValueKind,
)
from yinfeng.foundation.accounts.models import Person, Post, Unit
from yinfeng.foundation.accounts.rules import Role
from yinfeng.foundation.administration import doctor
from yinfeng.kernel import uscc
from yinfeng.kernel.text import normalise_name
from yinfeng.portal.demo.diary import ZONE
from yinfeng.portal.demo.firms import NOWHERE, brands, credit_code
from yinfeng.portal.demo.loader import Loader
from yinfeng.portal.demo.papers import TABLE
from yinfeng.portal.demo.plan import Plan, make_plan
from yinfeng.portal.demo.specs import read
from yinfeng.portal.management.commands.demo import PROJECTS

BASE = date(2026, 11, 22)


@pytest.fixture(scope="module")
def plan() -> Plan:
    """What ``yinfeng demo`` would load without further words."""
    return make_plan(projects=PROJECTS, seed=20, base=BASE)


def _assert_tellable(plan: Plan) -> None:
    """Each event is by somebody who exists, none after yesterday, and each project's come in an order that can be."""
    people = {row["key"]: row for row in plan.city.city["people"]}
    assert [e.at for e in plan.events] == sorted(e.at for e in plan.events)
    declared: dict[tuple[str, str], str] = {}
    for event in plan.events:
        assert event.at.date() < plan.base
        assert event.actor in people or event.actor == ""
        told_on = event.args.get("on")
        if told_on is not None and event.args.get("value_kind") != ValueKind.ESTIMATE:
            assert told_on <= event.at.date(), event
        key = (event.subject, str(event.args.get("name")))
        if event.verb in ("milestone", "funds", "flag", "lift"):
            declared[key] = event.actor
        elif event.verb in ("verify", "return"):
            assert declared[key] != event.actor, event
    kinds = {key: spec.kind for key, spec in plan.projects.items()}
    reached: dict[tuple[str, int], dict[str, date]] = defaultdict(dict)
    for event in plan.events:
        if event.verb != "milestone" or event.args["name"].endswith(":tried"):
            continue
        phase = plan.projects[event.subject].phases[event.args["phase"] - 1]
        stage, on = event.args["stage"], event.args["on"]
        before = reached[event.subject, event.args["phase"]]
        gate = TABLE.gate(
            stage, kind=kinds[event.subject], reached=before, told=_Everything(site_route=phase.route), happened_on=on,
            evidence=[p["kind"] for p in event.args["papers"]], today=event.at.date(),
        )  # fmt: skip
        if event.args["old"]:
            assert "old_ledger" in plan.projects[event.subject].features
            assert not TABLE.date_faults(stage, on, before, event.at.date())
        else:
            assert gate.is_open, (event, gate)
        before[stage] = on


class _Everything(dict[str, object]):
    """All fields told: what a gate asks for is tried by loading."""

    def get(self, key: str, default: object = None) -> object:
        return super().get(key, "told")


class TestPlan:
    def test_the_same_arguments_tell_the_same_story(self, plan: Plan) -> None:
        again = make_plan(projects=PROJECTS, seed=20, base=BASE)
        assert again.events == plan.events
        assert again.projects == plan.projects
        assert make_plan(projects=PROJECTS, seed=21, base=BASE).events != plan.events

    def test_more_projects_leave_the_first_ones_as_they_were(self, plan: Plan) -> None:
        more = make_plan(projects=PROJECTS + 30, seed=20, base=BASE)
        assert len(more.projects) == PROJECTS + 30
        for key, spec in plan.projects.items():
            assert more.projects[key] == spec

    def test_it_can_be_told(self, plan: Plan) -> None:
        assert len(plan.projects) == PROJECTS
        assert len(plan.leads) + sum(e.verb == "promote" for e in plan.events) >= 60
        _assert_tellable(plan)

    def test_four_years_until_yesterday(self, plan: Plan) -> None:
        first, last = plan.events[0].at.date(), plan.events[-1].at.date()
        assert first < date(2023, 2, 1)
        assert BASE - timedelta(days=4) <= last < BASE

    def test_every_stage_flag_and_word_occurs(self, plan: Plan) -> None:
        def told(verb: str, name: str) -> set[object]:
            return {e.args[name] for e in plan.events if e.verb == verb}

        standing = defaultdict(set)
        for event in plan.events:
            if event.verb == "milestone":
                standing[event.subject].add(event.args["stage"])
        furthest = {max(stages, key=list(Stage).index) for stages in standing.values()}
        assert furthest == set(Stage) - {Stage.LEAD, Stage.SCREENED}
        assert {lead.fate for lead in plan.leads.values()} == {"open", "screened", "dropped"}
        assert told("flag", "kind") == set(FlagKind)
        specs = plan.projects.values()
        assert {s.kind for s in specs} == set(ProjectKind)
        assert {s.origin for s in specs} == set(Origin)
        assert {s.channel for s in specs} == set(Channel)
        assert {s.capital_kind for s in specs} == set(CapitalKind)
        assert {s.currency for s in specs} >= {"CNY", "USD", "EUR", "HKD", "JPY"}
        assert {p.route for s in specs for p in s.phases} == {"land", "lease", ""}
        assert any(len(s.phases) > 1 for s in specs)
        assert any(s.is_confidential for s in specs)
        assert {s.segment[0] for s in specs if s.segment} == {c["code"] for c in plan.city.city["chains"]}
        assert told("funds", "value_kind") == set(ValueKind)
        assert told("funds", "basis") == set(FundsBasis)
        assert told("funds", "boundary") == set(FundsBoundary)
        assert told("team", "template") == {"1+4+N", "1+8+N"}
        verbs = {e.verb for e in plan.events}
        assert {
            "return",
            "correct",
            "listing",
            "task_force",
            "lists",
            "complete",
            "contact",
            "investors",
        } <= verbs

    def test_each_year_has_targets_above_what_was_done_the_year_before(self, plan: Plan) -> None:
        told = [event.args for event in plan.events if event.verb == "targets"]
        assert [one["year"] for one in told][-1] == BASE.year
        assert len(told) >= 3
        done = sum(
            e.verb == "milestone" and e.args["stage"] == Stage.STARTED and e.args["on"].year == BASE.year - 1
            and not e.args["name"].endswith("tried") for e in plan.events
        )  # fmt: skip
        assert told[-1]["of_all"]["started_count"] >= done > 0

    def test_phases_of_one_project_stand_at_different_stages(self, plan: Plan) -> None:
        stages: dict[str, dict[int, set[Stage]]] = defaultdict(lambda: defaultdict(set))
        for event in plan.events:
            if event.verb == "milestone":
                stages[event.subject][event.args["phase"]].add(event.args["stage"])
        assert any(len(by_phase) > 1 and len(set(map(len, by_phase.values()))) > 1 for by_phase in stages.values())

    def test_faults_are_left_on_purpose_and_named(self, plan: Plan) -> None:
        assert len(plan.faults) >= 10
        sums = [
            s for s in plan.projects.values()
            if len(s.phases) > 1 and sum(p.investment or 0 for p in s.phases) != s.amount
        ]  # fmt: skip
        assert [s.fault != "" for s in sums] == [True]

    @settings(max_examples=8)
    @given(base=st.dates(date(2024, 1, 1), date(2029, 12, 31)), seed=st.integers(0, 9999))
    def test_whatever_the_day_and_the_seed(self, base: date, seed: int) -> None:
        plan = make_plan(projects=45, seed=seed, base=base)
        assert len(plan.projects) == 45
        _assert_tellable(plan)


class TestNames:
    """Nobody and nothing of the demo exists."""

    def test_credit_codes_are_well_formed_and_of_nowhere(self) -> None:
        for number in (10_000_001, 10_200_042, 99_999_999):
            assert uscc.is_valid(credit_code(number))
            assert uscc.organisation_code_is_valid(credit_code(number))
            assert uscc.division_code(credit_code(number)) == NOWHERE

    def test_telephones_cannot_be_dialled(self, plan: Plan) -> None:
        phones = {e.args["phone"] for e in plan.events if e.verb == "contact"}
        assert phones
        assert all(phone.startswith("000-") for phone in phones)

    @pytest.mark.shared
    def test_no_place_is_a_division(self, shared: Path) -> None:
        with (shared / "data/admin/divisions_2026-09.csv").open(encoding="utf-8") as file:
            real = {re.sub("(自治|[省市区县州盟旗])+$", "", row["name"]) for row in csv.DictReader(file)}
        city = read("city.yaml")
        places = {u["name"] for u in city["units"] if u["kind"] in ("city", "district")}
        places |= {u["name"][:2] for u in city["units"] if u["kind"] == "park"}
        places |= {place for _head, place in city["outposts"].values()}
        assert len(places) >= 14
        for place in places:
            assert re.sub("[省市区县]$", "", place) not in real, place

    @pytest.mark.shared
    def test_no_firm_is_listed(self, shared: Path, plan: Plan) -> None:
        with (shared / "data/companies/adata_a_share_codes.csv").open(encoding="utf-8") as file:
            listed = {re.sub(r"^\*?ST|\s|[AB]$", "", row["short_name"]) for row in csv.DictReader(file)}
        firms = {s.firm.name for s in [*plan.projects.values(), *plan.leads.values()]}
        assert len(firms) > 120
        for name in firms:
            assert normalise_name(name) not in listed
            assert not any(len(short) > 2 and name.startswith(short) for short in listed), name
        heads = {short[:2] for short in listed}
        words = read("words.yaml")
        assert not set(brands(words)) & heads
        assert not {brand[:3] for brand in words["foreign_brands"]} & {short[:3] for short in listed}


@pytest.fixture
def today() -> Iterator[None]:
    """The day that the plan's tests look at."""
    with time_machine.travel(datetime.combine(BASE, time(10), ZONE)):
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("today")
class TestLoading:
    def test_a_small_city(self, capsys: pytest.CaptureFixture[str]) -> None:
        out = StringIO()
        call_command("demo", projects=12, stdout=out, stderr=StringIO())
        assert Project.objects.count() == 12
        assert Lead.objects.count() >= 6
        assert set(Post.objects.values_list("role", flat=True)) == set(Role)

        # the doctor finds nothing
        assert {r.key: r.faults for r in doctor.run(None) if r.faults} == {}

        # gaps only where an old ledger was taken over
        table = stage_table(timezone.localdate())
        for project in Project.objects.all():
            old = Milestone.objects.filter(project=project, evidence__kind="ledger").exists()
            gaps = gaps_of(project, table)
            assert bool(gaps) == old, (project, gaps)
        assert not Milestone.objects.exclude(evidence__isnull=False).exclude(stage=Stage.NEGOTIATING).exists()

        # what there is to find
        assert Undertaking.objects.filter(done_on=None, cancelled_reason="", due_on__lt=timezone.localdate()).exists()
        assert Agreement.objects.filter(is_legacy=True, effective_on__isnull=False).exists()
        thrice = Ceremony.objects.filter(agreements__project__name="昀翎车载显示模组产业园")
        assert thrice.count() >= 3
        assert Milestone.objects.filter(project__name="昀翎车载显示模组产业园", stage=Stage.SIGNED).count() == 1
        battery = Project.objects.get(name="翊岚钠离子电芯智造项目")
        assert sorted(Phase.objects.filter(project=battery).values_list("investment_cny", flat=True)) == [
            12 * 10**8,
            20 * 10**8,
        ]
        assert battery.furthest_stage != battery.least_stage
        assert FundsArrival.objects.filter(status="verified").exists()
        assert set(Claim.objects.values_list("status", flat=True)) >= {ClaimStatus.LAPSED, ClaimStatus.PROTECTED}
        assert all(c.phone.startswith("000-") for c in EnterpriseContact.objects.all())

        # each log-in is printed once and works; who is not printed cannot sign in
        rows = re.findall(r"^  \S+\s+\S+\s+\S+\s+(\w+)\s+(\S{4}-\S{4}-\S{4})$", out.getvalue(), re.MULTILINE)
        assert {Post.objects.get(person__username=name).role for name, _ in rows} == set(Role)
        for name, password in rows:
            assert authenticate(RequestFactory().post("/"), username=name, password=password)
        assert not Person.objects.get(username="leader3").has_usable_password()
        assert not Person.objects.filter(must_change_password=True).exists()

    def test_an_interrupted_load_leaves_nothing(self) -> None:
        def interrupt(done: int, total: int) -> None:
            raise KeyboardInterrupt

        call_command("setup", stdout=StringIO())
        small = make_plan(projects=2, seed=1, base=timezone.localdate())
        with pytest.raises(KeyboardInterrupt):
            Loader(small, progress=interrupt).load()
        assert not Person.objects.exists()
        assert not Unit.objects.exists()
        assert not Project.objects.exists()

    def test_a_database_in_use_is_left_alone(self, city: object) -> None:
        units = Unit.objects.count()
        with pytest.raises(SystemExit) as stopped:
            call_command("demo", stderr=StringIO())
        assert stopped.value.code == 1
        out = StringIO()
        call_command("demo", if_empty=True, stdout=out)
        assert "未装入" in out.getvalue()
        assert Unit.objects.count() == units
        assert not Project.objects.exists()

    @override_settings(DEMO_ALLOWED=False)
    def test_production_refuses(self) -> None:
        err = StringIO()
        with pytest.raises(SystemExit) as stopped:
            call_command("demo", stderr=err)
        assert stopped.value.code == 1
        assert "生产配置" in err.getvalue()
        assert not Unit.objects.exists()

    @pytest.mark.parametrize("count", [0, -3, 10**9])
    def test_an_impossible_size_is_a_matter_of_usage(self, count: int) -> None:
        with pytest.raises(SystemExit) as stopped:
            call_command("demo", projects=count, stderr=StringIO())
        assert stopped.value.code == 2
        assert not Unit.objects.exists()


def test_the_moments_have_a_zone(plan: Plan) -> None:
    assert all(isinstance(e.at, datetime) and e.at.tzinfo is not None for e in plan.events)
