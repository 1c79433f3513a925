"""Agreements, and the ceremonies that list them without ever creating a second signing."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..rules.words import AgreementKind, CeremonyKind
from .ledger import Phase, Project, sum_in_range


class Agreement(models.Model):
    """A framework agreement or a formal contract 协议. Not effective without the review conclusions it needs."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="agreements", verbose_name=_("项目"))
    kind = models.CharField(_("协议类别"), max_length=10, choices=AgreementKind.choices)
    title = models.CharField(_("协议名称"), max_length=160)
    number = models.CharField(_("协议编号"), max_length=80, blank=True, default="")
    parties = models.CharField(_("协议各方"), max_length=300)
    phases = models.ManyToManyField(Phase, related_name="agreements", verbose_name=_("涉及分期"))
    investment_cny = models.BigIntegerField(_("协议总投资"), null=True, blank=True)
    fixed_investment_cny = models.BigIntegerField(_("协议固定资产投资"), null=True, blank=True)
    signed_on = models.DateField(_("签署日期"))
    effective_on = models.DateField(_("生效日期"), null=True, blank=True)
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    is_legacy = models.BooleanField(_("存量协议"), default=False)
    reviews = models.ManyToManyField(
        "compliance.ReviewRecord", blank=True, related_name="agreements", verbose_name=_("审查记录")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人")
    )
    at = models.DateTimeField(_("记录时间"))
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("协议")
        verbose_name_plural = _("协议")
        constraints = [
            models.CheckConstraint(condition=sum_in_range("investment_cny"), name="agreement_sum_in_range"),
            models.CheckConstraint(
                condition=Q(effective_on__isnull=True) | Q(effective_on__gte=models.F("signed_on")),
                name="agreement_signed_before_effect",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Ceremony(models.Model):
    """An event on a stage 集中活动: it lists agreements or phases, and changes no stage."""

    kind = models.CharField(_("活动类别"), max_length=12, choices=CeremonyKind.choices)
    name = models.CharField(_("活动名称"), max_length=120)
    held_on = models.DateField(_("活动日期"))
    place = models.CharField(_("活动地点"), max_length=80, blank=True, default="")
    host_unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("主办单位"))
    agreements = models.ManyToManyField(Agreement, blank=True, related_name="ceremonies", verbose_name=_("涉及协议"))
    phases = models.ManyToManyField(Phase, blank=True, related_name="ceremonies", verbose_name=_("涉及分期"))
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人")
    )
    at = models.DateTimeField(_("记录时间"))
    # An event is not edited: one that lists more, or less, takes its place, so that what was known stays known.
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("更正自")
    )
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("集中活动")
        verbose_name_plural = _("集中活动")
        indexes = [models.Index(fields=["-held_on"], name="ceremony_by_day")]

    def __str__(self) -> str:
        return self.name
