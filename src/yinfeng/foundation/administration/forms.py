"""What administrators type. Whether it is allowed is the actions' to say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.accounts.rules import Role, UnitKind
from yinfeng.foundation.regions.queries import division_exists, division_name
from yinfeng.kernel.enums import LabelledEnum

from .queries import unit_choices


def _said(enum: type[LabelledEnum]) -> list[tuple[str, Any]]:
    """The choices of an enum in the reader's language."""
    return [(value, _(label)) for value, label in enum.choices]


DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class UnitForm(forms.Form):
    name = forms.CharField(label=_("单位名称"), max_length=80)
    short_name = forms.CharField(label=_("单位简称"), max_length=20, help_text=_("列表和图表中使用"))
    code = forms.CharField(label=_("单位代码"), max_length=40, help_text=_("本系统内唯一，如统一编制的机构代码"))
    kind = forms.ChoiceField(label=_("单位类型"), choices=_said(UnitKind))
    region_code = forms.CharField(
        label=_("行政区划"), max_length=12, required=False, help_text=_("输入名称或代码查找"), widget=forms.Select
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self["region_code"].value() or ""
        widget = self.fields["region_code"].widget
        widget.choices = [("", "—"), *([(code, division_name(code))] if code else [])]
        widget.attrs["data-search-url"] = reverse("administration:search_divisions")

    def clean_region_code(self) -> str:
        code: str = self.cleaned_data["region_code"]
        if code and not division_exists(code):
            raise forms.ValidationError(_("没有这个行政区划，请从列表中选择。"))
        return code


class NewUnitForm(UnitForm):
    parent = forms.ChoiceField(label=_("上级单位"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = [("", _("无（顶级单位）")), *unit_choices()]  # type: ignore[attr-defined]
        self.fields["parent"].widget.attrs["data-chooser"] = ""


class MoveUnitForm(forms.Form):
    parent = forms.ChoiceField(label=_("上级单位"), required=False)
    place = forms.IntegerField(
        label=_("在同级中的序位"), min_value=1, max_value=9999, help_text=_("1 为首位；所有按单位的列表均依此排列")
    )

    def __init__(self, unit: Unit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = [("", _("无（顶级单位）")), *unit_choices(without=unit)]  # type: ignore[attr-defined]
        self.fields["parent"].widget.attrs["data-chooser"] = ""


class PersonForm(forms.Form):
    name = forms.CharField(label=_("姓名"), max_length=40)
    username = forms.CharField(
        label=_("用户名"), max_length=40, help_text=_("登录时使用，不能与他人相同"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )  # fmt: skip
    phone = forms.CharField(label=_("联系电话"), max_length=20, required=False)


class PostForm(forms.Form):
    unit = forms.ChoiceField(label=_("单位"))
    role = forms.ChoiceField(label=_("岗位"), choices=[("", "—"), *_said(Role)])
    title = forms.CharField(label=_("职务"), max_length=40, required=False)
    from_date = forms.DateField(label=_("任职日期"), widget=DAY)
    until_date = forms.DateField(
        label=_("离任日期"), required=False, widget=DAY, help_text=_("可不填；填写的当日仍有权限")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "—"), *unit_choices()]  # type: ignore[attr-defined]
        self.fields["unit"].widget.attrs["data-chooser"] = ""


class NewPersonForm(PersonForm):
    """A person with the first post, which may also be given later."""

    unit = forms.ChoiceField(label=_("单位"), required=False)
    role = forms.ChoiceField(label=_("岗位"), required=False, choices=[("", "—"), *_said(Role)])
    title = forms.CharField(label=_("职务"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "—"), *unit_choices()]  # type: ignore[attr-defined]
        self.fields["unit"].widget.attrs["data-chooser"] = ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("unit")) != bool(cleaned.get("role")):
            missing = "role" if cleaned.get("unit") else "unit"
            self.add_error(missing, _("单位和岗位须同时填写，或都不填。"))
        return cleaned


class PeopleFilterForm(forms.Form):
    q = forms.CharField(label=_("姓名或用户名"), max_length=40, required=False)
    unit = forms.ChoiceField(label=_("单位"), required=False)
    role = forms.ChoiceField(label=_("岗位"), required=False, choices=[("", _("全部")), *_said(Role)])
    status = forms.ChoiceField(
        label=_("状态"), required=False,
        choices=[("", _("全部")), ("active", _("启用")), ("inactive", _("停用")), ("without", _("启用但无岗位"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("全部")), *unit_choices()]  # type: ignore[attr-defined]
        self.fields["unit"].widget.attrs["data-chooser"] = ""


class RuleForm(forms.Form):
    body = forms.CharField(
        label=_("规则内容（YAML）"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "yf-mono"}),
    )
    valid_from = forms.DateField(label=_("生效日期"), widget=DAY, help_text=_("今天或以后；规则不能追溯"))
    note = forms.CharField(label=_("修改说明"), max_length=400, help_text=_("改了什么、依据哪份文件"))


class TrailFilterForm(forms.Form):
    person = forms.CharField(
        label=_("人员"), max_length=40, required=False, widget=forms.TextInput(attrs={"placeholder": _("姓名或用户名")})
    )
    verb = forms.CharField(
        label=_("操作"), max_length=60, required=False, widget=forms.TextInput(attrs={"placeholder": "person.create"})
    )
    kind = forms.CharField(
        label=_("对象类型"), max_length=20, required=False, widget=forms.TextInput(attrs={"placeholder": "project"})
    )
    object_id = forms.IntegerField(label=_("对象编号"), required=False, min_value=1, max_value=2**62)
    from_date = forms.DateField(label=_("自"), required=False, widget=DAY)
    until_date = forms.DateField(label=_("至"), required=False, widget=DAY)
