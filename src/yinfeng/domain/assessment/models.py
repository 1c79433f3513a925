"""Steps of a lead's clocks, scoring sheets, opinions, consultations with their agenda."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .rules.words import ConsultationStatus, Decision, OpinionStatus, StepKind, Verdict

_ONE_SUBJECT = Q(lead__isnull=False, project__isnull=True) | Q(lead__isnull=True, project__isnull=False)


class LeadStep(models.Model):
    """A step somebody took on a lead 线索步骤; never changed, a wrong one is voided."""

    lead = models.ForeignKey("projects.Lead", models.PROTECT, related_name="steps", verbose_name=_("线索"))
    kind = models.CharField(_("步骤"), max_length=12, choices=StepKind.choices)
    happened_on = models.DateField(_("发生日期"))
    words = models.CharField(_("情况说明"), max_length=400)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"))
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("线索步骤")
        verbose_name_plural = _("线索步骤")
        ordering = ["happened_on", "pk"]
        indexes = [models.Index(fields=["lead", "kind", "happened_on"], name="step_of_lead")]
        constraints = [
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | ~Q(void_reason=""), name="step_voided_with_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.kind}"


class ScoringSheet(models.Model):
    """One admission score 准入评分, with the edition it was computed by; a later sheet stands beside it."""

    lead = models.ForeignKey(
        "projects.Lead", models.PROTECT, null=True, blank=True, related_name="scorings", verbose_name=_("线索")
    )
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, null=True, blank=True, related_name="scorings", verbose_name=_("项目")
    )
    scheme = models.CharField(_("评分方案"), max_length=40)
    scheme_name = models.CharField(_("评分方案名称"), max_length=80)
    rule = models.CharField(_("依据规则"), max_length=60)  # kind, version and digest of the edition
    values = models.JSONField(_("评分取值"))  # item -> as typed
    vetoes = models.JSONField(_("否决情形"), default=list)
    lines = models.JSONField(_("评分明细"))  # [[label, full, value, points or null, formula], …]: as computed
    total = models.DecimalField(_("得分"), max_digits=12, decimal_places=4)
    outcome = models.CharField(_("评分结论"), max_length=10)
    note = models.CharField(_("评分说明"), max_length=400, blank=True, default="")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("评分人"))
    at = models.DateTimeField(_("评分时间"))
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("准入评分")
        verbose_name_plural = _("准入评分")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=_ONE_SUBJECT, name="scoring_of_one")]

    def __str__(self) -> str:
        return f"{self.scheme_name} {self.total}"


class Opinion(models.Model):
    """What a department or an adviser is asked on a lead or project 预审意见, and what it said."""

    lead = models.ForeignKey(
        "projects.Lead", models.PROTECT, null=True, blank=True, related_name="opinions", verbose_name=_("线索")
    )
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, null=True, blank=True, related_name="opinions", verbose_name=_("项目")
    )
    unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("出具部门")
    )
    adviser = models.CharField(_("顾问机构或专家"), max_length=80, blank=True, default="")
    question = models.CharField(_("征求事项"), max_length=300)
    due_on = models.DateField(_("回复时限"))
    status = models.CharField(_("意见状态"), max_length=10, choices=OpinionStatus.choices, default=OpinionStatus.ASKED)
    verdict = models.CharField(_("意见"), max_length=12, choices=Verdict.choices, blank=True, default="")
    words = models.TextField(_("意见内容"), blank=True, default="")
    paper = models.CharField(_("意见文号"), max_length=80, blank=True, default="")
    given_on = models.DateField(_("出具日期"), null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("征求人"))
    asked_at = models.DateTimeField(_("征求时间"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("出具人")
    )
    given_at = models.DateTimeField(_("登记时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("预审意见")
        verbose_name_plural = _("预审意见")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["unit", "status", "due_on"], name="opinion_waiting")]
        constraints = [
            models.CheckConstraint(condition=_ONE_SUBJECT, name="opinion_on_one"),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, adviser="") | (Q(unit__isnull=True) & ~Q(adviser="")),
                name="opinion_of_one",
            ),
            models.CheckConstraint(
                condition=Q(status=OpinionStatus.GIVEN, given_on__isnull=False, given_by__isnull=False) & ~Q(verdict="")
                | ~Q(status=OpinionStatus.GIVEN) & Q(verdict="", given_on__isnull=True),
                name="opinion_given_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.question


class Consultation(models.Model):
    """A joint consultation 联合会商: when, who chairs, what is on the table, what was decided."""

    title = models.CharField(_("会商名称"), max_length=120)
    meets_at = models.DateTimeField(_("会商时间"))
    place = models.CharField(_("会商地点"), max_length=80, blank=True, default="")
    host_unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("召集单位"))
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("主持人")
    )
    units = models.ManyToManyField("accounts.Unit", related_name="+", verbose_name=_("参会单位"))
    papers_due_on = models.DateField(_("材料送达时限"))
    papers_sent_on = models.DateField(_("材料送达日期"), null=True, blank=True)
    status = models.CharField(
        _("会商状态"), max_length=10, choices=ConsultationStatus.choices, default=ConsultationStatus.PLANNED
    )
    minutes_number = models.CharField(_("纪要编号"), max_length=60, blank=True, default="")
    minutes = models.TextField(_("会议纪要"), blank=True, default="")
    cancel_reason = models.CharField(_("取消原因"), max_length=300, blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    created_at = models.DateTimeField(_("登记时间"))
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签发人")
    )
    concluded_at = models.DateTimeField(_("签发时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("联合会商")
        verbose_name_plural = _("联合会商")
        ordering = ["-meets_at", "-pk"]
        indexes = [models.Index(fields=["status", "-meets_at"], name="consultation_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=ConsultationStatus.HELD)
                | (Q(concluded_by__isnull=False, concluded_at__isnull=False) & ~Q(minutes_number="")),
                name="consultation_held_with_minutes",
            ),
            models.CheckConstraint(
                condition=~Q(status=ConsultationStatus.CANCELLED) | ~Q(cancel_reason=""),
                name="consultation_cancelled_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AgendaItem(models.Model):
    """One matter of a consultation 会商议题, and what was decided on it."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="agenda", verbose_name=_("联合会商"))
    order = models.PositiveSmallIntegerField(_("排序"))
    lead = models.ForeignKey(
        "projects.Lead", models.PROTECT, null=True, blank=True, related_name="agenda", verbose_name=_("线索")
    )
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, null=True, blank=True, related_name="agenda", verbose_name=_("项目")
    )
    question = models.CharField(_("议题"), max_length=300)
    decision = models.CharField(_("会商决定"), max_length=12, choices=Decision.choices, blank=True, default="")
    words = models.CharField(_("决定内容"), max_length=1000, blank=True, default="")
    undertakings = models.ManyToManyField("projects.Undertaking", related_name="+", verbose_name=_("下达事项"))

    class Meta:
        verbose_name = _("会商议题")
        verbose_name_plural = _("会商议题")
        ordering = ["consultation", "order"]
        constraints = [
            models.CheckConstraint(condition=_ONE_SUBJECT, name="agenda_on_one"),
            models.UniqueConstraint(fields=["consultation", "order"], name="one_agenda_number"),
        ]

    def __str__(self) -> str:
        return self.question
