"""Input shapes of the bulletin pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .rules.words import ObjectionOutcome


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class NewForm(forms.Form):
    """``kinds`` are (key, name) of what can be drafted."""

    kind = forms.ChoiceField(label=gettext_lazy("通报种类"))
    as_of = forms.DateField(label=gettext_lazy("截至"), widget=DayInput())
    project = forms.CharField(
        label=gettext_lazy("项目编号"), required=False, help_text=gettext_lazy("只用于项目一页纸和走访材料")
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["kind"]
        chosen.choices = kinds
        self.fields["as_of"].error_messages["invalid"] = _("请填写日期，如 2024-06-30。")

    def clean_as_of(self) -> Any:
        day = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("截至日期不能晚于今天。"))
        return day


class EditForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("通报标题"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    source = forms.CharField(
        label=gettext_lazy("正文"), widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "一行一段；# 一级标题，## 二级标题，> 注；[3] 是第 3 个数字，{{5}} 是表格或图；都可删去，不可新增。"
        ),
    )  # fmt: skip


class IssueForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("文号"), required=False, max_length=60)
    red_head = forms.CharField(label=gettext_lazy("红头"), required=False, max_length=40)
    window_days = forms.IntegerField(label=gettext_lazy("异议期"), initial=5, min_value=0, max_value=60)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("更正原因"), max_length=200)


class ObjectionForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("异议内容"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class DecideForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("处理结果"),
        choices=[(o.value, o.label) for o in (ObjectionOutcome.UPHELD, ObjectionOutcome.REJECTED)],
    )
    reply = forms.CharField(label=gettext_lazy("答复"), max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["outcome"]
        chosen.choices = [(value, _(label)) for value, label in chosen.choices]


class CheckForm(forms.Form):
    upload = forms.FileField(label=gettext_lazy("文件"), required=False)
    text = forms.CharField(
        label=gettext_lazy("粘贴文字"), required=False, max_length=60_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    ledger = forms.BooleanField(
        label=gettext_lazy("同时与台账比对"), required=False,
        help_text=gettext_lazy("台账能算出的数字（单位、指标、期间都写明的）逐个比对；友邻的通报不必勾选。"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not values.get("upload") and not (values.get("text") or "").strip():
            self.add_error("text", _("请选择文件，或粘贴文字。"))
        return values
