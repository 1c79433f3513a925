"""First-report claims: one protected at a time, a clock, disputes that another person settles."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from yinfeng.domain.projects.actions import claims
from yinfeng.domain.projects.actions import leads as lead_verbs
from yinfeng.domain.projects.actions.leads import LeadData
from yinfeng.domain.projects.models import Claim, Milestone, Visit
from yinfeng.domain.projects.queries import claims as queries
from yinfeng.domain.projects.rules.words import Channel, ClaimStatus, Light, ProjectKind
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.jobs.registry import periodic_tasks
from yinfeng.foundation.notices.models import Notice
from yinfeng.kernel.errors import DomainError

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(city):
    return lead_verbs.create_lead(
        data=LeadData("云栖储能项目", ProjectKind.MANUFACTURING, city.units["east"].pk, Channel.CHAIN,
                      owner_id=city.people["colleague"].pk),
        actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip


def make(city, about, unit="east", by="officer", **more) -> Claim:
    subject = {"lead": about} if type(about).__name__ == "Lead" else {"project": about}
    told = {"kind": "report", "grounds": "首报登记表 3 号"} | more
    return claims.claim(**subject, unit=city.units[unit], actor=city.people[by], at=city.tick(), **told)


def statuses() -> list[str]:
    return list(Claim.objects.order_by("pk").values_list("status", flat=True))


def refused(code: str, call, **given) -> None:
    before = (list(Claim.objects.order_by("pk").values()), AuditRow.objects.count(), Notice.objects.count())
    with pytest.raises(DomainError) as fault:
        call(**given)
    assert fault.value.code == code
    assert (list(Claim.objects.order_by("pk").values()), AuditRow.objects.count(), Notice.objects.count()) == before


def visit(city, lead, unit="east", days=0) -> None:
    Visit.objects.create(
        lead=lead, unit=city.units[unit], direction="outbound", held_on=city.today + timedelta(days), our_side="江小禾",
        our_count=1, minutes="面谈", recorded_by=city.people["officer"], at=city.at,
    )  # fmt: skip


def test_a_claim_is_protected_for_ninety_days_and_counts_down(city, lead):
    made = make(city, lead)
    assert (made.status, made.protected_until) == ("protected", city.today + timedelta(90))
    [row] = queries.claims_of(today=city.today, lead=lead)
    assert (row.clock.days_left, row.clock.light) == (30, Light.GREEN)
    [mine] = queries.countdown(viewer_of(city.people["officer"], city.today), city.today)
    assert mine.pk == made.pk
    assert queries.countdown(viewer_of(city.people["stranger"], city.today), city.today) == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"grounds": " "}, "claim.grounds"),
        ({"kind": "shout"}, "claim.kind"),
        ({"claimed_on": date(2027, 1, 1)}, "claim.future"),
    ],
)
def test_a_claim_without_grounds_or_from_the_future_is_refused(city, lead, fault, code):
    given = {"lead": lead, "unit": city.units["east"], "kind": "report", "grounds": "x"} | fault
    refused(code, claims.claim, **given, actor=city.people["officer"], at=city.at)


def test_the_same_unit_claims_once(city, lead):
    make(city, lead)
    refused("claim.twice", claims.claim, lead=lead, unit=city.units["east"], kind="negotiate", grounds="x",
            actor=city.people["colleague"], at=city.at)  # fmt: skip


def test_another_units_claim_is_a_dispute_on_both_and_tells_no_name(city, lead):
    make(city, lead)
    make(city, lead, unit="west", by="stranger")
    assert statuses() == ["disputed", "disputed"]
    told = Notice.objects.filter(kind="claim")
    assert {n.person_id for n in told} == {city.people["officer"].pk, city.people["colleague"].pk}
    assert not any("砚西" in n.text for n in told)
    assert len(queries.disputes(viewer_of(city.people["director"], city.today))) == 2
    assert queries.disputes(viewer_of(city.people["officer"], city.today)) == []


def test_a_ruling_upholds_one_for_a_new_term_and_rejects_the_other(city, lead):
    first = make(city, lead)
    second = make(city, lead, unit="west", by="stranger")
    city.at += timedelta(days=40)
    refused("claim.second_person", claims.adjudicate, claim=second, upheld=True, decision="在先",
            actor=city.people["stranger"], at=city.at)  # fmt: skip
    claims.adjudicate(
        claim=first, upheld=True, decision="登记在先，持续跟进", actor=city.people["director"], at=city.tick()
    )
    assert statuses() == ["upheld", "rejected"]
    first.refresh_from_db()
    assert first.protected_until == city.today + timedelta(90)
    assert queries.claims_of(today=city.today, lead=lead)[0].clock.light == Light.GREEN
    refused(
        "claim.status",
        claims.adjudicate,
        claim=second,
        upheld=True,
        decision="反悔",
        actor=city.people["director"],
        at=city.at,
    )


@pytest.mark.parametrize("way", ["reject", "release"])
def test_when_one_of_two_falls_away_the_other_is_protected_again(city, lead, way):
    make(city, lead)
    second = make(city, lead, unit="west", by="stranger")
    if way == "reject":
        claims.adjudicate(claim=second, upheld=False, decision="无往来", actor=city.people["director"], at=city.tick())
    else:
        claims.release(claim=second, reason="无意继续", actor=city.people["stranger"], at=city.tick())
    assert statuses()[0] == "upheld"
    third = make(city, lead, unit="park", by="park")
    assert third.status == "disputed"


def test_a_released_or_lapsed_lead_is_free(city, lead):
    made = make(city, lead)
    claims.release(claim=made, reason="转其他区", actor=city.people["officer"], at=city.tick())
    refused("claim.status", claims.release, claim=made, reason="再来", actor=city.people["officer"], at=city.at)
    assert make(city, lead, unit="west", by="stranger").status == "protected"


def test_a_protected_claim_can_be_contested_with_words(city, lead):
    made = make(city, lead)
    refused("claim.dispute", claims.dispute, claim=made, words="", actor=city.people["stranger"], at=city.at)
    claims.dispute(claim=made, words="我县三个月前已接洽", actor=city.people["stranger"], at=city.tick())
    assert statuses() == ["disputed"]
    claims.lapse_due(at=city.at + timedelta(days=400))
    assert statuses() == ["disputed"]  # the clock stands still


def test_thirty_days_without_progress_end_it_after_one_warning(city, lead):
    made = make(city, lead)
    for days, warned in ((19, ()), (20, (made.pk,)), (21, ()), (25, ())):
        assert claims.lapse_due(at=city.at + timedelta(days)).warned == warned
    visit(city, lead, days=25)
    visit(city, lead, unit="west", days=60)  # another unit's visit is not this unit's progress
    assert claims.lapse_due(at=city.at + timedelta(31)).lapsed == ()
    assert claims.lapse_due(at=city.at + timedelta(46)).warned == (made.pk,)  # a new end, a new warning
    assert claims.lapse_due(at=city.at + timedelta(55)).lapsed == ()
    assert claims.lapse_due(at=city.at + timedelta(56)).lapsed == (made.pk,)
    assert statuses() == [ClaimStatus.LAPSED]
    mine = Notice.objects.filter(kind="claim", person=city.people["officer"]).order_by("pk")
    texts = list(mine.values_list("text", flat=True))
    assert len(texts) == 3
    assert "长期无进展" in texts[-1]
    assert Notice.objects.filter(person=city.people["colleague"]).count() == 3
    assert AuditRow.objects.get(verb="claim.lapse").actor is None


def test_expiry_is_warned_of_at_sixty_days_and_comes_after_ninety(city, lead):
    made = make(city, lead)
    for days in range(20, 91, 20):
        visit(city, lead, days=days)
    visit(city, lead, days=90)
    reports = {d: claims.lapse_due(at=city.at + timedelta(d)) for d in (59, 61, 89, 90, 91)}
    assert [d for d, r in reports.items() if r.warned] == [61]
    assert [d for d, r in reports.items() if r.lapsed] == [91]
    assert made.pk in reports[91].lapsed


def test_a_signed_project_keeps_its_claim_as_credit(city, project):
    make(city, project)
    Milestone.objects.create(
        project=project, phase=project.phases.get(), stage="signed", happened_on=city.today, at=city.at,
        declared_by=city.people["officer"],
    )  # fmt: skip
    project.signed_on = city.today
    project.save()
    assert claims.lapse_due(at=city.at + timedelta(days=900)) == claims.LapseReport((), ())


def test_a_lead_and_the_project_it_became_are_one_thing(city, lead, project):
    make(city, lead)
    lead.project, lead.status = project, "promoted"
    lead.save()
    assert make(city, project, unit="west", by="stranger").status == "disputed"
    assert statuses() == ["disputed", "disputed"]
    assert len(queries.claims_of(today=city.today, project=project)) == 2


def test_many_claims_are_judged_in_as_many_queries_as_few(city, django_assert_max_num_queries):
    leads = [
        lead_verbs.create_lead(
            data=LeadData(f"线索{n}号", ProjectKind.SERVICE, city.units["east"].pk, Channel.FUND),
            actor=city.people["officer"], at=city.tick(),
        )
        for n in range(12)
    ]  # fmt: skip
    made = [make(city, one) for one in leads]
    claimed = list(Claim.objects.select_related("lead__project", "project"))
    with django_assert_max_num_queries(4):
        queries.clocks(claimed[:2], city.today)
    with django_assert_max_num_queries(4):
        assert len(queries.clocks(claimed, city.today)) == len(made)


def test_notices_are_in_the_houses_language_whoever_wrote_them(city, lead):
    make(city, lead)
    with override("en"):
        make(city, lead, unit="west", by="stranger")
    assert all("首报出现争议" in n.text for n in Notice.objects.filter(kind="claim"))


def test_the_worker_runs_the_clock(city, lead):
    make(city, lead)
    task = next(t for t in periodic_tasks() if t.key == "claims-clock")
    for _ in range(2):  # it may run twice
        task.run(city.at + timedelta(days=31))
    assert statuses() == ["lapsed"]
    assert Notice.objects.filter(kind="claim", person=city.people["officer"]).count() == 1
