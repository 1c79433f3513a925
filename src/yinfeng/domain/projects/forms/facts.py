"""Forms of facts: money that arrived, flags, and what becomes of a fact on record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from yinfeng.foundation.accounts.models import Person

from ..actions.facts import FundsData
from ..models import Phase, Project
from ..queries.choices import Units
from ..rules.words import EvidenceKind, FlagKind, FundsBasis, FundsBoundary, ValueKind
from .fields import ALL_UNITS, Base, DayField, SumField, SumWidget, UnitField, labels, offer_units, reason_field, today
from .papers import WithPapers

MONEY_PAPERS = (
    EvidenceKind.BANK_RECEIPT, EvidenceKind.CAPITAL_VERIFICATION, EvidenceKind.INVOICE, EvidenceKind.EQUIPMENT_RECEIPT,
    EvidenceKind.AUDIT_REPORT, EvidenceKind.OTHER,
)  # fmt: skip


def phase_field(project: Project, *, blank: str) -> forms.TypedChoiceField:
    """One of the project's phases, or the whole of it."""
    phases = Phase.objects.filter(project=project).order_by("number").values_list("pk", "name")
    return forms.TypedChoiceField(
        label=_("分期"), required=False, coerce=int, empty_value=None, choices=[("", blank), *phases]
    )


class FundsForm(WithPapers):
    """Money that arrived. What is actual needs a voucher."""

    amount = SumField(
        label=_l("到位金额"),
        units=ALL_UNITS,
        currencies=True,
        required=True,
        widget=SumWidget(("万元", "亿元", "元", *ALL_UNITS[3:])),
    )
    arrived_on = DayField(label=_l("到位日期"), initial=today)
    value_kind = forms.ChoiceField(
        label=_l("数值性质"), choices=labels(ValueKind), initial=ValueKind.ACTUAL.value, widget=forms.RadioSelect,
        help_text=_l("预计与快报另列，不计入实际到位。"),
    )  # fmt: skip
    basis = forms.ChoiceField(label=_l("到位口径"), choices=labels(FundsBasis), initial=FundsBasis.CAPITAL.value)
    boundary = forms.ChoiceField(label=_l("资金来源地"), choices=labels(FundsBoundary))
    rate = forms.DecimalField(
        label=_l("到位当日汇率"), required=False, max_digits=12, decimal_places=6, min_value=0,
        help_text=_l("外币到位须填：1 元外币折合人民币多少元。"), widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    voucher = forms.CharField(label=_l("凭证号"), max_length=80, required=False, help_text=_l("同一凭证只计一次。"))
    note = forms.CharField(label=_l("说明"), max_length=300, required=False)

    aliases = {"phase": "phase_id", "happened_on": "arrived_on", "evidence": "voucher"}

    def __init__(self, *args: Any, project: Project, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if project.phase_count > 1:
            self.fields["phase_id"] = phase_field(project, blank=_("不分期"))
        self.order_fields(["amount", "arrived_on", "value_kind", "basis", "boundary", "phase_id", "voucher", "rate"])
        self.offer_papers((), actor, further=MONEY_PAPERS)

    def funds(self) -> FundsData:
        told = self.cleaned_data
        amount, currency = told["amount"]
        return FundsData(
            amount, told["arrived_on"], FundsBasis(told["basis"]), FundsBoundary(told["boundary"]),
            ValueKind(told["value_kind"]), currency, told["rate"], told["voucher"].strip(), told["note"],
        )  # fmt: skip


class FlagForm(WithPapers):
    """Raise a flag, with the reason."""

    kind = forms.ChoiceField(label=_l("状态"), choices=labels(FlagKind), widget=forms.RadioSelect)
    happened_on = DayField(label=_l("发生日期"), initial=today)
    reason = reason_field(_l("原因"))
    to_unit = UnitField(label=_l("流入单位"), required=False, help_text=_l("仅流转时填写；流入单位此后可见本项目。"))

    def __init__(self, *args: Any, project: Project, units: Units, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self.fields["to_unit"], units.landing)
        if project.phase_count > 1:
            self.fields["phase_id"] = phase_field(project, blank=_("整个项目"))
        self.order_fields(["kind", "phase_id", "happened_on", "to_unit", "reason"])
        self.offer_papers((), actor, further=(EvidenceKind.MINUTES, EvidenceKind.OTHER))


class LiftForm(Base):
    """A flag is over, with the reason why."""

    happened_on = DayField(label=_l("解除日期"), initial=today)
    reason = reason_field(_l("解除原因"))


class ReasonForm(Base):
    """A reason, and nothing else."""

    reason = reason_field(_l("原因"))


class CorrectForm(Base):
    """Another date for a milestone."""

    happened_on = DayField(label=_l("更正为"))
    reason = reason_field(_l("更正原因"))
