"""A stored file."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file somebody gave. The content lies once under its SHA-256; who sees ``owner`` sees the file."""

    sha256 = models.CharField(_("内容摘要"), max_length=64, db_index=True)
    size = models.BigIntegerField(_("大小"))
    name = models.CharField(_("文件名"), max_length=200)
    media_type = models.CharField(_("文件类型"), max_length=100)
    owner_kind = models.CharField(_("所属对象"), max_length=20)
    owner_id = models.BigIntegerField(_("对象编号"), null=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        indexes = [models.Index(fields=["owner_kind", "owner_id"], name="files_of_owner")]

    def __str__(self) -> str:
        return self.name
