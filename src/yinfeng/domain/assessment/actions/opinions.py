"""Asking departments and advisers, and putting on record what they say."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yinfeng.domain.projects.actions.guards import day_of, happened, kept, short, told
from yinfeng.foundation.accounts.models import Person, Post, Unit
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.notices.actions import notify
from yinfeng.kernel.errors import DomainError

from ..models import Opinion
from ..rules.words import OpinionStatus, Verdict
from ..subjects import Subject, subject_of


@transaction.atomic
def ask_opinion(
    *, subject: Subject, unit: Unit | None = None, adviser: str = "", question: str, due_on: date, actor: Person,
    at: datetime,
) -> Opinion:  # fmt: skip
    """Ask a department (its people are told) or an adviser outside; exactly one of the two."""
    adviser = short(adviser, _("顾问机构或专家"), 80, "opinion", "adviser")
    if (unit is None) == (not adviser):
        raise DomainError(
            _("请在出具部门与顾问机构中选填一个。"), code="opinion.whom", field="unit" if adviser else "adviser"
        )
    if due_on < day_of(at):
        raise DomainError(
            _("回复时限 {on} 早于今天（{today}）。").format(on=due_on, today=day_of(at)),
            code="opinion.due",
            field="due_on",
        )
    opinion = Opinion.objects.create(
        **subject.key, unit=unit, adviser=adviser, question=told(question, _("征求事项"), 300, "opinion", "question"),
        due_on=due_on, asked_by=actor, asked_at=at,
    )  # fmt: skip
    if unit is not None:
        _tell(unit, opinion, subject, at)
    record(
        actor=actor, at=at, verb="opinion.ask", kind=subject.kind, object_id=subject.pk,
        after={"opinion": opinion.pk, "unit": unit.pk if unit else None, "adviser": adviser, "due_on": due_on},
    )  # fmt: skip
    return opinion


@transaction.atomic
def give_opinion(
    *, opinion: Opinion, verdict: str, words: str, paper: str = "", given_on: date, actor: Person, at: datetime
) -> Opinion:
    """Put an opinion on record. Conditions and refusals say why; who is not of the asked department names the paper."""
    opinion = Opinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
    if opinion.status != OpinionStatus.ASKED:
        raise DomainError(
            _("这条意见{status}，不能再登记。").format(status=_(OpinionStatus(opinion.status).label)),
            code="opinion.settled",
        )
    if verdict not in Verdict:
        raise DomainError(_("请选择意见。"), code="opinion.verdict", field="verdict")
    happened(given_on, at, _("出具日期"), "opinion", "given_on")
    words = short(words, _("意见内容"), 2000, "opinion", "words")
    if verdict != Verdict.AGREE and not words:
        raise DomainError(_("有条件同意或不同意的，请写明条件或理由。"), code="opinion.words", field="words")
    paper = short(paper, _("意见文号"), 80, "opinion", "paper")
    own = opinion.unit_id is not None and Post.objects.filter(
        person=actor, unit_id=opinion.unit_id, until_date__isnull=True
    ).exists()  # fmt: skip
    if not own and not paper:
        raise DomainError(
            _("代为登记的意见须填写意见文号。"),
            code="opinion.paper",
            field="paper",
            fix=_("没有文号的，由出具部门自行登记。"),
        )
    opinion.status, opinion.verdict, opinion.words, opinion.paper = OpinionStatus.GIVEN, verdict, words, paper
    opinion.given_on, opinion.given_by, opinion.given_at = given_on, actor, at
    opinion.save()
    subject = subject_of(opinion)
    notify(
        persons=[opinion.asked_by_id], kind="opinion", url=subject.page, at=at,
        text=kept(gettext_noop("“{name}”的预审意见已出具：{verdict}"), name=subject.name, verdict=kept(Verdict(verdict).label)),
    )  # fmt: skip
    record(
        actor=actor, at=at, verb="opinion.give", kind=subject.kind, object_id=subject.pk,
        after={"opinion": opinion.pk, "verdict": verdict, "paper": paper, "on": given_on},
    )  # fmt: skip
    return opinion


@transaction.atomic
def withdraw_opinion(*, opinion: Opinion, reason: str, actor: Person, at: datetime) -> Opinion:
    """No longer asked: an opinion that was given stays."""
    opinion = Opinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
    if opinion.status != OpinionStatus.ASKED:
        raise DomainError(_("已出具或已撤回的意见不能撤回。"), code="opinion.settled")
    reason = told(reason, _("撤回原因"), 300, "opinion", "reason")
    opinion.status = OpinionStatus.WITHDRAWN
    opinion.save(update_fields=["status"])
    subject = subject_of(opinion)
    record(
        actor=actor, at=at, verb="opinion.withdraw", kind=subject.kind, object_id=subject.pk,
        after={"opinion": opinion.pk}, note=reason,
    )  # fmt: skip
    return opinion


def _tell(unit: Unit, opinion: Opinion, subject: Subject, at: datetime) -> None:
    people = Post.objects.filter(unit=unit, until_date__isnull=True).values_list("person_id", flat=True)
    notify(
        persons=list(people), kind="opinion", url=reverse("assessment:opinion", args=[opinion.pk]), at=at,
        text=kept(
            gettext_noop("请对“{name}”出具预审意见，时限 {due}"), name=subject.name, due=opinion.due_on.isoformat()
        ),
    )  # fmt: skip
