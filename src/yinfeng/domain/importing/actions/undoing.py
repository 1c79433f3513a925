"""Taking an import back as a whole. Nothing is erased: facts are voided with the reason, attributes set back by recorded
acts, opened projects withdrawn. Why it is done so: docs/adr/0012."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yinfeng.domain.enterprises.actions import remove_titles
from yinfeng.domain.projects.actions import bulk
from yinfeng.domain.projects.actions.bulk_plans import NewMilestone, PhaseFacts, ProjectPlan, Source
from yinfeng.domain.projects.actions.ceremonies import relist
from yinfeng.domain.projects.actions.facts import raise_flag
from yinfeng.domain.projects.actions.guards import day_of, kept, told
from yinfeng.domain.projects.actions.ledger import EDITABLE, remove_listings
from yinfeng.domain.projects.actions.withdrawing import withdraw_many
from yinfeng.domain.projects.models import Agreement, Claim, Flag, FundsArrival, Milestone, Phase, Project, Visit
from yinfeng.domain.projects.rules.words import COUNTING, FlagKind
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from ..models import Import
from ..rules.words import Book, ImportState
from .records import undo_records

BATCH = 500
MOST_NAMED = 10


@dataclass(frozen=True)
class Undone:
    """``left``: (code, name) of projects that people changed since, which stayed as they are."""

    withdrawn: int
    restored: int
    left: tuple[tuple[str, str], ...]


def undo(*, of: Import, reason: str, leave_changed: bool = False, actor: Person, at: datetime) -> Undone:
    """Take an import back. Refused, with their names, where people changed its projects since, unless ``leave_changed``
    says that these are to stay as they are."""
    reason = told(reason, _("撤销原因"), 200, "import", "reason")
    of = Import.objects.select_related("file").get(pk=of.pk)
    if of.state != ImportState.APPLIED:
        raise DomainError(
            _("这次导入是“{state}”，不能撤销。").format(state=_(ImportState(of.state).label)), code="import.state"
        )
    if of.book != Book.PROJECTS:
        return _undo_records(of, reason, leave_changed, actor, at)
    written = of.written
    created: list[int] = written["created"]
    changed = {int(pk): held for pk, held in written["changed"].items()}
    touched = _touched_since(of, created, changed)
    if touched and not leave_changed:
        raise DomainError(
            _("导入之后有人改动了其中 {count} 个项目，不能整批撤销：{names}。").format(
                count=len(touched),
                names=_("、").join(f"{code} {name}" for code, name in list(touched.values())[:MOST_NAMED]),
            ), code="import.touched", fix=_("请先处理这些项目，或选择保留它们、撤销其余。"),
        )  # fmt: skip
    created = [pk for pk in created if pk not in touched]
    plans = [_plan_back(of, pk, held) for pk, held in changed.items() if pk not in touched]
    mine, restored = set(created) | {p.pk for p in plans}, len(plans)
    words = kept(gettext_noop("撤销导入 {n}：{reason}"), n=of.pk, reason=reason)[:300]

    def finish(_loaded: Any) -> None:
        taken = Import.objects.filter(pk=of.pk, state=ImportState.APPLIED).update(
            state=ImportState.UNDONE, undone_by=actor, undone_at=at, message=reason[:400]
        )
        if not taken:
            raise DomainError(_("这次导入刚被他人撤销。"), code="import.state", fix=_("请刷新后查看。"))
        Agreement.objects.filter(pk__in=written["agreements"], project_id__in=mine, voided_at=None).update(
            voided_at=at, void_reason=words
        )
        remove_titles(
            ids=[pk for pk, project in written.get("titles", ()) if project in mine], reason=words, actor=actor, at=at
        )
        remove_listings(*written.get("listings", (1, 0)), projects=mine, reason=words, actor=actor, at=at)
        _off_stage(of, mine, words, actor, at)
        withdraw_many(ids=created, reason=words, actor=actor, at=at)
        for pk, held in changed.items():
            for phase in Phase.objects.filter(pk__in=held.get("phases", ()), project_id=pk) if pk in mine else ():
                raise_flag(
                    project=phase.project, phase=phase, kind=FlagKind.TERMINATED, happened_on=day_of(at), reason=words,
                    actor=actor, at=at,
                )  # fmt: skip
        record(
            actor=actor, at=at, verb="import.undo", kind="import", object_id=of.pk, note=reason,
            after={"withdrawn": len(created), "restored": restored, "left": sorted(touched)},
        )  # fmt: skip

    bulk.load(
        plans=plans, source=Source(of.file_id, f"{of.file.name} · {of.sheet}"[:200]), actor=actor, at=at, note=words,
        verb="project.undo_import", reason=words, finish=finish,
    )  # fmt: skip
    return Undone(len(created), restored, tuple(touched.values()))


@transaction.atomic
def _undo_records(of: Import, reason: str, leave_changed: bool, actor: Person, at: datetime) -> Undone:
    """Leads and visits, as a whole."""
    taken = Import.objects.filter(pk=of.pk, state=ImportState.APPLIED).update(
        state=ImportState.UNDONE, undone_by=actor, undone_at=at, message=reason[:400]
    )
    if not taken:
        raise DomainError(_("这次导入刚被他人撤销。"), code="import.state", fix=_("请刷新后查看。"))
    words = kept(gettext_noop("撤销导入 {n}：{reason}"), n=of.pk, reason=reason)[:300]
    done = Undone(*undo_records(of=of, words=words, leave_changed=leave_changed, actor=actor, at=at))
    record(
        actor=actor, at=at, verb="import.undo", kind="import", object_id=of.pk, note=reason,
        after={"withdrawn": done.withdrawn, "restored": done.restored, "left": [code for code, _name in done.left]},
    )  # fmt: skip
    return done


def _off_stage(of: Import, mine: set[int | None], reason: str, actor: Person, at: datetime) -> None:
    """Take the phases that the import put on the lists of events off them again."""
    for kind, name, held_on, phases in of.written.get("events", ()):
        gone: list[int] = []
        for part in _parts(phases):
            gone += Phase.objects.filter(pk__in=part, project_id__in=mine).values_list("pk", flat=True)
        if gone:
            relist(
                kind=kind, name=name, held_on=date.fromisoformat(held_on), host_unit_id=of.unit_id, without=gone,
                reason=reason, actor=actor, at=at,
            )  # fmt: skip


def _touched_since(of: Import, created: Sequence[int], changed: dict[int, Any]) -> dict[int, tuple[str, str]]:
    """The projects of an import that are no longer as it left them: project -> (code, name)."""
    found: dict[int, tuple[str, str]] = {}
    expected = dict.fromkeys(created, 1) | {pk: held["version"] for pk, held in changed.items()}
    agreements = set(of.written["agreements"])
    for part in _parts(list(expected)):
        rows = {
            p[0]: p
            for p in Project.objects.filter(pk__in=part).values_list("pk", "code", "name", "version", "merged_into_id")
        }
        for pk in part:
            row = rows.get(pk)
            if row is None:
                found[pk] = ("?", str(pk))
            elif row[3] != expected[pk] or row[4] is not None:
                found[pk] = (row[1], row[2])
        own = [pk for pk in part if pk in set(created)]
        busy = set(Visit.objects.filter(project_id__in=own).values_list("project_id", flat=True))
        busy |= set(Claim.objects.filter(project_id__in=own).values_list("project_id", flat=True))
        others = Agreement.objects.filter(project_id__in=own, voided_at=None).exclude(pk__in=agreements)
        busy |= set(others.values_list("project_id", flat=True))
        for pk in busy - {None}:
            found[pk] = (rows[pk][1], rows[pk][2])
    return found


def _plan_back(of: Import, pk: int, held: dict[str, Any]) -> ProjectPlan:
    """How a changed project is set back: attributes as they were, new facts voided, corrected ones recorded anew."""
    before = held["before"]
    written = of.written
    attributes = {name: _typed(Project, name, value) for name, value in before.items() if name in EDITABLE}
    restore = {
        name: before[name] for name in ("company_id", "investor_name", "owners", "industry_groups") if name in before
    }
    plan = ProjectPlan(0, attributes, pk=pk, version=held["version"], restore=restore)
    low, high = written["milestones"]
    new = list(
        Milestone.objects.filter(project_id=pk, pk__range=(low, high), status__in=COUNTING).select_related("replaces")
    )
    low, high = written["arrivals"]
    plan.void_arrivals = list(
        FundsArrival.objects.filter(project_id=pk, pk__range=(low, high), status__in=COUNTING).values_list(
            "pk", flat=True
        )
    )
    low, high = written.get("flags", (1, 0))  # an import of an earlier edition took in none
    plan.void_flags = list(
        Flag.objects.filter(project_id=pk, pk__range=(low, high), status__in=COUNTING).values_list("pk", flat=True)
    )
    facts: dict[int, PhaseFacts] = {}
    phases = {phase.number: phase for phase in Phase.objects.filter(project_id=pk)}
    by_pk = {phase.pk: phase for phase in phases.values()}

    def of_phase(phase: Phase) -> PhaseFacts:
        if phase.pk not in facts:
            facts[phase.pk] = PhaseFacts(phase.number, phase.pk)
        return facts[phase.pk]

    gone = []
    for milestone in new:
        old: Any = milestone.replaces
        if old is None:
            gone.append(milestone.pk)
        else:
            of_phase(by_pk[milestone.phase_id or 0]).milestones.append(
                NewMilestone(old.stage, old.happened_on, "", old.note, milestone.pk, old.pk)
            )
    plan.void_milestones = gone
    for name, value in before.items():
        words = name.split(" ")
        if words[0] == "phase" and (phase := phases.get(int(words[1]))):
            of_phase(phase).attributes[words[2]] = _typed(Phase, words[2], value)
    plan.phases = list(facts.values())
    return plan


def _typed(model: type[Any], name: str, value: Any) -> Any:
    """A value as JSON kept it, as its column has it."""
    if value is None:
        return None
    field = next(f for f in model._meta.concrete_fields if f.attname == name)
    return (field.target_field if field.is_relation else field).to_python(value)


def _parts(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
