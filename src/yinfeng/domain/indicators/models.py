"""The statistics office's own figures, kept beside the ledger and never overwritten; and shares of credit."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yinfeng.domain.projects.models import Project


class StatisticsList(models.Model):
    """A list of the statistics office 统计名单 as it came: which day it stands for, from which file, taken in by whom."""

    name = models.CharField(_("名单名称"), max_length=120)
    as_of = models.DateField(_("截至日期"))
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("导入人")
    )
    at = models.DateTimeField(_("记录时间"))
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("统计名单")
        verbose_name_plural = _("统计名单")

    def __str__(self) -> str:
        return f"{self.name} {self.as_of}"


class StatisticsRow(models.Model):
    """One project as the statistics office has it 统计记录, by the code of the national online platform."""

    list = models.ForeignKey(StatisticsList, models.CASCADE, related_name="rows", verbose_name=_("统计名单"))
    number = models.PositiveIntegerField(_("行号"))
    platform_code = models.CharField(_("在线平台代码"), max_length=40)
    name = models.CharField(_("项目名称"), max_length=160)
    investment_cny = models.BigIntegerField(_("计划总投资"), null=True, blank=True)
    invested_cny = models.BigIntegerField(_("累计完成投资"), null=True, blank=True)
    enrolled_on = models.DateField(_("入统日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("统计记录")
        verbose_name_plural = _("统计记录")
        constraints = [models.UniqueConstraint(fields=["list", "platform_code"], name="one_statistics_row")]

    def __str__(self) -> str:
        return f"{self.platform_code} {self.name}"


class CreditShare(models.Model):
    """How the credit of a project is shared between units in an assessment 考核分享. Statistics stay with the host."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="credit_shares", verbose_name=_("项目"))
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("分享单位"))
    percent = models.DecimalField(_("分享比例"), max_digits=5, decimal_places=2)
    grounds = models.CharField(_("分享依据"), max_length=300)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人")
    )
    at = models.DateTimeField(_("记录时间"))
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)
    ended_at = models.DateTimeField(_("终止时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("考核分享")
        verbose_name_plural = _("考核分享")
        constraints = [
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lte=100), name="share_within_whole"),
            models.UniqueConstraint(
                fields=["project", "unit"], condition=Q(ended_at__isnull=True), name="one_standing_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.unit_id} {self.percent}"
