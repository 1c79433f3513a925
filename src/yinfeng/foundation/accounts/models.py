"""Units, people, posts and the access table."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .rules import GrantWhy, Role, UnitKind


class UnitQuerySet(models.QuerySet["Unit"]):
    def official(self) -> UnitQuerySet:
        """In the official order of units, which is how every list by unit is printed."""
        return self.order_by("path")

    def subtree(self, unit: Unit) -> UnitQuerySet:
        return self.filter(path__startswith=unit.path)


class Unit(models.Model):
    """A node of the tree: city, district, park, bureau, outpost team, department."""

    code = models.CharField(_("单位代码"), max_length=40, unique=True)
    name = models.CharField(_("单位名称"), max_length=80)
    short_name = models.CharField(_("单位简称"), max_length=20)
    kind = models.CharField(_("单位类型"), max_length=12, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级单位")
    )
    # Four digits of official order a level ("0001.0003."): one range scan for a subtree, one sort for the order.
    path = models.CharField(_("排序路径"), max_length=60, unique=True)
    region_code = models.CharField(_("行政区划代码"), max_length=12, blank=True, default="")
    is_active = models.BooleanField(_("在用"), default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(username=username)


class Person(AbstractBaseUser):
    """Somebody who signs in. Rights come from posts, never from here."""

    username = models.CharField(_("用户名"), max_length=40, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    phone = models.CharField(_("联系电话"), max_length=20, blank=True, default="")
    language = models.CharField(_("界面语言"), max_length=10, blank=True, default="")
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("须修改密码"), default=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    objects = PersonManager()

    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")

    def __str__(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Post(models.Model):
    """A person holds a role in a unit, from a day until a day."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="posts", verbose_name=_("人员"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts", verbose_name=_("单位"))
    role = models.CharField(_("岗位"), max_length=12, choices=Role.choices)
    title = models.CharField(_("职务"), max_length=40, blank=True, default="")
    from_date = models.DateField(_("任职日期"))
    until_date = models.DateField(_("离任日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit", "role"], condition=Q(until_date__isnull=True), name="one_open_post"
            ),
            models.CheckConstraint(
                condition=Q(until_date__isnull=True) | Q(until_date__gte=models.F("from_date")),
                name="post_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.unit_id}"


class AccessGrant(models.Model):
    """The one access table: this unit, or this person, has to do with this object, and why.

    ``kind`` and ``object_id`` name the object (``project`` 42). No foreign key can span kinds; ``yinfeng doctor``
    proves that each row has its object.
    """

    kind = models.CharField(_("对象类型"), max_length=12)
    object_id = models.BigIntegerField(_("对象编号"))
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("单位")
    )
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("人员")
    )
    why = models.CharField(_("缘由"), max_length=12, choices=GrantWhy.choices)

    class Meta:
        verbose_name = _("访问授权")
        verbose_name_plural = _("访问授权")
        indexes = [
            models.Index(fields=["kind", "unit", "object_id"], name="grant_by_unit"),
            models.Index(fields=["kind", "person", "object_id"], name="grant_by_person"),
            models.Index(fields=["kind", "object_id"], name="grant_by_object"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "unit", "why"],
                condition=Q(unit__isnull=False),
                name="one_unit_grant",
            ),
            models.UniqueConstraint(
                fields=["kind", "object_id", "person", "why"],
                condition=Q(person__isnull=False),
                name="one_person_grant",
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, person__isnull=True) | Q(unit__isnull=True, person__isnull=False),
                name="grant_to_unit_or_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.why}"
