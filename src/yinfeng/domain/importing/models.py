"""An import, its rows in staging, and what was confirmed about columns."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from .rules.words import Book, Decision, ImportState, KeyKind, Mode, OnConflict


class Import(models.Model):
    """One workbook on its way into the ledger: read into staging, looked at, taken in one write, undone as a whole."""

    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("来源表格"))
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("导入单位"))
    sheet = models.CharField(_("工作表"), max_length=120, blank=True, default="")
    book = models.CharField(_("表格种类"), max_length=10, choices=Book.choices, default=Book.PROJECTS)
    mode = models.CharField(_("导入方式"), max_length=8, choices=Mode.choices, default=Mode.BOTH)
    key = models.CharField(_("对应方式"), max_length=10, choices=KeyKind.choices, default=KeyKind.AUTO)
    on_conflict = models.CharField(_("冲突处理"), max_length=8, choices=OnConflict.choices, default=OnConflict.REFUSE)
    good_rows_only = models.BooleanField(_("只导入无误的行"), default=False)
    create_units = models.BooleanField(_("新建缺少的单位"), default=False)
    as_of = models.DateField(_("数据截止日"), null=True, blank=True)
    # Column -> key and column -> unit, as a person chose them on the preview page; {} is what was recognised.
    mapping = models.JSONField(_("列对应"), default=dict, encoder=DjangoJSONEncoder)
    # What the preview found: sheets, columns, faults of columns, counts by decision, units to be created, gaps.
    found = models.JSONField(_("检查结果"), default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(_("导入状态"), max_length=10, choices=ImportState.choices, default=ImportState.WAITING)
    message = models.CharField(_("说明"), max_length=400, blank=True, default="")
    total = models.PositiveIntegerField(_("行数"), default=0)
    # What was written, to be taken back: see actions/undo.py.
    written = models.JSONField(_("写入内容"), default=dict, encoder=DjangoJSONEncoder)
    job = models.ForeignKey(
        "jobs.Job", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("后台任务")
    )
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("导入人"))
    started_at = models.DateTimeField(_("上传时间"))
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("确认人")
    )
    applied_at = models.DateTimeField(_("写入时间"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("撤销人")
    )
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    # The workbook tells of a project as confidential, or has not been read and may tell anything.
    is_confidential = models.BooleanField(_("含保密项目"), default=False, editable=False)

    class Meta:
        verbose_name = _("台账导入")
        verbose_name_plural = _("台账导入")
        indexes = [models.Index(fields=["unit", "-id"], name="imports_of_unit")]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class ImportRow(models.Model):
    """A row of the sheet in staging: what it says, what becomes of it, and what of the ledger it would change."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="rows", verbose_name=_("台账导入"))
    number = models.PositiveIntegerField(_("行号"))
    name = models.CharField(_("项目名称"), max_length=200, blank=True, default="")
    values = models.JSONField(_("表格的值"), encoder=DjangoJSONEncoder)
    cells = models.JSONField(_("单元格"), encoder=DjangoJSONEncoder)
    decision = models.CharField(_("处理"), max_length=10, choices=Decision.choices)
    # The first row of its project on the sheet: rows of one project are taken together.
    group = models.PositiveIntegerField(_("同项目首行"))
    project = models.ForeignKey(
        "projects.Project", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("项目")
    )
    version = models.PositiveIntegerField(_("检查时的版本"), null=True, blank=True)
    # [{"key", "old", "new", "cell", "conflict", "source"}], old and new as a person reads them
    differences = models.JSONField(_("逐格差异"), default=list, encoder=DjangoJSONEncoder)
    faults = models.JSONField(_("问题"), default=list, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("导入行")
        verbose_name_plural = _("导入行")
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="one_import_row")]
        indexes = [models.Index(fields=["of", "decision", "number"], name="import_rows_by_decision")]

    def __str__(self) -> str:
        return f"{self.of_id} {self.number}"


class ColumnMemory(models.Model):
    """What a unit means by a header: asked once, remembered for the next workbook."""

    unit = models.ForeignKey("accounts.Unit", models.CASCADE, related_name="+", verbose_name=_("导入单位"))
    header = models.CharField(_("表头"), max_length=200)
    key = models.CharField(_("对应列"), max_length=40, blank=True, default="")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("确认人")
    )
    at = models.DateTimeField(_("确认时间"))

    class Meta:
        verbose_name = _("表头记忆")
        verbose_name_plural = _("表头记忆")
        constraints = [models.UniqueConstraint(fields=["unit", "header"], name="one_header_a_unit")]

    def __str__(self) -> str:
        return f"{self.header} {self.key}"
