"""What is known of a project, grouped as people look for it: name and value, ready to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.kernel.money import display

from ..models import Phase, Project
from ..rules.words import Channel, Origin, ProjectKind
from .project_rows import Around

Item = tuple[Any, ...]  # (name, value) or (name, value, "wide")


@dataclass(frozen=True)
class FactGroup:
    """One block of the page. ``edit`` is the key of the form that changes it."""

    key: str
    title: str
    items: tuple[Item, ...]
    edit: str


def amount_words(project: Project) -> str:
    """The agreed total in its own currency; — where it is not told."""
    if project.investment_amount is None:
        return "—"
    return display(project.investment_amount, currency_code=project.investment_currency)


def conversion_words(project: Project) -> str:
    """How a foreign sum was converted, with source and date; empty for yuan."""
    if project.investment_currency == "CNY" or project.investment_amount is None:
        return ""
    if project.investment_cny is None or project.exchange_rate is None:
        return _("未折算人民币：没有登记汇率")
    words = _("折合 {sum}（汇率 {rate}").format(
        sum=display(project.investment_cny), rate=project.exchange_rate.normalize()
    )
    if project.exchange_rate_source:
        words += "，" + project.exchange_rate_source
    if project.exchange_rate_on:
        words += f"，{project.exchange_rate_on}"
    return words + "）"


def _money(value: int | None) -> str | None:
    return display(value) if value is not None else None


def _area(value: Decimal | None, unit: str) -> str | None:
    return f"{value.normalize():,f} {unit}" if value is not None else None


def groups(project: Project, near: Around, phases: Sequence[Phase]) -> tuple[FactGroup, ...]:
    """基本信息, 投资与效益, 用地, 归口: each with what is told of it."""
    return (
        FactGroup("basic", _("基本信息"), tuple(_basic(project, near)), "basic"),
        FactGroup("money", _("投资与效益"), tuple(_money_items(project)), "money"),
        FactGroup("land", _("用地"), tuple(_land(project, phases)), "land"),
        FactGroup("charge", _("归口与联系"), tuple(_charge(project, near)), "charge"),
    )


def _basic(project: Project, near: Around) -> list[Item]:
    investors = format_html_join(
        "、", "{}{}",
        ((i.name, f"（{i.share_percent.normalize():f}%）" if i.share_percent is not None else "") for i in near.investors),
    )  # fmt: skip
    # The names were read with the project: see ``project_page.NAMES``.
    named: Any = project
    return [
        (_("投资方"), investors, "wide"),
        (_("项目公司"), _firm(named.company_name, named.company_uscc) if named.company_name else None, "wide"),
        (_("项目类别"), _(ProjectKind(project.kind).label)),
        (_("项目来源"), _(Origin(project.origin).label)),
        (_("资本属性"), _(CapitalKind(project.capital_kind).label)),
        (_("在线平台代码"), project.platform_code),
        (_("主要产品"), project.product),
        (_("国民经济行业"), f"{project.industry_id} {named.industry_name}" if project.industry_id else None),
        (_("产业链环节"), f"{named.chain_name} · {named.segment_name}" if named.segment_name else None),
        (_("产业组群"), _("、").join(name for _pk, name in near.groups)),
        (_("建设内容"), project.content, "wide"),
    ]


def _firm(name: str, uscc: str | None) -> str:
    return format_html('{} <span class="yf-dim yf-num">{}</span>', name, uscc or _("（未登记信用代码）"))


def _money_items(project: Project) -> list[Item]:
    note = conversion_words(project)
    total = amount_words(project) + (f"，{note}" if note else "")
    items: list[Item] = [
        (_("协议总投资"), total),
        (_("固定资产投资"), _money(project.fixed_investment_cny)),
        (_("预计年产值"), _money(project.annual_output_cny)),
        (_("预计年税收"), _money(project.annual_tax_cny)),
        (_("预计用工"), _("{n} 人").format(n=f"{project.jobs:,}") if project.jobs is not None else None),
    ]
    if project.kind in (ProjectKind.TRADE, ProjectKind.TAX_SOURCE) or project.trade_volume_cny is not None:
        items.append((_("预计年贸易额"), _money(project.trade_volume_cny)))
    if project.investment_cny and project.land_area_mu:
        per_mu = Decimal(project.investment_cny) / project.land_area_mu / 10_000
        items.append((_("投资强度"), _("{n} 万元/亩").format(n=f"{per_mu:,.1f}")))
    return items


def _land(project: Project, phases: Sequence[Phase]) -> list[Item]:
    told = [p for p in phases if p.land_area_mu is not None]
    by_phase = sum((p.land_area_mu for p in told if p.land_area_mu is not None), Decimal(0))
    return [
        (_("用地面积"), _area(project.land_area_mu, _("亩"))),
        (_("厂房面积"), _area(project.plant_area_sqm, "㎡")),
        (_("各期已落实用地"), _area(by_phase, _("亩")) if told else None),
    ]


def _charge(project: Project, near: Around) -> list[Item]:
    named: Any = project
    listings = format_html_join(
        "", '<span class="yf-chip yf-chip--amber" title="{}">{} {} {}</span> ',
        ((row.document, row.year, row.level, row.name) for row in near.listings),
    )  # fmt: skip
    members = _("、").join(name for _pk, name in near.members)
    task_force = project.task_force + (f"（{members}）" if members else "")
    return [
        (_("牵头单位"), named.lead_unit_name),
        (_("落地单位"), named.landing_unit_name),
        (_("驻点组"), named.outpost_name),
        (_("招商方式"), _(Channel(project.channel).label) if project.channel else None),
        (_("项目专员"), named.owner_name),
        (_("联系领导"), named.leader_name),
        (_("引荐人"), project.referrer),
        (_("专班"), task_force),
        (_("入选清单"), listings, "wide"),
    ]


def edit_url(project: Project, group: str) -> str:
    return reverse("projects:edit", args=[project.pk, group])
