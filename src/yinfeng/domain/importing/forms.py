"""Input shapes of 导入导出."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yinfeng.foundation.accounts.models import Unit
from yinfeng.kernel.enums import LabelledEnum

from .rules.words import Book, KeyKind, Mode, OnConflict


def words(kind: type[LabelledEnum]) -> list[tuple[str, Any]]:
    return [(member.value, _(member.label)) for member in kind]


class UploadForm(forms.Form):
    """A workbook and how it is to be taken."""

    upload = forms.FileField(
        label=_("工作簿"), help_text=_("xlsx、xls、et、csv，不超过 50 MB"),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的。")},
    )  # fmt: skip
    book = forms.ChoiceField(label=_("表格种类"), choices=lambda: words(Book), required=False)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("导入单位"), empty_label=None)
    mode = forms.ChoiceField(label=_("导入方式"), choices=lambda: words(Mode))
    key = forms.ChoiceField(label=_("对应方式"), choices=lambda: words(KeyKind))
    as_of = forms.DateField(
        label=_("数据截止日"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("累计到位等数据截至哪一天；不填按表题"),
    )  # fmt: skip

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if not self.is_bound and (first := units.first()):
            self.fields["unit"].initial = first.pk


class ChoiceForm(forms.Form):
    """How a checked import is to be read and taken."""

    sheet = forms.ChoiceField(label=_("工作表"), required=False)
    mode = forms.ChoiceField(label=_("导入方式"), choices=lambda: words(Mode))
    key = forms.ChoiceField(label=_("对应方式"), choices=lambda: words(KeyKind))
    on_conflict = forms.ChoiceField(label=_("冲突处理"), choices=lambda: words(OnConflict))
    as_of = forms.DateField(label=_("数据截止日"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    good_rows_only = forms.BooleanField(label=_("只导入无误的行"), required=False)

    def __init__(self, *args: Any, sheets: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]
