"""Which list a project was on, who invested in it and what the investor was titled stay known as they were known, whatever
is added or taken off afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinfeng.domain.enterprises.actions import add_title, find_or_create, remove_titles
from yinfeng.domain.enterprises.models import EnterpriseTitle
from yinfeng.domain.indicators.queries.answers import answer
from yinfeng.domain.indicators.queries.bridge import bridge_between
from yinfeng.domain.projects.actions.entries import InvestorData
from yinfeng.domain.projects.actions.ledger import add_listing, remove_listings, set_investors
from yinfeng.domain.projects.models import Listing, Milestone, Phase, Project, ProjectInvestor
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period

from . import ledger

pytestmark = pytest.mark.django_db
DAY, YEAR = date(2026, 2, 1), Period.year(2026)


def counted(known_at: Any = None) -> tuple[int, int]:
    asked: dict[str, Any] = {"viewer": None, "period": YEAR, "as_of": YEAR.end, "known_at": known_at}
    listed, titled = (answer(name, **asked).total.figure.value for name in ("listed_count", "signed_top500"))
    return int(listed or 0), int(titled or 0)


def opened(city: Any, how_many: int) -> list[Project]:
    made = ledger.projects(city, city.units["east"], how_many, signed_on=DAY)
    for project in made:
        phase = Phase.objects.create(project=project, number=1, name="全部")
        Milestone.objects.create(
            project=project, phase=phase, stage="signed", happened_on=DAY, at=ledger.RECORDED,
            declared_by=city.people["officer"],
        )  # fmt: skip
    return made


def turn(city: Any, project: Project, what: str) -> None:
    """Put it on the list or take it off; title the firm that is named like the project or take its title; let this firm
    in or out."""
    told: dict[str, Any] = {"actor": city.people["officer"], "at": city.at}
    firm = find_or_create(name=f"{project.name}厂", **told)
    if what == "list":
        standing = Listing.objects.standing().filter(project=project).first()
        if standing is None:
            add_listing(project=project, name="省重点", level="省", year=2026, document="某文", **told)
        else:
            remove_listings(standing.pk, standing.pk, projects=[project.pk], reason="试", **told)
    elif what == "title":
        titles = EnterpriseTitle.objects.standing().filter(enterprise=firm)
        if titles:
            remove_titles(ids=[title.pk for title in titles], reason="试", **told)
        else:
            add_title(enterprise=firm, kind="world_500", year=2026, **told)
    else:
        inside = ProjectInvestor.objects.standing().filter(project=project).exists()
        set_investors(project=project, investors=[] if inside else [InvestorData(firm.name)], **told)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 1), st.sampled_from(("list", "title", "firm", "firm"))), max_size=9))
def test_what_comes_and_goes_is_known_as_it_was(city: Any, steps: list[tuple[int, str]]) -> None:
    for model in (Listing, EnterpriseTitle, ProjectInvestor):
        model.objects.all().delete()
    Project.objects.update(signed_on=None, ended_on=date(2020, 1, 1))
    ledger.ProjectState.objects.update(signed_on=None, ended_on=date(2020, 1, 1))
    projects = opened(city, 2)
    on: set[tuple[int, str]] = set()
    known = []
    for which, what in steps:
        city.at += timedelta(minutes=10)
        turn(city, projects[which], what)
        on ^= {(which, what)}
        expected = (
            sum((n, "list") in on for n in range(2)), sum({(n, "title"), (n, "firm")} <= on for n in range(2)),
        )  # fmt: skip
        assert counted() == expected
        known.append((city.at + timedelta(minutes=5), expected))
    assert [(at, counted(at)) for at, _expected in known] == known


def test_what_was_recorded_before_moments_were_kept_is_known_from_ever(city: Any) -> None:
    [project] = opened(city, 1)
    for what in ("list", "title", "firm"):
        turn(city, project, what)
    for model in (Listing, EnterpriseTitle, ProjectInvestor):
        model.objects.update(at=None)
    ProjectInvestor.objects.update(since=date(2024, 3, 5))
    assert counted(ledger.RECORDED + timedelta(days=1)) == (1, 0), "the day an investor came in was always kept"
    assert counted(ledger.RECORDED + timedelta(days=90)) == (1, 1)


def test_the_bridge_names_the_list_and_the_title_that_went(city: Any) -> None:
    [project] = opened(city, 1)
    for what in ("list", "title", "firm"):
        turn(city, project, what)
    then = city.at + timedelta(minutes=1)
    city.at += timedelta(hours=1)
    for what in ("list", "title"):
        turn(city, project, what)
    asked: dict[str, Any] = {
        "viewer": None,
        "period": YEAR,
        "as_of": YEAR.end,
        "since": then,
        "known_at": city.tick(60),
    }
    for name in ("listed_count", "signed_top500"):
        [line] = bridge_between(name, **asked).lines
        told = {(deed.deed, deed.what, deed.by, deed.why) for deed in line.deeds}
        officer = city.people["officer"].name
        assert told == {
            ("退回或作废", "入选清单 省重点 2026", officer, "试"),
            ("退回或作废", f"{project.name}厂 世界500强 2026", officer, "试"),
        }


def test_a_list_and_a_title_that_stand_are_not_added_twice_but_again_after_they_went(city: Any) -> None:
    [project] = opened(city, 1)
    firm = find_or_create(name=f"{project.name}厂", actor=city.people["officer"], at=city.at)
    for what in ("list", "title"):
        turn(city, project, what)
    before = [list(model.objects.values()) for model in (Listing, EnterpriseTitle)]
    told: dict[str, Any] = {"actor": city.people["officer"], "at": city.at, "year": 2026}
    with pytest.raises(DomainError) as twice:
        add_listing(project=project, name="省重点", level="省", document="另文", **told)
    assert twice.value.code == "listing.twice"
    with pytest.raises(DomainError) as twice:
        add_title(enterprise=firm, kind="world_500", **told)
    assert twice.value.code == "title.twice"
    assert [list(model.objects.values()) for model in (Listing, EnterpriseTitle)] == before
    for what in ("list", "title", "list", "title"):
        turn(city, project, what)
    for model in (Listing, EnterpriseTitle):
        assert (model.objects.count(), model.objects.standing().count()) == (2, 1)
