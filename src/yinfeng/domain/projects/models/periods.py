"""Months that are closed 关账, and the corrections that alone may still change them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..rules.words import CorrectionKind, CorrectionStatus
from .facts import Flag, FundsArrival, Milestone
from .ledger import Project


class ClosedPeriod(models.Model):
    """A month of the whole city whose facts no longer change. It is never opened again: see :class:`Correction`."""

    year = models.PositiveSmallIntegerField(_("年度"))
    month = models.PositiveSmallIntegerField(_("月份"))
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("关账人"))
    at = models.DateTimeField(_("记录时间"))
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)
    # What was still open when it was closed (unit, what, how many), and why it was closed all the same.
    left_open = models.JSONField(_("关账时未了事项"), default=list)
    open_count = models.PositiveIntegerField(_("未了事项数"), default=0)
    reason = models.CharField(_("带未了事项关账的原因"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("关账月份")
        verbose_name_plural = _("关账月份")
        ordering = ["-year", "-month"]
        constraints = [
            models.UniqueConstraint(fields=["year", "month"], name="one_closing_a_month"),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12, year__gte=1949, year__lte=9998), name="closed_month_exists"
            ),
            models.CheckConstraint(condition=Q(open_count=0) | ~Q(reason=""), name="closed_open_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


class Correction(models.Model):
    """A change to a closed month as an act of its own 关账后更正: proposed by one person with reason and paper, decided by
    another. What it changes happens in the moment of its approval."""

    period = models.ForeignKey(ClosedPeriod, models.PROTECT, related_name="corrections", verbose_name=_("关账月份"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="corrections", verbose_name=_("项目"))
    kind = models.CharField(_("更正方式"), max_length=10, choices=CorrectionKind.choices)
    # The fact it is about (none where one is added) …
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("里程碑")
    )
    arrival = models.ForeignKey(
        FundsArrival, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("到位资金")
    )
    flag = models.ForeignKey(
        Flag, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("状态标识")
    )
    # … and the one that was recorded by it.
    new_milestone = models.OneToOneField(
        Milestone, models.PROTECT, null=True, blank=True, related_name="correction", verbose_name=_("更正后里程碑")
    )
    new_arrival = models.OneToOneField(
        FundsArrival, models.PROTECT, null=True, blank=True, related_name="correction", verbose_name=_("更正后到位资金")
    )
    data = models.JSONField(_("更正内容"), default=dict)
    reason = models.CharField(_("更正原因"), max_length=300)
    document = models.CharField(_("依据文号"), max_length=120)
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("附件")
    )
    status = models.CharField(
        _("更正状态"), max_length=10, choices=CorrectionStatus.choices, default=CorrectionStatus.PROPOSED
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人")
    )
    at = models.DateTimeField(_("记录时间"))
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批准人")
    )
    decided_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    decision_note = models.CharField(_("批准意见"), max_length=300, blank=True, default="")
    # The figures that it moved: unit, month, what, before, after.
    effect = models.JSONField(_("对数字的影响"), default=list)

    class Meta:
        verbose_name = _("关账后更正")
        verbose_name_plural = _("关账后更正")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="correction_second_person"
            ),
            models.CheckConstraint(
                condition=Q(status=CorrectionStatus.PROPOSED, decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(status=CorrectionStatus.PROPOSED) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="correction_decided_by_someone",
            ),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(document=""), name="correction_has_reason_and_paper"),
            *(
                models.UniqueConstraint(
                    fields=[slot], condition=Q(status=CorrectionStatus.PROPOSED), name=f"one_open_correction_of_{slot}"
                )
                for slot in ("milestone", "arrival", "flag")
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="correction_by_status"),
            models.Index(fields=["-id", "period"], name="correction_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.project_id} {self.kind}"
