"""Firms by USCC, their titles and their contacts."""

from __future__ import annotations

from datetime import datetime
from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .rules import CapitalKind, TitleKind


class Enterprise(models.Model):
    """A firm: investor or project company. The USCC is its key once known."""

    uscc = models.CharField(_("统一社会信用代码"), max_length=18, null=True, blank=True, unique=True)
    name = models.CharField(_("企业名称"), max_length=120)
    # Normalised for matching (no legal suffix, no punctuation): see kernel.text.normalise_name.
    name_key = models.CharField(_("匹配名称"), max_length=120, db_index=True, editable=False)
    group_root = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="members", verbose_name=_("所属集团")
    )
    capital_kind = models.CharField(_("资本属性"), max_length=10, choices=CapitalKind.choices, default="domestic")
    home_country = models.CharField(_("国别（地区）"), max_length=40, blank=True, default="")
    region_code = models.CharField(_("属地区划代码"), max_length=12, blank=True, default="")
    registered_on = models.DateField(_("成立日期"), null=True, blank=True)
    created_at = models.DateTimeField(_("创建时间"))

    class Meta:
        verbose_name = _("企业")
        verbose_name_plural = _("企业")
        constraints = [models.CheckConstraint(condition=Q(uscc__isnull=True) | ~Q(uscc=""), name="uscc_not_blank")]

    def __str__(self) -> str:
        return self.name


M = TypeVar("M", bound=models.Model)


class StandingQuerySet(models.QuerySet[M]):
    def standing(self) -> Self:
        return self.filter(voided_at=None)

    def known_at(self, moment: datetime) -> Self:
        """Those that stood, as far as was on record at ``moment``."""
        return self.filter(Q(at=None) | Q(at__lte=moment), Q(voided_at=None) | Q(voided_at__gt=moment))


class Voidable(models.Model):
    """A row that is recorded and voided and never deleted, so that what was known stays known. Without ``at`` it was
    recorded before such moments were kept and is not in the trail: it counts as known from ever."""

    at = models.DateTimeField(_("记录时间"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, null=True, blank=True, related_name="+",
        verbose_name=_("登记人"),
    )  # fmt: skip
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, null=True, blank=True, related_name="+",
        verbose_name=_("作废人"),
    )  # fmt: skip
    void_reason = models.CharField(_("作废原因"), max_length=300, blank=True, default="")

    objects = StandingQuerySet.as_manager()

    class Meta:
        abstract = True


class EnterpriseTitle(Voidable):
    """The firm stands on a list: which, which year, which rank, and whether itself or its parent. A title that is taken
    off its firm is voided, so that what was known of it stays known."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="titles", verbose_name=_("企业"))
    kind = models.CharField(_("称号"), max_length=20, choices=TitleKind.choices)
    year = models.PositiveSmallIntegerField(_("年度"))
    rank = models.PositiveIntegerField(_("位次"), null=True, blank=True)
    subsidiary_level = models.PositiveSmallIntegerField(_("子公司级次"), default=0)
    source = models.CharField(_("来源"), max_length=120, blank=True, default="")
    # Told by somebody's ledger and no published list: it makes nobody known who is known only from there.
    by_ledger = models.BooleanField(_("据台账登记"), default=False)

    class Meta:
        verbose_name = _("企业称号")
        verbose_name_plural = _("企业称号")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "kind", "year"], condition=Q(voided_at__isnull=True), name="one_title_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}"


class EnterpriseContact(models.Model):
    """A person at a firm. Personal data: masked by default, kept for a purpose and on a ground."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="contacts", verbose_name=_("企业"))
    name = models.CharField(_("联系人"), max_length=40)
    position = models.CharField(_("联系人职务"), max_length=40, blank=True, default="")
    phone = models.CharField(_("联系电话"), max_length=30, blank=True, default="")
    purpose = models.CharField(_("使用目的"), max_length=80)
    consent = models.CharField(_("同意方式"), max_length=80)
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("登记单位"))
    created_at = models.DateTimeField(_("创建时间"))

    class Meta:
        verbose_name = _("企业联系人")
        verbose_name_plural = _("企业联系人")

    def __str__(self) -> str:
        return f"{self.enterprise_id} #{self.pk}"
