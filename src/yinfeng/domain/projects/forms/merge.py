"""Merging two projects, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from ..queries.merging import FactLine, MergePreview
from .fields import Base, ChooserField, reason_field


class OtherForm(Base):
    """Which project goes into this one."""

    def __init__(self, *args: Any, name_of: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["with"] = field = ChooserField(
            label=_("并入本项目的另一项目"),
            url="/projects/choose/project/",
            name_of=name_of,
            placeholder=_l("输入项目名称查找"),
        )
        field.show(self.data.get("with") if self.is_bound else None)


class MergeForm(Base):
    """A choice for each field that differs, the facts to take over, and the reason."""

    reason = reason_field(_l("合并原因"))

    def __init__(self, *args: Any, preview: MergePreview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.preview = preview
        self.differing = [pair for pair in preview.fields if pair.differs]
        for pair in self.differing:
            self.fields[f"field_{pair.field}"] = forms.ChoiceField(
                label=pair.label, initial=pair.suggested, widget=forms.RadioSelect,
                choices=[("keep", pair.keep or "—"), ("lose", pair.lose or "—")],
            )  # fmt: skip
        for name, lines in (("milestones", preview.milestones), ("arrivals", preview.arrivals)):
            self.fields[name] = forms.TypedMultipleChoiceField(
                label="", required=False, coerce=int, choices=[(x.pk, _line(x)) for x in lines],
                initial=[x.pk for x in lines if x.is_lacking], widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip

    def rows(self) -> Sequence[Any]:
        return [self[f"field_{pair.field}"] for pair in self.differing]

    def choices(self) -> dict[str, str]:
        return {pair.field: self.cleaned_data[f"field_{pair.field}"] for pair in self.differing}


def _line(line: FactLine) -> str:
    lacking = "" if line.is_lacking else _("（保留项目已有）")
    return f"{line.phase} {line.text} {line.happened_on}{lacking}"
