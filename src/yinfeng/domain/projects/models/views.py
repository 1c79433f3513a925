"""A saved view of the ledger, and who follows which project."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .ledger import Project


class SavedView(models.Model):
    """Filters, columns, sort and kind under a name 视图: private, shared with the installation, or pinned."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="views", verbose_name=_("所有人"))
    name = models.CharField(_("视图名称"), max_length=40)
    # The URL's query string is the view: what one person sees another can be sent.
    query = models.CharField(_("查询条件"), max_length=1000)
    is_shared = models.BooleanField(_("共享"), default=False)
    is_pinned = models.BooleanField(_("置顶"), default=False)
    at = models.DateTimeField(_("保存时间"))

    class Meta:
        verbose_name = _("视图")
        verbose_name_plural = _("视图")
        ordering = ["-is_pinned", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_view_name")]

    def __str__(self) -> str:
        return self.name


class Follow(models.Model):
    """A person follows a project 关注."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("人员"))
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", verbose_name=_("项目"))
    at = models.DateTimeField(_("关注时间"))

    class Meta:
        verbose_name = _("关注")
        verbose_name_plural = _("关注")
        constraints = [models.UniqueConstraint(fields=["person", "project"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.project_id}"
