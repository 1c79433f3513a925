"""The question form: period, breakdown and the two dates. It rides in the address, so that a figure can be sent on."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


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
        if (last := values.get("as_of")) and last > timezone.localdate():
            self.add_error(None, _("截至日期不能晚于今天。"))
        return values


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

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("end")
        if start and end and start > end:
            self.add_error(None, _("期间止早于期间起，请对调。"))
        if values.get("against") == "known" and not values.get("since"):
            self.add_error("since", _("请填写与哪一日所知的比较。"))
        elif (since := values.get("since")) and since >= timezone.localdate():
            self.add_error("since", _("请填写今天以前的日期。"))
        return values


def end_of(day: date) -> datetime:
    """A day stands for its last moment."""
    return timezone.make_aware(datetime.combine(day, time.max))
