"""One timeline of everything of a project: facts, agreements, ceremonies, done undertakings, visits, claims, changes.

Four queries however long it is: which projects and leads belong to it, the access rows, all dated things in one union, and
the changes in the audit trail. Projects that were merged into this one are read through.
What the viewer has no right to (agreements, visits, claims, lists) is left out, not masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    DateTimeField,
    F,
    IntegerField,
    Model,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.kernel.money import display

from ..models import (
    Agreement,
    Ceremony,
    Claim,
    Flag,
    FundsArrival,
    Lead,
    Milestone,
    Phase,
    Project,
    Undertaking,
    Visit,
)
from ..rules.words import (
    AgreementKind,
    CeremonyKind,
    ClaimKind,
    ClaimStatus,
    FactStatus,
    FlagKind,
    FundsBasis,
    Stage,
    ValueKind,
    VisitDirection,
)
from .abilities import grants_of, may

MOST_ITEMS = 300


@dataclass(frozen=True)
class TimelineItem:
    """One thing that happened. The template tag ``timeline`` reads ``at title tone kind detail by url voided``."""

    source: str  # milestone funds flag agreement ceremony undertaking visit claim change
    pk: int
    at: date  # the day it happened
    recorded_at: datetime
    title: str
    kind: str
    tone: str
    by: str
    status: str  # in words; empty for what has none
    detail: str
    evidence: int
    voided: bool
    url: str
    phase: str
    origin: str  # the code of the merged project or lead it stands under; empty for the project's own


_KINDS = {
    "milestone": ("里程碑", "blue"), "funds": ("资金", "green"), "flag": ("标识", "red"), "agreement": ("协议", "purple"),
    "ceremony": ("活动", "orange"), "undertaking": ("清单", "teal"), "visit": ("往来", "cyan"), "claim": ("首报", "yellow"),
    "change": ("变更", "gray"),
}  # fmt: skip

# Verbs of the audit trail that are no dated thing of their own.
_CHANGES = {
    "project.create": "建立台账", "project.edit": "修改", "project.investors": "变更投资方", "project.company": "变更项目公司",
    "project.task_force": "调整专班", "project.groups": "调整产业组群", "project.merge": "并入了另一项目",
    "project.merged": "被并入另一项目", "project.unmerge": "撤销并入", "project.unmerged": "撤销合并", "phase.add": "增加分期",
    "phase.edit": "修改分期", "listing.add": "入选清单", "listing.remove": "移出清单",
    "team.form": "组建服务专班", "team.disband": "解散服务专班",
    "undertaking.back_plan": "倒排计划", "undertaking.move": "调整时限", "undertaking.cancel": "取消事项",
    "undertaking.reopen": "重开事项", "agreement.effect": "协议生效", "lead.create": "登记线索", "lead.screen": "通过研判",
    "lead.promote": "转为项目",
}  # fmt: skip


def timeline(
    project: Project, viewer: Viewer, *, as_known_at: datetime | None = None, limit: int = MOST_ITEMS
) -> list[TimelineItem]:
    """Everything of the project that the viewer may see, newest first (the caller has it from ``project_for``).

    ``as_known_at``  only what was on record at that moment, with the status it then had. Lines of the lists keep no moment
                     of their completion: they appear from the day they were done.
    """
    family = _family(project)
    ids = [pk for kind, pk, _code in family if kind == "project"]
    leads = [pk for kind, pk, _code in family if kind == "lead"]
    codes = {(kind, pk): code for kind, pk, code in family if (kind, pk) != ("project", project.pk)}
    grants = grants_of("project", project.pk)

    def sees(right: str) -> bool:
        return may(viewer, right, "S", grants, is_confidential=project.is_confidential)

    sources = [_milestones(ids), _funds(ids), _flags(ids)]
    if sees("agreement"):
        sources += [_agreements(ids), *_ceremonies(ids)]
    if sees("list"):
        sources.append(_undertakings(ids))
    if sees("contact"):
        sources.append(_visits(ids, leads))
    if sees("lead"):
        sources.append(_claims(ids, leads))
    rows: list[Any] = list(sources[0].union(*sources[1:], all=False))
    items = [_item(row, codes, project.phase_count > 1, as_known_at) for row in rows]
    items += _changes(ids, leads if sees("lead") else [], codes, as_known_at, with_lists=sees("list"),
                      with_agreements=sees("agreement"))  # fmt: skip
    shown = [item for item in items if item is not None]
    shown.sort(key=lambda item: (item.at, item.recorded_at, item.pk), reverse=True)
    return shown[:limit]


def _family(project: Project) -> list[tuple[str, int, str]]:
    """The project, what was merged into it, and their leads: (kind, id, code). One query."""

    def rows(model: type[Model], kind: str, **where: Any) -> QuerySet[Any, Any]:
        found = model._default_manager.filter(**where).annotate(what=Value(kind, CharField()))
        listed: QuerySet[Any, Any] = found.order_by().values_list("what", "pk", "code")
        return listed

    first = rows(Project, "project", pk=project.pk)
    return list(
        first.union(
            rows(Project, "project", merged_into=project.pk), rows(Lead, "lead", project=project.pk),
            rows(Lead, "lead", project__merged_into=project.pk),
        )
    )  # fmt: skip


# ----------------------------------------------------------------------------------- the sources, column by column

_COLUMNS = (
    "source", "row", "project_ref", "lead_ref", "day", "moment", "state", "verified", "ended", "who", "about", "more",
    "said", "why", "papers", "phase_name",
)  # fmt: skip


def _columns(source: str, rows: QuerySet[Any, Any], **given: Any) -> QuerySet[Any, Any]:
    """The rows of one source in the columns that all share. PostgreSQL wants even a NULL to have the column's type."""
    never = Cast(Value(None), DateTimeField())
    empty: dict[str, Any] = {
        "row": F("pk"), "project_ref": F("project_id"), "lead_ref": Cast(Value(None), BigIntegerField()), "moment": F("at"),
        "state": Value("", CharField()), "verified": never, "ended": never,
        "more": Value("", CharField()), "said": Value("", CharField()), "why": Value("", CharField()),
        "papers": Value(0, IntegerField()), "phase_name": Value("", CharField()),
    }  # fmt: skip
    chosen = {"source": Value(source, CharField())} | empty | given
    found: QuerySet[Any, Any] = rows.order_by().annotate(**chosen).values_list(*_COLUMNS)
    return found


def _fact(source: str, rows: QuerySet[Any, Any], **given: Any) -> QuerySet[Any, Any]:
    return _columns(
        source, rows, day=F("happened_on"), state=F("status"), verified=F("verified_at"), ended=F("ended_at"),
        who=F("declared_by__name"), said=F("note"), why=F("end_reason"), papers=Count("evidence"),
        phase_name=F("phase__name"), **given,
    )  # fmt: skip


def _milestones(ids: Sequence[int]) -> QuerySet[Any, Any]:
    return _fact("milestone", Milestone.objects.filter(project_id__in=ids), about=F("stage"))


def _funds(ids: Sequence[int]) -> QuerySet[Any, Any]:
    more = Concat(F("currency"), Value("|"), F("basis"), Value("|"), F("value_kind"), output_field=CharField())
    return _fact(
        "funds",
        FundsArrival.objects.filter(project_id__in=ids),
        about=Cast("amount", CharField(max_length=20)),
        more=more,
    )


def _flags(ids: Sequence[int]) -> QuerySet[Any, Any]:
    return _columns(
        "flag", Flag.objects.filter(project_id__in=ids), day=F("happened_on"), state=F("status"), verified=F("verified_at"),
        ended=F("ended_at"), who=F("declared_by__name"), about=F("kind"), why=F("end_reason"), papers=Count("evidence"),
        more=Cast("is_raised", CharField(max_length=5)), said=F("reason"), phase_name=F("phase__name"),
    )  # fmt: skip


def _agreements(ids: Sequence[int]) -> QuerySet[Any, Any]:
    return _columns(
        "agreement", Agreement.objects.filter(project_id__in=ids), day=F("signed_on"), ended=F("voided_at"),
        who=F("recorded_by__name"), about=F("title"), more=F("kind"), said=F("parties"), why=F("void_reason"),
    )  # fmt: skip


def _ceremonies(ids: Sequence[int]) -> list[QuerySet[Any, Any]]:
    """By the agreements and by the phases that stood on the stage; the union drops what both find."""
    return [
        _columns(
            "ceremony", Ceremony.objects.filter(**{f"{by}__project_id__in": ids}, voided_at=None), day=F("held_on"),
            who=F("recorded_by__name"), about=F("name"), more=F("kind"), said=F("place"), project_ref=F(f"{by}__project_id"),
        )
        for by in ("agreements", "phases")
    ]  # fmt: skip


def _undertakings(ids: Sequence[int]) -> QuerySet[Any, Any]:
    done = Undertaking.objects.filter(project_id__in=ids, done_on__isnull=False, cancelled_reason="")
    return _columns(
        "undertaking", done, day=F("done_on"), who=F("done_by__name"), about=F("what"), more=F("unit__short_name"),
        said=F("note"), phase_name=F("phase__name"), why=Cast("due_on", CharField(max_length=10)),
    )  # fmt: skip


def _visits(ids: Sequence[int], leads: Sequence[int]) -> QuerySet[Any, Any]:
    about = Visit.objects.filter(Q(project_id__in=ids) | Q(lead_id__in=leads))
    return _columns(
        "visit", about, day=F("held_on"), lead_ref=F("lead_id"), ended=F("voided_at"), who=F("recorded_by__name"),
        about=F("direction"), more=F("place"), said=F("next_step"), why=F("void_reason"),
    )  # fmt: skip


def _claims(ids: Sequence[int], leads: Sequence[int]) -> QuerySet[Any, Any]:
    about = Claim.objects.filter(Q(project_id__in=ids) | Q(lead_id__in=leads))
    return _columns(
        "claim", about, day=F("claimed_on"), lead_ref=F("lead_id"), state=F("status"), who=F("claimed_by__name"),
        about=F("kind"), more=F("unit__short_name"), said=F("grounds"), why=F("decision"), ended=F("decided_at"),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------ in words


def _item(
    row: Sequence[Any], codes: dict[tuple[str, int], str], many_phases: bool, known: datetime | None
) -> TimelineItem | None:
    r = dict(zip(_COLUMNS, row, strict=True))
    source = r["source"]
    if known is not None:
        if r["moment"] > known or (source == "undertaking" and r["day"] > timezone.localdate(known)):
            return None
        if r["ended"] is not None and r["ended"] > known:  # it still stood
            r["ended"] = None
            r["why"] = "" if source != "undertaking" else r["why"]
            if source in ("milestone", "funds", "flag"):
                r["state"] = FactStatus.DECLARED
            if source == "claim":
                r["state"] = ""
        if source in ("milestone", "funds", "flag") and r["ended"] is None:
            was_verified = r["verified"] is not None and r["verified"] <= known
            r["state"] = FactStatus.VERIFIED if was_verified else FactStatus.DECLARED
    voided = r["ended"] is not None and source != "claim"
    kind, tone = _KINDS[source]
    title, detail, status = _words(source, r)
    origin = codes.get(("lead", r["lead_ref"])) or codes.get(("project", r["project_ref"])) or ""
    return TimelineItem(
        source, r["row"], r["day"], r["moment"], title, _(kind), "gray" if voided else tone, r["who"] or "", status, detail,
        r["papers"], voided, "", (r["phase_name"] or "") if many_phases else "", origin,
    )  # fmt: skip


def _words(source: str, r: dict[str, Any]) -> tuple[str, str, str]:
    """Title, detail and status of a row."""
    about, more, said, why = r["about"] or "", r["more"] or "", r["said"] or "", r["why"] or ""
    if source == "milestone":
        return _(Stage(about).label), why or said, _(FactStatus(r["state"]).label)
    if source == "funds":
        currency, basis, value_kind = more.split("|")
        title = _("到位 {sum}（{basis}，{kind}）").format(
            sum=display(int(about), currency_code=currency), basis=_(FundsBasis(basis).label),
            kind=_(ValueKind(value_kind).label),
        )  # fmt: skip
        return title, why or said, _(FactStatus(r["state"]).label)
    if source == "flag":
        lifted = str(more).lower() in ("0", "false", "f")
        title = _("解除{flag}") if lifted else _("{flag}")
        return title.format(flag=_(FlagKind(about).label)), why or said, _(FactStatus(r["state"]).label)
    if source == "agreement":
        return _("签署{kind}：{title}").format(kind=_(AgreementKind(more).label), title=about), why or said, ""
    if source == "ceremony":
        return _("{kind}：{name}").format(kind=_(CeremonyKind(more).label), name=about), said, ""
    if source == "undertaking":
        late = why and why[:10] < str(r["day"])
        return _("办结：{what}").format(what=about), said or more, _("逾期办结") if late else _("按期办结")
    if source == "visit":
        next_step = _("下一步：{next}").format(next=said) if said else ""
        return _(VisitDirection(about).label) + (f" · {more}" if more else ""), why or next_step, ""
    status = _(ClaimStatus(r["state"]).label) if r["state"] else ""
    return _("{unit}申报{kind}").format(unit=more, kind=_(ClaimKind(about).label)), why or said, status


def _changes(
    ids: Sequence[int], leads: Sequence[int], codes: dict[tuple[str, int], str], known: datetime | None, *,
    with_lists: bool, with_agreements: bool,
) -> Iterable[TimelineItem]:  # fmt: skip
    """Changes of attributes and plans from the audit trail (one query)."""
    verbs = [
        v
        for v in _CHANGES
        if (with_lists or not v.startswith(("undertaking.", "team.")))
        and (with_agreements or not v.startswith("agreement."))
    ]
    about = Q(object_kind="project", object_id__in=ids)
    if leads:
        about |= Q(object_kind="lead", object_id__in=leads)
    rows = AuditRow.objects.filter(about, verb__in=verbs)
    if known is not None:
        rows = rows.filter(at__lte=known)
    kind, tone = _KINDS["change"]
    for pk, object_kind, object_id, at, verb, before, after, note, who in rows.order_by("-pk").values_list(
        "pk", "object_kind", "object_id", "at", "verb", "before", "after", "note", "actor__name"
    )[:MOST_ITEMS]:
        title = _(_CHANGES[verb])
        detail = note
        if verb in ("project.edit", "phase.edit"):
            fields = _("、").join(_field(name) for name in (before or {}))
            title, detail = _("修改{fields}").format(fields=fields), note
        elif what := (after or {}).get("what") or (after or {}).get("title") or (after or {}).get("lost_code"):
            title = f"{title}：{what}"
        yield TimelineItem(
            "change", pk, timezone.localdate(at), at, title, _(kind), tone, who or _("系统"), "", detail, 0, False, "", "",
            codes.get((object_kind, object_id or 0), ""),
        )  # fmt: skip


def _field(name: str) -> str:
    """What a changed attribute is called."""
    for model in (Project, Phase):
        for field in model._meta.concrete_fields:
            if name in (field.name, field.attname):
                return str(field.verbose_name)
    return name
