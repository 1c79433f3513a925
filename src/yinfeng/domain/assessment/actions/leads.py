"""Steps of a lead's clocks: answering, telling the referrer, reporting."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.domain.projects.actions.guards import happened, told
from yinfeng.domain.projects.models import Lead
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from ..models import LeadStep
from ..rules.words import StepKind


@transaction.atomic
def take_step(*, lead: Lead, kind: str, happened_on: date, words: str, actor: Person, at: datetime) -> LeadStep:
    """Put on record that somebody answered, told the referrer, or reported on the follow-up."""
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    if kind not in StepKind:
        raise DomainError(_("没有“{kind}”这类步骤。").format(kind=kind), code="step.kind", field="kind")
    happened(happened_on, at, _("步骤日期"), "step", "happened_on")
    if happened_on < lead.reported_on:
        raise DomainError(
            _("步骤日期 {on} 早于首报日期 {reported}。").format(on=happened_on, reported=lead.reported_on),
            code="step.early", field="happened_on",
        )  # fmt: skip
    step = LeadStep.objects.create(
        lead=lead, kind=kind, happened_on=happened_on, words=told(words, _("情况说明"), 400, "step", "words"),
        actor=actor, at=at,
    )  # fmt: skip
    record(
        actor=actor, at=at, verb="lead.take_step", kind="lead", object_id=lead.pk,
        after={"kind": kind, "on": happened_on, "step": step.pk},
    )  # fmt: skip
    return step


@transaction.atomic
def void_step(*, step: LeadStep, reason: str, actor: Person, at: datetime) -> None:
    """Take a step off the record, with the reason; it stays to be seen."""
    step = LeadStep.objects.select_for_update().get(pk=step.pk)
    if step.voided_at is not None:
        raise DomainError(_("这一步骤已经作废。"), code="step.voided")
    step.voided_at, step.void_reason = at, told(reason, _("作废原因"), 300, "step", "reason")
    step.save(update_fields=["voided_at", "void_reason"])
    record(
        actor=actor, at=at, verb="lead.void_step", kind="lead", object_id=step.lead_id,
        before={"kind": step.kind, "on": step.happened_on, "step": step.pk}, note=step.void_reason,
    )  # fmt: skip
