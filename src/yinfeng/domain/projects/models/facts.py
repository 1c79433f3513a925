"""Dated facts with evidence, author and moment of recording. Never overwritten: voided with a reason, and recorded anew."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..rules.words import (
    COUNTING,
    EvidenceKind,
    FactStatus,
    FlagKind,
    FundsBasis,
    FundsBoundary,
    Stage,
    ValueKind,
)
from .ledger import SUM_LIMIT, Phase, Project


class FactQuerySet(models.QuerySet["Fact"]):
    def counting(self) -> FactQuerySet:
        """Facts that stand: declared or verified, neither returned nor voided."""
        return self.filter(status__in=COUNTING)

    def known_at(self, moment: object) -> FactQuerySet:
        """Facts that stood, as far as was on record at ``moment``."""
        return self.filter(at__lte=moment).filter(Q(ended_at__isnull=True) | Q(ended_at__gt=moment))


class Fact(models.Model):
    """What every fact has. ``happened_on`` is the fact's date, ``at`` the recording instant an action was given,
    ``inserted_at`` the database's clock; ``ended_at`` is when it was returned or voided."""

    project = models.ForeignKey(
        Project, models.PROTECT, db_index=False, related_name="%(class)ss", verbose_name=_("项目")
    )
    phase = models.ForeignKey(
        Phase, models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("分期")
    )
    happened_on = models.DateField(_("发生日期"))
    status = models.CharField(_("审核状态"), max_length=10, choices=FactStatus.choices, default=FactStatus.DECLARED)
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    at = models.DateTimeField(_("记录时间"))
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name=_("填报人")
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("审核人"),
    )
    verified_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("退回或作废人"),
    )
    ended_at = models.DateTimeField(_("退回或作废时间"), null=True, blank=True)
    end_reason = models.CharField(_("退回或作废原因"), max_length=300, blank=True, default="")
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="replaced_by",
        verbose_name=_("更正对象"),
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True


def fact_constraints(name: str) -> list[models.BaseConstraint]:
    """What holds for every kind of fact: the second person, and a reason for every end."""
    return [
        models.CheckConstraint(
            condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("declared_by")),
            name=f"{name}_second_person",
        ),
        models.CheckConstraint(
            condition=Q(status__in=COUNTING, ended_at__isnull=True)
            | (Q(status__in=[FactStatus.RETURNED, FactStatus.VOIDED], ended_at__isnull=False) & ~Q(end_reason="")),
            name=f"{name}_ends_with_reason",
        ),
        models.CheckConstraint(
            condition=~Q(status=FactStatus.VERIFIED) | Q(verified_by__isnull=False, verified_at__isnull=False),
            name=f"{name}_verified_by_someone",
        ),
    ]


class Milestone(Fact):
    """A phase reached a stage 里程碑."""

    stage = models.CharField(_("阶段"), max_length=20, choices=Stage.choices)

    class Meta:
        verbose_name = _("里程碑")
        verbose_name_plural = _("里程碑")
        constraints = [
            *fact_constraints("milestone"),
            models.UniqueConstraint(
                fields=["phase", "stage"], condition=Q(status__in=COUNTING), name="one_standing_milestone"
            ),
            models.CheckConstraint(condition=Q(phase__isnull=False), name="milestone_has_phase"),
        ]
        indexes = [
            models.Index(fields=["project", "happened_on"], name="milestone_of_project"),
            models.Index(fields=["status", "-id"], name="milestone_by_status"),
            models.Index(fields=["-at"], name="milestone_by_at"),
            models.Index(fields=["replaces"], condition=Q(replaces__isnull=False), name="milestone_replacing"),
            # Phases that reached a stage in a period are counted from this index alone.
            models.Index(fields=["stage", "happened_on", "status", "project", "phase"], name="milestone_by_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.stage} {self.happened_on}"


class FundsArrival(Fact):
    """Money arrived and is evidenced 资金到位. Whole yuan, or whole units of its own currency."""

    amount = models.BigIntegerField(_("金额"))
    currency = models.CharField(_("币种"), max_length=3, default="CNY")
    amount_cny = models.BigIntegerField(_("折合人民币"), null=True, blank=True)
    basis = models.CharField(_("到位口径"), max_length=14, choices=FundsBasis.choices)
    boundary = models.CharField(_("资金来源地"), max_length=18, choices=FundsBoundary.choices)
    value_kind = models.CharField(_("数值性质"), max_length=10, choices=ValueKind.choices, default=ValueKind.ACTUAL)
    voucher = models.CharField(_("凭证号"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("到位资金")
        verbose_name_plural = _("到位资金")
        constraints = [
            *fact_constraints("funds"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lt=SUM_LIMIT), name="funds_in_range"),
            # The same voucher counts once.
            models.UniqueConstraint(
                fields=["project", "voucher", "value_kind"],
                condition=Q(status__in=COUNTING) & ~Q(voucher=""),
                name="one_arrival_a_voucher",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "happened_on"], name="funds_of_project"),
            models.Index(
                fields=["happened_on", "value_kind", "basis", "status", "amount_cny", "project"], name="funds_by_day"
            ),
            models.Index(fields=["status", "-id"], name="funds_by_status"),
            models.Index(fields=["voucher"], condition=~Q(voucher=""), name="funds_by_voucher"),
            models.Index(fields=["replaces"], condition=Q(replaces__isnull=False), name="funds_replacing"),
            # Money of a period by origin and currency: 237 ms of 100,000 projects before, 100 with it; what is left are
            # the look-ups of 70,000 projects' units.
            models.Index(
                fields=[
                    "value_kind",
                    "basis",
                    "happened_on",
                    "status",
                    "boundary",
                    "currency",
                    "amount",
                    "amount_cny",
                    "project",
                ],
                name="funds_by_measure",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.amount} {self.currency}"


class Flag(Fact):
    """Something is the matter, or is over again 状态标识: stalled, held, suspended, transferred, terminated."""

    kind = models.CharField(_("标识"), max_length=12, choices=FlagKind.choices)
    is_raised = models.BooleanField(_("是否存续"), default=True)  # False: this fact says that it was lifted
    reason = models.CharField(_("原因"), max_length=300)
    from_unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("流出单位")
    )
    to_unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("流入单位")
    )

    class Meta:
        verbose_name = _("状态标识")
        verbose_name_plural = _("状态标识")
        constraints = [
            *fact_constraints("flag"),
            models.CheckConstraint(condition=~Q(reason=""), name="flag_has_reason"),
        ]
        indexes = [
            models.Index(fields=["project", "kind", "happened_on"], name="flag_of_project"),
            models.Index(fields=["replaces"], condition=Q(replaces__isnull=False), name="flag_replacing"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.kind} {self.is_raised}"


class Evidence(models.Model):
    """What a fact rests on 凭证: a file, a numbered paper, a span of a document, or a cell of a workbook."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="evidence", verbose_name=_("项目"))
    milestone = models.ForeignKey(
        Milestone,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="evidence",
        verbose_name=_("里程碑"),
    )
    arrival = models.ForeignKey(
        FundsArrival,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="evidence",
        verbose_name=_("到位资金"),
    )
    flag = models.ForeignKey(
        Flag,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="evidence",
        verbose_name=_("状态标识"),
    )
    agreement = models.ForeignKey(
        "projects.Agreement",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="evidence",
        verbose_name=_("协议"),
    )
    kind = models.CharField(_("凭证类型"), max_length=24, choices=EvidenceKind.choices)
    number = models.CharField(_("文号或编号"), max_length=120, blank=True, default="")
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("附件")
    )
    # A span of a document: the document lives on an upper floor, so its number and words are kept, not a key.
    document_id = models.BigIntegerField(_("来源文档"), null=True, blank=True)
    span_start = models.PositiveIntegerField(_("起始位置"), null=True, blank=True)
    span_end = models.PositiveIntegerField(_("结束位置"), null=True, blank=True)
    quote = models.TextField(_("原文"), blank=True, default="")
    # A cell of a workbook.
    workbook = models.CharField(_("来源表格"), max_length=200, blank=True, default="")
    cell = models.CharField(_("单元格"), max_length=80, blank=True, default="")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name=_("登记人")
    )
    at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = _("凭证")
        verbose_name_plural = _("凭证")
        # A paper is of one thing: four indexes of everything would say "nothing" three times a row.
        indexes = [
            models.Index(fields=[name], condition=Q(**{f"{name}__isnull": False}), name=f"evidence_of_{name}")
            for name in ("milestone", "arrival", "flag", "agreement")
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(number="") | Q(file__isnull=False) | ~Q(quote="") | ~Q(cell=""),
                name="evidence_is_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
