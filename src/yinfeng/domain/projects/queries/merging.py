"""Two projects side by side before they are merged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yinfeng.kernel.money import display

from ..models import FundsArrival, Milestone, Project, ProjectInvestor, Undertaking
from ..rules.merging import MERGE_FIELDS, MERGE_RELATIONS
from ..rules.words import COUNTING, Stage


@dataclass(frozen=True)
class FieldPair:
    """One choice: both values in words; ``suggested`` takes the only one that is told, else keeps."""

    field: str
    label: str
    keep: str
    lose: str
    differs: bool
    suggested: str


@dataclass(frozen=True)
class FactLine:
    """A standing fact of the lost project. ``is_lacking``: the kept one has none like it (suggested to be taken)."""

    pk: int
    text: str
    phase: str
    happened_on: date
    is_lacking: bool


@dataclass(frozen=True)
class MergePreview:
    fields: tuple[FieldPair, ...]
    milestones: tuple[FactLine, ...]
    arrivals: tuple[FactLine, ...]
    remarks: tuple[str, ...]


def preview(keep: Project, lose: Project) -> MergePreview:
    """What would be chosen between (the caller has both from ``project_for``)."""
    relations = ("company", "industry", "segment", "lead_unit", "landing_unit", "outpost", "owner", "leader")
    rows = Project.objects.select_related(*relations).prefetch_related("industry_groups").in_bulk([keep.pk, lose.pk])
    keep, lose = rows[keep.pk], rows[lose.pk]
    investors: dict[int, list[str]] = {keep.pk: [], lose.pk: []}
    for project_id, name in (
        ProjectInvestor.objects.filter(project__in=[keep, lose], until=None)
        .order_by("order", "pk")
        .values_list("project_id", "enterprise__name")
    ):
        investors[project_id].append(name)
    pairs = []
    for field in (*MERGE_FIELDS, *MERGE_RELATIONS):
        one, other = (_in_words(p, field, investors[p.pk]) for p in (keep, lose))
        pairs.append(FieldPair(field, _label(field), one, other, one != other, "lose" if other and not one else "keep"))
    return MergePreview(tuple(pairs), *_facts(keep, lose), tuple(_remarks(lose)))


def _label(field: str) -> str:
    if field == "investment":
        field = "investment_amount"
    if field == "investors":
        return _("投资方")
    return next(str(f.verbose_name) for f in (*Project._meta.fields, *Project._meta.many_to_many) if f.name == field)


def _in_words(project: Project, field: str, investors: list[str]) -> str:
    if field == "investors":
        return _("、").join(investors)
    if field == "industry_groups":
        return _("、").join(g.name for g in project.industry_groups.all())
    if field == "investment":
        amount = project.investment_amount
        return display(amount, currency_code=project.investment_currency) if amount else ""
    value: Any = getattr(project, field)
    if value is None or value == "":
        return ""
    if field.endswith("_cny"):
        return display(value)
    labelled = getattr(project, f"get_{field}_display", None)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return _(str(labelled())) if labelled else str(value)


def _facts(keep: Project, lose: Project) -> tuple[tuple[FactLine, ...], tuple[FactLine, ...]]:
    reached = set(Milestone.objects.filter(project=keep, status__in=COUNTING).values_list("phase__number", "stage"))
    milestones: Iterable[Any] = Milestone.objects.filter(project=lose, status__in=COUNTING).select_related("phase")
    lines = [
        FactLine(m.pk, _(Stage(m.stage).label), m.phase.name, m.happened_on, (m.phase.number, m.stage) not in reached)
        for m in sorted(milestones, key=lambda m: (m.happened_on, m.pk))
    ]
    arrived = list(
        FundsArrival.objects.filter(project=keep, status__in=COUNTING).values_list(
            "voucher", "amount", "currency", "happened_on"
        )
    )
    vouchers = {v for v, *_rest in arrived if v}
    same = {(amount, currency, on) for _v, amount, currency, on in arrived}
    arrivals: Iterable[Any] = FundsArrival.objects.filter(project=lose, status__in=COUNTING).select_related("phase")
    funds = [
        FactLine(
            a.pk, display(a.amount, currency_code=a.currency), a.phase.name if a.phase else "", a.happened_on,
            a.voucher not in vouchers and (a.amount, a.currency, a.happened_on) not in same,
        )
        for a in sorted(arrivals, key=lambda a: (a.happened_on, a.pk))
    ]  # fmt: skip
    return tuple(lines), tuple(funds)


def _remarks(lose: Project) -> list[str]:
    said = []
    if left := Undertaking.objects.filter(project=lose, done_on=None, cancelled_reason="").count():
        said.append(
            _("“{name}”清单上还有 {count} 项未办结，合并后不再提醒；仍需办理的请在保留的项目上另行添加。").format(
                name=lose.name, count=left
            )
        )
    if count := lose.agreements.filter(voided_at=None).count():
        said.append(
            _("“{name}”的 {count} 份协议仍留在原项目名下，在时间线上可查。").format(name=lose.name, count=count)
        )
    return said
