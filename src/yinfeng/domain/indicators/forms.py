"""The question form: period, breakdown and the two dates. It rides in the address, so that a figure can be sent on."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .queries.dimensions import label_of
from .rules.definition import DIMENSIONS
from .rules.targets import CURVE, WHOLE, read_curve, read_target


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _past(form: forms.Form, values: dict[str, Any]) -> None:
    """A day as of lies in the past: nothing of tomorrow has happened."""
    if (last := values.get("as_of")) and last > timezone.localdate():
        form.add_error("as_of", _("截至日期不能晚于今天。"))
    if (known := values.get("known")) and known > timezone.localdate():
        form.add_error("known", _("“按当时所知”不能晚于今天。"))


class QuestionForm(forms.Form):
    """``by`` offers what the definition can be broken down by."""

    start = forms.DateField(label=gettext_lazy("期间起"), widget=DayInput())
    end = forms.DateField(label=gettext_lazy("期间止"), widget=DayInput())
    by = forms.ChoiceField(label=gettext_lazy("分列"), required=False)
    as_of = forms.DateField(label=gettext_lazy("截至"), required=False, widget=DayInput())
    known = forms.DateField(label=gettext_lazy("按当时所知"), required=False, widget=DayInput())

    def __init__(self, *args: Any, dimensions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by: Any = self.fields["by"]
        by.choices = [("", _("不分列")), *dimensions]
        for name in ("start", "end", "as_of", "known"):
            self.fields[name].error_messages["invalid"] = _("请填写日期，如 2024-06-30。")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("end")
        if start and end and start > end:
            self.add_error(None, _("期间止早于期间起，请对调。"))
        _past(self, values)
        return values


class SpanForm(forms.Form):
    """A period from day to day."""

    start = forms.DateField(label=gettext_lazy("期间起"), widget=DayInput())
    end = forms.DateField(label=gettext_lazy("期间止"), widget=DayInput())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("end")
        if start and end and start > end:
            self.add_error(None, _("期间止早于期间起，请对调。"))
        _past(self, values)
        return values


class PivotForm(SpanForm):
    """Which indicator, by which two dimensions."""

    name = forms.ChoiceField(label=gettext_lazy("指标"), widget=forms.Select(attrs={"data-chooser": ""}))
    down = forms.ChoiceField(label=gettext_lazy("纵向"))
    across = forms.ChoiceField(label=gettext_lazy("横向"))
    as_of = forms.DateField(label=gettext_lazy("截至"), required=False, widget=DayInput())
    known = forms.DateField(label=gettext_lazy("按当时所知"), required=False, widget=DayInput())

    def __init__(self, *args: Any, indicators: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["name"].choices = indicators
        for name in ("down", "across"):
            fields[name].choices = [(one, label_of(one)) for one in DIMENSIONS]
        self.order_fields(["name", "down", "across", "start", "end"])


class FunnelForm(SpanForm):
    as_of = forms.DateField(label=gettext_lazy("截至"), required=False, widget=DayInput())
    known = forms.DateField(label=gettext_lazy("按当时所知"), required=False, widget=DayInput())


class CohortForm(SpanForm):
    """Which step, and how wide a cohort is."""

    step = forms.ChoiceField(label=gettext_lazy("看哪一步"))
    grain = forms.ChoiceField(
        label=gettext_lazy("按签约的"),
        choices=[("month", gettext_lazy("月度")), ("quarter", gettext_lazy("季度")), ("year", gettext_lazy("年度"))],
    )
    as_of = forms.DateField(label=gettext_lazy("截至"), required=False, widget=DayInput())
    known = forms.DateField(label=gettext_lazy("按当时所知"), required=False, widget=DayInput())

    def __init__(self, *args: Any, steps: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        step: Any = self.fields["step"]
        step.choices = steps
        self.order_fields(["step", "grain", "start", "end"])


class BridgeForm(forms.Form):
    """Of which period, and against what."""

    start = forms.DateField(label=gettext_lazy("期间起"), widget=DayInput())
    end = forms.DateField(label=gettext_lazy("期间止"), widget=DayInput())
    against = forms.ChoiceField(
        label=gettext_lazy("与什么比较"),
        choices=[
            ("previous", gettext_lazy("上期")), ("last_year", gettext_lazy("上年同期")),
            ("known", gettext_lazy("某日所知的同一期间")),
        ],
    )  # fmt: skip
    since = forms.DateField(label=gettext_lazy("某日"), required=False, widget=DayInput())
    as_of = forms.DateField(label=gettext_lazy("截至"), required=False, widget=DayInput())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("end")
        if start and end and start > end:
            self.add_error(None, _("期间止早于期间起，请对调。"))
        if values.get("against") == "known" and not values.get("since"):
            self.add_error("since", _("请填写与哪一日所知的比较。"))
        _past(self, values)
        if (since := values.get("since")) and since >= timezone.localdate():
            self.add_error("since", _("请填写今天以前的日期。"))
        return values


class DefinitionForm(forms.Form):
    """One definition as YAML, and from when on. ``check_only`` asks for no reason."""

    code = forms.SlugField(
        label=gettext_lazy("代号"), max_length=60, required=False,
        help_text=gettext_lazy("小写英文字母、数字和下划线，如 start_rate_park；以后不再更改"),
    )  # fmt: skip
    body = forms.CharField(
        label=gettext_lazy("定义（YAML）"), strip=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "yf-mono"}),
    )  # fmt: skip
    valid_from = forms.DateField(
        label=gettext_lazy("生效日期"), widget=DayInput(), help_text=gettext_lazy("今天或以后；规则不能追溯")
    )
    note = forms.CharField(
        label=gettext_lazy("修改说明"), max_length=400, required=False, help_text=gettext_lazy("改了什么、依据哪份文件")
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput(), required=False)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = is_new
        self.check_only = False

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.check_only and not (values.get("note") or "").strip():
            self.add_error("note", _("请写明修改说明。"))
        return values


class TargetsForm(forms.Form):
    """The targets of a year: the whole and each unit, in the official order; and the curve, where it is not even."""

    curve = forms.CharField(
        label=gettext_lazy("进度曲线"), max_length=120, required=False,
        help_text=gettext_lazy("十二个月末的累计百分比，逗号分开，止于 100；留空按 月份 ÷ 12"),
    )  # fmt: skip
    valid_from = forms.DateField(label=gettext_lazy("生效日期"), widget=DayInput(), initial=timezone.localdate)
    note = forms.CharField(label=gettext_lazy("修改说明"), max_length=400, help_text=gettext_lazy("依据哪份文件"))
    based_on = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(
        self, *args: Any, units: list[tuple[str, str]], now: dict[str, str], version: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [(WHOLE, _("全部")), *units]
        for code, label in self.codes:
            self.fields[f"unit-{code}"] = forms.CharField(
                label=label, max_length=40, required=False, initial=now.get(code, "")
            )
        self.fields["curve"].initial = now.get(CURVE, "")
        self.fields["based_on"].initial = version

    @property
    def of_units(self) -> list[Any]:
        return [self[f"unit-{code}"] for code, _label in self.codes]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for code, _label in self.codes:
            text = (values.get(f"unit-{code}") or "").strip()
            values[f"unit-{code}"] = target = int(text) if text.isdecimal() else text
            if text:
                try:
                    read_target(target)
                except ValueError as fault:
                    self.add_error(f"unit-{code}", str(fault))
        if text := (values.get("curve") or "").strip():
            parts = [part for part in re.split(r"[,，、\s]+", text) if part]
            try:
                values["curve"] = [float(p) if "." in p else int(p) for p in parts]
                read_curve(values["curve"])
            except ValueError as fault:
                self.add_error(
                    "curve", _("应为十二个数字，如 4, 9, 17 … 100。") if "invalid" in str(fault) else str(fault)
                )
        return values

    def targets(self) -> dict[str, Any]:
        """By unit code, as the rulebook keeps them."""
        found = {code: self.cleaned_data[f"unit-{code}"] for code, _label in self.codes}
        told: dict[str, Any] = {code: value for code, value in found.items() if value != ""}
        return {**told, CURVE: self.cleaned_data["curve"]} if told and self.cleaned_data["curve"] else told


class StatisticsForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("名单文件"), help_text=gettext_lazy("Excel 或 CSV"))
    as_of = forms.DateField(label=gettext_lazy("截至"), widget=DayInput(), help_text=gettext_lazy("名单所反映的日期"))


class ShareForm(forms.Form):
    """One project and the units that share its credit, one a line."""

    code = forms.CharField(label=gettext_lazy("项目编号"), max_length=20)
    grounds = forms.CharField(
        label=gettext_lazy("依据"), max_length=300, help_text=gettext_lazy("流转协议、会议纪要等")
    )
    shares = forms.CharField(
        label=gettext_lazy("分享比例"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("一行一个单位简称和百分数，如“东区 60”；合计 100，留空为取消分享"),
    )  # fmt: skip

    def __init__(self, *args: Any, units: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units

    def clean_shares(self) -> dict[int, Decimal]:
        found: dict[int, Decimal] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["shares"].splitlines())):
            match = re.fullmatch(r"(.+?)[\s：:]+(\d{1,3}(?:\.\d{1,2})?)\s*[%％]?", line)
            if match is None or match[1].strip() not in self.units:
                raise forms.ValidationError(_("“{line}”不是“单位简称 百分数”，或没有这个单位。").format(line=line))
            unit = self.units[match[1].strip()]
            if unit in found:
                raise forms.ValidationError(_("“{unit}”写了两次，请合并成一行。").format(unit=match[1].strip()))
            found[unit] = Decimal(match[2])
        return found


def end_of(day: date) -> datetime:
    """A day stands for its last moment."""
    return timezone.make_aware(datetime.combine(day, time.max))
