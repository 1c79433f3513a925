"""What is asked when a token or a webhook is made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .settings import most_token_days


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("令牌名称"), max_length=60, help_text=_("写明供哪个系统使用，例如“省平台每日拉取”。")
    )
    days = forms.IntegerField(label=_("有效天数"), min_value=1, initial=90)
    scopes = forms.MultipleChoiceField(label=_("令牌范围"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = offered  # type: ignore[attr-defined]
        self.fields["days"].max_value = most_token_days()  # type: ignore[attr-defined]
        self.fields["days"].widget.attrs["max"] = most_token_days()


class SubscriptionForm(forms.Form):
    name = forms.CharField(label=_("推送名称"), max_length=60)
    url = forms.CharField(label=_("推送地址"), max_length=300, help_text=_("内网 http 或 https 地址；不跟随跳转。"))
    scopes = forms.MultipleChoiceField(label=_("推送范围"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = offered  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("停用原因"), max_length=200, required=False)
