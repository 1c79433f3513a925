"""The groups in which a project is edited, and its phases."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from yinfeng.domain.chains.queries import segment_choices
from yinfeng.domain.enterprises.rules import CapitalKind

from ..actions.entries import InvestorData, PhaseData
from ..models import Phase, Project
from ..queries import choices
from ..queries.choices import Units
from ..queries.project_rows import InvestorRow
from ..rules.words import Channel, Origin, ProjectKind, SiteRoute
from .fields import (
    ALL_UNITS,
    Base,
    ChooserField,
    DayField,
    SumField,
    SumWidget,
    UnitField,
    checked_code,
    labels,
    offer_units,
)  # fmt: skip
from .gate import industry_name

Changes = dict[str, Any]


def person_name(pk: int) -> str | None:
    return choices.names([pk]).get(pk)


def person_field(label: Any) -> ChooserField:
    return ChooserField(
        label=label, required=False, url=reverse_lazy("projects:choose", args=["person"]), name_of=person_name,
        placeholder=_l("输入姓名查找"),
    )  # fmt: skip


def many_of(what: str, placeholder: Any) -> forms.SelectMultiple:
    """Several of a kind, found by searching."""
    return forms.SelectMultiple(attrs={"data-search-url": f"/projects/choose/{what}/", "data-placeholder": placeholder})


def area(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


def number(value: Decimal | None) -> str:
    return f"{value.normalize():f}" if value is not None else ""


class EditForm(Base):
    """A group of a project's attributes with the version that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    #: form field -> attribute, where they differ
    attributes: dict[str, str] = {}

    def __init__(self, *args: Any, project: Project, units: Units, **kwargs: Any) -> None:
        initial = {"version": project.version} | self.present(project)
        super().__init__(*args, initial=initial, **kwargs)
        self.project = project
        self.prepare(units)

    def prepare(self, units: Units) -> None:
        """Give choices to the fields that need the database."""

    def present(self, project: Project) -> dict[str, Any]:
        return {
            name: getattr(project, self.attributes.get(name, name)) for name in self.base_fields if name != "version"
        }

    def changes(self) -> Changes:
        """Attribute -> value, as ``edit_project`` takes them."""
        return {self.attributes.get(n, n): v for n, v in self.cleaned_data.items() if n != "version"}


class BasicForm(EditForm):
    name = forms.CharField(label=_l("项目名称"), max_length=120, help_text=_l("与立项文件一致，不写简称。"))
    kind = forms.ChoiceField(label=_l("项目类别"), choices=labels(ProjectKind))
    origin = forms.ChoiceField(label=_l("项目来源"), choices=labels(Origin))
    capital_kind = forms.ChoiceField(label=_l("资本属性"), choices=labels(CapitalKind))
    platform_code = forms.CharField(label=_l("在线平台代码"), max_length=40, required=False)
    product = forms.CharField(label=_l("主要产品"), max_length=120, required=False)
    industry = ChooserField(
        label=_l("国民经济行业"), required=False, url="/projects/choose/industry/", name_of=industry_name, key=str,
        placeholder=_l("输入行业名称或代码"),
    )  # fmt: skip
    segment = forms.TypedChoiceField(label=_l("产业链环节"), required=False, coerce=int, empty_value=None)
    content = forms.CharField(label=_l("建设内容"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    is_confidential = forms.BooleanField(label=_l("保密项目（仅局长、联系领导和指名人员可见）"), required=False)

    attributes = {"industry": "industry_id", "segment": "segment_id"}

    def prepare(self, units: Units) -> None:
        self.fields["segment"].choices = [("", "—"), *segment_choices()]  # type: ignore[attr-defined]

    def changes(self) -> Changes:
        told = super().changes()
        return told | {"platform_code": told["platform_code"] or None}


class MoneyForm(EditForm):
    investment = SumField(label=_l("协议总投资"), currencies=True, widget=SumWidget(ALL_UNITS))
    fixed_investment_cny = SumField(label=_l("固定资产投资"))
    annual_output_cny = SumField(label=_l("预计年产值"))
    annual_tax_cny = SumField(label=_l("预计年税收"), widget=SumWidget(("万元", "亿元", "元")))
    trade_volume_cny = SumField(label=_l("预计年贸易额"))
    jobs = forms.IntegerField(label=_l("预计用工（人）"), required=False, min_value=0, max_value=10_000_000)
    exchange_rate = forms.DecimalField(
        label=_l("折算汇率"), required=False, max_digits=12, decimal_places=6, min_value=0,
        help_text=_l("外币项目填写：1 元外币折合人民币多少元。"), widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    exchange_rate_source = forms.CharField(label=_l("汇率来源"), max_length=80, required=False)
    exchange_rate_on = DayField(label=_l("汇率日期"), required=False)

    aliases = {"investment_amount": "investment", "investment_cny": "investment"}

    def present(self, project: Project) -> dict[str, Any]:
        told = {n: getattr(project, n) for n in self.base_fields if n not in ("version", "investment")}
        return told | {"investment": (project.investment_amount, project.investment_currency)}

    def changes(self) -> Changes:
        told = super().changes()
        amount, currency = told.pop("investment") or (None, self.project.investment_currency)
        return told | {"investment_amount": amount, "investment_currency": currency}


class LandForm(EditForm):
    land_area_mu = area(_l("用地面积（亩）"))
    plant_area_sqm = area(_l("厂房面积（㎡）"))

    def present(self, project: Project) -> dict[str, Any]:
        return {"land_area_mu": number(project.land_area_mu), "plant_area_sqm": number(project.plant_area_sqm)}


class ChargeForm(EditForm):
    lead_unit = UnitField(label=_l("牵头单位"))
    landing_unit = UnitField(label=_l("落地单位"), required=False)
    outpost = UnitField(label=_l("驻点组"), required=False)
    channel = forms.ChoiceField(label=_l("招商方式"), choices=labels(Channel, blank="—"), required=False)
    owner = person_field(_l("项目专员"))
    leader = person_field(_l("联系领导"))
    referrer = forms.CharField(label=_l("引荐人"), max_length=60, required=False)

    attributes = {"lead_unit": "lead_unit_id", "landing_unit": "landing_unit_id", "outpost": "outpost_id",
                  "owner": "owner_id", "leader": "leader_id"}  # fmt: skip

    def prepare(self, units: Units) -> None:
        offer_units(self.fields["lead_unit"], units.leading)
        offer_units(self.fields["landing_unit"], units.landing, blank="—")
        offer_units(self.fields["outpost"], [u for u in units.lines if u.kind == "outpost" and u.is_active], blank="—")


EDIT_FORMS: dict[str, tuple[Any, type[EditForm]]] = {
    "basic": (_l("修改基本信息"), BasicForm),
    "money": (_l("修改投资与效益"), MoneyForm),
    "land": (_l("修改用地"), LandForm),
    "charge": (_l("修改归口与联系"), ChargeForm),
}


class PhaseForm(Base):
    """A phase: its sum, its way to a site, its plan."""

    name = forms.CharField(
        label=_l("分期名称"), max_length=60, required=False, help_text=_l("不填则按期次，如“二期”。")
    )
    investment_cny = SumField(label=_l("分期投资"))
    site_route = forms.ChoiceField(label=_l("用地方式"), choices=labels(SiteRoute, blank=_l("未定")), required=False)
    land_area_mu = area(_l("用地面积（亩）"))
    plant_area_sqm = area(_l("厂房面积（㎡）"))
    planned_start_on = DayField(label=_l("计划开工日期"), required=False)
    planned_production_on = DayField(label=_l("计划投产日期"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, phase: Phase | None = None, **kwargs: Any) -> None:
        if phase is not None:
            names = [n for n in self.base_fields if n != "version"]
            kwargs["initial"] = {n: getattr(phase, n) for n in names} | {
                "version": phase.version, "land_area_mu": number(phase.land_area_mu),
                "plant_area_sqm": number(phase.plant_area_sqm),
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        if phase is not None:
            self.fields["name"].required = True

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        start, production = told.get("planned_start_on"), told.get("planned_production_on")
        if start and production and production < start:
            self.add_error("planned_production_on", _("计划投产日期早于计划开工日期。"))
        for name in ("land_area_mu", "plant_area_sqm"):
            if (value := told.get(name)) is not None and value <= 0:
                self.add_error(name, _("面积须大于零。"))
        return told

    def data_of(self) -> PhaseData:
        return PhaseData(**{n: v for n, v in self.cleaned_data.items() if n != "version"})

    def changes(self) -> Changes:
        return {n: v for n, v in self.cleaned_data.items() if n != "version"}


# ------------------------------------------------------------------------------------------------ what hangs on a project


MOST_INVESTORS = 4


class InvestorsForm(Base):
    """The investors as they now are, and the project company; codes are checked."""

    company = forms.CharField(label=_l("项目公司"), max_length=120, required=False)
    company_uscc = forms.CharField(label=_l("项目公司信用代码"), max_length=30, required=False)

    def __init__(self, *args: Any, investors: Iterable[InvestorRow], project: Project, **kwargs: Any) -> None:
        rows = list(investors)
        initial: dict[str, Any] = {}
        if project.company:
            initial = {"company": project.company.name, "company_uscc": project.company.uscc or ""}
        super().__init__(*args, initial=initial, **kwargs)
        self.count = max(MOST_INVESTORS, len(rows) + 1)
        self.had_company = bool(project.company_id)
        for i in range(self.count):
            row = rows[i] if i < len(rows) else None
            self.fields[f"name_{i}"] = forms.CharField(
                label=_("投资方 {n}").format(n=i + 1), max_length=120, required=False, initial=row.name if row else ""
            )
            self.fields[f"uscc_{i}"] = forms.CharField(
                label=_("信用代码"), max_length=30, required=False, initial=row.uscc if row else ""
            )
            self.fields[f"share_{i}"] = forms.DecimalField(
                label=_("出资比例（%）"), required=False, max_digits=5, decimal_places=2, min_value=0, max_value=100,
                initial=number(row.share_percent) if row else "",
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for name in ["company_uscc", *(f"uscc_{i}" for i in range(self.count))]:
            try:
                told[name] = checked_code(told.get(name, ""))
            except ValidationError as fault:
                self.add_error(name, fault)
        for i in range(self.count):
            if not told.get(f"name_{i}") and (told.get(f"uscc_{i}") or told.get(f"share_{i}") is not None):
                self.add_error(f"name_{i}", _("请填写投资方名称。"))
        if not told.get("company") and (told.get("company_uscc") or self.had_company):
            self.add_error("company", _("请填写项目公司名称。"))
        return told

    def investors(self) -> list[InvestorData]:
        told = self.cleaned_data
        return [
            InvestorData(told[f"name_{i}"], uscc=told[f"uscc_{i}"], share_percent=told[f"share_{i}"])
            for i in range(self.count)
            if told[f"name_{i}"]
        ]

    def company_data(self) -> InvestorData | None:
        told = self.cleaned_data
        return InvestorData(told["company"], uscc=told["company_uscc"]) if told["company"] else None

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [(self[f"name_{i}"], self[f"uscc_{i}"], self[f"share_{i}"]) for i in range(self.count)]


class ListingForm(Base):
    name = forms.CharField(label=_l("清单名称"), max_length=60, help_text=_l("如省长工程、市重点项目。"))
    level = forms.ChoiceField(
        label=_l("清单级别"),
        choices=[("国家级", _l("国家级")), ("省级", _l("省级")), ("市级", _l("市级")), ("县级", _l("县级"))],
    )
    year = forms.IntegerField(label=_l("年度"), min_value=1990, max_value=2100)
    document = forms.CharField(label=_l("文件依据"), max_length=120)


class TaskForceForm(Base):
    """The task force and the industry groups."""

    task_force = forms.CharField(label=_l("专班名称"), max_length=80, required=False)
    members = forms.TypedMultipleChoiceField(
        label=_l("专班成员"), required=False, coerce=int,
        widget=many_of("person", _l("输入姓名查找")),
    )  # fmt: skip
    groups = forms.TypedMultipleChoiceField(
        label=_l("产业组群"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_l("计入哪些主导产业；占比按此统计。"),
    )  # fmt: skip

    def __init__(self, *args: Any, groups: Iterable[tuple[int, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groups"].choices = [(pk, f"{scheme} · {name}") for pk, scheme, name in groups]  # type: ignore[attr-defined]
        asked = self.sent("members") if self.is_bound else self.initial.get("members", [])
        ids = [int(v) for v in asked if str(v).isdigit()]
        known = choices.names(ids)
        self.fields["members"].choices = [(pk, known[pk]) for pk in ids if pk in known]  # type: ignore[attr-defined]
