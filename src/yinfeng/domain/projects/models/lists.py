"""The three lists 三张清单 (what, who, by when) as one table, and the service team."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..rules.words import ServiceRole, Stage
from .ledger import Phase, Project


class Undertaking(models.Model):
    """One line of the three lists 清单事项: what is to be done, by whom, by when, after what; and when it was done."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="undertakings", verbose_name=_("项目"))
    phase = models.ForeignKey(Phase, models.CASCADE, related_name="undertakings", verbose_name=_("分期"))
    what = models.CharField(_("事项"), max_length=80)
    stage = models.CharField(_("对应阶段"), max_length=20, choices=Stage.choices, blank=True, default="")
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("责任单位"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("责任人"),
    )
    due_on = models.DateField(_("完成时限"))
    first_due_on = models.DateField(_("原定时限"))  # a moved deadline stays visible
    after = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="then", verbose_name=_("前置事项")
    )
    order = models.PositiveSmallIntegerField(_("排序"), default=0)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("办结人"),
    )
    cancelled_reason = models.CharField(_("取消原因"), max_length=300, blank=True, default="")
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = _("清单事项")
        verbose_name_plural = _("清单事项")
        ordering = ["project", "due_on", "order", "pk"]
        indexes = [
            models.Index(
                fields=["unit", "due_on"],
                condition=Q(done_on__isnull=True, cancelled_reason=""),
                name="open_by_unit",
            ),
            models.Index(
                fields=["person", "due_on"],
                condition=Q(done_on__isnull=True, cancelled_reason=""),
                name="open_by_person",
            ),
        ]

    def __str__(self) -> str:
        return self.what


class TeamSeat(models.Model):
    """A seat of a project's service team 服务专班, filled or still to be filled."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="team", verbose_name=_("项目"))
    template = models.CharField(_("专班模式"), max_length=10)
    role = models.CharField(_("专班角色"), max_length=14, choices=ServiceRole.choices)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)
    unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("人员"),
    )

    class Meta:
        verbose_name = _("专班席位")
        verbose_name_plural = _("专班席位")
        ordering = ["project", "order"]
        constraints = [models.UniqueConstraint(fields=["project", "order"], name="one_seat_a_place")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.role}"
