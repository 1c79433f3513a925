"""Chains, their segments, and the bureau's own industry groups."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .rules import Position


class Chain(models.Model):
    """An industry chain 产业链."""

    code = models.CharField(_("产业链代码"), max_length=40, unique=True)
    name = models.CharField(_("产业链名称"), max_length=60)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("产业链")
        verbose_name_plural = _("产业链")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class Segment(models.Model):
    """A segment 环节 of a chain."""

    chain = models.ForeignKey(Chain, models.CASCADE, related_name="segments", verbose_name=_("产业链"))
    code = models.CharField(_("环节代码"), max_length=40)
    name = models.CharField(_("环节名称"), max_length=60)
    position = models.CharField(_("所处位置"), max_length=12, choices=Position.choices)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta:
        verbose_name = _("环节")
        verbose_name_plural = _("环节")
        ordering = ["chain", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["chain", "code"], name="one_segment_code")]

    def __str__(self) -> str:
        return self.name


class IndustryGroup(models.Model):
    """One group of a bureau's own scheme ("4+3+1", 六大主导产业), so that shares can be counted."""

    scheme = models.CharField(_("产业体系"), max_length=40)
    name = models.CharField(_("产业组群"), max_length=40)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("产业组群")
        verbose_name_plural = _("产业组群")
        ordering = ["scheme", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["scheme", "name"], name="one_group_name")]

    def __str__(self) -> str:
        return f"{self.scheme} · {self.name}"
