"""Forms of what hangs on a project or lead: undertakings, visits, claims, agreements, the team."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from yinfeng.domain.compliance.rules import Conclusion, ReviewKind
from yinfeng.domain.enterprises.models import Enterprise

from ..models import Agreement, Phase, Project, Undertaking
from ..queries.choices import UnitLine
from ..rules.planning import Template
from ..rules.words import PROJECT_STAGES, AgreementKind, CeremonyKind, ClaimKind, VisitDirection
from .fields import Base, DayField, SumField, UnitField, labels, offer_units, reason_field, today
from .project import many_of, person_field

# ------------------------------------------------------------------------------------------------ undertakings


def phase_choices(project: Project) -> list[tuple[int, str]]:
    return list(Phase.objects.filter(project=project).order_by("number").values_list("pk", "name"))


class UndertakingForm(Base):
    """One line of the three lists."""

    what = forms.CharField(label=_l("事项"), max_length=80)
    phase = forms.TypedChoiceField(label=_l("分期"), coerce=int)
    stage = forms.ChoiceField(label=_l("对应阶段"), required=False)
    unit = UnitField(label=_l("责任单位"))
    person = person_field(_l("责任人"))
    due_on = DayField(label=_l("完成时限"))
    after = forms.TypedChoiceField(label=_l("前置事项"), required=False, coerce=int, empty_value=None)
    note = forms.CharField(label=_l("说明"), max_length=300, required=False)

    def __init__(self, *args: Any, project: Project, units: Sequence[UnitLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phases = phase_choices(project)
        self.fields["phase"].choices = phases  # type: ignore[attr-defined]
        if len(phases) == 1:
            self.fields["phase"].widget = forms.HiddenInput()
            self.initial["phase"] = phases[0][0]
        self.fields["stage"].choices = [("", "—"), *((s.value, _(s.label)) for s in PROJECT_STAGES)]  # type: ignore[attr-defined]
        offer_units(self.fields["unit"], units)
        self.initial.setdefault("unit", project.lead_unit_id)
        lines = Undertaking.objects.filter(project=project, cancelled_reason="").order_by("due_on", "order", "pk")
        self.fields["after"].choices = [("", "—"), *lines.values_list("pk", "what")]  # type: ignore[attr-defined]


class DoneForm(Base):
    done_on = DayField(label=_l("完成日期"), initial=today)
    note = forms.CharField(label=_l("说明"), max_length=300, required=False)


class MoveForm(Base):
    """Another day, another holder, or no longer to be done; each with its reason."""

    deed = forms.ChoiceField(
        label=_l("调整"), widget=forms.RadioSelect, initial="move",
        choices=[("move", _l("改时限")), ("reassign", _l("换责任人")), ("cancel", _l("取消事项"))],
    )  # fmt: skip
    due_on = DayField(label=_l("新的完成时限"), required=False, help_text=_l("原定时限保留可查。"))
    unit = UnitField(label=_l("责任单位"), required=False)
    person = person_field(_l("责任人"))
    reason = reason_field(_l("原因"))

    def __init__(self, *args: Any, units: Sequence[UnitLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self.fields["unit"], units, blank="—")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("deed") == "move" and not told.get("due_on"):
            self.add_error("due_on", _("请填写新的完成时限。"))
        if told.get("deed") == "reassign" and not told.get("unit"):
            self.add_error("unit", _("请选择责任单位。"))
        return told


class PlanForm(Base):
    """A template and the day from which to count backwards."""

    phase = forms.TypedChoiceField(label=_l("分期"), coerce=int)
    template = forms.ChoiceField(label=_l("模板"))
    anchor_on = DayField(label=_l("目标日期"), help_text=_l("按模板所写的投产、开工或注册日，倒推各节点（工作日）。"))

    def __init__(self, *args: Any, project: Project, templates: Iterable[Template], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phases = phase_choices(project)
        self.fields["phase"].choices = phases  # type: ignore[attr-defined]
        self.initial.setdefault("phase", phases[0][0])
        if len(phases) == 1:
            self.fields["phase"].widget = forms.HiddenInput()
        self.fields["template"].choices = [(t.key, _(t.label)) for t in templates]  # type: ignore[attr-defined]


# ------------------------------------------------------------------------------------------------ visits and claims


class VisitForm(Base):
    """Who met whom, and what comes next; made for the phone."""

    direction = forms.ChoiceField(
        label=_l("往来方式"),
        choices=labels(VisitDirection),
        initial=VisitDirection.INBOUND.value,
        widget=forms.RadioSelect,
    )
    held_on = DayField(label=_l("日期"), initial=today)
    place = forms.CharField(label=_l("地点"), max_length=80, required=False)
    our_side = forms.CharField(label=_l("我方人员"), max_length=200)
    our_count = forms.IntegerField(label=_l("我方人数"), min_value=1, max_value=999, initial=1)
    their_side = forms.CharField(label=_l("对方人员（职务即可）"), max_length=200, required=False)
    their_count = forms.IntegerField(label=_l("对方人数"), min_value=0, max_value=999, initial=1)
    minutes = forms.CharField(label=_l("谈了什么"), widget=forms.Textarea(attrs={"rows": 4}))
    next_step = forms.CharField(label=_l("下一步"), max_length=200, required=False)
    leader = person_field(_l("带队领导"))
    unit = UnitField(label=_l("填报单位"))

    def __init__(self, *args: Any, units: Sequence[UnitLine], person_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self.fields["unit"], units)
        self.initial.setdefault("our_side", person_name)
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.initial["unit"] = units[0].id


class ContactForm(Base):
    """A person at one of the project's firms; what the law asks is asked here."""

    enterprise = forms.ChoiceField(label=_l("企业"))
    name = forms.CharField(label=_l("联系人"), max_length=40)
    position = forms.CharField(label=_l("联系人职务"), max_length=40, required=False)
    phone = forms.CharField(label=_l("联系电话"), max_length=30, required=False)
    purpose = forms.CharField(label=_l("使用目的"), max_length=80, initial=_l("项目洽谈与服务"))
    consent = forms.CharField(label=_l("同意方式"), max_length=80, help_text=_l("例如：当面递交名片、书面同意"))
    unit = UnitField(label=_l("登记单位"))

    def __init__(self, *args: Any, firms: Sequence[Enterprise], units: Sequence[UnitLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].choices = [(str(firm.pk), firm.name) for firm in firms]  # type: ignore[attr-defined]
        offer_units(self.fields["unit"], units)
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.initial["unit"] = units[0].id


class ClaimForm(Base):
    kind = forms.ChoiceField(
        label=_l("申报类别"), choices=labels(ClaimKind), initial=ClaimKind.REPORT.value, widget=forms.RadioSelect
    )
    unit = UnitField(label=_l("申报单位"))
    claimed_on = DayField(label=_l("首次接洽日期"), initial=today)
    grounds = reason_field(_l("申报依据"), help_text=_l("如联系函、会面记录、引荐人。"))

    def __init__(self, *args: Any, units: Sequence[UnitLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self.fields["unit"], units)
        if len(units) == 1:
            self.initial["unit"] = units[0].id


class DisputeForm(Base):
    words = reason_field(_l("异议理由"))


class RuleForm(Base):
    upheld = forms.TypedChoiceField(
        label=_l("裁定"), coerce=lambda v: v == "yes", widget=forms.RadioSelect,
        choices=[("yes", _l("有效，重新起算保护期")), ("no", _l("无效"))],
    )  # fmt: skip
    decision = reason_field(_l("裁定意见"))


# ------------------------------------------------------------------------------------------------ agreements


class AgreementForm(Base):
    kind = forms.ChoiceField(label=_l("协议类别"), choices=labels(AgreementKind), widget=forms.RadioSelect)
    title = forms.CharField(label=_l("协议名称"), max_length=160)
    number = forms.CharField(label=_l("协议编号"), max_length=80, required=False)
    parties = forms.CharField(label=_l("协议各方"), max_length=300, help_text=_l("甲方、乙方全称，用顿号隔开。"))
    signed_on = DayField(label=_l("签署日期"), initial=today)
    ends_on = DayField(label=_l("终止日期"), required=False)
    investment_cny = SumField(label=_l("协议总投资"))
    fixed_investment_cny = SumField(label=_l("协议固定资产投资"))
    phases = forms.TypedMultipleChoiceField(
        label=_l("涉及分期"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_l("不选则为全部分期。"),
    )
    is_legacy = forms.BooleanField(label=_l("存量协议（公平竞争审查条例施行前签署，不作范本）"), required=False)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phases = phase_choices(project)
        if len(phases) == 1:
            del self.fields["phases"]
        else:
            self.fields["phases"].choices = phases  # type: ignore[attr-defined]


class ReviewForm(Base):
    """A review conclusion, recorded and put to the agreement."""

    kind = forms.ChoiceField(label=_l("审查类别"), choices=labels(ReviewKind), widget=forms.RadioSelect)
    conclusion = forms.ChoiceField(label=_l("审查结论"), choices=labels(Conclusion), widget=forms.RadioSelect)
    concluded_on = DayField(label=_l("结论日期"), initial=today)
    reviewer = forms.CharField(label=_l("审查机构"), max_length=80)
    document_number = forms.CharField(label=_l("文号"), max_length=80)
    grounds = forms.CharField(label=_l("理由与依据"), widget=forms.Textarea(attrs={"rows": 3}))


class EffectForm(Base):
    effective_on = DayField(label=_l("生效日期"), initial=today)


# ------------------------------------------------------------------------------------------------ ceremonies, team


class CeremonyForm(Base):
    """An event that lists agreements or phases; it changes no stage."""

    kind = forms.ChoiceField(label=_l("活动类别"), choices=labels(CeremonyKind), widget=forms.RadioSelect)
    name = forms.CharField(label=_l("活动名称"), max_length=120)
    held_on = DayField(label=_l("活动日期"), initial=today)
    place = forms.CharField(label=_l("活动地点"), max_length=80, required=False)
    host_unit = UnitField(label=_l("主办单位"))
    agreements = forms.TypedMultipleChoiceField(
        label=_l("涉及协议"), required=False, coerce=int,
        widget=many_of("agreement", _l("输入协议或项目名称查找")),
    )  # fmt: skip
    phases = forms.TypedMultipleChoiceField(
        label=_l("涉及项目分期"), required=False, coerce=int, help_text=_l("集中开工、竣工时选分期。"),
        widget=many_of("phase", _l("输入项目名称查找")),
    )  # fmt: skip
    note = forms.CharField(label=_l("说明"), max_length=300, required=False)

    def __init__(
        self,
        *args: Any,
        units: Sequence[UnitLine],
        agreements: QuerySet[Agreement],
        phases: QuerySet[Phase],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self.fields["host_unit"], units)
        # Of what was sent, only what the viewer may enter is a choice: nothing else shows its name.
        for name, rows, words in (("agreements", agreements, "title"), ("phases", phases, "project__name")):
            ids = [int(v) for v in self.sent(name)[:200] if v.isascii() and v.isdigit() and len(v) < 19]
            self.fields[name].choices = list(rows.filter(pk__in=ids).values_list("pk", words))  # type: ignore[attr-defined]


class TeamForm(Base):
    template = forms.ChoiceField(label=_l("专班模式"), widget=forms.RadioSelect)


class SeatForm(Base):
    unit = UnitField(label=_l("单位"), required=False)
    person = person_field(_l("人员"))

    def __init__(self, *args: Any, units: Sequence[UnitLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self.fields["unit"], units, blank="—")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not told.get("unit") and not told.get("person"):
            self.add_error(None, _("请选择单位或人员，至少一项。"))
        return told
