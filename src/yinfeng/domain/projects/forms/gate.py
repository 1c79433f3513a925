"""The gate as a form: the step, its day, what is still missing, and the papers it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.regions.models import Industry

from ..actions.entries import InvestorData
from ..models import Phase, Project
from ..queries.choices import Units
from ..queries.gates import reached_by, told_of
from ..rules.stages import GATE_FIELDS, Gate, StageTable
from ..rules.words import EvidenceKind, SiteRoute, Stage
from .fields import (
    ALL_UNITS,
    ChooserField,
    DayField,
    SumField,
    SumWidget,
    UnitField,
    checked_code,
    labels,
    offer_units,
    today,
)  # fmt: skip
from .papers import WithPapers

_SUMS = ("fixed_investment_cny", "annual_output_cny", "annual_tax_cny", "trade_volume_cny", "phase_investment_cny")


def industry_name(code: str) -> str | None:
    found = Industry.objects.filter(code=code).first()
    return f"{found.code} {found.name}" if found else None


def area_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        max_digits=12,
        decimal_places=2,
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


class GateForm(WithPapers):
    """Fields appear as the stage table asks for them and the ledger does not know them yet."""

    stage = forms.ChoiceField(label=_l("登记到"))
    happened_on = DayField(label=_l("发生日期"), initial=today)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    phase = forms.IntegerField(widget=forms.HiddenInput, required=False)

    aliases = {"investment_amount": "investment_cny", "landing_unit_id": "landing_unit", "land_area_mu": "phase_land_area_mu",
               "plant_area_sqm": "phase_plant_area_sqm", "evidence": "happened_on", "name": "investors"}  # fmt: skip

    def __init__(
        self, *args: Any, project: Project, of_phase: Phase, step: Stage | None, table: StageTable, units: Units,
        actor: Person, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.project, self.of_phase, self.table = project, of_phase, table
        self.reached = reached_by(of_phase)
        self.told = told_of(of_phase, project)
        steps = table.next_stages(project.kind, self.reached)
        chosen = self.data.get("stage") if self.is_bound else None
        self.step = self._step(chosen, step, steps)
        self.fields["stage"].choices = self._choices(steps)  # type: ignore[attr-defined]
        self.initial = {
            **self.initial,
            "stage": self.step.value if self.step else "",
            "version": of_phase.version,
            "phase": of_phase.pk,
        }
        self.gate = self._gate()
        for name in self.asked:
            self.fields[name] = self._field(name, units)
            if isinstance(field := self.fields[name], ChooserField):
                field.show(self.data.get(name) if self.is_bound else None)
        if "company" in self.asked:
            self.fields["company_uscc"] = forms.CharField(
                label=_("项目公司信用代码"),
                max_length=18,
                required=False,
                help_text=_("18 位统一社会信用代码，见营业执照。"),
            )
        self.fields["note"] = forms.CharField(
            label=_("说明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
        )
        further = [k.value for k in EvidenceKind if k not in (EvidenceKind.DOCUMENT, EvidenceKind.LEDGER)]
        self.offer_papers(self.gate.evidence if self.gate else (), actor, further=further)

    def _step(self, chosen: str | None, wanted: Stage | None, steps: list[Stage]) -> Stage | None:
        if chosen and chosen in Stage:
            known: Stage = Stage(chosen)
            return known
        first = steps[0] if steps else None
        return wanted or self.table.suggested(self.project.kind, self.reached) or first

    def _choices(self, steps: list[Stage]) -> list[tuple[str, str]]:
        offered = list(steps)
        if self.step and self.step not in offered:
            offered.insert(0, self.step)
        return [(s.value, _(s.label)) for s in offered]

    def _gate(self) -> Gate | None:
        if self.step is None:
            return None
        told: Mapping[str, object] = self.told
        if self.is_bound and not self.told.get("site_route"):
            route = self.data.get("site_route", "")
            told = {**self.told, "site_route": route if route in SiteRoute else ""}
        return self.table.gate(self.step, kind=self.project.kind, reached=self.reached, told=told)

    @property
    def asked(self) -> list[str]:
        """Gate fields that the ledger does not know yet, the site route first: others depend on it."""
        if self.gate is None:
            return []
        return [n for n in self.gate.fields if self.told.get(n) in (None, "")]

    @property
    def known(self) -> list[str]:
        """What the step asks for and is on record already, in words."""
        return [
            _(GATE_FIELDS[n][0]) for n in (self.gate.fields if self.gate else ()) if self.told.get(n) not in (None, "")
        ]

    @property
    def order_faults(self) -> tuple[str, ...]:
        return self.gate.faults if self.gate else ()

    def _field(self, name: str, units: Units) -> forms.Field:
        label = _(GATE_FIELDS[name][0])
        match name:
            case "investment_cny":
                return SumField(label=label, currencies=True, required=True, widget=SumWidget(ALL_UNITS))
            case "content":
                return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}))
            case "investors":
                return forms.CharField(label=label, max_length=120, help_text=_("企业全称，与营业执照一致。"))
            case "company":
                return forms.CharField(label=label, max_length=120, help_text=_("本地注册的项目公司全称。"))
            case "landing_unit":
                field = UnitField(label=label)
                offer_units(field, units.landing, blank=_("请选择"))
                return field
            case "industry":
                return ChooserField(
                    label=label, url=reverse_lazy("projects:choose", args=["industry"]), name_of=industry_name, key=str
                )
            case "platform_code":
                return forms.CharField(label=label, max_length=40, help_text=_("全国投资项目在线审批监管平台代码。"))
            case "site_route":
                return forms.ChoiceField(label=label, choices=labels(SiteRoute), widget=forms.RadioSelect)
            case "phase_land_area_mu":
                return area_field(_("用地面积（亩）"))
            case "phase_plant_area_sqm":
                return area_field(_("厂房面积（㎡）"))
        return SumField(label=label, required=True)

    def clean_company_uscc(self) -> str:
        return checked_code(self.cleaned_data.get("company_uscc", ""))

    def values(self) -> dict[str, Any]:
        """Gate field -> value, as ``actions.advance`` takes them."""
        told: dict[str, Any] = {
            n: self.cleaned_data[n] for n in self.asked if self.cleaned_data.get(n) not in (None, "")
        }
        if "investors" in told:
            told["investors"] = [InvestorData(told["investors"])]
        if "company" in told:
            told["company"] = InvestorData(told["company"], uscc=self.cleaned_data.get("company_uscc", ""))
        return told

    def row_fields(self) -> list[Any]:
        """The bound fields in the order of the page, but for the step and its papers."""
        return [f for f in self.visible_fields() if f.name not in ("stage", "happened_on", "note")]
