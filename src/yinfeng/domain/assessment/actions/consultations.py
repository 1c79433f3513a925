"""Joint consultations: called, papers sent, concluded with decisions that become items of the three lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yinfeng.domain.projects.actions import facts, undertakings
from yinfeng.domain.projects.actions import leads as lead_verbs
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.actions.guards import day_of, kept, short, told
from yinfeng.domain.projects.models import Phase
from yinfeng.domain.projects.rules.words import EvidenceKind, LeadStatus, Stage
from yinfeng.foundation.accounts.actions import grant
from yinfeng.foundation.accounts.models import Person, Post, Unit
from yinfeng.foundation.accounts.rules import GrantWhy
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.notices.actions import notify
from yinfeng.kernel.errors import DomainError

from ..models import AgendaItem, Consultation
from ..queries.rulings import papers_due
from ..rules.words import ConsultationStatus, Decision
from ..subjects import Subject, subject_of

MOST_ITEMS = 40


@dataclass(frozen=True)
class TaskData:
    """One matter to be done: what, who, by when."""

    what: str
    unit: Unit
    due_on: date
    person: Person | None = None


@dataclass(frozen=True)
class Decided:
    """What was decided on one item; ``enter`` puts the fact on record: a lead passed, a project consulted."""

    decision: str
    words: str = ""
    enter: bool = True
    tasks: Sequence[TaskData] = ()


@transaction.atomic
def call_consultation(
    *, title: str, meets_at: datetime, place: str = "", host_unit: Unit, chair: Person | None = None,
    units: Sequence[Unit] = (), agenda: Sequence[tuple[Subject, str]] = (), actor: Person, at: datetime,
) -> Consultation:  # fmt: skip
    """Call a consultation, or enter one that took place: its papers are due a working day before; those invited are told."""
    if abs(meets_at - at) > timedelta(days=366):
        raise DomainError(
            _("会商时间 {when} 距今超过一年，请核对。").format(when=f"{timezone.localtime(meets_at):%Y-%m-%d}"),
            code="consultation.time", field="meets_at",
        )  # fmt: skip
    made = Consultation.objects.create(
        title=told(title, _("会商名称"), 120, "consultation", "title"), meets_at=meets_at,
        place=short(place, _("会商地点"), 80, "consultation", "place"), host_unit=host_unit, chair=chair,
        papers_due_on=papers_due(timezone.localtime(meets_at).date(), day_of(at)), created_by=actor, created_at=at,
    )  # fmt: skip
    made.units.set(units)
    _grant(made)
    for subject, question in agenda:
        _put(made, subject, question)
    people = Post.objects.filter(unit__in=[host_unit, *units], until_date__isnull=True).values_list(
        "person_id", flat=True
    )
    notify(
        persons=[pk for pk in {*people, *([chair.pk] if chair else [])} if pk != actor.pk], kind="consultation",
        url=_page(made), at=at,
        text=kept(
            gettext_noop("会商通知：{title}，{when}"), title=made.title, when=f"{timezone.localtime(meets_at):%Y-%m-%d %H:%M}"
        ),
    )  # fmt: skip
    record(
        actor=actor, at=at, verb="consultation.call", kind="consultation", object_id=made.pk,
        after={"title": made.title, "meets_at": meets_at, "units": [u.pk for u in units], "items": len(agenda)},
    )  # fmt: skip
    return made


@transaction.atomic
def put_on_agenda(
    *, consultation: Consultation, subject: Subject, question: str, actor: Person, at: datetime
) -> AgendaItem:
    """Put a lead or project on the table."""
    consultation = _planned(consultation)
    item = _put(consultation, subject, question)
    record(
        actor=actor, at=at, verb="consultation.put", kind="consultation", object_id=consultation.pk,
        after={"item": item.pk, subject.kind.value: subject.pk, "question": item.question},
    )  # fmt: skip
    return item


@transaction.atomic
def take_off_agenda(*, item: AgendaItem, actor: Person, at: datetime) -> None:
    """Take a matter off the table before the meeting."""
    consultation = _planned(item.consultation)
    subject = subject_of(item)
    before = {"item": item.pk, subject.kind.value: subject.pk, "question": item.question}
    item.delete()
    record(
        actor=actor, at=at, verb="consultation.take_off", kind="consultation", object_id=consultation.pk, before=before
    )


@transaction.atomic
def send_papers(*, consultation: Consultation, actor: Person, at: datetime) -> Consultation:
    """The papers are with the members: they are told to read them here."""
    consultation = _planned(consultation)
    if not consultation.agenda.exists():
        raise DomainError(_("会商还没有议题，不能送达材料。"), code="consultation.empty", fix=_("请先添加议题。"))
    if consultation.papers_sent_on:
        raise DomainError(_("材料已于 {on} 送达。").format(on=consultation.papers_sent_on), code="consultation.sent")
    consultation.papers_sent_on = day_of(at)
    consultation.save(update_fields=["papers_sent_on"])
    people = Post.objects.filter(unit__in=consultation.units.all(), until_date__isnull=True)
    notify(
        persons=list(people.values_list("person_id", flat=True)),
        kind="consultation",
        url=_page(consultation),
        at=at,
        text=kept(gettext_noop("会商材料已送达：{title}"), title=consultation.title),
    )
    record(
        actor=actor, at=at, verb="consultation.send_papers", kind="consultation", object_id=consultation.pk,
        after={"on": consultation.papers_sent_on, "due": consultation.papers_due_on},
    )  # fmt: skip
    return consultation


@transaction.atomic
def cancel_consultation(*, consultation: Consultation, reason: str, actor: Person, at: datetime) -> Consultation:
    consultation = _planned(consultation)
    consultation.status = ConsultationStatus.CANCELLED
    consultation.cancel_reason = told(reason, _("取消原因"), 300, "consultation", "reason")
    consultation.save(update_fields=["status", "cancel_reason"])
    people = Post.objects.filter(unit__in=consultation.units.all(), until_date__isnull=True)
    notify(
        persons=list(people.values_list("person_id", flat=True)),
        kind="consultation",
        url=_page(consultation),
        at=at,
        text=kept(gettext_noop("会商取消：{title}"), title=consultation.title),
    )
    record(
        actor=actor,
        at=at,
        verb="consultation.cancel",
        kind="consultation",
        object_id=consultation.pk,
        note=consultation.cancel_reason,
    )
    return consultation


@transaction.atomic
def conclude(
    *, consultation: Consultation, minutes_number: str, minutes: str = "", decided: Mapping[int, Decided], actor: Person,
    at: datetime,
) -> Consultation:  # fmt: skip
    """Issue the minutes: each item's decision, the facts that follow from it, and its tasks as lines of the three
    lists, all at once. Refused as a whole where one item cannot be carried out; the error names it."""
    consultation = _planned(consultation)
    if at < consultation.meets_at:
        raise DomainError(
            _("会商还没有召开（{when}）。").format(when=f"{timezone.localtime(consultation.meets_at):%Y-%m-%d %H:%M}"),
            code="consultation.early",
        )  # fmt: skip
    number = told(minutes_number, _("纪要编号"), 60, "consultation", "minutes_number")
    items = list(consultation.agenda.select_related("lead", "project").order_by("order"))
    if not items:
        raise DomainError(
            _("会商没有议题，不能签发纪要。"), code="consultation.empty", fix=_("没有开成的，请取消会商。")
        )
    if set(decided) != {item.pk for item in items}:
        raise DomainError(_("请逐个议题写明决定。"), code="consultation.undecided")
    held_on = timezone.localtime(consultation.meets_at).date()
    issued = 0
    for item in items:
        try:
            issued += _carry_out(item, decided[item.pk], held_on, number, actor, at)
        except DomainError as fault:
            raise DomainError(
                _("议题 {n}“{name}”：{fault}").format(n=item.order, name=subject_of(item).name, fault=fault.message),
                code=fault.code, fix=fault.fix, field=f"item-{item.pk}",
            ) from fault  # fmt: skip
    consultation.status = ConsultationStatus.HELD
    consultation.minutes_number = number
    consultation.minutes = short(minutes, _("会议纪要"), 20_000, "consultation", "minutes")
    consultation.concluded_by, consultation.concluded_at = actor, at
    consultation.save()
    record(
        actor=actor, at=at, verb="consultation.conclude", kind="consultation", object_id=consultation.pk,
        after={"minutes": number, "decisions": {i.pk: decided[i.pk].decision for i in items}, "tasks": issued},
    )  # fmt: skip
    return consultation


def _carry_out(item: AgendaItem, decided: Decided, held_on: date, number: str, actor: Person, at: datetime) -> int:
    if decided.decision not in Decision:
        raise DomainError(_("请选择会商决定。"), code="consultation.decision")
    words = short(decided.words, _("决定内容"), 1000, "consultation", "words")
    if decided.decision != Decision.ADVANCE and not words:
        raise DomainError(_("补充、暂缓或不予引进的，请写明理由。"), code="consultation.words")
    item.decision, item.words = decided.decision, words
    item.save(update_fields=["decision", "words"])
    if decided.enter:
        _enter(item, decided.decision, words, held_on, number, actor, at)
    if not decided.tasks:
        return 0
    if item.project_id is None:
        raise DomainError(
            _("线索还没有分期，不能下达清单事项。"),
            code="consultation.lead_tasks",
            fix=_("请先转为项目，或在项目上下达。"),
        )
    phase = Phase.objects.filter(project_id=item.project_id).order_by("number").first()
    assert phase is not None
    made = [
        undertakings.add(
            phase=phase, what=task.what, unit=task.unit, person=task.person, due_on=task.due_on,
            note=kept(gettext_noop("依据会商纪要 {number}"), number=number), actor=actor, at=at,
        )
        for task in decided.tasks
    ]  # fmt: skip
    item.undertakings.set(made)
    return len(made)


def _enter(
    item: AgendaItem, decision: str, words: str, held_on: date, number: str, actor: Person, at: datetime
) -> None:
    """The fact that follows: a lead passes or is given up; a project in pre-review has been consulted."""
    if item.lead is not None:
        if item.lead.status != LeadStatus.OPEN:
            return
        if decision == Decision.ADVANCE and item.lead.stage == Stage.LEAD:
            opinion = words or kept(gettext_noop("联合会商同意推进（{number}）"), number=number)
            lead_verbs.screen_lead(lead=item.lead, screened_on=held_on, opinion=opinion, actor=actor, at=at)
        elif decision == Decision.REJECT:
            lead_verbs.drop_lead(lead=item.lead, reason=words, actor=actor, at=at)
        return
    phase = Phase.objects.filter(project_id=item.project_id).order_by("number").first()
    if decision == Decision.ADVANCE and phase is not None and phase.stage == Stage.PRE_REVIEWED:
        facts.declare_milestone(
            phase=phase, stage=Stage.CONSULTED, happened_on=held_on,
            evidence=[EvidenceData(EvidenceKind.MINUTES, number)], actor=actor, at=at,
        )  # fmt: skip


def _put(consultation: Consultation, subject: Subject, question: str) -> AgendaItem:
    taken = consultation.agenda.filter(**subject.key).exists()
    if taken:
        raise DomainError(_("“{name}”已在议题中。").format(name=subject.name), code="consultation.twice")
    last = consultation.agenda.aggregate(last=Max("order"))["last"] or 0
    if last >= MOST_ITEMS:
        raise DomainError(_("一次会商最多 {n} 个议题。").format(n=MOST_ITEMS), code="consultation.full")
    return AgendaItem.objects.create(
        consultation=consultation, order=last + 1, question=told(question, _("议题"), 300, "consultation", "question"),
        **subject.key,
    )  # fmt: skip


def _planned(consultation: Consultation) -> Consultation:
    consultation = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    if consultation.status != ConsultationStatus.PLANNED:
        raise DomainError(
            _("会商{status}，不能再改。").format(status=_(ConsultationStatus(consultation.status).label)),
            code="consultation.settled",
        )
    return consultation


def _grant(consultation: Consultation) -> None:
    units = [(consultation.host_unit_id, GrantWhy.OWNER)]
    units += [(pk, GrantWhy.TASK_FORCE) for pk in consultation.units.values_list("pk", flat=True)]
    persons = [(consultation.chair_id, GrantWhy.LEADER)] if consultation.chair_id else []
    grant("consultation", consultation.pk, units=units, persons=persons)


def _page(consultation: Consultation) -> str:
    return reverse("assessment:consultation", args=[consultation.pk])
