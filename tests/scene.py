"""One filled scene for the tests of the whole house: something of every kind, so that each address leads somewhere."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.test import Client
from django.utils import timezone

from yinfeng.domain.assessment.actions import consultations, opinions
from yinfeng.domain.assessment.actions import leads as assessment_leads
from yinfeng.domain.assessment.rules.words import SubjectKind
from yinfeng.domain.assessment.subjects import Subject
from yinfeng.domain.chains import actions as chains
from yinfeng.domain.enterprises.actions import add_contact
from yinfeng.domain.importing.actions.staging import bring_in, check
from yinfeng.domain.indicators.actions import import_statistics
from yinfeng.domain.intelligence.actions import sources
from yinfeng.domain.intelligence.models import Alert
from yinfeng.domain.intelligence.rules.words import SourceKind
from yinfeng.domain.intelligence.tests.documents import first, make_document
from yinfeng.domain.projects.actions import (
    agreements,
    ceremonies,
    claims,
    facts,
    leads,
    teams,
    undertakings,
    views,
    visits,
)
from yinfeng.domain.projects.actions.corrections import CorrectionData, propose_correction
from yinfeng.domain.projects.actions.entries import InvestorData, ProjectData
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.actions.facts import FundsData
from yinfeng.domain.projects.actions.ledger import create_project
from yinfeng.domain.projects.actions.merge import merge_projects
from yinfeng.domain.projects.actions.periods import close_period
from yinfeng.domain.projects.rules.lights import STANDARD_LIGHTS
from yinfeng.domain.projects.rules.words import (
    Channel,
    CorrectionKind,
    FlagKind,
    FundsBasis,
    FundsBoundary,
    ProjectKind,
    Stage,
)
from yinfeng.domain.reporting.actions.tasks import issue_tasks
from yinfeng.domain.reporting.models import ReportingTask
from yinfeng.foundation.accounts import actions as accounts
from yinfeng.foundation.accounts.rules import STANDARD_RIGHTS, Role
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.exchange.actions.tokens import make_token
from yinfeng.foundation.exchange.actions.webhooks import make_subscription
from yinfeng.foundation.files import actions as files
from yinfeng.foundation.jobs.models import Job
from yinfeng.foundation.notices.actions import notify
from yinfeng.foundation.notices.models import Notice
from yinfeng.foundation.rulebook import actions as rulebook
from yinfeng.kernel.periods import Period

# Words that stand on nothing else in the house: where one of them is read, the secret is out.
SECRET = ProjectData(
    name="玄羽低轨载荷工厂", kind=ProjectKind.MANUFACTURING, lead_unit_id=0, investors=[InvestorData("玄羽航天装备有限公司")],
    investment_amount=777_310_000, content="载荷舱总装", product="玄羽载荷舱", channel=Channel.FUND, is_confidential=True,
)  # fmt: skip


@dataclass
class Scene:
    """The city of the fixtures with the objects that addresses ask for, by name."""

    city: Any
    project: Any
    made: SimpleNamespace = field(default_factory=SimpleNamespace)
    _clients: dict[str, Client] = field(default_factory=dict)

    def client(self, key: str) -> Client:
        """A browser in which the person has signed in and been seen, so that the session need not be renewed."""
        if key == "anonymous":
            return Client()
        if key not in self._clients:
            self._clients[key] = client_of(self.city.people[key])
            self._clients[key].get("/")
        return self._clients[key]


def more_people(city: Any) -> None:
    """``onlooker`` sees everything and enters for 西区 only; ``deputy`` directs 西区; ``overseer`` does both."""
    for key, name, posts in (
        ("onlooker", "何观", ((Role.LEADER, "city"), (Role.OFFICER, "west"))),
        ("deputy", "代明", ((Role.DIRECTOR, "west"),)),
        ("nobody", "吴名", ()),
        ("overseer", "严格", ((Role.LEADER, "city"), (Role.DIRECTOR, "west"))),
    ):
        person = accounts.create_person(
            username=key, name=name, password="Phoenix-2026", actor=None, at=city.at, must_change_password=False
        )
        for role, unit in posts:
            accounts.give_post(
                person=person, unit=city.units[unit], role=role, from_date=date(2020, 1, 1), actor=None, at=city.at
            )
        city.people[key] = person


def narrow_policy(city: Any) -> None:
    """An edition of the rights in which directors and stewards reach no further than their own units.

    The standard edition lets them reach everything, so that nobody could be refused what they alone may do.
    """
    at = timezone.now()
    body = {
        kind: {
            role: cell.replace(" all", " own") if role in ("director", "steward") and kind in NARROWED else cell
            for role, cell in roles.items()
        }
        for kind, roles in STANDARD_RIGHTS.items()
    }
    rule = rulebook.propose(
        kind="rights", body=body, valid_from=timezone.localdate(at), note="试行：按单位授权", actor=city.people["secadmin"],
        at=at,
    )  # fmt: skip
    rulebook.approve(rule=rule, actor=city.people["sysadmin"], at=at)


NARROWED = {"lead", "project", "consultation", "contact", "agreement", "list", "document", "import", "person_data"}


def fill(city: Any, project: Any) -> Scene:
    """Play the scene through the actions. Everything belongs to 东区 and its park."""
    scene, at = Scene(city, project), city.tick
    made, people, units = scene.made, city.people, city.units
    officer = people["officer"]
    day = city.today
    phase = project.phases.get()
    made.phase, made.project = phase, project
    made.file = files.store(
        content=b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", name="预审意见.pdf", owner_kind="project",
        owner_id=None, actor=officer, at=at(),
    )  # fmt: skip
    made.milestone = facts.declare_milestone(
        phase=phase, stage=Stage.PRE_REVIEWED, happened_on=day, actor=officer, at=at(),
        evidence=[EvidenceData("pre_review_opinion", "东招预〔2026〕1号", file_id=made.file.pk)],
    )  # fmt: skip
    made.funds = facts.declare_funds(
        project=project, phase=phase, actor=officer, at=at(),
        data=FundsData(52_000_000, day, FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY, voucher="验资2026-8"),
    )  # fmt: skip
    made.flag = facts.raise_flag(
        project=project, kind=FlagKind.STALLED, happened_on=day, reason="等待用地指标", actor=officer, at=at()
    )
    made.an_import = check(
        of=bring_in(
            content="项目名称,总投资（万元）,签约日期\n云上展厅,3600,2025-03-01\n云上展厅,3600,2025-03-02\n".encode(),
            name="东区台账.csv", unit=units["east"], actor=officer, at=at(),
        ), viewer=viewer_of(officer, timezone.localdate()), actor=officer, at=at(),
    )  # fmt: skip
    made.claim = claims.claim(
        project=project, unit=units["east"], kind="report", grounds="投资方来函", actor=officer, at=at()
    )
    made.contested = claims.claim(
        project=project, unit=units["west"], kind="negotiate", grounds="先行洽谈", actor=people["director"], at=at()
    )
    made.contact = add_contact(
        enterprise=project.investors.get().enterprise, name="柳知微", position="总经理", phone="000-55667788",
        purpose="项目洽谈", consent="当面递交名片", unit=units["east"], actor=officer, at=at(),
    )  # fmt: skip
    made.visit = visits.log_visit(
        project=project, unit=units["east"], direction="outbound", held_on=day, our_side="江小禾等", our_count=3,
        their_side="云梯科技", their_count=2, minutes="介绍厂房条件", actor=officer, at=at(),
    )  # fmt: skip
    made.agreement = agreements.record_agreement(
        project=project, kind="framework", title="云梯部件框架协议", parties="东屏区、云梯科技有限公司", signed_on=day,
        actor=officer, at=at(),
    ).agreement  # fmt: skip
    made.undertaking = undertakings.add(
        phase=phase, what="完成用地预审", unit=units["east"], person=officer, due_on=day + timedelta(days=20),
        actor=officer, at=at(),
    )  # fmt: skip
    made.seat = teams.form_team(project=project, template="1+4+N", actor=officer, at=at())[0]
    made.second = create_project(
        data=ProjectData(
            name="白榆冷链仓", kind=ProjectKind.SERVICE, lead_unit_id=units["east"].pk, investment_amount=80_000_000,
            owner_id=officer.pk,
        ),
        actor=officer, at=at(),
    )  # fmt: skip
    made.merged = create_project(
        data=ProjectData(name="白榆冷链物流仓", kind=ProjectKind.SERVICE, lead_unit_id=units["east"].pk),
        actor=officer, at=at(),
    )  # fmt: skip
    merge_projects(keep=made.second, lose=made.merged, choices={}, reason="同一项目", actor=people["director"], at=at())
    made.ceremony = ceremonies.hold_ceremony(
        kind="signing", name="东屏区春季集中签约", held_on=day, host_unit=units["east"], agreements=[made.agreement],
        actor=officer, at=at(),
    ).ceremony  # fmt: skip
    made.view = views.save_view(name="我的在谈", query="q=电梯", actor=officer, at=at())
    made.lead = leads.create_lead(
        data=leads.LeadData(
            name="鸣泉水处理膜线索", kind=ProjectKind.MANUFACTURING, owner_unit_id=units["east"].pk, channel=Channel.TOWNSMEN,
            investor=InvestorData("鸣泉膜科技有限公司"), investment_cny=123_450_000, owner_id=officer.pk,
        ),
        actor=officer, at=at(),
    )  # fmt: skip
    made.document = make_document(units["east"], records=2, by=officer)
    made.proposal = first(made.document)
    made.alert = Alert.objects.create(
        kind="falling", key="falling:scene", unit=units["east"], rule="city_watch", at=at(),
        figures={"months": ["2025-11", "2025-12", "2026-01", "2026-02"], "counts": [9, 7, 5, 4]},
    )  # fmt: skip
    made.source = sources.add_source(
        data=sources.SourceData(
            kind=SourceKind.FOLDER, name="东屏简报收件箱", unit=units["east"], owner=officer, address="东屏简报", every_minutes=0
        ),
        actor=officer, at=at(),
    )  # fmt: skip
    made.document_file = files.store(
        content="星澜储能电池项目".encode(), name="通报.txt", owner_kind="document", owner_id=made.document.pk,
        actor=officer, at=at(),
    )  # fmt: skip
    made.job = Job.objects.create(kind="doctor", label="数据体检", owner=officer, arguments={}, at=city.at)
    notify(persons=[officer.pk], kind="job", text="后台任务已完成。", url="/jobs/", at=city.at)
    made.notice = Notice.objects.filter(person=officer).latest("pk")
    made.rule = rulebook.propose(
        kind="lights", body={**STANDARD_LIGHTS, "red_after_days": 16}, valid_from=timezone.localdate(), note="试行",
        actor=people["steward"], at=timezone.now(),
    )  # fmt: skip
    table = Subject(SubjectKind.PROJECT, project)
    made.opinion = opinions.ask_opinion(
        subject=table,
        unit=units["land"],
        question="用地指标可否保障",
        due_on=day + timedelta(days=3),
        actor=officer,
        at=at(),
    )
    made.step = assessment_leads.take_step(
        lead=made.lead, kind="respond", happened_on=day, words="电话联系投资方", actor=officer, at=at()
    )
    made.consultation = consultations.call_consultation(
        title="东屏区联合会商", meets_at=at(), host_unit=units["east"], units=[units["land"]], chair=people["leader"],
        agenda=[(table, "是否引进")], actor=officer, at=at(),
    )  # fmt: skip
    made.agenda_item = made.consultation.agenda.get()
    made.chain = chains.add_chain(code="", name="膜材料链", actor=people["steward"], at=at())
    made.segment = chains.add_segment(
        chain=made.chain, code="", name="基膜", position="upstream", actor=people["steward"], at=at()
    )
    made.group = chains.add_industry_group(scheme="4+3+1", name="新材料", actor=people["steward"], at=at())
    made.statistics_list = import_statistics(
        content="项目代码,项目名称,总投资（万元）\n2603-330000,海屏镀膜项目,20000\n".encode(), name="入库名单.csv",
        as_of=date(2026, 3, 31), actor=people["steward"], at=at(),
    )  # fmt: skip
    issue_tasks(month=Period.month(2026, 2), actor=None, at=at())
    made.task = ReportingTask.objects.get(unit=units["east"], key="funds")
    viewer = viewer_of(officer, timezone.localdate())
    made.token = make_token(
        viewer=viewer, name="省平台", scopes=["project:X"], days=30, actor=officer, at=timezone.now()
    ).token
    made.webhook = make_subscription(
        viewer=viewer,
        name="区平台",
        url="http://10.20.0.9/hook",
        scopes=["project:X"],
        actor=officer,
        at=timezone.now(),
    )
    _bulletins(made, city)
    # Long before anything that the tests date, so that it closes nothing under them.
    made.closed = close_period(year=2018, month=12, actor=people["director"], at=at())
    made.correction = propose_correction(
        project=project, reason="补录划转前的到资", document="云财函〔2026〕3号", actor=officer, at=at(),
        data=CorrectionData(
            CorrectionKind.ADD, happened_on=date(2018, 12, 20), amount=3_000_000, basis="capital", boundary="outside_city",
            voucher="旧回单17",
        ),
    )  # fmt: skip
    made.officer, made.a_person, made.a_unit = officer, people["agent"], units["land"]
    made.a_post = made.a_person.posts.get()
    return scene


def _bulletins(made: SimpleNamespace, city: Any) -> None:
    """One of each state, drafted by the steward; the issued one has an objection."""
    from yinfeng.domain.briefing import actions as briefing
    from yinfeng.domain.briefing.queries.composing import compose

    steward, now = city.people["steward"], timezone.now()
    composed = compose("quarterly", viewer=None, as_of=timezone.localdate(), at=now)
    made.bulletin, checked, issued = (briefing.draft(composed=composed, actor=steward, at=now) for _n in range(3))
    made.bulletin_checked = briefing.check(bulletin=checked, actor=steward, at=now)
    issued = briefing.check(bulletin=issued, actor=steward, at=now)
    made.bulletin_issued = briefing.issue(bulletin=issued, actor=city.people["leader"], at=now, viewer=None)
    made.objection = briefing.raise_objection(
        bulletin=made.bulletin_issued,
        unit=city.units["east"],
        text="少计一个项目",
        actor=city.people["officer"],
        at=now,
    )


def confidential(city: Any, **changes: Any) -> Any:
    """A confidential project of 东区, made by its director, with a fact, a visit and a paper."""
    data = replace(
        SECRET, lead_unit_id=city.units["east"].pk, landing_unit_id=city.units["park"].pk,
        owner_id=city.people["officer"].pk, **changes,
    )  # fmt: skip
    return create_project(data=data, actor=city.people["director"], at=city.tick())
