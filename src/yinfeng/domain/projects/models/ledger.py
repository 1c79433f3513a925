"""Leads, projects and their phases.

Columns headed "derived" follow from the facts: the action that records a fact sets them in the same transaction, and
``yinfeng doctor`` proves that they agree.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinfeng.domain.enterprises.rules import CapitalKind

from ..rules.words import Channel, LeadStatus, Origin, ProjectKind, SiteRoute, Stage

# Sums in yuan lie above zero and below 10^15 (a thousand times the largest project ever announced).
SUM_LIMIT = 10**15


def sum_in_range(name: str) -> Q:
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gt": 0, f"{name}__lt": SUM_LIMIT})


class Lead(models.Model):
    """A named potential investor with a potential project 线索; covers the stages LEAD and SCREENED."""

    code = models.CharField(_("线索编号"), max_length=20, unique=True)
    name = models.CharField(_("线索名称"), max_length=120)
    name_key = models.CharField(_("匹配名称"), max_length=120, db_index=True, editable=False)
    stage = models.CharField(
        _("阶段"),
        max_length=20,
        choices=[(s.value, s.label) for s in (Stage.LEAD, Stage.SCREENED)],
        default=Stage.LEAD,
    )
    status = models.CharField(_("线索状态"), max_length=10, choices=LeadStatus.choices, default=LeadStatus.OPEN)
    kind = models.CharField(_("项目类别"), max_length=20, choices=ProjectKind.choices)
    investor = models.ForeignKey(
        "enterprises.Enterprise",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("投资方"),
    )
    investor_name = models.CharField(_("投资方名称"), max_length=120, blank=True, default="")
    content = models.TextField(_("建设内容"), blank=True, default="")
    product = models.CharField(_("主要产品"), max_length=120, blank=True, default="")
    investment_cny = models.BigIntegerField(_("预计总投资"), null=True, blank=True)
    land_area_mu = models.DecimalField(_("用地需求"), max_digits=10, decimal_places=2, null=True, blank=True)
    needs = models.CharField(_("要素需求"), max_length=400, blank=True, default="")
    expected_output_cny = models.BigIntegerField(_("预计年产值"), null=True, blank=True)
    expected_tax_cny = models.BigIntegerField(_("预计年税收"), null=True, blank=True)
    segment = models.ForeignKey(
        "chains.Segment",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("产业链环节"),
    )
    channel = models.CharField(_("招商方式"), max_length=12, choices=Channel.choices)
    referrer = models.CharField(_("引荐人"), max_length=60, blank=True, default="")
    owner_unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="leads", verbose_name=_("填报单位"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("负责人"),
    )
    is_confidential = models.BooleanField(_("保密项目"), default=False)
    reported_on = models.DateField(_("首报日期"))
    screened_on = models.DateField(_("研判通过日期"), null=True, blank=True)
    dropped_reason = models.CharField(_("放弃原因"), max_length=300, blank=True, default="")
    project = models.OneToOneField(
        "projects.Project",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lead",
        verbose_name=_("所转项目"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    created_at = models.DateTimeField(_("登记时间"))
    changed_at = models.DateTimeField(_("最近更新"))

    class Meta:
        verbose_name = _("线索")
        verbose_name_plural = _("线索")
        indexes = [models.Index(fields=["status", "-changed_at"], name="lead_open")]
        constraints = [models.CheckConstraint(condition=sum_in_range("investment_cny"), name="lead_sum_in_range")]

    def __str__(self) -> str:
        return self.name


class Project(models.Model):
    """A project 项目: what the city attracts. Its life is in the facts; most dates here are derived from them."""

    code = models.CharField(_("项目编号"), max_length=20, unique=True)
    platform_code = models.CharField(
        _("在线平台代码"), max_length=40, null=True, blank=True, unique=True
    )  # the national online platform's: the key across systems
    name = models.CharField(_("项目名称"), max_length=120)
    name_key = models.CharField(_("匹配名称"), max_length=120, db_index=True, editable=False)
    kind = models.CharField(_("项目类别"), max_length=20, choices=ProjectKind.choices)
    origin = models.CharField(_("项目来源"), max_length=12, choices=Origin.choices, default=Origin.NEW)
    content = models.TextField(_("建设内容"), blank=True, default="")
    product = models.CharField(_("主要产品"), max_length=120, blank=True, default="")
    company = models.ForeignKey(
        "enterprises.Enterprise",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="own_projects",
        verbose_name=_("项目公司"),
    )
    # The first investor's name, kept on the row so that a list needs no join for it.
    investor_name = models.CharField(_("投资方"), max_length=120, blank=True, default="")
    capital_kind = models.CharField(
        _("资本属性"), max_length=10, choices=CapitalKind.choices, default=CapitalKind.DOMESTIC
    )
    # The sum as agreed, in whole units of its own currency; ``investment_cny`` is it, or its conversion by a rate
    # with source and date. Sums of different currencies are shown side by side, never added.
    investment_amount = models.BigIntegerField(_("协议总投资"), null=True, blank=True)
    investment_currency = models.CharField(_("币种"), max_length=3, default="CNY")
    exchange_rate = models.DecimalField(_("折算汇率"), max_digits=12, decimal_places=6, null=True, blank=True)
    exchange_rate_source = models.CharField(_("汇率来源"), max_length=80, blank=True, default="")
    exchange_rate_on = models.DateField(_("汇率日期"), null=True, blank=True)
    investment_cny = models.BigIntegerField(_("总投资"), null=True, blank=True)
    fixed_investment_cny = models.BigIntegerField(_("固定资产投资"), null=True, blank=True)
    annual_output_cny = models.BigIntegerField(_("预计年产值"), null=True, blank=True)
    annual_tax_cny = models.BigIntegerField(_("预计年税收"), null=True, blank=True)
    trade_volume_cny = models.BigIntegerField(_("预计年贸易额"), null=True, blank=True)
    jobs = models.PositiveIntegerField(_("预计用工"), null=True, blank=True)
    land_area_mu = models.DecimalField(_("用地面积"), max_digits=10, decimal_places=2, null=True, blank=True)
    plant_area_sqm = models.DecimalField(_("厂房面积"), max_digits=12, decimal_places=2, null=True, blank=True)
    industry = models.ForeignKey(
        "regions.Industry",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("国民经济行业"),
    )
    segment = models.ForeignKey(
        "chains.Segment",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("产业链环节"),
    )
    industry_groups = models.ManyToManyField("chains.IndustryGroup", blank=True, verbose_name=_("产业组群"))
    lead_unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, db_index=False, related_name="+", verbose_name=_("牵头单位")
    )
    landing_unit = models.ForeignKey(
        "accounts.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("落地单位"),
    )
    outpost = models.ForeignKey(
        "accounts.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("驻点组"),
    )
    channel = models.CharField(_("招商方式"), max_length=12, choices=Channel.choices, blank=True, default="")
    referrer = models.CharField(_("引荐人"), max_length=60, blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("项目专员"),
    )
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("联系领导"),
    )
    task_force = models.CharField(_("专班"), max_length=80, blank=True, default="")
    task_force_members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("专班成员")
    )
    is_confidential = models.BooleanField(_("保密项目"), default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, db_index=False, related_name="merged", verbose_name=_("并入项目")
    )

    # -- derived
    furthest_stage = models.CharField(_("最前阶段"), max_length=20, choices=Stage.choices, default=Stage.NEGOTIATING)
    least_stage = models.CharField(_("最后阶段"), max_length=20, choices=Stage.choices, default=Stage.NEGOTIATING)
    phase_count = models.PositiveSmallIntegerField(_("分期数"), default=1)
    negotiating_on = models.DateField(_("洽谈日期"), null=True, blank=True)
    approved_on = models.DateField(_("过会日期"), null=True, blank=True)
    signed_on = models.DateField(_("签约日期"), null=True, blank=True)
    registered_on = models.DateField(_("注册日期"), null=True, blank=True)
    site_on = models.DateField(_("落地日期"), null=True, blank=True)
    started_on = models.DateField(_("开工日期"), null=True, blank=True)
    enrolled_on = models.DateField(_("入统日期"), null=True, blank=True)
    completed_on = models.DateField(_("竣工日期"), null=True, blank=True)
    producing_on = models.DateField(_("投产日期"), null=True, blank=True)
    above_scale_on = models.DateField(_("升规日期"), null=True, blank=True)
    at_capacity_on = models.DateField(_("达产日期"), null=True, blank=True)
    stalled_on = models.DateField(_("停滞日期"), null=True, blank=True)
    ended_on = models.DateField(_("终止日期"), null=True, blank=True)
    # Capital that actually arrived, in yuan; estimates, flash figures and the other basis are never added in.
    funds_cny = models.BigIntegerField(_("到位资金"), default=0)
    next_due_on = models.DateField(_("节点时限"), null=True, blank=True)
    next_due_text = models.CharField(_("下一节点"), max_length=80, blank=True, default="")
    unverified_count = models.PositiveIntegerField(_("待审核事实"), default=0)

    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name=_("登记人")
    )
    created_at = models.DateTimeField(_("登记时间"))
    changed_at = models.DateTimeField(_("最近更新"))

    class Meta:
        verbose_name = _("项目")
        verbose_name_plural = _("项目")
        constraints = [
            models.CheckConstraint(condition=sum_in_range(f"{name}"), name=f"project_{name}_in_range")
            for name in ("investment_cny", "investment_amount", "fixed_investment_cny", "annual_output_cny")
        ]
        indexes = [
            models.Index(fields=["-investment_cny", "-id"], name="project_by_sum"),
            models.Index(fields=["furthest_stage", "-investment_cny", "-id"], name="project_by_stage_sum"),
            models.Index(fields=["-changed_at", "-id"], name="project_by_change"),
            # The ledger's edition: the sum of all versions, from this index alone.
            models.Index(fields=["version", "id"], name="project_by_version"),
            # A district's rows of some stages and a band of sums: found, counted and summed without the wide rows.
            models.Index(
                fields=[
                    "lead_unit",
                    "furthest_stage",
                    "investment_cny",
                    "id",
                    "investment_currency",
                    "investment_amount",
                    "is_confidential",
                    "merged_into",
                ],
                condition=models.Q(merged_into=None),
                name="project_by_lead_unit",
            ),
            models.Index(fields=["landing_unit", "furthest_stage"], name="project_by_landing_unit"),
            models.Index(
                fields=[
                    "signed_on",
                    "lead_unit",
                    "investment_cny",
                    "merged_into",
                    "investment_currency",
                    "investment_amount",
                    "is_confidential",
                    "started_on",
                ],
                name="project_by_signing",
            ),
            # Red and yellow by unit: the few that are due, and beside them the few that stand still (next index).
            models.Index(
                fields=[
                    "next_due_on",
                    "furthest_stage",
                    "lead_unit",
                    "stalled_on",
                    "ended_on",
                    "is_confidential",
                    "merged_into",
                ],
                name="project_by_due",
            ),
            models.Index(
                fields=["lead_unit", "ended_on", "is_confidential", "merged_into", "stalled_on"],
                condition=~models.Q(stalled_on=None),
                name="project_stalled",
            ),
            # Keys that most projects have not: only the ones that do cost a write.
            *(
                models.Index(fields=[name], condition=Q(**{f"{name}__isnull": False}), name=f"project_of_{name}")
                for name in ("company", "industry", "segment", "outpost", "leader", "merged_into")
            ),
            models.Index(fields=["owner", "-changed_at"], name="project_by_owner"),
            models.Index(fields=["-funds_cny", "-id"], name="project_by_funds"),
            # The cockpit's figures by unit, capital and currency come from this index alone.
            models.Index(
                fields=[
                    "merged_into",
                    "lead_unit",
                    "capital_kind",
                    "investment_currency",
                    "investment_amount",
                    "funds_cny",
                    "is_confidential",
                    "approved_on",
                    "signed_on",
                    "registered_on",
                    "site_on",
                    "started_on",
                    "producing_on",
                    "at_capacity_on",
                    "ended_on",
                    "id",
                ],
                name="project_outline",
            ),
            # What indicators count and sum that the outline has not: classes, sizes and the later dates.
            models.Index(
                fields=[
                    "merged_into",
                    "lead_unit",
                    "landing_unit",
                    "kind",
                    "capital_kind",
                    "origin",
                    "channel",
                    "investment_cny",
                    "investment_currency",
                    "investment_amount",
                    "is_confidential",
                    "negotiating_on",
                    "signed_on",
                    "registered_on",
                    "site_on",
                    "started_on",
                    "enrolled_on",
                    "completed_on",
                    "producing_on",
                    "ended_on",
                    "stalled_on",
                    "funds_cny",
                    "id",
                ],
                name="project_measures",
            ),
            # Count and sums of the whole ledger, on which everybody's list opens, and of the board's columns. Partial,
            # so that PostgreSQL sees rows in the order of their groups (7 ms instead of 12, 9 instead of
            # 22); what the condition names stands in them all the same, or SQLite would fetch the wide rows to look.
            models.Index(
                fields=["investment_currency", "investment_amount", "is_confidential", "merged_into", "id"],
                condition=models.Q(merged_into=None),
                name="project_totals",
            ),
            models.Index(
                fields=[
                    "furthest_stage",
                    "investment_currency",
                    "investment_amount",
                    "investment_cny",
                    "is_confidential",
                    "merged_into",
                    "ended_on",
                ],
                condition=models.Q(merged_into=None, ended_on=None),
                name="project_lanes",
            ),
            # Counts and sums of a filtered list read this index and never the wide rows.
            models.Index(
                fields=[
                    "merged_into",
                    "investment_currency",
                    "furthest_stage",
                    "investment_amount",
                    "investment_cny",
                    "lead_unit",
                    "landing_unit",
                    "segment",
                    "is_confidential",
                    "next_due_on",
                    "stalled_on",
                    "ended_on",
                    "kind",
                    "capital_kind",
                    "channel",
                    "id",
                ],
                name="project_facets",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Phase(models.Model):
    """A phase 分期 with its own stage, contract and land. Every project has at least one."""

    project = models.ForeignKey(Project, models.CASCADE, db_index=False, related_name="phases", verbose_name=_("项目"))
    number = models.PositiveSmallIntegerField(_("期次"))
    name = models.CharField(_("分期名称"), max_length=60)
    investment_cny = models.BigIntegerField(_("分期投资"), null=True, blank=True)
    site_route = models.CharField(_("用地方式"), max_length=8, choices=SiteRoute.choices, blank=True, default="")
    land_area_mu = models.DecimalField(_("用地面积"), max_digits=10, decimal_places=2, null=True, blank=True)
    plant_area_sqm = models.DecimalField(_("厂房面积"), max_digits=12, decimal_places=2, null=True, blank=True)
    planned_start_on = models.DateField(_("计划开工日期"), null=True, blank=True)
    planned_production_on = models.DateField(_("计划投产日期"), null=True, blank=True)
    # -- derived
    stage = models.CharField(_("阶段"), max_length=20, choices=Stage.choices, default=Stage.NEGOTIATING)
    stage_on = models.DateField(_("阶段日期"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("分期")
        verbose_name_plural = _("分期")
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="one_phase_number"),
            models.CheckConstraint(condition=sum_in_range("investment_cny"), name="phase_sum_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.name}"
