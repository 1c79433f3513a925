"""No page asks the database more often because it shows more: at most twelve queries, the same at ten rows and at all.

Counted is everything of a request: session, person, posts, rights, what the shell shows, and the page's own reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from yinfeng.domain.importing.actions.staging import bring_in, check
from yinfeng.domain.intelligence.tests.documents import make_document
from yinfeng.domain.projects.actions import claims, facts, leads, undertakings, views
from yinfeng.domain.projects.actions.entries import InvestorData, PhaseData, ProjectData
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.actions.facts import FundsData
from yinfeng.domain.projects.actions.ledger import create_project
from yinfeng.domain.projects.rules.words import Channel, FundsBasis, FundsBoundary, ProjectKind, Stage
from yinfeng.foundation.accounts.viewer import viewer_of

from .scene import Scene, fill, more_people

MOST = 12
FEW, MANY = 8, 70  # projects beside the scene's own


@dataclass(frozen=True)
class Page:
    """An address for a person; the same is asked when there is little and when there is much."""

    name: str
    key: str = "director"
    query: str = ""
    of: str = ""
    most: int = MOST
    htmx: bool = False


PAGES = [
    Page("projects:ledger", query="?size=1000"),
    Page("projects:ledger", key="officer", query="?size=1000"),
    Page("projects:ledger", key="onlooker", query="?size=1000"),
    Page("projects:ledger", query="?size=1000", htmx=True),
    Page("projects:ledger", query="?size=1000&unit={east}&min=0.1&stage=signed,negotiating&q=项目&sort=-investment"),
    Page("projects:ledger", query="?view=grouped&by=unit"),
    Page("projects:ledger", query="?size=1000&columns=code,name,investor,funds,owner,leader,segment,landing"),
    Page("projects:board"),
    Page("projects:board", key="officer", query="?q=项目"),
    Page("projects:board_more", of="signed", query="?skip=0"),
    Page("projects:project", of="project"),
    Page("projects:project", of="project", key="officer"),
    *(
        Page("projects:project_part", of=f"project/{part}", most=16 if part == "panels" else MOST)  # a panel an app
        for part in ("papers", "deals", "claims", "contacts", "life", "panels", "lists")
    ),
    Page("projects:leads"),
    Page("projects:leads", key="officer", query="?q=线索"),
    Page("projects:lead", of="lead"),
    Page("projects:verify"),
    Page("projects:verify", query="?kind=funds"),
    Page("reporting:tasks", query="?month=2026-02"),
    Page("reporting:tasks", key="officer", query="?month=2026-02"),
    Page("reporting:task", of="task", key="officer", most=16),  # no list: each kind of fact with what is around it
    *(Page("reporting:worklist", query=f"?kind={kind}") for kind in ("milestone", "funds", "flag")),
    Page("reporting:closing"),
    Page("reporting:closed", of="closed"),
    Page("reporting:corrections"),
    Page("reporting:weekly", query="?from=2026-02-01&to=2026-12-31"),
    Page("reporting:weekly", key="officer", query="?from=2026-02-01&to=2026-12-31"),
    Page("reporting:quality", query="?month=2026-02"),
    Page("importing:index"),
    Page("importing:index", key="officer"),
    Page("importing:detail", of="an_import", key="officer"),
    Page("projects:ceremonies"),
    Page("projects:ceremony", of="ceremony"),
    Page("indicators:index"),
    Page("indicators:figure", of="signed_amount", query="?start=2026-01-01&end=2026-12-31&by=unit&rows=1"),
    Page("indicators:bridge", of="signed_count", query="?start=2026-01-01&end=2026-12-31&against=last_year", most=20),
    Page("indicators:pivot", query="?name=signed_count&down=unit&across=kind&start=2026-01-01&end=2026-12-31"),
    Page("briefing:index"),
    Page("portal:cockpit"),
    Page("portal:cockpit", key="officer"),
    Page("portal:workbench", most=20),  # some an app that has to-dos
    Page("portal:workbench", key="officer", most=20),
    Page("portal:search", query="?q=项目"),
    Page("portal:palette", query="?q=项目"),
    Page("intelligence:queue"),
    Page("intelligence:records"),
    Page("intelligence:records", key="officer", query="?q=测试"),
    Page("intelligence:candidates"),
    Page("intelligence:watch"),
    Page("intelligence:sources"),
    Page("intelligence:source", of="source"),
    Page("intelligence:story", of="document"),
    Page("intelligence:document", of="document"),
    Page("intelligence:targets", of="proposal", query="?target=项目"),
    Page("notices:list", key="officer"),
    Page("administration:units", key="sysadmin"),
    Page("administration:people", key="sysadmin"),
    Page("administration:rulebook", key="steward"),
    Page("administration:trail", key="auditor"),
    Page("api:list_projects", query="?limit=200"),
    Page("api:get_project", of="project"),
    Page("api:list_facts", of="project"),
    Page("api:list_leads", query="?limit=200"),
]


@pytest.fixture
def scene(city: Any, project: Any, settings: Any, tmp_path: Any) -> Scene:
    settings.FILES_ROOT = tmp_path
    more_people(city)
    return fill(city, project)


def grow(scene: Scene, first: int, last: int) -> None:
    """More of everything: projects with facts, deadlines and claims, leads, documents, followers; and more on the one
    project that is looked at."""
    city, made, at = scene.city, scene.made, scene.city.tick
    officer, units, today = city.people["officer"], city.units, timezone.localdate()
    for n in range(first, last):
        one = create_project(
            data=ProjectData(
                name=f"第{n}个项目", kind=ProjectKind.MANUFACTURING, lead_unit_id=units["east" if n % 2 else "west"].pk,
                landing_unit_id=units["park"].pk, investors=[InvestorData(f"甲{n}有限公司"), InvestorData(f"乙{n}有限公司")],
                investment_amount=10_000_000 * (n + 1), owner_id=officer.pk, leader_id=city.people["leader"].pk,
                phases=[PhaseData("一期"), PhaseData("二期")], channel=Channel.CHAIN, is_confidential=n % 10 == 9,
            ),
            actor=officer, at=at(),
        )  # fmt: skip
        phase = one.phases.order_by("number").first()
        facts.declare_milestone(
            phase=phase, stage=Stage.SIGNED, happened_on=date(2026, 2, 3), gated=False, actor=officer, at=at(),
            evidence=[EvidenceData("contract", f"合{n}")],
        )  # fmt: skip
        facts.declare_funds(
            project=one, phase=phase, actor=officer, at=at(),
            data=FundsData(1_000_000 + n, date(2026, 2, 4), FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY, voucher=f"凭{n}"),
        )  # fmt: skip
        undertakings.add(
            phase=phase, what=f"事项{n}", unit=units["east"], person=officer, due_on=city.today + timedelta(days=n % 9),
            actor=officer, at=at(),
        )  # fmt: skip
        lead = leads.create_lead(
            data=leads.LeadData(
                name=f"第{n}条线索", kind=ProjectKind.SERVICE, owner_unit_id=units["east"].pk, channel=Channel.CHAIN,
                owner_id=officer.pk,
            ),
            actor=officer, at=at(),
        )  # fmt: skip
        claims.claim(lead=lead, unit=units["east"], kind="report", grounds="来函", actor=officer, at=at())
        views.follow(project=one, actor=city.people["director"], at=at())
        if n % 5 == 0:
            rows = "".join(f"来料{n}号{k}项目,,是\n" for k in range(n))
            check(
                of=bring_in(content=f"项目名称,投资方,保密项目\n云上展厅,,否\n{rows}".encode(), name=f"{n}.csv",
                            unit=units["east"], actor=officer, at=at()),
                viewer=viewer_of(officer, today), actor=officer, at=at(),
            )  # fmt: skip
            make_document(units["east"], by=officer, records=2)
            undertakings.add(
                phase=made.phase,
                what=f"另一事项{n}",
                unit=units["east"],
                due_on=today,
                actor=officer,
                at=timezone.now(),
            )
            facts.declare_funds(
                project=made.project, phase=made.phase, actor=officer, at=at(),
                data=FundsData(2_000_000 + n, date(2026, 2, 5), FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY, voucher=f"凭{n}"),
            )  # fmt: skip


def count(scene: Scene, page: Page) -> int:
    head, _, tail = page.of.partition("/")
    thing = getattr(scene.made, head, None)
    args: list[Any] = [thing.pk if thing is not None else head] if head else []
    told = {k: u.pk for k, u in scene.city.units.items()}
    url = reverse(page.name, args=[*args, *([tail] if tail else [])]) + page.query.format(**told)
    headers = {"HX-Request": "true"} if page.htmx else {}
    client = scene.client(page.key)  # signed in before it is counted
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url, headers=headers)
    assert answer.status_code == 200, url
    return sum(not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")) for q in queries)


def test_pages_keep_their_budget_however_much_there_is(scene: Scene) -> None:
    grow(scene, 0, FEW)
    few = {page: count(scene, page) for page in PAGES}
    grow(scene, FEW, MANY)
    many = {page: count(scene, page) for page in PAGES}
    faults = [
        f"{page.name} {page.of} {page.query} as {page.key}: {few[page]} queries with few, {many[page]} with many"
        for page in PAGES
        if many[page] > page.most or many[page] != few[page]
    ]
    assert not faults, "\n" + "\n".join(faults)
