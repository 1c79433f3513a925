"""Ceremonies: events on a stage. They list agreements or phases and never make a second signing or start."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from ..models import Agreement, Ceremony, Milestone, Phase
from ..rules.words import COUNTING, AgreementKind, CeremonyKind, Stage
from .guards import happened, short, told

# What a phase should have reached when it stands on such a stage.
STAGE_OF: dict[str, Stage] = {
    CeremonyKind.SIGNING: Stage.SIGNED,
    CeremonyKind.START: Stage.STARTED,
    CeremonyKind.COMPLETION: Stage.COMPLETED,
}


@dataclass(frozen=True)
class CeremonyResult:
    """The event on record, and what its list says about itself, in words."""

    ceremony: Ceremony
    warnings: tuple[str, ...]


@transaction.atomic
def hold_ceremony(
    *,
    kind: str,
    name: str,
    held_on: date,
    host_unit: Unit,
    agreements: Sequence[Agreement] = (),
    phases: Sequence[Phase] = (),
    place: str = "",
    note: str = "",
    actor: Person,
    at: datetime,
) -> CeremonyResult:
    """An event that has taken place. It changes no stage; the result warns of what was on a stage before, of phases that
    have not signed, started or been completed, and of framework agreements."""
    if kind not in CeremonyKind:
        raise DomainError(_("没有“{kind}”这种活动。").format(kind=kind), code="ceremony.kind", field="kind")
    name = told(name, _("活动名称"), 120, "ceremony", "name")
    place = short(place, _("活动地点"), 80, "ceremony", "place")
    note = short(note, _("说明"), 300, "ceremony", "note")
    happened(held_on, at, _("活动日期"), "ceremony", "held_on")
    agreement_ids = sorted({a.pk for a in agreements})
    phase_ids = sorted({p.pk for p in phases})
    if not agreement_ids and not phase_ids:
        raise DomainError(
            _("请列出活动涉及的协议或分期。"), code="ceremony.empty", field="agreements",
            fix=_("签约活动列协议，开工、竣工活动列分期。"),
        )  # fmt: skip
    listed = list(Agreement.objects.filter(pk__in=agreement_ids).select_related("project").order_by("pk"))
    if voided := next((a for a in listed if a.voided_at), None):
        raise DomainError(_("协议“{title}”已作废，不能列入活动。").format(title=voided.title), code="ceremony.voided")
    on_stage = list(Phase.objects.filter(pk__in=phase_ids).select_related("project").order_by("pk"))
    warnings = _warnings(CeremonyKind(kind), listed, on_stage, held_on)
    ceremony = Ceremony.objects.create(
        kind=kind, name=name, held_on=held_on, place=place, host_unit=host_unit, note=note, recorded_by=actor, at=at
    )
    ceremony.agreements.set(agreement_ids)
    ceremony.phases.set(phase_ids)
    record(
        actor=actor, at=at, verb="ceremony.hold", kind="ceremony", object_id=ceremony.pk,
        after={"kind": kind, "name": name, "held_on": held_on, "agreements": agreement_ids, "phases": phase_ids,
               "warnings": len(warnings)},
    )  # fmt: skip
    return CeremonyResult(ceremony, tuple(warnings))


def relist(
    *, kind: str, name: str, held_on: date, host_unit_id: int, adding: int = 0, without: Collection[int] = (),
    pk: int | None = None, reason: str, actor: Person, at: datetime,
) -> Ceremony | None:  # fmt: skip
    """Let the event of this kind, name, day and host list more phases or fewer, in the caller's transaction.

    The event that stood is voided and one takes its place, with its list but for ``without``: what was known of it stays
    known. Where there was none, one is opened; where nothing would be left, none takes its place. The caller adds its own
    ``adding`` phases to the list of what is returned (``pk`` is the id it reserved).
    """
    same = Ceremony.objects.filter(kind=kind, name=name, held_on=held_on, host_unit_id=host_unit_id, voided_at=None)
    old = same.select_for_update(of=("self",)).order_by("-pk").first()
    phases = set(old.phases.values_list("pk", flat=True)) - set(without) if old else set()
    agreements = set(old.agreements.values_list("pk", flat=True)) if old else set()
    if old is not None:
        old.voided_at, old.void_reason = max(at, old.at), reason[:300]
        old.save(update_fields=["voided_at", "void_reason"])
    made = None
    if phases or agreements or adding:
        made = Ceremony.objects.create(
            pk=pk, kind=CeremonyKind(kind), name=name, held_on=held_on, host_unit_id=host_unit_id, replaces=old,
            place=old.place if old else "", note=old.note if old else "", recorded_by=actor, at=at,
        )  # fmt: skip
        made.phases.set(phases)
        made.agreements.set(agreements)
    record(
        actor=actor, at=at, verb="ceremony.edit" if old else "ceremony.hold", kind="ceremony",
        object_id=made.pk if made else old.pk if old else 0, note=reason,
        after={"kind": kind, "name": name, "held_on": held_on, "phases": len(phases) + adding,
               "replaces": old.pk if old else None},
    )  # fmt: skip
    return made


def _warnings(kind: CeremonyKind, agreements: Sequence[Agreement], phases: Sequence[Phase], on: date) -> list[str]:
    said = []
    stage = STAGE_OF[kind]
    earlier = _earlier(kind, agreements, phases)
    covered = {a.pk: list(a.phases.all()) for a in agreements}
    every = {p.pk: p for p in [*phases, *(p for ps in covered.values() for p in ps)]}
    reached = dict(
        Milestone.objects.filter(phase_id__in=every, stage=stage, status__in=COUNTING).values_list(
            "phase_id", "happened_on"
        )
    )
    for agreement in agreements:
        if before := earlier.get(("agreement", agreement.pk)):
            said.append(
                _("“{title}”已在 {on} 的“{event}”上过台，不重复计算。").format(
                    title=agreement.title, on=before[1], event=before[0]
                )
            )
        if agreement.kind == AgreementKind.FRAMEWORK:
            said.append(_("“{title}”是框架协议，不计入签约。").format(title=agreement.title))
        if agreement.signed_on < on and kind == CeremonyKind.SIGNING:
            said.append(
                _("“{title}”早在 {on} 已签署，台上签约不另计。").format(title=agreement.title, on=agreement.signed_on)
            )
        said += [
            _behind(agreement.project.name, phase, stage) for phase in covered[agreement.pk] if phase.pk not in reached
        ]
    for phase in phases:
        if before := earlier.get(("phase", phase.pk)):
            said.append(
                _("“{project}”{phase}已在 {on} 的“{event}”上过台，不重复计算。").format(
                    project=phase.project.name, phase=phase.name, on=before[1], event=before[0]
                )
            )
        if phase.pk not in reached:
            said.append(_behind(phase.project.name, phase, stage))
    return list(dict.fromkeys(said))


def _behind(project: str, phase: Phase, stage: Stage) -> str:
    return _("“{project}”{phase}没有“{stage}”的里程碑，活动不改变其阶段。").format(
        project=project, phase=phase.name, stage=_(stage.label)
    )


def _earlier(
    kind: CeremonyKind, agreements: Sequence[Agreement], phases: Sequence[Phase]
) -> dict[tuple[str, int], tuple[str, date]]:
    """What has been on such a stage before: ("agreement" | "phase", id) -> (event, day), the first one."""
    rows = Ceremony.objects.filter(kind=kind, voided_at=None).order_by("-held_on", "-pk")
    found: dict[tuple[str, int], tuple[str, date]] = {}
    for what, ids in (("agreements", [a.pk for a in agreements]), ("phases", [p.pk for p in phases])):
        for pk, name, held_on in rows.filter(**{f"{what}__in": ids}).values_list(what, "name", "held_on"):
            found[what[:-1], pk] = (name, held_on)
    return found
