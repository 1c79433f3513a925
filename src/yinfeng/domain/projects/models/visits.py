"""The contact log: visits both ways."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..rules.words import VisitDirection
from .ledger import Lead, Project


class Visit(models.Model):
    """A visit 往来记录, out or in: who, how many, what was said, what comes next."""

    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("线索"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("项目")
    )
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("填报单位"))
    direction = models.CharField(_("往来方式"), max_length=10, choices=VisitDirection.choices)
    held_on = models.DateField(_("往来日期"))
    place = models.CharField(_("地点"), max_length=80, blank=True, default="")
    our_side = models.CharField(_("我方人员"), max_length=200)
    their_side = models.CharField(_("对方人员"), max_length=200, blank=True, default="")
    our_count = models.PositiveSmallIntegerField(_("我方人数"))
    their_count = models.PositiveSmallIntegerField(_("对方人数"), default=0)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("带队领导"),
    )
    # A leader who has no account here, by name or office.
    led_by = models.CharField(_("带队领导（无账号）"), max_length=60, blank=True, default="")
    minutes = models.TextField(_("纪要"))
    next_step = models.CharField(_("下一步"), max_length=200, blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("填报人")
    )
    at = models.DateTimeField(_("记录时间"))
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("往来记录")
        verbose_name_plural = _("往来记录")
        constraints = [
            models.CheckConstraint(
                condition=Q(lead__isnull=False) | Q(project__isnull=False), name="visit_is_about_something"
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-held_on"], name="visits_of_project"),
            models.Index(fields=["unit", "held_on"], name="visits_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.held_on} {self.direction}"
