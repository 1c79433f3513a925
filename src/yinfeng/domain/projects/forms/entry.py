"""Quick entry on the phone, and a lead's own forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from yinfeng.domain.chains.queries import segment_choices

from ..actions.entries import InvestorData, ProjectData
from ..actions.leads import LeadData
from ..models import Lead
from ..queries.choices import UnitLine
from ..rules.words import Channel, ProjectKind
from .fields import (
    Base,
    DayField,
    SumField,
    SumWidget,
    UnitField,
    checked_code,
    labels,
    offer_units,
    reason_field,
    today,
)
from .project import area, number, person_field

ENTRY_UNITS = ("亿元", "万元")


class EntryForm(Base):
    """What a name, a sum and a unit need: the rest follows later."""

    what = forms.ChoiceField(
        label=_l("登记"),
        choices=[("lead", _l("线索")), ("project", _l("项目"))],
        initial="lead",
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_l("名称"),
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": _l("如：年产五万套精密部件项目"), "autocomplete": "off"}),
    )
    investor = forms.CharField(
        label=_l("投资方"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _l("企业全称"), "autocomplete": "off"}),
    )
    investor_uscc = forms.CharField(label=_l("投资方信用代码（有则填）"), max_length=30, required=False)
    investment = SumField(label=_l("总投资"), units=ENTRY_UNITS)
    kind = forms.ChoiceField(
        label=_l("类别"), choices=labels(ProjectKind), initial=ProjectKind.MANUFACTURING.value, widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(
        label=_l("招商方式"), choices=labels(Channel), initial=Channel.CHAIN.value, widget=forms.RadioSelect
    )
    unit = UnitField(label=_l("填报单位"))
    referrer = forms.CharField(label=_l("引荐人（选填）"), max_length=60, required=False)

    aliases = {"investment_cny": "investment", "investment_amount": "investment", "uscc": "investor_uscc",
               "lead_unit": "unit", "owner_unit": "unit"}  # fmt: skip

    def __init__(self, *args: Any, units: Sequence[UnitLine], kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self.fields["unit"], units)
        if len(units) == 1:
            self.initial["unit"] = units[0].id
        what = self.fields["what"]
        what.choices = [c for c in what.choices if c[0] in kinds]  # type: ignore[attr-defined]
        if len(kinds) == 1:
            self.initial["what"] = kinds[0]

    def clean_investor_uscc(self) -> str:
        return checked_code(self.cleaned_data.get("investor_uscc", ""))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("investor_uscc") and not told.get("investor"):
            self.add_error("investor", ValidationError(_("请填写投资方名称。"), code="required"))
        return told

    def _investor(self) -> InvestorData | None:
        told = self.cleaned_data
        return InvestorData(told["investor"], uscc=told["investor_uscc"]) if told["investor"] else None

    def lead(self, owner_id: int) -> LeadData:
        told = self.cleaned_data
        return LeadData(
            name=told["name"], kind=ProjectKind(told["kind"]), owner_unit_id=told["unit"],
            channel=Channel(told["channel"]), investor=self._investor(), investment_cny=told["investment"],
            referrer=told["referrer"], owner_id=owner_id,
        )  # fmt: skip

    def project(self, owner_id: int) -> ProjectData:
        told = self.cleaned_data
        investor = self._investor()
        return ProjectData(
            name=told["name"], kind=ProjectKind(told["kind"]), lead_unit_id=told["unit"],
            channel=Channel(told["channel"]), investors=[investor] if investor else [],
            investment_amount=told["investment"], referrer=told["referrer"], owner_id=owner_id,
        )  # fmt: skip


class LeadForm(Base):
    """A lead's attributes with the version that was seen."""

    name = forms.CharField(label=_l("线索名称"), max_length=120)
    kind = forms.ChoiceField(label=_l("项目类别"), choices=labels(ProjectKind))
    channel = forms.ChoiceField(label=_l("招商方式"), choices=labels(Channel))
    investment_cny = SumField(label=_l("预计总投资"))
    expected_output_cny = SumField(label=_l("预计年产值"))
    expected_tax_cny = SumField(label=_l("预计年税收"), widget=SumWidget(("万元", "亿元", "元")))
    land_area_mu = area(_l("用地需求（亩）"))
    product = forms.CharField(label=_l("主要产品"), max_length=120, required=False)
    segment_id = forms.TypedChoiceField(label=_l("产业链环节"), required=False, coerce=int, empty_value=None)
    referrer = forms.CharField(label=_l("引荐人"), max_length=60, required=False)
    owner_id = person_field(_l("负责人"))
    content = forms.CharField(label=_l("建设内容"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    needs = forms.CharField(
        label=_l("要素需求"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_l("用地、用能、环境容量、用工等。"),
    )  # fmt: skip
    is_confidential = forms.BooleanField(label=_l("保密（仅局长和指名人员可见）"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, initial=self.present(lead), **kwargs)
        self.fields["segment_id"].choices = [("", "—"), *segment_choices()]  # type: ignore[attr-defined]

    def present(self, lead: Lead) -> dict[str, Any]:
        told = {n: getattr(lead, n) for n in self.base_fields}
        return told | {"land_area_mu": number(lead.land_area_mu)}

    def changes(self) -> dict[str, Any]:
        return {n: v for n, v in self.cleaned_data.items() if n != "version"}


class ScreenForm(Base):
    """The lead passed its assessment."""

    screened_on = DayField(label=_l("研判日期"), initial=today)
    opinion = reason_field(_l("研判意见"), help_text=_l("产业契合、投资主体、市场与技术、环境与能耗、效益。"))


class DropForm(Base):
    reason = reason_field(_l("放弃原因"))


class PromoteForm(Base):
    """A lead becomes a project: what is known is filled in, the rest is asked."""

    name = forms.CharField(label=_l("项目名称"), max_length=120)
    kind = forms.ChoiceField(label=_l("项目类别"), choices=labels(ProjectKind))
    investor = forms.CharField(label=_l("投资方"), max_length=120, required=False)
    investment = SumField(label=_l("总投资"))
    lead_unit = UnitField(label=_l("牵头单位"))
    landing_unit = UnitField(label=_l("落地单位"), required=False)
    channel = forms.ChoiceField(label=_l("招商方式"), choices=labels(Channel))
    content = forms.CharField(label=_l("建设内容"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    aliases = {"investment_amount": "investment", "lead_unit_id": "lead_unit"}

    def __init__(
        self, *args: Any, lead: Lead, leading: Sequence[UnitLine], landing: Sequence[UnitLine], **kwargs: Any
    ) -> None:
        initial = {
            "name": lead.name, "kind": lead.kind, "investor": lead.investor_name, "investment": lead.investment_cny,
            "lead_unit": lead.owner_unit_id, "channel": lead.channel, "content": lead.content,
        }  # fmt: skip
        super().__init__(*args, initial=initial, **kwargs)
        self.lead = lead
        offer_units(self.fields["lead_unit"], leading)
        offer_units(self.fields["landing_unit"], landing, blank="—")

    def project(self) -> ProjectData:
        told, lead = self.cleaned_data, self.lead
        uscc = lead.investor.uscc or "" if lead.investor and told["investor"] == lead.investor.name else ""
        return ProjectData(
            name=told["name"], kind=ProjectKind(told["kind"]), lead_unit_id=told["lead_unit"],
            landing_unit_id=told["landing_unit"], channel=Channel(told["channel"]), content=told["content"],
            investors=[InvestorData(told["investor"], uscc=uscc)] if told["investor"] else [],
            investment_amount=told["investment"], product=lead.product, segment_id=lead.segment_id,
            land_area_mu=lead.land_area_mu, annual_output_cny=lead.expected_output_cny,
            annual_tax_cny=lead.expected_tax_cny, referrer=lead.referrer, owner_id=lead.owner_id,
            is_confidential=lead.is_confidential,
        )  # fmt: skip
