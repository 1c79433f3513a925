"""A notice to one person."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """Something a person should know; what is to be *done* is computed from the facts, not stored here."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("接收人")
    )
    at = models.DateTimeField(_("通知时间"))
    kind = models.CharField(_("通知类别"), max_length=20)
    text = models.CharField(_("通知内容"), max_length=300)
    url = models.CharField(_("链接"), max_length=300, blank=True, default="")
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        indexes = [
            models.Index(fields=["person", "-id"], name="notices_of_person"),
            models.Index(fields=["person"], condition=models.Q(read_at__isnull=True), name="unread_notices"),
        ]

    def __str__(self) -> str:
        return self.text
