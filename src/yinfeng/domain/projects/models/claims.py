"""Who reported, negotiated or received first."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..rules.words import ClaimKind, ClaimStatus
from .ledger import Lead, Project


class Claim(models.Model):
    """A first-report claim 首报首谈 with its protection clock. It belongs to exactly one lead or project."""

    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="claims", verbose_name=_("线索"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="claims", verbose_name=_("项目")
    )
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("申报单位"))
    kind = models.CharField(_("申报类别"), max_length=10, choices=ClaimKind.choices)
    status = models.CharField(_("保护状态"), max_length=10, choices=ClaimStatus.choices, default=ClaimStatus.PROTECTED)
    claimed_on = models.DateField(_("申报日期"))
    protected_until = models.DateField(_("保护期至"))
    grounds = models.CharField(_("申报依据"), max_length=300)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("申报人"))
    at = models.DateTimeField(_("记录时间"))
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)
    dispute = models.CharField(_("争议说明"), max_length=300, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("裁定人"),
    )
    decided_at = models.DateTimeField(_("裁定时间"), null=True, blank=True)
    decision = models.CharField(_("裁定意见"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("首报首谈申报")
        verbose_name_plural = _("首报首谈申报")
        constraints = [
            models.CheckConstraint(
                condition=Q(lead__isnull=False, project__isnull=True) | Q(lead__isnull=True, project__isnull=False),
                name="claim_on_lead_or_project",
            ),
            models.CheckConstraint(condition=Q(protected_until__gte=models.F("claimed_on")), name="claim_lasts"),
        ]
        indexes = [models.Index(fields=["status", "protected_until"], name="claim_clock")]

    def __str__(self) -> str:
        return f"{self.kind} {self.claimed_on}"
