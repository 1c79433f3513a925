"""What a person may not see is on no surface: the house answers as if it were not there.

A stranger walks every address before and after the secret is entered, and must be answered with the same bytes: lists,
counts, sums, lanes, charts, red list, timeline, search, palette, choosers, to-dos, notices, files, export, API. The same
walk by those who may see it finds it, so that a surface that shows nothing at all does not pass.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from yinfeng.domain.importing.actions.staging import bring_in, check
from yinfeng.domain.indicators.queries.editions import definitions
from yinfeng.domain.intelligence.tests.documents import first, make_document
from yinfeng.domain.projects.actions import (
    agreements,
    ceremonies,
    claims,
    facts,
    leads,
    undertakings,
    verification,
    views,
    visits,
)
from yinfeng.domain.projects.actions.entries import InvestorData, PhaseData, ProjectData
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.actions.facts import FundsData
from yinfeng.domain.projects.actions.ledger import create_project
from yinfeng.domain.projects.rules.words import Channel, FundsBasis, FundsBoundary, ProjectKind, Stage
from yinfeng.domain.reporting.actions.tasks import issue_tasks
from yinfeng.domain.reporting.models import ReportingTask
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.actions import seal
from yinfeng.foundation.exchange.actions.tokens import make_token
from yinfeng.foundation.exchange.queries import offered
from yinfeng.foundation.files import actions as files
from yinfeng.kernel.periods import Period

from .permissions import ROWS
from .scene import more_people

NOW = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)
NAME, FIRM, PRODUCT = "玄羽低轨载荷工厂", "玄羽航天装备有限公司", "玄羽载荷舱"
SUM = 777_310_000
CHOOSERS = ("person", "industry", "enterprise", "review", "project", "phase", "agreement")
TELLING = ("玄羽", "777310000", "777,310,000", "77,731", "77731", "7.7731")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def town(city: Any, settings: Any, tmp_path: Any) -> Any:
    """Both districts have a project, a lead and a document of their own; then time stands still."""
    settings.FILES_ROOT = tmp_path
    more_people(city)
    for where, who, name, total in (
        ("west", "stranger", "石桥精酿酒厂", 120_000_000),
        ("east", "officer", "东屏轴承厂", 230_000_000),
    ):
        own(city, where, who, name, total)
    with time_machine.travel(NOW, tick=False):
        yield city


def own(city: Any, where: str, who: str, name: str, total: int) -> None:
    unit, person = city.units[where], city.people[who]
    made = SimpleNamespace()
    made.project = made.second = create_project(
        data=ProjectData(
            name=name, kind=ProjectKind.MANUFACTURING, lead_unit_id=unit.pk, investment_amount=total,
            investors=[InvestorData(f"{name[:2]}实业有限公司")], owner_id=person.pk, channel=Channel.CHAIN,
        ),
        actor=person, at=city.tick(),
    )  # fmt: skip
    made.phase = made.project.phases.get()
    made.milestone = facts.declare_milestone(
        phase=made.phase, stage=Stage.SIGNED, happened_on=date(2026, 2, 3), gated=False, actor=person, at=city.tick(),
        evidence=[EvidenceData("contract", f"{name[:1]}合1号")],
    )  # fmt: skip
    made.undertaking = undertakings.add(
        phase=made.phase, what="办理登记", unit=unit, due_on=date(2026, 3, 20), actor=person, at=city.tick()
    )
    made.lead = leads.create_lead(
        data=leads.LeadData(
            name=f"{name[:2]}二期线索", kind=ProjectKind.SERVICE, owner_unit_id=unit.pk, channel=Channel.CHAIN,
            owner_id=person.pk,
        ),
        actor=person, at=city.tick(),
    )  # fmt: skip
    # A document that reads like the secret, so that the review looks for it.
    made.document = make_document(
        unit, by=person, fields={"name": NAME, "investor": FIRM, "investment": {"value": SUM, "unit": "CNY"}}
    )
    made.proposal = first(made.document)
    issue_tasks(month=Period.month(2026, 2), actor=None, at=city.tick())
    made.task = ReportingTask.objects.get(unit=unit, key="ledger")
    made.an_import = bring(city, unit, person, name)
    made.officer, made.a_person, made.a_unit = person, person, unit
    setattr(city, where, made)


def bring(city: Any, unit: Any, person: Any, name: str, secret: str = "否") -> Any:
    """A workbook with one project, brought in and looked at."""
    content = f"项目名称,投资方,主要产品,保密项目\n{name},{FIRM if secret == '是' else ''},轴承,{secret}\n".encode()
    of = bring_in(content=content, name=f"{name[:2]}台账.csv", unit=unit, actor=person, at=city.tick())
    return check(of=of, viewer=viewer_of(person, NOW.date()), actor=person, at=city.tick())


def keep_secret(city: Any, *, confidential: bool) -> Any:
    """The east enters the secret with everything that can hang on a project, between two looks of the others."""
    people, units, at = city.people, city.units, city.tick
    officer, director = people["officer"], people["director"]
    secret = create_project(
        data=ProjectData(
            name=NAME, kind=ProjectKind.MANUFACTURING, lead_unit_id=units["east"].pk, investment_amount=SUM,
            landing_unit_id=units["park"].pk, investors=[InvestorData(FIRM)], product=PRODUCT, content="玄羽总装",
            channel=Channel.FUND, owner_id=officer.pk, leader_id=people["leader"].pk, is_confidential=confidential,
            phases=[PhaseData("一期", SUM)],
        ),
        actor=officer, at=at(),
    )  # fmt: skip
    phase = secret.phases.get()
    paper = files.store(
        content=b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", name="玄羽合同.pdf", owner_kind="project",
        owner_id=None, actor=officer, at=at(),
    )  # fmt: skip
    signed = facts.declare_milestone(
        phase=phase, stage=Stage.SIGNED, happened_on=date(2026, 2, 25), gated=False, actor=officer, at=at(),
        evidence=[EvidenceData("contract", "玄羽合1号", file_id=paper.pk)],
    )  # fmt: skip
    verification.verify_many(facts=[signed], actor=director, at=at())
    facts.declare_funds(
        project=secret, phase=phase, actor=officer, at=at(),
        data=FundsData(SUM, date(2026, 2, 26), FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY, voucher="玄羽验资"),
    )  # fmt: skip
    # A line given to a unit of strangers: by policy that opens an ordinary project to it, and no confidential one.
    undertakings.add(
        phase=phase, what="玄羽用地报批", unit=units["west" if confidential else "east"], due_on=date(2026, 3, 21),
        actor=officer, at=at(),
    )  # fmt: skip
    claims.claim(project=secret, unit=units["east"], kind="report", grounds="玄羽来函", actor=officer, at=at())
    claims.claim(project=secret, unit=units["bureau"], kind="report", grounds="玄羽来访", actor=director, at=at())
    visits.log_visit(
        project=secret, unit=units["east"], direction="inbound", held_on=date(2026, 2, 20), our_side="江小禾", our_count=1,
        their_side="玄羽航天", their_count=4, minutes="玄羽座谈", actor=officer, at=at(),
    )  # fmt: skip
    deal = agreements.record_agreement(
        project=secret, kind="formal", title="玄羽投资合同", parties="玄羽航天、东屏区", signed_on=date(2026, 2, 25),
        investment_cny=SUM, actor=officer, at=at(),
    ).agreement  # fmt: skip
    ceremonies.hold_ceremony(
        kind="signing", name="玄羽签约仪式", held_on=date(2026, 2, 25), host_unit=units["city"], agreements=[deal],
        actor=officer, at=at(),
    )  # fmt: skip
    lead = leads.create_lead(
        data=leads.LeadData(
            name="玄羽测控站线索", kind=ProjectKind.SERVICE, owner_unit_id=units["east"].pk, channel=Channel.FUND,
            investor=InvestorData(FIRM), investment_cny=SUM, owner_id=officer.pk, is_confidential=confidential,
        ),
        actor=officer, at=at(),
    )  # fmt: skip
    views.follow(project=secret, actor=people["colleague"], at=at())
    views.follow(project=secret, actor=people["stranger"], at=at())
    an_import = bring(city, units["east"], officer, NAME, "是" if confidential else "否")
    return SimpleNamespace(project=secret, lead=lead, file=paper, phase=phase, an_import=an_import)


def searches(city: Any) -> list[str]:
    """Addresses with questions that would hit the secret."""
    ledger, board, fold = reverse("projects:ledger"), reverse("projects:board"), reverse("projects:ledger_fold")
    asked = [
        "q=玄羽", "q=7", "min=7&max=8", "unit={east}", "landing={park}", "stage=signed", "reached=signed", "kind=manufacturing",
        "channel=fund", "light=red", "leader={leader}", "owner={officer}", "signed_from=2026-02-01&signed_to=2026-02-28",
        "followed=1", "unverified=1", "confidential=1", "sort=-investment&size=200", "sort=code", "sort=due",
    ]  # fmt: skip
    told = {k: u.pk for k, u in city.units.items()} | {k: city.people[k].pk for k in ("leader", "officer")}
    asked = [q.format(**told) for q in asked]
    grouped = [f"{ledger}?view=grouped&by={by}" for by in ("unit", "stage", "kind", "chain", "channel", "quarter")]
    years = "start=2026-01-01&end=2026-04-19"
    return [
        *(
            f"{reverse('indicators:figure', args=[one.name])}?{years}&rows=1&by={by}{known}"
            for one in list(definitions(date(2026, 4, 19))[0].by_name.values())[::40]  # of every group some
            for by, known in (("", ""), ("unit", "&known=2026-04-19"))
        ),
        *(f"{page}?{q}" for page in (ledger, board, fold) for q in ("", *asked)),
        *grouped,
        *(f"{reverse('projects:board_more', args=[s])}?skip=0" for s in ("negotiating", "signed", "started")),
        *(f"{reverse('projects:ledger_export')}?{q}" for q in ("", "q=玄羽", "confidential=1", "columns=code,name,investor")),
        *(f"{reverse('projects:leads')}?{q}" for q in ("", "q=玄羽", "status=open", "unit={east}".format(**told))),
        *(f"{reverse('reporting:worklist')}?{q}" for q in ("", "kind=funds", "kind=funds&month=2026-02", "only=jump")),
        *(
            f"{reverse('reporting:' + page)}{q}"
            for page, q in (
                ("tasks", "?month=2026-02"), ("weekly", "?from=2026-02-01&to=2026-04-19"), ("quality", "?month=2026-02"),
                ("weekly_export", "?from=2026-02-01&to=2026-04-19"), ("closing", "?month=2026-02"), ("corrections", ""),
                ("closing_wrong", "?month=2026-02"),
            )
        ),
        *(
            f"{reverse('reporting:quality_rows', args=[figure])}?month=2026-02"
            for figure in ("filled", "evidence", "verified", "on_time")
        ),
        *(f"{reverse('projects:verify')}?{q}" for q in ("", "q=玄羽", "kind=funds", "kind=milestone")),
        *(f"{reverse('projects:choose', args=[what])}?q=玄羽" for what in CHOOSERS),
        *(reverse("projects:choose", args=[what]) for what in CHOOSERS),
        *(f"{reverse(name)}?q=玄羽" for name in ("portal:search", "portal:palette", "intelligence:queue")),
        *(f"{reverse('administration:search_' + what)}?q=玄羽" for what in ("people", "units")),
        reverse("portal:workbench"), reverse("portal:cockpit"), reverse("notices:list"), reverse("jobs:list"),
        reverse("importing:index"), reverse("importing:export"), reverse("importing:template"),
        reverse("projects:ceremonies"), reverse("projects:enter"), reverse("projects:ceremony_hold"),
        *(f"{reverse('api:list_projects')}?{q}" for q in ("", "q=玄羽", "size=1000", "confidential=1")),
        *(f"{reverse('api:list_leads')}?{q}" for q in ("", "size=1000")),
    ]  # fmt: skip


def pages(own_things: SimpleNamespace) -> list[str]:
    """Every address of the permission table that can be built with what a person has."""
    found = [reverse("intelligence:targets", args=[own_things.proposal.pk]) + "?target=玄羽"]
    for row in ROWS:
        # How many files there are is what the system administrator looks after.
        if "GET" in row.methods and not row.public and row.name != "administration:system":
            try:
                found.append(row.url(own_things))
            except (AttributeError, KeyError):
                continue
    return found


def walk(client: Client, addresses: list[str]) -> dict[str, str]:
    """What each address answers, without what differs from one moment to the next."""
    seen = {}
    for url in addresses:
        with transaction.atomic():
            answer = client.get(url)
            if hasattr(answer, "streaming_content"):
                body = b"".join(answer.streaming_content)
            else:
                body = answer.content
            transaction.set_rollback(True)
        seen[url] = f"{answer.status_code} {answer.get('Location', '')}\n{readable(body)}"
    return seen


def readable(body: bytes) -> str:
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return "\n".join(book.read(name).decode() for name in book.namelist() if "docProps" not in name)
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), body.decode(errors="replace"))
    text = re.sub(r'(csrfmiddlewaretoken" value="|"X-CSRFToken": ?")[^"]+', r"\1", text)
    text = re.sub(r"yf-chart-\d+", "yf-chart", text)  # numbered as the process draws them
    return re.sub(r"X-CSRFToken(&quot;|\"|:|\s)+\w+", "", text)


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    found = []
    for url, text in before.items():
        if after[url] != text:
            old, new = text.splitlines(), after[url].splitlines()
            gone = [line.strip() for line in new if line not in set(old)][:3]
            found.append(f"{url}\n    {' | '.join(gone)[:300]}")
    return found


def things_of(city: Any, key: str) -> SimpleNamespace:
    return city.west if key == "stranger" else city.east


def look_twice(
    city: Any, keys: tuple[str, ...], *, confidential: bool, searching: tuple[str, ...]
) -> tuple[Any, dict[str, dict[str, dict[str, str]]]]:
    """What each of them is answered before and after; ``searching`` ask the questions too, one of each reach suffices."""
    clients = {key: client_of(city.people[key]) for key in keys}
    for client in clients.values():
        client.get("/")
    asked = searches(city)
    addresses = {
        key: list(dict.fromkeys([*(asked if key in searching else ()), *pages(things_of(city, key))])) for key in keys
    }
    before = {key: walk(clients[key], addresses[key]) for key in keys}
    secret = keep_secret(city, confidential=confidential)
    return secret, {key: {"before": before[key], "after": walk(clients[key], addresses[key])} for key in keys}


@pytest.mark.slow
def test_a_project_of_another_unit_is_nowhere(town: Any) -> None:
    secret, seen = look_twice(town, ("stranger", "sysadmin", "secadmin"), confidential=False, searching=("stranger",))
    register = f"{reverse('projects:choose', args=['enterprise'])}?q=玄羽"  # the register of firms is open to all
    for key, walks in seen.items():
        assert [d for d in differences(*walks.values()) if not d.startswith(register)] == [], key
    assert_closed(town, secret, ("stranger", "sysadmin", "secadmin"))


@pytest.mark.slow
def test_a_confidential_project_is_nowhere_even_in_its_own_unit(town: Any) -> None:
    keys = ("colleague", "steward", "onlooker", "stranger")
    secret, seen = look_twice(town, keys, confidential=True, searching=("colleague", "steward"))
    faults = [f"{key}: {fault}" for key, walks in seen.items() for fault in differences(*walks.values())]
    assert not faults, "\n" + "\n".join(faults)
    assert_closed(town, secret, keys)


def assert_closed(city: Any, secret: Any, keys: tuple[str, ...]) -> None:
    """The secret's own addresses are no addresses, and what is asked about it by number is not told either."""
    faults = []
    addresses = [
        reverse("projects:project", args=[secret.project.pk]), reverse("projects:lead", args=[secret.lead.pk]),
        reverse("files:download", args=[secret.file.pk]), reverse("importing:detail", args=[secret.an_import.pk]),
        reverse("importing:rest", args=[secret.an_import.pk]),
        reverse("files:download", args=[secret.an_import.file_id]), reverse("api:get_project", args=[secret.project.pk]),
        reverse("api:list_facts", args=[secret.project.pk]), reverse("api:get_lead", args=[secret.lead.pk]),
        *(reverse("projects:project_part", args=[secret.project.pk, n]) for n in ("papers", "deals", "claims", "life")),
    ]  # fmt: skip
    for key in keys:
        for url, text in walk(client_of(city.people[key]), addresses).items():
            if not text.startswith("404") or any(word in text for word in TELLING):
                faults.append(f"{key} {url}: {text[:60]}")
    assert faults == []


# Where those who may see the secret are told of it. A surface that is left out here would pass above by being empty.
def surfaces(city: Any, secret: Any) -> dict[str, str]:
    """Surface -> a word that must stand on it."""
    ledger, board = reverse("projects:ledger"), reverse("projects:board")
    return {
        ledger: NAME,
        f"{ledger}?q=玄羽": "7.7731|7.77",
        f"{ledger}?view=grouped&by=unit": "7.77|10.07|11.27",
        board: NAME,
        f"{board}?q=玄羽": "7.77|7.8",
        f"{reverse('projects:board_more', args=['signed'])}?skip=0": NAME,
        f"{reverse('projects:ledger_export')}?q=玄羽": FIRM,
        f"{reverse('projects:leads')}?q=玄羽": "玄羽测控站",
        f"{reverse('projects:choose', args=['enterprise'])}?q=玄羽": FIRM,
        f"{reverse('projects:choose', args=['project'])}?q=玄羽": NAME,
        f"{reverse('projects:choose', args=['phase'])}?q=玄羽": NAME,
        f"{reverse('projects:choose', args=['agreement'])}?q=玄羽": "玄羽投资合同",
        f"{reverse('portal:search')}?q=玄羽": secret.project.code,
        f"{reverse('portal:palette')}?q=玄羽": secret.project.code,
        reverse("portal:cockpit"): NAME,
        f"{reverse('indicators:figure', args=['signed_count'])}?start=2026-01-01&end=2026-04-19&rows=1": secret.project.code,
        reverse("portal:workbench"): "玄羽",
        reverse("projects:ceremonies"): "玄羽签约仪式",
        f"{reverse('api:list_projects')}?q=玄羽": str(SUM),
        reverse("api:list_leads"): "玄羽测控站",
        reverse("reporting:task", args=[city.east.task.pk]): NAME,
        f"{reverse('reporting:weekly')}?from=2026-02-01&to=2026-04-19": NAME,
        f"{reverse('reporting:weekly_export')}?from=2026-02-01&to=2026-04-19": NAME,
        f"{reverse('reporting:quality_rows', args=['verified'])}?month=2026-02": NAME,
        reverse("importing:index"): "玄羽台账",
        reverse("importing:detail", args=[secret.an_import.pk]): NAME,
        reverse("api:get_project", args=[secret.project.pk]): FIRM,
        reverse("api:list_facts", args=[secret.project.pk]): "玄羽验资",
        reverse("projects:project_part", args=[secret.project.pk, "life"]): "玄羽",
        reverse("projects:project_part", args=[secret.project.pk, "deals"]): "玄羽投资合同",
        reverse("intelligence:targets", args=[city.east.proposal.pk]) + "?target=玄羽": NAME,
        reverse("intelligence:document", args=[city.east.document.pk]): secret.project.code,
    }


@pytest.mark.parametrize("confidential", [False, True], ids=["ordinary", "confidential"])
def test_those_who_may_see_it_find_it_on_each_surface(town: Any, confidential: bool) -> None:
    secret = keep_secret(town, confidential=confidential)
    faults = []
    for key in ("officer", "director"):
        wanted = surfaces(town, secret)
        for url, text in walk(client_of(town.people[key]), list(wanted)).items():
            if not text.startswith("200") or not re.search(wanted[url], text):
                faults.append(f"{key} {url}: no {wanted[url]} in {text[:20]!r}")
    verify = walk(
        client_of(town.people["director"]),
        [f"{reverse(page)}?kind=funds" for page in ("projects:verify", "reporting:worklist")],
    )
    faults += [f"director {url}" for url, text in verify.items() if NAME not in text]
    assert not faults, "\n" + "\n".join(faults)


def test_the_linked_leader_sees_a_confidential_project(town: Any) -> None:
    secret = keep_secret(town, confidential=True)
    for url in (reverse("projects:ledger"), reverse("projects:project", args=[secret.project.pk])):
        assert NAME in client_of(town.people["leader"]).get(url).content.decode()


@pytest.mark.parametrize("confidential", [False, True], ids=["ordinary", "confidential"])
def test_the_warning_of_a_duplicate_tells_nothing_but_to_ask_above(town: Any, confidential: bool) -> None:
    keep_secret(town, confidential=confidential)
    asked = {"name": "低轨载荷工厂项目", "investor": FIRM}
    key = "colleague" if confidential else "stranger"
    told = readable(client_of(town.people[key]).post(reverse("projects:entry_similar"), asked).content)
    assert "已有首报" in told
    assert "请联系上级" in told
    for word in (NAME, FIRM, "玄羽", "东屏", "江小禾", *TELLING):
        assert word not in told
    mine = readable(client_of(town.people["officer"]).post(reverse("projects:entry_similar"), asked).content)
    assert NAME in mine


def test_the_workbook_holds_only_what_may_be_exported(town: Any) -> None:
    """A leader sees everything and exports nothing; with an officer's post in 西区 besides, what is 西区's."""
    address = reverse("projects:ledger_export")
    book = walk(client_of(town.people["onlooker"]), [address])[address]
    assert "石桥精酿酒厂" in book
    assert "东屏轴承厂" not in book
    assert client_of(town.people["leader"]).get(address).status_code == 403


def test_what_is_made_confidential_later_leaves_followers_and_saved_views(town: Any) -> None:
    from yinfeng.domain.projects.actions.ledger import edit_project
    from yinfeng.domain.projects.models import Project

    secret = keep_secret(town, confidential=False)
    colleague = client_of(town.people["colleague"])
    workbench = reverse("portal:workbench")
    assert NAME in colleague.get(workbench).content.decode()
    edit_project(
        project=Project.objects.get(pk=secret.project.pk), changes={"is_confidential": True},
        actor=town.people["director"], at=town.tick(),
    )  # fmt: skip
    for url in (workbench, reverse("projects:ledger") + "?followed=1"):
        assert NAME not in colleague.get(url).content.decode()


def test_the_doctor_page_names_no_business(town: Any) -> None:
    """Even when something is wrong with the secret: the system administrator is told counts only."""
    secret = keep_secret(town, confidential=True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE projects_project SET furthest_stage = 'producing' WHERE id = %s", [secret.project.pk])
    sysadmin = client_of(town.people["sysadmin"])
    sysadmin.post(reverse("administration:system_doctor"))
    for name in ("administration:system", "jobs:list", "notices:list"):
        text = readable(sysadmin.get(reverse(name)).content)
        assert "玄羽" not in text
        assert secret.project.code not in text


@pytest.mark.parametrize("confidential", [False, True], ids=["ordinary", "confidential"])
def test_a_token_shows_a_stranger_no_more_than_the_screen(town: Any, confidential: bool) -> None:
    """Every address of the interface that is read, with a token of every scope: the same bytes before and after. Of the
    change feed the entries are compared: its cursor counts what is sealed in the whole house."""
    key = "colleague" if confidential else "stranger"
    told = make_token(
        viewer=viewer_of(town.people[key], NOW.date()), name="乱看", actor=town.people[key], at=NOW, days=1,
        scopes=[s for s, _label in offered(viewer_of(town.people[key], NOW.date()))],
    )  # fmt: skip
    program = Client(headers={"Authorization": f"Bearer {told.text}"})
    made = town.east if confidential else town.west
    paths = [row.url(made) for row in ROWS if row.name.startswith("api:list_") and not row.about]
    paths += [f"{p}?q=玄羽" for p in (reverse("api:list_projects"), reverse("api:list_leads"))]
    paths += [f"{reverse('api:list_projects')}?totals=true"]

    def look() -> dict[str, Any]:
        seal(at=NOW + timedelta(days=9999))
        found = {}
        for path in paths:
            answer = program.get(path)
            assert answer.status_code == 200, path
            body = answer.json()
            found[path] = [{**e, "sequence": 0} for e in body["items"]] if "scope_changed" in body else body
        return found

    before = look()
    secret = keep_secret(town, confidential=confidential)
    assert look() == before
    for path in (f"/api/v1/projects/{secret.project.pk}", f"/api/v1/projects/{secret.project.pk}/facts"):
        assert program.get(path).status_code == 404
