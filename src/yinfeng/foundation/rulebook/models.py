"""One edition of one rule."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Rule(models.Model):
    """A rule body of a kind, for the whole installation or one unit, from a day on. Never changed once written."""

    kind = models.CharField(_("规则类别"), max_length=40)
    unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("适用单位")
    )
    version = models.PositiveIntegerField(_("版本"))
    valid_from = models.DateField(_("生效日期"))
    body = models.JSONField(_("规则内容"))
    digest = models.CharField(_("摘要"), max_length=64)
    note = models.CharField(_("修改说明"), max_length=400, blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("起草人"))
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批准人")
    )
    at = models.DateTimeField(_("记录时间"))
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("规则")
        verbose_name_plural = _("规则")
        # Two, because SQLite cannot hold NULLs to be equal: a general rule has no unit.
        constraints = [
            models.UniqueConstraint(fields=["kind", "unit", "version"], name="one_unit_rule_version"),
            models.UniqueConstraint(
                fields=["kind", "version"], condition=models.Q(unit__isnull=True), name="one_rule_version"
            ),
        ]
        indexes = [models.Index(fields=["kind", "valid_from"], name="rule_in_force")]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"
