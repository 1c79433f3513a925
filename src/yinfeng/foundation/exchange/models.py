"""Tokens, the answers kept for repeated writes, and webhooks with their delivery log."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinfeng.kernel.enums import LabelledEnum


class Token(models.Model):
    """A program acts for a person: with that person's rights, and of these only what the scopes name."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens", verbose_name=_("人员"))
    name = models.CharField(_("令牌名称"), max_length=60)
    public = models.CharField(_("令牌编号"), max_length=12, unique=True)
    digest = models.CharField(_("令牌摘要"), max_length=140)  # never the secret itself
    scopes = models.JSONField(_("令牌范围"))  # {"project": "SE", …}
    made_at = models.DateTimeField(_("创建时间"))
    expires_at = models.DateTimeField(_("失效时间"))
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("停用人")
    )
    revoke_reason = models.CharField(_("停用原因"), max_length=200, blank=True, default="")
    # Written once in a lease of requests, not with each: reading by programs hardly ever writes.
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)
    window = models.BigIntegerField(default=0, editable=False)
    used = models.PositiveIntegerField(default=0, editable=False)
    used_before = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("接口令牌")
        verbose_name_plural = _("接口令牌")
        indexes = [models.Index(fields=["person", "-id"], name="tokens_of_person")]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("made_at")), name="token_expires_after_made"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True) | Q(revoked_at__isnull=False),
                name="token_revoked_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.public}"


class KeptAnswer(models.Model):
    """What a write answered, kept under the caller's key, so that the same write asked again is not done again."""

    caller = models.CharField(_("调用方"), max_length=30)  # "token:5", "person:3"
    key = models.CharField(_("幂等键"), max_length=128)
    digest = models.CharField(_("请求摘要"), max_length=64)
    at = models.DateTimeField(_("记录时间"))
    status = models.PositiveSmallIntegerField(_("应答状态"), null=True)  # null while it is being done
    body = models.TextField(_("应答内容"), blank=True, default="")

    class Meta:
        verbose_name = _("已存应答")
        verbose_name_plural = _("已存应答")
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_a_key")]
        indexes = [models.Index(fields=["at"], name="kept_answer_by_age")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"


class Subscription(models.Model):
    """A person has changes sent to an address of the intranet as they are sealed."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="subscriptions", verbose_name=_("人员")
    )
    name = models.CharField(_("推送名称"), max_length=60)
    url = models.CharField(_("推送地址"), max_length=300)
    scopes = models.JSONField(_("令牌范围"))
    salt = models.CharField(max_length=43, editable=False)  # the secret follows from it and the installation's key
    made_at = models.DateTimeField(_("创建时间"))
    position = models.BigIntegerField(_("已推送到"), default=0)  # the seal number up to which all was delivered
    failures = models.PositiveSmallIntegerField(_("连续失败次数"), default=0)
    next_try_at = models.DateTimeField(_("下次推送时间"))
    stopped_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    stop_reason = models.CharField(_("停用原因"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("变更推送")
        verbose_name_plural = _("变更推送")
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(stopped_at__isnull=True), name="subscriptions_due"),
            models.Index(fields=["person", "-id"], name="subscriptions_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.url}"


class DeliveryOutcome(LabelledEnum):
    DELIVERED = "delivered", "已送达"
    REFUSED = "refused", "对方拒收"
    UNREACHABLE = "unreachable", "无法连接"
    FORBIDDEN = "forbidden", "地址不允许"


class Delivery(models.Model):
    """One try to deliver. Of the receiver's answer only the status is kept: it may be anybody's page."""

    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="deliveries", verbose_name=_("变更推送")
    )
    at = models.DateTimeField(_("推送时间"))
    first = models.BigIntegerField(_("起始序号"))
    last = models.BigIntegerField(_("截止序号"))
    changes = models.PositiveIntegerField(_("变更数"))
    outcome = models.CharField(_("推送结果"), max_length=12, choices=DeliveryOutcome.choices)
    status = models.PositiveSmallIntegerField(_("应答状态"), null=True, blank=True)
    milliseconds = models.PositiveIntegerField(_("用时（毫秒）"), default=0)

    class Meta:
        verbose_name = _("推送记录")
        verbose_name_plural = _("推送记录")
        indexes = [
            models.Index(fields=["subscription", "-id"], name="deliveries_of_subscription"),
            models.Index(fields=["at"], name="deliveries_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.first}–{self.last} {self.outcome}"
