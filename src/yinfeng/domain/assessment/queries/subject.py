"""The assessment page of one lead or project, and the clocks of leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Min, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from yinfeng.domain.enterprises.models import Enterprise, EnterpriseTitle
from yinfeng.domain.enterprises.rules import TitleKind
from yinfeng.domain.projects.access import visible_leads
from yinfeng.domain.projects.models import Lead, Project, Visit
from yinfeng.domain.projects.queries.firms import firms_of
from yinfeng.domain.projects.queries.rulings import calendar
from yinfeng.domain.projects.rules.words import LeadStatus
from yinfeng.foundation.accounts.viewer import Viewer

from ..access import visible_consultations
from ..models import AgendaItem, LeadStep, Opinion, ScoringSheet
from ..rules.check_pack import Check, Investor, check
from ..rules.clocks import Clock, LeadTimes, clocks_of, next_of
from ..rules.words import ConsultationStatus, Decision, Finding, OpinionStatus, StepKind, Verdict
from ..subjects import Subject
from . import rulings

FINDING_TONES = {
    Finding.PASSED: "green", Finding.UNKNOWN: "grey", Finding.WARNING: "amber", Finding.ALARM: "red",
}  # fmt: skip
OUTCOMES = {
    "admitted": ("达到准入线", "green"), "below": ("未达准入线", "amber"), "vetoed": ("一票否决", "red"),
    "open": ("未评完", "grey"),
}  # fmt: skip
VERDICT_TONES = {Verdict.AGREE: "green", Verdict.CONDITIONS: "amber", Verdict.DISAGREE: "red"}
DECISION_TONES = {
    Decision.ADVANCE: "green", Decision.SUPPLEMENT: "amber", Decision.HOLD: "amber", Decision.REJECT: "red",
}  # fmt: skip


# ------------------------------------------------------------------------------------------------ clocks


def clocks_by_lead(leads: Sequence[Lead], today: date) -> dict[int, tuple[Clock, ...]]:
    """The clocks of these leads (two queries and the rules, however many leads)."""
    ids = [lead.pk for lead in leads]
    rule, days = rulings.clocks(today), calendar(today)
    steps = _steps(ids)
    visits = {
        row["lead_id"]: row
        for row in Visit.objects.filter(lead_id__in=ids, voided_at=None)
        .order_by()
        .values("lead_id")
        .annotate(first=Min("held_on"), last=Max("held_on"))
    }
    return {
        lead.pk: clocks_of(_times(lead, steps.get(lead.pk, {}), visits.get(lead.pk, {})), rule, days, today)
        for lead in leads
    }


def _steps(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    rows = LeadStep.objects.filter(lead_id__in=list(ids), voided_at=None).order_by().values("lead_id", "kind")
    for row in rows.annotate(first=Min("happened_on"), last=Max("happened_on")):
        found.setdefault(row["lead_id"], {})[row["kind"]] = row
    return found


def _times(lead: Lead, steps: Mapping[str, Any], visits: Mapping[str, Any]) -> LeadTimes:
    """A visit answers a lead and is a report on it as well: nobody enters the same thing twice."""
    first = [d for d in (steps.get(StepKind.RESPOND, {}).get("first"), visits.get("first")) if d]
    last = [d for d in (steps.get(StepKind.FOLLOW_UP, {}).get("last"), visits.get("last")) if d]
    return LeadTimes(
        reported_on=lead.reported_on, investment_cny=lead.investment_cny,
        responded_on=max(min(first), lead.reported_on) if first else None, assessed_on=lead.screened_on,
        fed_back_on=steps.get(StepKind.FEEDBACK, {}).get("first"), followed_on=max(last) if last else None,
        closed=lead.status != LeadStatus.OPEN,
    )  # fmt: skip


@dataclass(frozen=True)
class ClockRow:
    """A lead whose clock runs out."""

    pk: int
    name: str
    unit: str
    owner: str
    label: str
    due_on: date
    late_days: int
    reason: str
    url: str


MOST_LEADS = 500  # open leads looked at for one page of clocks


def running_clocks(viewer: Viewer, today: date, *, mine: bool = False) -> list[ClockRow]:
    """The next clock of each open lead in sight, the most pressing first (at most 500 leads; five queries)."""
    seen = visible_leads(viewer).filter(status=LeadStatus.OPEN)
    if mine:
        seen = seen.filter(Q(owner_id=viewer.person_id) | Q(owner=None, owner_unit_id__in=viewer.unit_ids))
    leads = list(seen.select_related("owner_unit", "owner").order_by("reported_on", "pk")[:MOST_LEADS])
    running = clocks_by_lead(leads, today)
    rows = []
    for lead in leads:
        clock = next_of(running[lead.pk])
        if clock is not None:
            rows.append(
                ClockRow(
                    lead.pk, lead.name, lead.owner_unit.short_name, lead.owner.name if lead.owner else "",
                    _(clock.kind.label), clock.due_on, clock.late_days, clock.reason,
                    reverse("assessment:subject", args=["lead", lead.pk]),
                )
            )  # fmt: skip
    return sorted(rows, key=lambda r: (r.due_on, r.pk))


# ------------------------------------------------------------------------------------------------ one subject


@dataclass(frozen=True)
class FirmChecks:
    name: str
    checks: tuple[tuple[Check, str, str], ...]  # (check, word of the finding, tone)


@dataclass(frozen=True)
class SheetShown:
    pk: int
    name: str
    rule: str
    lines: list[list[Any]]
    total: Any
    outcome: str
    tone: str
    vetoes: list[str]
    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class OpinionShown:
    pk: int
    whom: str
    question: str
    due_on: date
    is_open: bool
    late: bool
    status: str
    verdict: str
    tone: str
    words: str
    paper: str
    given_on: date | None
    may_give: bool
    may_withdraw: bool


@dataclass(frozen=True)
class ConsultedShown:
    title: str
    meets_at: datetime
    url: str  # blank where the viewer may not open it
    status: str
    question: str
    decision: str
    tone: str
    words: str
    tasks: int


@dataclass(frozen=True)
class SubjectPage:
    subject: Subject
    clocks: tuple[tuple[Clock, str], ...]
    steps: tuple[LeadStep, ...]
    firms: tuple[FirmChecks, ...]
    schemes: tuple[tuple[str, str], ...]
    sheets: tuple[SheetShown, ...]
    opinions: tuple[OpinionShown, ...]
    consultations: tuple[ConsultedShown, ...]
    may_enter: bool

    @property
    def alarms(self) -> int:
        return sum(tone == "red" for firm in self.firms for _check, _word, tone in firm.checks)


def subject_page(viewer: Viewer, subject: Subject, today: date, *, enter: bool) -> SubjectPage:
    """Everything that was found, scored, said and decided about it (at most eleven queries)."""
    clocks: tuple[Clock, ...] = ()
    steps: tuple[LeadStep, ...] = ()
    if isinstance(subject.row, Lead):
        clocks = clocks_by_lead([subject.row], today)[subject.pk]
        steps = tuple(LeadStep.objects.filter(lead=subject.row).select_related("actor"))
    schemes, _stamp = rulings.admission(today)
    return SubjectPage(
        subject, tuple((c, _(c.kind.label)) for c in clocks), steps, _firms(subject, today),
        tuple((s.key, s.name) for s in schemes.values()), _sheets(subject), _opinions(viewer, subject, today, enter),
        _consulted(viewer, subject), enter,
    )  # fmt: skip


def _firms(subject: Subject, today: date) -> tuple[FirmChecks, ...]:
    row = subject.row
    rule = rulings.checks(today)
    if isinstance(row, Project):
        firms, total, begun, signed = firms_of(row), row.investment_cny, row.created_at.date(), row.signed_on
        lead = Lead.objects.filter(project=row).values_list("reported_on", flat=True).first()
        begun = lead or begun
    else:
        firms = [row.investor] if row.investor else []
        total, begun, signed = row.investment_cny, row.reported_on, None
    roots = dict(Enterprise.objects.filter(members__in=firms).values_list("members__pk", "name")) if firms else {}
    titles: dict[int, list[str]] = {}
    for title in EnterpriseTitle.objects.standing().filter(enterprise__in=firms).order_by("-year") if firms else []:
        titles.setdefault(title.enterprise_id, []).append(f"{_(TitleKind(title.kind).label)}（{title.year}）")
    found = []
    for firm in firms:
        investor = Investor(
            firm.name, firm.uscc or "", firm.registered_on, roots.get(firm.pk, ""), tuple(titles.get(firm.pk, ())), total,
            begun, signed,
        )  # fmt: skip
        told = check(investor, rule, today)
        found.append(FirmChecks(firm.name, tuple((c, _(c.finding.label), FINDING_TONES[c.finding]) for c in told)))
    return tuple(found)


def _sheets(subject: Subject) -> tuple[SheetShown, ...]:
    rows = ScoringSheet.objects.filter(**subject.key).select_related("actor")[:20]
    return tuple(
        SheetShown(
            s.pk, s.scheme_name, s.rule, s.lines, s.total.normalize(), _(OUTCOMES[s.outcome][0]), OUTCOMES[s.outcome][1],
            s.vetoes, s.note, s.actor.name, s.at,
        )
        for s in rows
    )  # fmt: skip


def _opinions(viewer: Viewer, subject: Subject, today: date, enter: bool) -> tuple[OpinionShown, ...]:
    rows = Opinion.objects.filter(**subject.key).select_related("unit")[:60]
    own = viewer.may("consultation", "E")
    return tuple(opinion_shown(o, today, enter or (own and o.unit_id in viewer.unit_ids), enter) for o in rows)


def opinion_shown(o: Opinion, today: date, may_give: bool, may_withdraw: bool) -> OpinionShown:
    is_open = o.status == OpinionStatus.ASKED
    return OpinionShown(
        o.pk, o.unit.short_name if o.unit else o.adviser, o.question, o.due_on, is_open, is_open and o.due_on < today,
        _(OpinionStatus(o.status).label), _(Verdict(o.verdict).label) if o.verdict else "",
        VERDICT_TONES[Verdict(o.verdict)] if o.verdict else "grey", o.words, o.paper, o.given_on, may_give and is_open,
        may_withdraw and is_open,
    )  # fmt: skip


def _consulted(viewer: Viewer, subject: Subject) -> tuple[ConsultedShown, ...]:
    rows = list(
        AgendaItem.objects.filter(**subject.key)
        .select_related("consultation")
        .prefetch_related("undertakings")
        .order_by("-consultation__meets_at")[:20]
    )
    open_to = set(
        visible_consultations(viewer).filter(pk__in=[r.consultation_id for r in rows]).values_list("pk", flat=True)
    )
    return tuple(
        ConsultedShown(
            r.consultation.title, r.consultation.meets_at,
            reverse("assessment:consultation", args=[r.consultation_id]) if r.consultation_id in open_to else "",
            _(ConsultationStatus(r.consultation.status).label), r.question,
            _(Decision(r.decision).label) if r.decision else "",
            DECISION_TONES[Decision(r.decision)] if r.decision else "grey", r.words, len(r.undertakings.all()),
        )
        for r in rows
    )  # fmt: skip


def tally(subject: Subject) -> Counter[str]:
    """How many scores (``sheet``), opinions by status and agenda items (``item``) there are of it. One query."""
    opinions = Opinion.objects.filter(**subject.key).order_by().values_list("status", "pk")
    sheets = ScoringSheet.objects.filter(**subject.key).order_by().values_list(Value("sheet"), "pk")
    items = AgendaItem.objects.filter(**subject.key).order_by().values_list(Value("item"), "pk")
    return Counter(what for what, _pk in opinions.union(sheets, items, all=True))


def waiting_opinions(viewer: Viewer) -> list[Opinion]:
    """Opinions asked of the viewer's own units and not given yet, the most pressing first (one query)."""
    if not viewer.may("consultation", "E"):
        return []
    rows = Opinion.objects.filter(status=OpinionStatus.ASKED, unit_id__in=viewer.unit_ids)
    return list(rows.select_related("lead", "project").order_by("due_on", "pk")[:50])
