"""What stands beside a project and is known as it was: its investors, and the lists it is on."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yinfeng.domain.enterprises.models import Voidable

from .ledger import Project


class InvestorQuerySet(models.QuerySet["ProjectInvestor"]):
    def standing(self) -> InvestorQuerySet:
        return self.filter(until=None)

    def known_at(self, moment: datetime) -> InvestorQuerySet:
        """Investors that stood, as far as was on record at ``moment``. Rows of before moments were kept have days only:
        a change then counts from the beginning of its day."""
        day = timezone.localdate(moment)
        begun = Q(at__lte=moment) | Q(at=None, since=None) | Q(at=None, since__lte=day)
        return self.filter(begun, Q(until=None) | Q(ended_at__gt=moment) | Q(ended_at=None, until__gt=day))


class ProjectInvestor(models.Model):
    """A firm invests in a project; a change of owner closes one row and opens another. ``since`` and ``until`` are days,
    ``at`` and ``ended_at`` the moments of recording."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="investors", verbose_name=_("项目"))
    enterprise = models.ForeignKey(
        "enterprises.Enterprise", models.PROTECT, related_name="investments", verbose_name=_("投资方")
    )
    share_percent = models.DecimalField(_("出资比例"), max_digits=5, decimal_places=2, null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)
    since = models.DateField(_("起始日期"), null=True, blank=True)
    until = models.DateField(_("终止日期"), null=True, blank=True)
    at = models.DateTimeField(_("记录时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    objects = InvestorQuerySet.as_manager()

    class Meta:
        verbose_name = _("项目投资方")
        verbose_name_plural = _("项目投资方")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "enterprise"], condition=Q(until__isnull=True), name="one_open_investor"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.enterprise_id}"


class Listing(Voidable):
    """A project stands on a list 入选清单: which, what level, which year, by which document. One that is taken off is
    voided, so that what was known stays known."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="listings", verbose_name=_("项目"))
    name = models.CharField(_("清单名称"), max_length=60)
    level = models.CharField(_("清单级别"), max_length=20)
    year = models.PositiveSmallIntegerField(_("年度"))
    document = models.CharField(_("文件依据"), max_length=120)

    class Meta:
        verbose_name = _("入选清单")
        verbose_name_plural = _("入选清单")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name", "year"], condition=Q(voided_at__isnull=True), name="one_listing_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"
