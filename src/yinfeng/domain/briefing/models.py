"""A bulletin with all that it said, and what people objected to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .rules.words import BulletinState, ObjectionOutcome


class Bulletin(models.Model):
    """A bulletin 通报. ``blocks`` and ``figures`` are plain data (rules/writing.py); an issued one never changes."""

    kind = models.CharField(_("通报种类"), max_length=32)
    title = models.CharField(_("通报标题"), max_length=200)
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("项目")
    )
    period_start = models.DateField(_("期间起"))
    period_end = models.DateField(_("期间止"))
    as_of = models.DateField(_("截至"))
    known_at = models.DateTimeField(_("数据时点"))
    blocks = models.JSONField(_("正文"))
    figures = models.JSONField(_("通报数字"))
    stamps = models.JSONField(_("口径版本"))
    state = models.CharField(_("通报状态"), max_length=8, choices=BulletinState.choices, default=BulletinState.DRAFT)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("更正对象")
    )
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("拟稿人"))
    at = models.DateTimeField(_("拟稿时间"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("核对人")
    )
    checked_at = models.DateTimeField(_("核对时间"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签发人")
    )
    issued_at = models.DateTimeField(_("印发时间"), null=True, blank=True)
    objections_until = models.DateField(_("异议截止"), null=True, blank=True)
    digest = models.CharField(_("冻结摘要"), max_length=64, blank=True, default="")
    word_file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Word 文件")
    )
    annex_file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("数据附件")
    )
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("通报")
        verbose_name_plural = _("通报")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=BulletinState.ISSUED)
                | (Q(issued_at__isnull=False, issued_by__isnull=False, checked_at__isnull=False) & ~Q(digest="")),
                name="issued_bulletin_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(state=BulletinState.ISSUED) | Q(issued_at__isnull=True), name="only_issued_has_issued_at"
            ),
            models.CheckConstraint(condition=Q(period_start__lte=F("period_end")), name="bulletin_period"),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="bulletin_list")]

    def __str__(self) -> str:
        return self.title


class Objection(models.Model):
    """An objection 异议 to an issued bulletin, within its window, and what came of it."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="objections", verbose_name=_("通报"))
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("填报单位"))
    text = models.CharField(_("异议内容"), max_length=1000)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    at = models.DateTimeField(_("提出时间"))
    outcome = models.CharField(
        _("处理结果"), max_length=8, choices=ObjectionOutcome.choices, default=ObjectionOutcome.OPEN
    )
    reply = models.CharField(_("答复"), max_length=1000, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("处理人")
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("异议")
        verbose_name_plural = _("异议")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=ObjectionOutcome.OPEN, decided_at__isnull=True)
                | (~Q(outcome=ObjectionOutcome.OPEN) & Q(decided_at__isnull=False)),
                name="objection_decided_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["bulletin", "id"], name="objection_of_bulletin")]

    def __str__(self) -> str:
        return self.text[:40]
