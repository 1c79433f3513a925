"""What people type about themselves. Units, people and posts are edited in administration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class LoginForm(AuthenticationForm):
    """User name and password; the message tells neither which of the two is wrong nor whether the person exists."""

    error_messages = {
        "invalid_login": _("用户名或密码不正确，或账号已停用。请核对大小写后重试；忘记密码请联系系统管理员。"),
        "inactive": _("用户名或密码不正确，或账号已停用。请核对大小写后重试；忘记密码请联系系统管理员。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("用户名")
        self.fields["password"].label = _("密码")


class ChangePasswordForm(forms.Form):
    """The present password and the new one twice. Whether the new one is good is the action's to say."""

    old_password = forms.CharField(
        label=_("原密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new_password = forms.CharField(
        label=_("新密码"),
        strip=False,
        max_length=128,
        help_text=_("至少 10 位，含小写字母、大写字母、数字、符号中的至少三种。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label=_("再输一次新密码"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_repeated(self) -> str:
        repeated: str = self.cleaned_data["repeated"]
        if repeated != self.cleaned_data.get("new_password"):
            raise forms.ValidationError(_("两次输入的新密码不一致。"))
        return repeated
