"""What is typed on the pages of assessment. Whether it is allowed is the actions' to say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from yinfeng.domain.projects.forms.fields import Base, DayField, UnitField, labels, offer_units, reason_field, today
from yinfeng.domain.projects.forms.project import person_field
from yinfeng.domain.projects.queries.choices import UnitLine

from .models import AgendaItem
from .rules.scoring import Scheme
from .rules.words import Decision, StepKind, Verdict

TASKS_EACH = 3  # lines for tasks under each item of the minutes


class StepForm(Base):
    kind = forms.ChoiceField(label=_l("步骤"), choices=labels(StepKind), widget=forms.RadioSelect)
    happened_on = DayField(label=_l("发生日期"), initial=today)
    words = forms.CharField(label=_l("情况说明"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class ScoreForm(Base):
    """One field an item of the scheme; what is left empty stays unscored."""

    note = forms.CharField(
        label=_l("评分说明"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        note = self.fields.pop("note")
        for item in scheme.items:
            if item.how == "choice":
                choices = [("", "—"), *((name, name) for name, _points in item.choices)]
                field: forms.Field = forms.ChoiceField(label=_(item.label), choices=choices, required=False)
            else:
                field = forms.CharField(label=_(item.label), max_length=20, required=False)
                field.widget.attrs["inputmode"] = "decimal"
            field.help_text = item.rule
            self.fields[f"item_{item.key}"] = field
        if scheme.vetoes:
            self.fields["vetoes"] = forms.MultipleChoiceField(
                label=_l("一票否决情形"), choices=[(v, v) for v in scheme.vetoes], required=False,
                widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip
        self.fields["note"] = note

    def values(self) -> dict[str, str]:
        return {k.removeprefix("item_"): v for k, v in self.cleaned_data.items() if k.startswith("item_") and v}


class AskForm(Base):
    unit = UnitField(label=_l("出具部门"), required=False)
    adviser = forms.CharField(
        label=_l("顾问机构或专家"), max_length=80, required=False, help_text=_l("部门与顾问机构选填一个")
    )
    question = forms.CharField(label=_l("征求事项"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = DayField(label=_l("回复时限"))

    def __init__(self, *args: Any, units: Sequence[UnitLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self.fields["unit"], units, blank="—")
        self.initial.setdefault("due_on", timezone.localdate() + timedelta(days=3))


class GiveForm(Base):
    verdict = forms.ChoiceField(label=_l("意见"), choices=labels(Verdict), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_l("意见内容"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    given_on = DayField(label=_l("出具日期"), initial=today)
    paper = forms.CharField(label=_l("意见文号"), max_length=80, required=False, help_text=_l("代为登记的必须填写"))


class ReasonForm(Base):
    reason = reason_field(_l("原因"))


class CallForm(Base):
    title = forms.CharField(label=_l("会商名称"), max_length=120)
    meets_at = forms.DateTimeField(
        label=_l("会商时间"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    place = forms.CharField(label=_l("会商地点"), max_length=80, required=False)
    host_unit = UnitField(label=_l("召集单位"))
    chair = person_field(_l("主持人"))
    units = forms.TypedMultipleChoiceField(
        label=_l("参会单位"), coerce=int, required=False,
        widget=forms.SelectMultiple(attrs={"data-chooser": "", "size": "6"}),
    )  # fmt: skip

    def __init__(self, *args: Any, hosts: Sequence[UnitLine], units: Sequence[UnitLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self.fields["host_unit"], hosts)
        self.fields["units"].choices = [(u.id, u.indented) for u in units]  # type: ignore[attr-defined]


class PutForm(Base):
    consultation = forms.TypedChoiceField(label=_l("联合会商"), coerce=int)
    question = forms.CharField(label=_l("议题"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, planned: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consultation"].choices = list(planned)  # type: ignore[attr-defined]


class MinutesForm(Base):
    """The minutes: number and text, then each item's decision with up to three tasks."""

    minutes_number = forms.CharField(label=_l("纪要编号"), max_length=60)
    minutes = forms.CharField(
        label=_l("会议纪要"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, items: Sequence[AgendaItem], units: Sequence[UnitLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            at = f"item-{item.pk}"
            self.fields[at] = forms.ChoiceField(label=_l("会商决定"), choices=labels(Decision, blank="—"))
            self.fields[f"{at}-words"] = forms.CharField(
                label=_l("决定内容"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )
            if item.project_id is None:
                continue
            for n in range(TASKS_EACH):
                self.fields[f"{at}-what-{n}"] = forms.CharField(label=_l("事项"), max_length=80, required=False)
                unit = UnitField(label=_l("责任单位"), required=False)
                offer_units(unit, units, blank="—")
                self.fields[f"{at}-unit-{n}"] = unit
                self.fields[f"{at}-due-{n}"] = DayField(label=_l("完成时限"), required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        for item in self.items:
            for n in range(TASKS_EACH if item.project_id else 0):
                at = f"item-{item.pk}"
                what, unit, due = (told.get(f"{at}-{part}-{n}") for part in ("what", "unit", "due"))
                if what and not unit:
                    self.add_error(f"{at}-unit-{n}", _l("请选择责任单位。"))
                if what and not due:
                    self.add_error(f"{at}-due-{n}", _l("请填写完成时限。"))
                if not what and (unit or due):
                    self.add_error(f"{at}-what-{n}", _l("请填写事项。"))
        return told

    def rows(self) -> list[dict[str, Any]]:
        """The fields item by item, for the template."""
        found = []
        for item in self.items:
            at = f"item-{item.pk}"
            tasks = [
                [self[f"{at}-{part}-{n}"] for part in ("what", "unit", "due")]
                for n in range(TASKS_EACH if item.project_id else 0)
            ]
            found.append({"item": item, "decision": self[at], "words": self[f"{at}-words"], "tasks": tasks})
        return found
