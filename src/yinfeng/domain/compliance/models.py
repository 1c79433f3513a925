"""The review record."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .rules import Conclusion, ReviewKind


class ReviewRecord(models.Model):
    """A written review conclusion. Never edited: a new one replaces it."""

    kind = models.CharField(_("审查类别"), max_length=20, choices=ReviewKind.choices)
    subject = models.CharField(_("审查事项"), max_length=200)
    conclusion = models.CharField(_("审查结论"), max_length=10, choices=Conclusion.choices)
    concluded_on = models.DateField(_("结论日期"))
    reviewer = models.CharField(_("审查机构"), max_length=80)
    document_number = models.CharField(_("文号"), max_length=80)
    grounds = models.TextField(_("理由与依据"))
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("登记单位"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人")
    )
    at = models.DateTimeField(_("记录时间"))
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("审查记录")
        verbose_name_plural = _("审查记录")

    def __str__(self) -> str:
        return f"{self.kind} {self.document_number}"
