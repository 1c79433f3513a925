"""The audit row, sealed later into a chain, and the log of looks at personal data and of exports."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yinfeng.kernel.enums import LabelledEnum


class AuditRow(models.Model):
    """One verb that somebody did to one object. Written in the verb's own transaction, never changed."""

    at = models.DateTimeField(_("记录时间"))
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("操作人")
    )
    verb = models.CharField(_("操作"), max_length=60)
    object_kind = models.CharField(_("对象类型"), max_length=20)
    object_id = models.BigIntegerField(_("对象编号"), null=True)
    before = models.JSONField(_("原值"), encoder=DjangoJSONEncoder, null=True)
    after = models.JSONField(_("新值"), encoder=DjangoJSONEncoder, null=True)
    note = models.CharField(_("说明"), max_length=400, blank=True, default="")
    # The chain is made by a job each minute: writers must not queue for one another's hash.
    seal_number = models.BigIntegerField(_("封存序号"), null=True, unique=True, editable=False)
    seal = models.CharField(_("封存摘要"), max_length=64, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        indexes = [
            models.Index(fields=["object_kind", "object_id", "-id"], name="audit_of_object"),
            models.Index(fields=["actor", "-id"], name="audit_of_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.verb} {self.object_kind} {self.object_id}"


class LookKind(LabelledEnum):
    UNMASK = "unmask", "查看明文"
    EXPORT = "export", "导出"
    DOWNLOAD = "download", "下载"
    DUPLICATE = "duplicate", "查重"


class LookRow(models.Model):
    """Somebody looked at personal data, exported rows or took a file."""

    at = models.DateTimeField(_("记录时间"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("人员"))
    kind = models.CharField(_("查看方式"), max_length=10, choices=LookKind.choices)
    object_kind = models.CharField(_("对象类型"), max_length=20)
    object_id = models.BigIntegerField(_("对象编号"), null=True)
    rows = models.IntegerField(_("行数"), null=True)
    detail = models.CharField(_("说明"), max_length=400, blank=True, default="")

    class Meta:
        verbose_name = _("查看日志")
        verbose_name_plural = _("查看日志")
        indexes = [models.Index(fields=["person", "-id"], name="look_of_person")]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.kind} {self.object_kind} {self.object_id}"
