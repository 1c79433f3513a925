"""Documents as they came in, and what the reader proposes to make of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .rules.words import (
    AlertKind,
    DocumentStatus,
    FetchOutcome,
    ItemOutcome,
    ProposalKind,
    ProposalStatus,
    SourceKind,
    Trust,
)


class Source(models.Model):
    """Where documents come from 信息来源: a unit's own upload box, or a place that the platform looks into."""

    kind = models.CharField(_("来源方式"), max_length=8, choices=SourceKind.choices)
    name = models.CharField(_("来源名称"), max_length=60)
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("收录单位"))
    # Whose documents they are on record as; a source that the platform looks into always has one.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("负责人")
    )
    trust = models.CharField(_("可信程度"), max_length=8, choices=Trust.choices, default=Trust.ORDINARY)
    is_active = models.BooleanField(_("启用"), default=True)
    # A folder's name, a feed's address, a mailbox's imaps://host/FOLDER. Never a password.
    address = models.CharField(_("地址"), max_length=300, blank=True, default="")
    account = models.CharField(_("邮箱账号"), max_length=120, blank=True, default="")
    every_minutes = models.PositiveIntegerField(_("采集间隔（分钟）"), default=0)  # 0: by the button only
    next_at = models.DateTimeField(_("下次采集"), null=True, blank=True)
    # Set while a worker looks into it: two of them never do at once.
    busy_since = models.DateTimeField(_("采集开始"), null=True, blank=True)
    last_success_at = models.DateTimeField(_("最近成功"), null=True, blank=True)
    last_error_at = models.DateTimeField(_("最近失败"), null=True, blank=True)
    last_error = models.CharField(_("失败原因"), max_length=300, blank=True, default="")
    failures = models.PositiveIntegerField(_("连续失败次数"), default=0)
    position = models.JSONField(_("采集位置"), default=dict)  # of a feed its ETag, of a mailbox its last number
    at = models.DateTimeField(_("建立时间"))
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("信息来源")
        verbose_name_plural = _("信息来源")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind"],
                condition=Q(kind__in=["upload", "paste", "bookmark", "api"]),
                name="one_box_a_unit",
            ),
            models.UniqueConstraint(
                fields=["kind", "address", "account"], condition=~Q(address=""), name="one_source_an_address"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["upload", "paste", "bookmark", "api"]) | ~Q(address="") & Q(owner__isnull=False),
                name="fetched_from_somewhere_for_somebody",
            ),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(is_active=True), name="sources_by_turn")]

    def __str__(self) -> str:
        return self.name


class Fetch(models.Model):
    """One look into a source 采集记录, with its counts."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="fetches", verbose_name=_("信息来源"))
    at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("结束时间"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("发起人")
    )
    outcome = models.CharField(_("采集结果"), max_length=8, choices=FetchOutcome.choices, default=FetchOutcome.RUNNING)
    taken = models.PositiveIntegerField(_("收录份数"), default=0)
    known = models.PositiveIntegerField(_("已有份数"), default=0)
    failed = models.PositiveIntegerField(_("失败份数"), default=0)
    error = models.CharField(_("失败原因"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("采集记录")
        verbose_name_plural = _("采集记录")
        indexes = [models.Index(fields=["source", "-id"], name="fetches_of_source")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.at:%Y-%m-%d %H:%M}"


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
    came_by = models.ForeignKey(Source, models.PROTECT, null=True, related_name="documents", verbose_name=_("信息来源"))
    # The first document on record that tells the same news, and how far they agree; None: this one is the first.
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("同一消息"))
    likeness = models.DecimalField(_("相似程度"), max_digits=4, decimal_places=3, null=True)
    is_sketched = models.BooleanField(_("已比对"), default=False)
    sketch = models.JSONField(_("文本特征"), default=list)  # its 64 smallest hashes, ascending (rules/sketch.py)
    priority = models.PositiveIntegerField(_("优先程度"), default=0)  # of its most pressing open record
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
            models.Index(fields=["status", "-priority", "-id"], name="document_by_priority"),
            models.Index(fields=["came_by", "-id"], name="document_of_source"),
            models.Index(fields=["id"], condition=Q(is_sketched=False), name="document_unsketched"),
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
    # What the desk works out of the record by its rules, so that lists and the watch need not read it again.
    priority = models.PositiveIntegerField(_("优先程度"), default=0)
    reasons = models.JSONField(_("优先理由"), default=list)  # [[name, points], …]
    region = models.CharField(_("外地城市"), max_length=40, blank=True, default="")  # blank: ours, or not told
    month = models.DateField(_("所在月份"), null=True, blank=True)
    ranked_by = models.CharField(_("排序规则"), max_length=80, blank=True, default="")
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
            models.Index(fields=["status", "-priority", "-id"], name="proposal_by_priority"),
            models.Index(fields=["region", "month"], condition=~Q(region=""), name="proposal_elsewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} #{self.number}"


class SketchValue(models.Model):
    """One of the eight smallest hashes of a document's text 文本特征值, by which documents like it are found."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="+", verbose_name=_("文档"))
    value = models.BigIntegerField(_("特征值"))

    class Meta:
        verbose_name = _("文本特征值")
        verbose_name_plural = _("文本特征值")
        constraints = [models.UniqueConstraint(fields=["document", "value"], name="one_sketch_value")]
        indexes = [models.Index(fields=["value"], name="sketch_lookup")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.value}"


class SourceItem(models.Model):
    """One thing found in a source 采集条目, and what became of it. It is looked at again only while it failed."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="items", verbose_name=_("信息来源"))
    fetch = models.ForeignKey(Fetch, models.CASCADE, related_name="items", verbose_name=_("采集记录"))
    key = models.CharField(_("条目标识"), max_length=64)  # SHA-256 of what names it for ever
    name = models.CharField(_("条目名称"), max_length=200)
    link = models.CharField(_("条目地址"), max_length=500, blank=True, default="")
    outcome = models.CharField(_("收录结果"), max_length=8, choices=ItemOutcome.choices)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="items", verbose_name=_("文档"))
    fault = models.CharField(_("失败原因"), max_length=300, blank=True, default="")
    tries = models.PositiveSmallIntegerField(_("尝试次数"), default=1)

    class Meta:
        verbose_name = _("采集条目")
        verbose_name_plural = _("采集条目")
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="one_item_of_a_source")]

    def __str__(self) -> str:
        return self.name


class Alert(models.Model):
    """What the watch points at 监测提示: once each, until a person has seen to it."""

    kind = models.CharField(_("提示类别"), max_length=10, choices=AlertKind.choices)
    key = models.CharField(_("提示标识"), max_length=120, unique=True)
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    proposal = models.ForeignKey(
        Proposal, models.CASCADE, null=True, related_name="alerts", verbose_name=_("待研判记录")
    )
    figures = models.JSONField(_("数字"), default=dict)
    rule = models.CharField(_("规则版本"), max_length=80)
    at = models.DateTimeField(_("提示时间"))
    closed_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("处理人")
    )
    note = models.CharField(_("处理说明"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("监测提示")
        verbose_name_plural = _("监测提示")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(note=""),
                name="alert_closed_by_somebody_with_a_word",
            ),
            models.CheckConstraint(
                condition=Q(kind="falling", unit__isnull=False) | Q(kind="elsewhere", proposal__isnull=False),
                name="alert_about_something",
            ),
        ]
        indexes = [models.Index(fields=["closed_at", "-id"], name="alerts_open")]

    def __str__(self) -> str:
        return self.key
