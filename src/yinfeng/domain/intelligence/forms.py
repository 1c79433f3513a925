"""Input shapes of the review screen and of taking in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.domain.projects.rules.words import PROJECT_STAGES, Channel, Origin, ProjectKind
from yinfeng.foundation.accounts.models import Unit
from yinfeng.kernel.enums import LabelledEnum
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import Money, plain, read_number, to_yi

from .rules.checks import Problem
from .rules.draft import FIGURES, FRAMEWORK, Draft, FactDraft, PhaseDraft
from .rules.words import Qualifier, SourceKind, Trust

CURRENCIES = [
    ("CNY", _("人民币")), ("USD", _("美元")), ("EUR", _("欧元")), ("JPY", _("日元")), ("HKD", _("港元")),
    ("KRW", _("韩元")), ("TWD", _("新台币")), ("CAD", _("加元")),
]  # fmt: skip
BLANK = [("", "—")]


def words(kind: type[LabelledEnum]) -> list[tuple[str, Any]]:
    """Choices in the reader's language."""
    return [(member.value, _(member.label)) for member in kind]


class YiField(forms.CharField):
    """A sum typed in 亿元, or with its own unit (3600万元); whole yuan out. Units of another currency likewise."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=40, **options)
        self.widget.attrs |= {"inputmode": "decimal", "data-yi": "", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return plain(to_yi(value)) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value).strip()
        if not text:
            return None
        try:
            amount = Money.of(read_number(text), "亿元").amount if _is_number(text) else Money.parse(text).amount
        except DomainError:
            raise forms.ValidationError(_("请填写以亿元为单位的数，或带单位的金额，例如 3.6 或 3600万元。")) from None
        if amount != amount.to_integral_value():
            raise forms.ValidationError(_("金额精确到元。"))
        return int(amount)


def _is_number(text: str) -> bool:
    return not any("一" <= c <= "鿿" for c in text)


class AreaField(forms.DecimalField):
    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_digits=12, decimal_places=2, min_value=Decimal("0.01"), **options)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", "") if isinstance(value, str) else value)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DraftForm(forms.Form):
    """The record, its placement, and the ticks of what was compared with the text."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("项目名称"), max_length=120, required=False)
    investor = forms.CharField(label=_("投资方"), max_length=120, required=False, help_text=_("多个投资方以分号隔开"))
    amount = YiField(label=_("总投资"))
    currency = forms.ChoiceField(label=_("币种"), choices=CURRENCIES)
    amount_max = YiField(label=_("区间上限"))
    qualifier = forms.ChoiceField(label=_("限定词"), choices=[*BLANK, *words(Qualifier)], required=False)
    kind = forms.ChoiceField(label=_("项目类别"), choices=words(ProjectKind))
    origin = forms.ChoiceField(label=_("项目来源"), choices=words(Origin))
    capital_kind = forms.ChoiceField(label=_("资本属性"), choices=words(CapitalKind))
    industry = forms.CharField(label=_("行业（原文）"), max_length=60, required=False)
    place = forms.CharField(label=_("地点（原文）"), max_length=120, required=False)
    land_mu = AreaField(label=_("用地面积"))
    plant_area_sqm = AreaField(label=_("厂房面积"))
    output_cny = YiField(label=_("预计年产值"))
    tax_cny = YiField(label=_("预计年税收"))
    content = forms.CharField(
        label=_("建设内容"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    checked = forms.MultipleChoiceField(choices=[(f, f) for f in FIGURES], required=False)
    lead_unit = forms.ModelChoiceField(Unit.objects.none(), label=_("牵头单位"), required=False)
    landing_unit = forms.ModelChoiceField(Unit.objects.none(), label=_("落地单位"), required=False)
    channel = forms.ChoiceField(label=_("招商方式"), choices=[*BLANK, *words(Channel)], required=False)

    def __init__(self, *args: Any, lead_units: QuerySet[Unit], landing_units: QuerySet[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        for name, rows in (("lead_unit", lead_units), ("landing_unit", landing_units)):
            choice = self.fields[name]
            assert isinstance(choice, forms.ModelChoiceField)
            choice.queryset = rows
            choice.empty_label = "—"


class PhaseForm(forms.Form):
    name = forms.CharField(label=_("分期名称"), max_length=60, required=False)
    amount = YiField(label=_("分期投资"))


class FactForm(forms.Form):
    use = forms.BooleanField(label=_("登记"), required=False)
    what = forms.ChoiceField(
        label=_("事实"),
        choices=[*BLANK, (FRAMEWORK, _("框架协议")), *((s.value, _(s.label)) for s in PROJECT_STAGES)],
        required=False,
    )
    phase = forms.IntegerField(label=_("期次"), min_value=1, max_value=20, required=False)
    on = forms.DateField(label=_("发生日期"), required=False, widget=DayInput())
    read = forms.RegexField(r"^(\d{4}(-\d{2}){0,2})?$", required=False, widget=forms.HiddenInput)


PhaseForms = forms.formset_factory(PhaseForm, extra=1, max_num=20, absolute_max=20)
FactForms = forms.formset_factory(FactForm, extra=1, max_num=40, absolute_max=40)


class RecordForms:
    """The three forms of one record, as one."""

    def __init__(
        self,
        draft: Draft,
        *,
        version: int,
        lead_units: QuerySet[Unit],
        landing_units: QuerySet[Unit],
        placement: dict[str, Any],
        data: Any = None,
    ) -> None:
        units = {"lead_units": lead_units, "landing_units": landing_units}
        if data is None:
            held = {n: getattr(draft, n) for n in DraftForm.base_fields if hasattr(draft, n)}
            held |= {"checked": sorted(draft.checked), "version": version, **placement}
            self.record = DraftForm(initial=held, **units)
            self.phases = PhaseForms(
                prefix="phases", initial=[{"name": p.name, "amount": p.investment_cny} for p in draft.phases]
            )
            facts = [{"use": True, "what": f.what, "phase": f.phase, "on": f.on, "read": f.read} for f in draft.facts]
            self.facts = FactForms(prefix="facts", initial=facts)
            self.facts.forms[-1].initial = {"use": True, "phase": 1}
        else:
            self.record = DraftForm(data, **units)
            self.phases = PhaseForms(data, prefix="phases")
            self.facts = FactForms(data, prefix="facts")
        self.faults: list[Problem] = []

    def is_valid(self) -> bool:
        return all([self.record.is_valid(), self.phases.is_valid(), self.facts.is_valid()])

    @property
    def general(self) -> list[str]:
        """Faults that belong to no single input."""
        return [
            *(str(e) for e in self.record.non_field_errors()),
            *(str(e) for rows in (self.phases, self.facts) for e in rows.non_form_errors()),
        ]

    @property
    def version(self) -> int | None:
        found: int | None = self.record.cleaned_data.get("version")
        return found

    def draft(self) -> Draft:
        """What a person left. The rows of phases and facts that are blank or not ticked are left out."""
        held = self.record.cleaned_data
        phases = [p for p in self.phases.cleaned_data if p.get("name") or p.get("amount") is not None]
        facts = [f for f in self.facts.cleaned_data if f.get("what") and f.get("use")]
        return Draft(
            name=" ".join(held["name"].split()), investor=held["investor"].strip(), amount=held["amount"],
            amount_max=held["amount_max"], currency=held["currency"], qualifier=held["qualifier"], kind=held["kind"],
            origin=held["origin"], capital_kind=held["capital_kind"], industry=held["industry"], place=held["place"],
            content=held["content"], land_mu=_normal(held["land_mu"]), plant_area_sqm=_normal(held["plant_area_sqm"]),
            output_cny=held["output_cny"], tax_cny=held["tax_cny"],
            phases=tuple(PhaseDraft(p.get("name") or f"第{n}期", p.get("amount")) for n, p in enumerate(phases, 1)),
            facts=tuple(
                FactDraft(f["what"], f.get("phase") or 1, _iso(f.get("on")), f.get("read") or "") for f in facts
            ),
            checked=frozenset(held["checked"]),
        )  # fmt: skip

    def show(self, problems: tuple[Problem, ...]) -> None:
        """Put each problem at its input. Rows are numbered among those that were used."""
        self.faults = list(problems)
        used = [f for f in self.facts.forms if f.cleaned_data.get("what") and f.cleaned_data.get("use")]
        for problem in problems:
            head, _dash, rest = problem.field.partition("-")
            if head == "facts":
                place, _dash, name = rest.partition("-")
                if int(place) < len(used):
                    used[int(place)].add_error(name, f"{problem.message}{problem.fix}")
            elif problem.field in self.record.fields:
                self.record.add_error(problem.field, f"{problem.message}{problem.fix}")


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _normal(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.normalize()


class SourceForm(forms.Form):
    """A place to look into. What the three kinds call their address differs, the field does not."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("来源名称"), max_length=60, help_text=_("例如：市政府门户·招商动态"))
    address = forms.CharField(label=_("地址"), max_length=300)
    account = forms.CharField(label=_("邮箱账号"), max_length=120, required=False)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("收录单位"), empty_label=None)
    trust = forms.ChoiceField(label=_("可信程度"), choices=words(Trust))
    every_minutes = forms.ChoiceField(
        label=_("采集间隔"),
        choices=[
            ("15", _("15 分钟")), ("60", _("1 小时")), ("240", _("4 小时")), ("1440", _("1 天")), ("0", _("只手动采集")),
        ],
    )  # fmt: skip

    ADDRESSES = {
        SourceKind.FOLDER: (_("文件夹名"), _("只用汉字、字母、数字、“-”和“_”；文件放入服务器的 inbox/文件夹名")),
        SourceKind.FEED: (
            _("订阅地址"),
            _("http:// 或 https:// 开头的 RSS 或 Atom 地址；内网以外的主机须由系统管理员放行"),
        ),
        SourceKind.MAILBOX: (_("邮箱地址"), _("写作 imaps://主机/INBOX；口令由系统管理员设置，不在此填写")),
    }

    def __init__(self, *args: Any, kind: str, units: QuerySet[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["unit"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = units
        label, told = self.ADDRESSES[SourceKind(kind)]
        self.fields["address"].label, self.fields["address"].help_text = label, told
        if kind != SourceKind.MAILBOX:
            del self.fields["account"]


class BatchForm(forms.Form):
    """Where many records go at once."""

    lead_unit = forms.ModelChoiceField(Unit.objects.none(), label=_("牵头单位"), empty_label=None)
    landing_unit = forms.ModelChoiceField(Unit.objects.none(), label=_("落地单位"), required=False, empty_label="—")
    channel = forms.ChoiceField(label=_("招商方式"), choices=[*BLANK, *words(Channel)], required=False)
    whole = forms.ChoiceField(
        label=_("有记录不能采用时"),
        choices=[("each", _("其余照常采用")), ("all", _("全部不采用，改好再来"))],
        initial="each",
    )

    def __init__(self, *args: Any, target: str, units: QuerySet[Unit], landing: QuerySet[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        for name, rows in (("lead_unit", units), ("landing_unit", landing)):
            choice = self.fields[name]
            assert isinstance(choice, forms.ModelChoiceField)
            choice.queryset = rows
        self.fields["channel"].required = target == "lead"
        if target == "lead":
            del self.fields["landing_unit"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given.setdefault("landing_unit", None)
        return given


class DateForm(forms.Form):
    doc_date = forms.DateField(label=_("发布日期"), required=False, widget=DayInput())


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class TakeInForm(forms.Form):
    """Files, or pasted text; for which unit, and of which day."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("收录单位"), empty_label=None)
    uploads = forms.Field(
        label=_("文件"), required=False, widget=_Files(attrs={"multiple": True}),
        help_text=_("可一次选择多个：txt、网页、Word、PDF、Excel、邮件"),
    )  # fmt: skip
    text = forms.CharField(
        label=_("粘贴文字"), required=False, max_length=5_000_000, strip=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    way = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)  # "bookmark": by the bookmarklet
    title = forms.CharField(label=_("标题"), required=False, max_length=200)
    source = forms.CharField(label=_("来源"), required=False, max_length=300, help_text=_("网址、报刊或文号"))
    doc_date = forms.DateField(
        label=_("发布日期"),
        required=False,
        widget=DayInput(),
        help_text=_("不填则取文档自带的日期；“昨天”“今年”按它推算"),
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["unit"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = units
        if not self.is_bound and (first := units.first()):
            self.initial.setdefault("unit", first.pk)
