"""Forms of the reporting cycle."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from yinfeng.domain.projects.actions.corrections import CorrectionData
from yinfeng.domain.projects.forms.fields import Base, DayField, SumField, labels, reason_field
from yinfeng.domain.projects.models import Fact, Flag, FundsArrival, Milestone, Phase, Project
from yinfeng.domain.projects.rules.words import (
    PROJECT_STAGES,
    CorrectionKind,
    FactStatus,
    FundsBasis,
    FundsBoundary,
)

from .models import ReportingTask
from .rules.words import TaskStatus


class DeclareForm(Base):
    """The unit's word that this is all; or that there was nothing."""

    is_nil = forms.ChoiceField(label=_l("本期情况"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_l("说明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_l("零报告可写明原因；退回后重新填报须写明改了什么。"),
    )  # fmt: skip

    def __init__(self, *args: Any, task: ReportingTask, standing: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["is_nil"]
        field.choices = [  # type: ignore[attr-defined]
            ("0", _("有变化，已全部登记（{n} 条事实）").format(n=standing)),
            ("1", _("本期无变化（零报告）")),
        ]
        field.initial = "0" if standing or task.scope == "ledger" else "1"
        self.fields["note"].required = task.status == TaskStatus.RETURNED


class ReturnForm(Base):
    """Why a report goes back, and what that rests on."""

    reason = reason_field(_l("退回原因"))
    document = forms.CharField(
        label=_l("退回依据"), max_length=120, help_text=_l("如：凭证号、文号、项目编号，或核对的台账行。")
    )


class CloseForm(Base):
    """Closing a month; with things open, the reason why it is closed all the same."""

    reason = reason_field(_l("带未了事项关账的原因"), required=False)

    def __init__(self, *args: Any, must: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = must
        if not must:
            self.fields["reason"].label = _("说明（可不填）")


class _Proposal(Base):
    """What every correction tells: why, and by which paper."""

    def add_grounds(self) -> None:
        self.fields["reason"] = reason_field(_("更正原因"))
        self.fields["document"] = forms.CharField(
            label=_("依据文号"), max_length=120, help_text=_("银行函件、会议纪要等；附件可一并上传。")
        )
        self.fields["file"] = forms.FileField(label=_("附件"), required=False)

    @property
    def upload(self) -> Any:
        return self.cleaned_data.get("file")


class ChangeForm(_Proposal):
    """A correction of a fact on record."""

    kind = forms.ChoiceField(label=_l("更正方式"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, fact: Fact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fact = fact
        kinds = [CorrectionKind.VOID] if isinstance(fact, Flag) else [CorrectionKind.REPLACE, CorrectionKind.VOID]
        if fact.status == FactStatus.DECLARED:
            kinds += [CorrectionKind.VERIFY, CorrectionKind.RETURN]
        field = self.fields["kind"]
        field.choices = [(k.value, _(k.label)) for k in kinds]  # type: ignore[attr-defined]
        field.initial = kinds[0].value
        if not isinstance(fact, Flag):
            self.fields["happened_on"] = DayField(label=_("更正后的日期"), required=False, initial=fact.happened_on)
        if isinstance(fact, FundsArrival):
            self.fields["amount"] = SumField(label=_("更正后的金额"), units=("万元", "亿元", "元"), initial=fact.amount)
            self.fields["voucher"] = forms.CharField(
                label=_("更正后的凭证号"), max_length=80, required=False, initial=fact.voucher
            )
        self.add_grounds()

    def correction(self) -> CorrectionData:
        told = self.cleaned_data
        kind = CorrectionKind(told["kind"])
        if kind != CorrectionKind.REPLACE:
            return CorrectionData(kind, self.fact)
        return CorrectionData(
            kind,
            self.fact,
            told.get("happened_on"),
            amount=told.get("amount"),
            voucher=(told.get("voucher") or "").strip(),
        )


class AddForm(_Proposal):
    """A fact that a closed month lacks: a milestone, or money that arrived."""

    phase_id = forms.TypedChoiceField(label=_l("分期"), coerce=int, empty_value=None)
    what = forms.ChoiceField(
        label=_l("补登内容"), choices=[("milestone", _l("里程碑")), ("funds", _l("到位资金"))], widget=forms.RadioSelect,
        initial="milestone",
    )  # fmt: skip
    happened_on = DayField(label=_l("发生日期"))
    stage = forms.ChoiceField(label=_l("阶段（里程碑）"), required=False)
    amount = SumField(label=_l("到位金额（资金）"), units=("万元", "亿元", "元"))
    basis = forms.ChoiceField(label=_l("到位口径"), choices=labels(FundsBasis), required=False)
    boundary = forms.ChoiceField(label=_l("资金来源地"), choices=labels(FundsBoundary), required=False)
    voucher = forms.CharField(label=_l("凭证号（资金）"), max_length=80, required=False)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phases = Phase.objects.filter(project=project).order_by("number").values_list("pk", "name")
        self.fields["phase_id"].choices = list(phases)  # type: ignore[attr-defined]
        self.fields["stage"].choices = [("", "—"), *((s.value, _(s.label)) for s in PROJECT_STAGES[1:])]  # type: ignore[attr-defined]
        self.add_grounds()

    def correction(self) -> CorrectionData:
        told = self.cleaned_data
        common = {"happened_on": told["happened_on"], "phase_id": told["phase_id"]}
        if told["what"] == "milestone":
            return CorrectionData(CorrectionKind.ADD, stage=told["stage"] or "-", **common)
        return CorrectionData(
            CorrectionKind.ADD, amount=told["amount"], basis=told["basis"], boundary=told["boundary"],
            voucher=told["voucher"], **common,
        )  # fmt: skip


SLOT_MODELS: dict[str, type[Fact]] = {"milestone": Milestone, "funds": FundsArrival, "flag": Flag}
