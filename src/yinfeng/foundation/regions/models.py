"""Public tables in the database."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Division(models.Model):
    """An administrative division of China. Names repeat: match by code or by full name."""

    code = models.CharField(_("行政区划代码"), max_length=12, primary_key=True)
    name = models.CharField(_("名称"), max_length=40)
    full_name = models.CharField(_("全称"), max_length=80, db_index=True)
    level = models.PositiveSmallIntegerField(_("级别"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("上级区划"))

    class Meta:
        verbose_name = _("行政区划")
        verbose_name_plural = _("行政区划")

    def __str__(self) -> str:
        return self.full_name


class Industry(models.Model):
    """A class of GB/T 4754-2017 国民经济行业分类, at one of its four levels."""

    code = models.CharField(_("国民经济行业代码"), max_length=5, primary_key=True)
    name = models.CharField(_("名称"), max_length=60)
    level = models.PositiveSmallIntegerField(_("级别"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("上级行业"))

    class Meta:
        verbose_name = _("国民经济行业")
        verbose_name_plural = _("国民经济行业")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
