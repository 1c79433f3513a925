"""Documents as they came in, and what the reader proposes to make of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .rules.words import DocumentStatus, ProposalKind, ProposalStatus


class Document(models.Model):
    """A public document 文档. Its raw text never changes: every span quotes it, for ever."""

    title = models.CharField(_("文档标题"), max_length=200)
    source = models.CharField(_("文档来源"), max_length=300, blank=True, default="")
    doc_date = models.DateField(_("发布日期"), null=True, blank=True)
    media = models.CharField(_("文件格式"), max_length=12)
    raw_text = models.TextField(_("原文"))
    # The readable form of a damaged or Traditional page, and which parts of it were guessed; blank where it is the
    # raw text itself. ``repairs``: [[start, end, raw_start, raw_end], …].
    readable_text = models.TextField(_("整理后文字"), blank=True, default="")
    repairs = models.JSONField(_("修复处"), default=list)
    sha256 = models.CharField(_("原文摘要"), max_length=64, unique=True)
    size = models.PositiveIntegerField(_("字数"))
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("附件")
    )
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("填报单位"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("上传人")
    )
    at = models.DateTimeField(_("收录时间"))
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)
    status = models.CharField(_("研判状态"), max_length=8, choices=DocumentStatus.choices, default=DocumentStatus.QUEUE)
    done_at = models.DateTimeField(_("研判完成时间"), null=True, blank=True)
    reading = models.JSONField(_("读取结果"))  # as `yinfeng read` prints it
    reader_version = models.CharField(_("读取程序版本"), max_length=40)

    class Meta:
        verbose_name = _("文档")
        verbose_name_plural = _("文档")
        constraints = [
            models.CheckConstraint(
                condition=Q(status=DocumentStatus.QUEUE, done_at__isnull=True)
                | Q(status=DocumentStatus.DONE, done_at__isnull=False),
                name="document_done_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(raw_text=""), name="document_has_text"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="document_queue"),
            models.Index(fields=["unit", "-id"], name="document_of_unit"),
        ]

    def __str__(self) -> str:
        return self.title


class Proposal(models.Model):
    """One record the reader proposes 待研判记录, with the spans it came from, until a person decides."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="proposals", verbose_name=_("文档"))
    number = models.PositiveIntegerField(_("序号"))  # in the order of the text
    kind = models.CharField(_("记录类别"), max_length=10, choices=ProposalKind.choices)
    fields = models.JSONField(_("读取内容"))  # the record as read; never changed
    # [{start, end, quote, fields, readable_start, readable_end, repaired}, …]
    spans = models.JSONField(_("出处"))
    confidence = models.DecimalField(_("把握"), max_digits=4, decimal_places=3)
    certain = models.BooleanField(_("确定"))
    corrected = models.JSONField(_("更正内容"), null=True, blank=True)  # a Draft, once a person has touched it
    status = models.CharField(_("处理状态"), max_length=10, choices=ProposalStatus.choices)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("处理人")
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    reason = models.CharField(_("不采用原因"), max_length=300, blank=True, default="")
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所成项目")
    )
    lead = models.ForeignKey(
        "projects.Lead", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所成线索")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("待研判记录")
        verbose_name_plural = _("待研判记录")
        ordering = ["document", "number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_proposal_number"),
            models.CheckConstraint(
                condition=~Q(status=ProposalStatus.ACCEPTED)
                | Q(project__isnull=False, lead__isnull=True)
                | Q(project__isnull=True, lead__isnull=False),
                name="accepted_into_something",
            ),
            models.CheckConstraint(
                condition=~Q(status=ProposalStatus.REJECTED) | ~Q(reason=""), name="rejected_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[ProposalStatus.OPEN, ProposalStatus.KEPT],
                    decided_by__isnull=True, decided_at__isnull=True, project__isnull=True, lead__isnull=True,
                )
                | Q(
                    status__in=[ProposalStatus.ACCEPTED, ProposalStatus.REJECTED],
                    decided_by__isnull=False, decided_at__isnull=False,
                ),
                name="decided_by_a_person",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["project"], name="proposal_of_project"),
            models.Index(fields=["lead"], name="proposal_of_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} #{self.number}"
