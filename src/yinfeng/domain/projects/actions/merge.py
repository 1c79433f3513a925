"""Merging two projects that are one, field by field, and taking it back. Why it is done so: docs/adr/0010.

Facts keep their project: what was on record stays as it was known. What the kept project lacks is recorded on it anew, by
the person who merges, naming where it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yinfeng.foundation.accounts.actions import grant
from yinfeng.foundation.accounts.models import AccessGrant, Person
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.kernel.errors import DomainError

from ..models import Claim, Evidence, Follow, FundsArrival, Milestone, Phase, Project, ProjectInvestor
from ..rules.merging import MERGE_FIELDS, MERGE_RELATIONS, unknown_choices
from ..rules.protection import STANDING
from ..rules.words import COUNTING, FundsBasis, FundsBoundary, Stage, ValueKind
from . import derive, facts
from .evidence import EvidenceData
from .facts import FundsData
from .granting import grant_project
from .guards import alive, kept, told
from .ledger import edit_project


@dataclass(frozen=True)
class MergeResult:
    """The kept project, and what was recorded on it anew."""

    kept: Project
    milestones: tuple[Milestone, ...]
    arrivals: tuple[FundsArrival, ...]


@transaction.atomic
def merge_projects(
    *,
    keep: Project,
    lose: Project,
    choices: Mapping[str, str],
    milestones: Sequence[int] = (),
    arrivals: Sequence[int] = (),
    reason: str,
    actor: Person,
    at: datetime,
) -> MergeResult:
    """Two projects are one. ``choices``: field -> "keep" | "lose" (what is not named is kept; the fields are those of
    ``rules/merging.py``). ``milestones`` and ``arrivals``: ids of facts of the lost project that the kept one lacks.

    The lost project leaves lists, counts and search; its page leads to the kept one, whose timeline shows its history.
    """
    keep, lose = _lock_both(keep, lose)
    reason = told(reason, _("合并原因"), 300, "merge", "reason")
    if wrong := unknown_choices(choices):
        raise DomainError(_("合并选项“{one}”无法识别。").format(one=wrong[0]), code="merge.choice", field="choices")
    _no_rival_claims(keep, lose)
    taken = [field for field in (*MERGE_FIELDS, *MERGE_RELATIONS) if choices.get(field) == "lose"]
    before = {field: _values(keep, field) for field in taken}
    after = {field: _values(lose, field) for field in taken}
    if "platform_code" in taken:  # unique: it is handed over, not copied
        Project.objects.filter(pk=lose.pk).update(platform_code=None)
    _apply(keep, after, actor, at, secret=lose.is_confidential)
    made_milestones = [_again_milestone(keep, lose, m, actor, at) for m in _own(Milestone, lose, milestones)]
    made_arrivals = [_again_arrival(keep, lose, a, actor, at) for a in _own(FundsArrival, lose, arrivals)]
    children = list(Project.objects.filter(merged_into=lose).values_list("pk", flat=True))
    Project.objects.filter(pk__in=[*children, lose.pk]).update(merged_into=keep)
    followers = Follow.objects.filter(project=lose).exclude(
        person__in=Follow.objects.filter(project=keep).values("person")
    )
    Follow.objects.bulk_create(Follow(person_id=f.person_id, project=keep, at=at) for f in followers)
    derive.refresh(lose.pk, at=at)
    kept = derive.refresh(keep.pk, at=at, words_changed=True)
    _let_see(lose, kept)  # the units and people as the choices left them
    note = {
        "lost": lose.pk, "lost_code": lose.code, "children": children, "fields": after,
        "milestones": [m.pk for m in made_milestones], "arrivals": [a.pk for a in made_arrivals],
    }  # fmt: skip
    record(
        actor=actor, at=at, verb="project.merge", kind="project", object_id=keep.pk, before={"fields": before},
        after=note, note=reason,
    )  # fmt: skip
    record(
        actor=actor, at=at, verb="project.merged", kind="project", object_id=lose.pk,
        before={"platform_code": lose.platform_code}, after={"merged_into": keep.pk}, note=reason,
    )  # fmt: skip
    return MergeResult(kept, tuple(made_milestones), tuple(made_arrivals))


@transaction.atomic
def unmerge(*, lose: Project, reason: str, actor: Person, at: datetime) -> Project:
    """They were two after all: the lost project stands on its own again, with the facts it always had.

    On the kept project, fields that still are as the merge left them go back, and facts recorded by the merge are voided.
    """
    lose = Project.objects.get(pk=lose.pk)
    if lose.merged_into_id is None:
        raise DomainError(_("“{name}”没有并入其他项目。").format(name=lose.name), code="merge.not_merged")
    into = lose.merged_into_id
    locked = {pk: derive.lock(pk) for pk in sorted((lose.pk, into))}
    lose, keep = locked[lose.pk], locked[into]
    alive(keep)
    reason = told(reason, _("撤销原因"), 300, "merge", "reason")
    rows = AuditRow.objects.filter(object_kind="project", object_id=keep.pk, verb="project.merge").order_by("-pk")
    merge = next((r for r in rows if (r.after or {}).get("lost") == lose.pk), None)
    if merge is None:  # it came along with the project it had been merged into before
        raise DomainError(
            _("“{name}”是随另一项目一并并入的，请先撤销那一次合并。").format(name=lose.name), code="merge.came_along"
        )
    done: dict[str, Any] = merge.after or {}
    was, became = (merge.before or {})["fields"], done["fields"]
    back = {f: was[f] for f in was if _as_stored(_values(keep, f)) == _as_stored(became[f])}
    Project.objects.filter(pk=keep.pk, platform_code__isnull=False).update(
        platform_code=None if "platform_code" in back else keep.platform_code
    )
    _apply(keep, back, actor, at, secret=False)
    for model, ids in ((Milestone, done["milestones"]), (FundsArrival, done["arrivals"])):
        for fact in model._default_manager.filter(pk__in=ids, status__in=COUNTING):
            facts.void_fact(
                fact=fact, reason=kept(gettext_noop("撤销合并：{reason}"), reason=reason)[:300], actor=actor, at=at
            )
    Project.objects.filter(pk__in=done["children"], merged_into=keep).update(merged_into=lose)
    restored: dict[str, Any] = {"merged_into": None}
    if "platform_code" in back and became["platform_code"]["platform_code"]:
        restored["platform_code"] = became["platform_code"]["platform_code"]
    Project.objects.filter(pk=lose.pk).update(**restored)
    # Written before the history is re-opened: the doctor knows the gap by it.
    record(
        actor=actor, at=at, verb="project.unmerge", kind="project", object_id=lose.pk, before={"merged_into": keep.pk},
        after={"fields": sorted(back)}, note=reason,
    )  # fmt: skip
    lose = derive.refresh(lose.pk, at=at, words_changed=True)
    grant_project(lose)
    keep = derive.refresh(keep.pk, at=at, words_changed=True)
    grant_project(keep)
    record(
        actor=actor,
        at=at,
        verb="project.unmerged",
        kind="project",
        object_id=keep.pk,
        after={"lost": lose.pk},
        note=reason,
    )
    return lose


# --------------------------------------------------------------------------------------------------- helpers


def _lock_both(keep: Project, lose: Project) -> tuple[Project, Project]:
    """Both rows, always in the same order: two people merging crosswise do not wait for each other for ever."""
    if keep.pk == lose.pk:
        raise DomainError(_("不能把项目并入自己。"), code="merge.itself")
    locked = {pk: derive.lock(pk) for pk in sorted((keep.pk, lose.pk))}
    for project in locked.values():
        alive(project)
    return locked[keep.pk], locked[lose.pk]


def _no_rival_claims(keep: Project, lose: Project) -> None:
    def units(project: Project) -> set[int]:
        direct = Claim.objects.filter(project=project, status__in=STANDING).values_list("unit_id", flat=True)
        by_lead = Claim.objects.filter(lead__project=project, status__in=STANDING).values_list("unit_id", flat=True)
        return {*direct, *by_lead}

    one, other = units(keep), units(lose)
    if one and other and one != other:
        raise DomainError(
            _("两个项目分别有不同单位的首报保护，不能直接合并。"), code="merge.claims",
            fix=_("请先由有裁定权限的同事裁定，或由一方释放。"),
        )  # fmt: skip


def _values(project: Project, field: str) -> dict[str, Any]:
    """What one choice takes: attribute -> value; relations as lists of ids."""
    if field == "company":
        return {"company_id": project.company_id}
    if field == "investors":
        rows = ProjectInvestor.objects.filter(project=project, until=None).order_by("order", "pk")
        return {
            "investors": [
                [r.enterprise_id, str(r.share_percent) if r.share_percent is not None else None] for r in rows
            ]
        }
    if field == "industry_groups":
        return {"industry_groups": sorted(project.industry_groups.values_list("pk", flat=True))}
    return {name: getattr(project, name) for name in MERGE_FIELDS[field]}


def _as_stored(values: Mapping[str, Any]) -> dict[str, str]:
    """For comparing what is with what the audit trail holds: there dates and decimals are text."""
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _apply(
    keep: Project, fields: Mapping[str, Mapping[str, Any]], actor: Person, at: datetime, *, secret: bool
) -> None:
    """Give the kept project the values, by the same checks as any edit."""
    changes: dict[str, Any] = {}
    for field, values in fields.items():
        if field in MERGE_FIELDS:
            changes |= {name: _typed(name, value) for name, value in values.items()}
    if secret and not keep.is_confidential:  # what was confidential stays so
        changes["is_confidential"] = True
    if changes:
        edit_project(project=keep, changes=changes, actor=actor, at=at)
    if "company" in fields:
        Project.objects.filter(pk=keep.pk).update(company_id=fields["company"]["company_id"])
    if "industry_groups" in fields:
        keep.industry_groups.set(fields["industry_groups"]["industry_groups"])
    if "investors" in fields:
        _set_investors(keep, fields["investors"]["investors"], at)


def _typed(name: str, value: Any) -> Any:
    """A value from the audit trail as its column has it."""
    if value is None:
        return None
    field = Project._meta.get_field(name.removesuffix("_id"))
    target = field.target_field if field.is_relation else field  # type: ignore[union-attr]
    return target.to_python(value)  # type: ignore[union-attr]


def _set_investors(keep: Project, wanted: Sequence[Sequence[Any]], at: datetime) -> None:
    today = facts._day(at)
    standing = {r.enterprise_id: r for r in ProjectInvestor.objects.filter(project=keep, until=None)}
    ids = [pk for pk, _share in wanted]
    for enterprise_id, row in standing.items():
        if enterprise_id not in ids:
            row.until, row.ended_at = today, at
            row.save(update_fields=["until", "ended_at"])
    for order, (enterprise_id, share) in enumerate(wanted):
        row = standing.get(enterprise_id) or ProjectInvestor(
            project=keep, enterprise_id=enterprise_id, since=today, at=at
        )
        row.order, row.share_percent = order, Decimal(share) if share is not None else None
        row.save()
    first = (
        ProjectInvestor.objects.filter(project=keep, until=None).select_related("enterprise").order_by("order").first()
    )
    Project.objects.filter(pk=keep.pk).update(investor_name=first.enterprise.name if first else "")


def _own(model: type[Any], lose: Project, ids: Sequence[int]) -> list[Any]:
    rows = list(
        model._default_manager.filter(pk__in=ids, project=lose, status__in=COUNTING).order_by("happened_on", "pk")
    )
    if len(rows) != len(set(ids)):
        raise DomainError(
            _("所选事实中有的不属于被并入的项目，或已退回、作废。"), code="merge.fact", fix=_("请刷新后重新选择。")
        )
    return rows


def _phase(keep: Project, lose: Project, phase: Phase | None) -> Phase | None:
    """The kept project's phase of the same number: phases of two records of one project are the same phases."""
    if phase is None:
        return None
    found = Phase.objects.filter(project=keep, number=phase.number).first()
    if found is None:
        raise DomainError(
            _("“{keep}”没有第 {number} 期，“{lose}”{phase}的事实无处登记。").format(
                keep=keep.name, number=phase.number, lose=lose.name, phase=phase.name
            ), code="merge.phase", fix=_("请先在保留的项目上增加该分期。"),
        )  # fmt: skip
    return found


def _papers(lose: Project, papers: Sequence[Evidence]) -> list[EvidenceData]:
    """The same papers as a reference: files stay with the project they were filed under."""
    where = kept(gettext_noop("见并入项目 {code}"), code=lose.code)
    return [
        EvidenceData(
            e.kind, f"{e.number}（{where}）"[:120] if e.number else where, None, e.document_id, e.span_start, e.span_end,
            e.quote, e.workbook, e.cell,
        )
        for e in papers
    ]  # fmt: skip


def _again_milestone(keep: Project, lose: Project, fact: Milestone, actor: Person, at: datetime) -> Milestone:
    phase = _phase(keep, lose, fact.phase)
    assert phase is not None
    return facts.declare_milestone(
        phase=phase, stage=Stage(fact.stage), happened_on=fact.happened_on, gated=False,
        evidence=_papers(lose, list(fact.evidence.all())), note=_note(lose, fact.note), actor=actor, at=at,
    )  # fmt: skip


def _again_arrival(keep: Project, lose: Project, fact: FundsArrival, actor: Person, at: datetime) -> FundsArrival:
    rate = None
    if fact.currency != "CNY" and fact.amount_cny is not None:
        rate = Decimal(fact.amount_cny) / Decimal(fact.amount)
    data = FundsData(
        amount=fact.amount, arrived_on=fact.happened_on, basis=FundsBasis(fact.basis),
        boundary=FundsBoundary(fact.boundary), value_kind=ValueKind(fact.value_kind), currency=fact.currency, rate=rate,
        voucher=fact.voucher, note=_note(lose, fact.note),
    )  # fmt: skip
    return facts.declare_funds(
        project=keep, phase=_phase(keep, lose, fact.phase), data=data, evidence=_papers(lose, list(fact.evidence.all())),
        actor=actor, at=at,
    )  # fmt: skip


def _note(lose: Project, note: str) -> str:
    return kept(gettext_noop("并自 {code}。{note}"), code=lose.code, note=note)[:300]


def _let_see(lose: Project, keep: Project) -> None:
    """Who sees the kept project sees the history of the lost one; who saw the lost one still finds its page."""
    grant_project(keep)
    rows = AccessGrant.objects.filter(kind="project", object_id__in=[lose.pk, keep.pk])
    grant(
        "project", lose.pk,
        units=[(r.unit_id, r.why) for r in rows if r.unit_id], persons=[(r.person_id, r.why) for r in rows if r.person_id],
    )  # fmt: skip
