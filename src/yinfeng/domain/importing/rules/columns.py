"""The columns of the project ledger 项目台账: the published format of ``docs/formats/ledger.md``.

A row of a sheet is a project, or one phase of it where the column 期次 says so. Titles are what the template and the
export print; what else people call a column stands in ``synonyms.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.domain.projects.rules.words import (
    AgreementKind,
    Channel,
    FundsBasis,
    FundsBoundary,
    Origin,
    ProjectKind,
    SiteRoute,
    Stage,
)

FORMAT_VERSION = 1

Kind = Literal[
    "text", "long_text", "code", "uscc", "firms", "titles", "listings", "unit", "person", "choice", "yes_no", "phase",
    "integer", "number", "money", "percent", "date", "currency",
]  # fmt: skip
Place = Literal[
    "row", "project", "phase", "milestone", "event", "flag", "funds", "agreement", "aside", "personal", "computed"
]


@dataclass(frozen=True)
class LedgerColumn:
    """A column of the ledger.

    ``unit``      the unit of the template and the export: 万元, 万美元, 亩, 平方米, 人, %
    ``kind``      what a cell is read as:
                  text, long_text, code, unit, person -> str; uscc -> str, checked; firms -> tuple[Firm, ...];
                  titles -> tuple[TitleSaid, ...]; listings -> tuple[ListingSaid, ...];
                  choice -> a value of ``choices``; currency -> ISO code; yes_no -> bool; phase -> int from 1; integer -> int;
                  number, percent -> Decimal; money -> int, whole yuan (whole units of the currency elsewhere);
                  date -> date
    ``choices``   (value, label) of a choice
    ``place``     where it is written: project, phase, milestone (a dated fact of ``stage``), event (on a stage, which is
                  no milestone), flag (one that says so), funds (an arrival), agreement; "row" only numbers rows; "aside"
                  has no place in the ledger and is kept with the import; "personal" is never taken in; "computed" is
                  exported, locked and never imported
    ``stage``     of a milestone, and of the plan for one; ``basis``, ``span`` (to_date, year, month, expected) of funds
    ``exported``  false for what is only understood: another name of what a further column already says
    """

    key: str
    title: str
    kind: Kind = "text"
    unit: str = ""
    place: Place = "project"
    required_for_create: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    note: str = ""
    stage: str = ""
    basis: str = ""
    span: str = ""
    exported: bool = True

    @property
    def computed(self) -> bool:
        return self.place == "computed"

    @property
    def imported(self) -> bool:
        """Whether its cells are read into rows."""
        return self.place not in ("computed", "row", "personal")

    @property
    def header(self) -> str:
        """As the template and the export print it: 总投资（万元）."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title

    @property
    def synonyms(self) -> tuple[str, ...]:
        """What else people call it."""
        from .synonyms import SYNONYMS

        return SYNONYMS.get(self.key, ())


def _of(key: str, title: str, vocabulary: Any, **more: Any) -> LedgerColumn:
    return LedgerColumn(key, title, "choice", choices=tuple(vocabulary.choices), **more)


def _sum(key: str, title: str, **more: Any) -> LedgerColumn:
    return LedgerColumn(key, title, "money", more.pop("unit", "万元"), **more)


def _day(key: str, title: str, **more: Any) -> LedgerColumn:
    return LedgerColumn(key, title, "date", **more)


def _reached(stage: Stage, title: str, **more: Any) -> LedgerColumn:
    return _day(more.pop("key", f"{stage.value}_on"), title, place="milestone", stage=stage.value, **more)


_CAPITAL, _FIXED = FundsBasis.CAPITAL.value, FundsBasis.FIXED_ASSETS.value

LEDGER: tuple[LedgerColumn, ...] = (
    # -- which project
    LedgerColumn("sequence", "序号", "text", place="row", note="只作行号，不导入"),
    LedgerColumn("code", "项目编号", "code", note="本系统编号；填写后按编号更新，新项目请留空"),
    LedgerColumn("platform_code", "在线平台代码", "code", note="投资项目在线审批监管平台代码"),
    LedgerColumn("name", "项目名称", required_for_create=True, note="不超过 120 字"),
    LedgerColumn("phase_number", "期次", "phase", place="phase", note="一期、二期……；不分期的项目留空"),
    LedgerColumn("phase_name", "分期名称", place="phase"),
    # -- what it is
    _of("kind", "项目类别", ProjectKind, required_for_create=True),
    _of("origin", "项目来源", Origin, note="不填按新引进"),
    _of("capital_kind", "资本属性", CapitalKind, note="不填按内资"),
    LedgerColumn(
        "investors", "投资方", "firms", note="多家用顿号或换行分开，可注出资比例，如：甲公司（60%）、乙公司（40%）"
    ),
    LedgerColumn("investor_uscc", "投资方统一社会信用代码", "uscc", note="多家时与投资方顺序一致"),
    LedgerColumn(
        "investor_titles",
        "投资方类别",
        "titles",
        note="如：世界500强（2023，第35位）、上市公司；多家时写明：甲公司：世界500强；乙公司：央企",
    ),
    LedgerColumn("company", "项目公司", note="在本地注册的项目公司全称"),
    LedgerColumn("company_uscc", "项目公司统一社会信用代码", "uscc"),
    LedgerColumn("industry", "国民经济行业", note="GB/T 4754 代码或名称"),
    LedgerColumn("segment", "产业链环节", note="产业链 · 环节"),
    LedgerColumn("industry_groups", "产业组群", note="多个用顿号分开"),
    LedgerColumn(
        "listings", "列入清单", "listings", note="重点项目清单，如：省重点项目（2021，文号）、市长工程（市级，2022）"
    ),
    LedgerColumn("content", "建设内容", "long_text"),
    LedgerColumn("product", "主要产品"),
    # -- how large
    _sum("investment_cny", "总投资"),
    LedgerColumn("investment_amount", "协议总投资原币", "money", "万", note="外币项目填写，与币种一并填写"),
    LedgerColumn("investment_currency", "币种", "currency", note="不填按人民币"),
    LedgerColumn("exchange_rate", "折算汇率", "number"),
    LedgerColumn("exchange_rate_source", "汇率来源"),
    _day("exchange_rate_on", "汇率日期"),
    _sum("fixed_investment_cny", "固定资产投资", note="总投资中的固定资产投资"),
    _sum("phase_investment_cny", "分期投资", place="phase"),
    _sum("annual_output_cny", "预计年产值"),
    _sum("annual_tax_cny", "预计年税收"),
    _sum("trade_volume_cny", "预计年贸易额"),
    LedgerColumn("jobs", "预计用工", "integer", "人"),
    LedgerColumn("land_area_mu", "用地面积", "number", "亩", note="1 公顷 = 15 亩，1 亩 = 666.67 平方米"),
    LedgerColumn("plant_area_sqm", "厂房面积", "number", "平方米"),
    _of("site_route", "用地方式", SiteRoute, place="phase"),
    LedgerColumn("phase_land_area_mu", "分期用地面积", "number", "亩", place="phase"),
    LedgerColumn("phase_plant_area_sqm", "分期厂房面积", "number", "平方米", place="phase"),
    # -- who
    LedgerColumn("lead_unit", "牵头单位", "unit", required_for_create=True, note="系统中的单位名称；不填按导入单位"),
    LedgerColumn("landing_unit", "落地单位", "unit", note="系统中的单位名称"),
    LedgerColumn("outpost", "驻点组", "unit"),
    _of("channel", "招商方式", Channel),
    LedgerColumn("referrer", "引荐人"),
    LedgerColumn("leader", "联系领导", "person"),
    LedgerColumn("owner", "项目专员", "person"),
    LedgerColumn("task_force", "专班"),
    LedgerColumn("is_confidential", "保密项目", "yes_no"),
    # -- when: one milestone of the stage table each
    _reached(Stage.NEGOTIATING, "洽谈日期"),
    _reached(Stage.PRE_REVIEWED, "预审日期"),
    _reached(Stage.CONSULTED, "会商日期"),
    _reached(Stage.APPROVED, "过会日期"),
    _of("agreement_kind", "合同类型", AgreementKind, place="agreement", note="框架协议的签约日期不算签约"),
    _reached(Stage.SIGNED, "签约日期", note="正式合同的签署日期；集中签约活动不重复计"),
    _reached(Stage.REGISTERED, "注册日期"),
    _reached(Stage.SITE_SECURED, "落地日期", note="供地或租赁厂房之日"),
    _reached(Stage.SITE_SECURED, "供地日期", key="land_supplied_on", exported=False, note="同落地日期，用地方式按供地"),
    _reached(Stage.SITE_SECURED, "租赁日期", key="leased_on", exported=False, note="同落地日期，用地方式按租赁厂房"),
    _day("planned_start_on", "计划开工日期", place="phase", stage=Stage.STARTED.value),
    _reached(Stage.STARTED, "开工日期"),
    _reached(Stage.STAT_ENROLLED, "入统日期", note="统计部门入库之日"),
    _reached(Stage.COMPLETED, "竣工日期"),
    _day("planned_production_on", "计划投产日期", place="phase", stage=Stage.PRODUCING.value),
    _reached(Stage.PRODUCING, "投产日期"),
    _reached(Stage.ABOVE_SCALE, "升规日期"),
    _reached(Stage.AT_CAPACITY, "达产日期"),
    _reached(Stage.PERFORMANCE_REVIEWED, "履约评价日期"),
    LedgerColumn(
        "signing_ceremony", "集中签约活动", place="event", note="活动名称，与集中签约日期一并填写；不代替签约日期"
    ),
    _day("signing_ceremony_on", "集中签约日期", place="event"),
    LedgerColumn(
        "start_ceremony", "集中开工活动", place="event", note="活动名称，与集中开工日期一并填写；不代替开工日期"
    ),
    _day("start_ceremony_on", "集中开工日期", place="event"),
    _day("terminated_on", "终止日期", place="flag", note="解约、退出或终止之日；未终止的留空"),
    # -- money that arrived: facts dated at the end of what they cover
    _sum("funds_in_place_cny", "累计到位资金", place="funds", basis=_CAPITAL, span="to_date", note="截至数据截止日"),
    _sum("funds_this_year_cny", "本年到位资金", place="funds", basis=_CAPITAL, span="year"),
    _sum("funds_this_month_cny", "本月到位资金", place="funds", basis=_CAPITAL, span="month"),
    _sum(
        "funds_estimate_cny",
        "本月预计到位资金",
        place="funds",
        basis=_CAPITAL,
        span="expected",
        note="预计数单独登记，不计入到位资金",
    ),
    _sum("fixed_assets_to_date_cny", "累计完成固定资产投资", place="funds", basis=_FIXED, span="to_date"),
    _sum("fixed_assets_this_year_cny", "本年完成固定资产投资", place="funds", basis=_FIXED, span="year"),
    _sum("fixed_assets_this_month_cny", "本月完成固定资产投资", place="funds", basis=_FIXED, span="month"),
    _sum("fdi_to_date_usd", "累计实际使用外资", unit="万美元", place="funds", basis=_CAPITAL, span="to_date"),
    _sum("fdi_this_year_usd", "本年实际使用外资", unit="万美元", place="funds", basis=_CAPITAL, span="year"),
    _sum("fdi_this_month_usd", "本月实际使用外资", unit="万美元", place="funds", basis=_CAPITAL, span="month"),
    _day("funds_as_of", "资金截止日期", place="funds", note="不填按表题所写的截止日，再不然按导入所选的期间"),
    _of("funds_basis", "到位口径", FundsBasis, place="funds", note="不填按资本到位"),
    _of("funds_boundary", "资金来源地", FundsBoundary, place="funds"),
    LedgerColumn("funds_voucher", "到位凭证", place="funds"),
    # -- understood, and kept beside the import
    _sum("contract_foreign_usd", "合同外资", unit="万美元", place="aside", exported=False),
    _sum("year_plan_cny", "年度计划投资", place="aside", exported=False),
    _sum("actual_output_cny", "实际产值", place="aside", exported=False),
    _sum("actual_tax_cny", "实际税收", place="aside", exported=False),
    LedgerColumn("investor_region", "投资方属地", place="aside", exported=False),
    LedgerColumn("site", "选址", place="aside", exported=False),
    _day("filed_on", "备案日期", place="aside", exported=False),
    _day("energy_reviewed_on", "能评日期", place="aside", exported=False),
    _day("environment_reviewed_on", "环评日期", place="aside", exported=False),
    _day("planning_permitted_on", "规划许可日期", place="aside", exported=False),
    _day("construction_permitted_on", "施工许可日期", place="aside", exported=False),
    LedgerColumn("construction_years", "建设年限", place="aside", exported=False),
    LedgerColumn("progress", "进展情况", "long_text", place="aside", exported=False),
    LedgerColumn("problems", "存在问题", "long_text", place="aside", exported=False),
    LedgerColumn("needs", "要素需求", "long_text", place="aside", exported=False),
    LedgerColumn("next_steps", "下步打算", "long_text", place="aside", exported=False),
    LedgerColumn("note", "备注", "long_text", place="aside", exported=False),
    # -- never taken in: people's numbers belong to the contacts, with a purpose and a consent
    LedgerColumn("contact", "联系人", place="personal", exported=False, note="个人信息，请在项目页联系人处登记"),
    LedgerColumn(
        "contact_phone", "联系电话", place="personal", exported=False, note="个人信息，请在项目页联系人处登记"
    ),
    # -- computed: exported, locked, never imported
    LedgerColumn("stage", "当前阶段", "choice", place="computed", choices=tuple(Stage.choices)),
    LedgerColumn("next_node", "下一节点", place="computed"),
    _day("next_due_on", "节点时限", place="computed"),
    LedgerColumn("light", "进度灯", place="computed"),
    LedgerColumn("funds_rate", "资金到位率", "percent", "%", place="computed"),
    LedgerColumn("investment_per_mu", "亩均投资", "number", "万元/亩", place="computed"),
    LedgerColumn("output_per_mu", "亩均产值", "number", "万元/亩", place="computed"),
    LedgerColumn("tax_per_mu", "亩均税收", "number", "万元/亩", place="computed"),
    LedgerColumn("unverified_count", "待审核事实", "integer", place="computed"),
    LedgerColumn("changed_by", "更新人", place="computed", exported=False),
    LedgerColumn("changed_at", "最近更新", "date", place="computed"),
)

BY_KEY: dict[str, LedgerColumn] = {column.key: column for column in LEDGER}
IDENTIFYING = ("code", "platform_code", "name")
# A value in another currency belongs to another column: 总投资（万美元） is the sum as agreed, in its own currency.
IN_OTHER_CURRENCY = {
    "investment_cny": "investment_amount",
    "funds_in_place_cny": "fdi_to_date_usd",
    "funds_this_year_cny": "fdi_this_year_usd",
    "funds_this_month_cny": "fdi_this_month_usd",
}
SITE_ROUTES = {"land_supplied_on": SiteRoute.LAND.value, "leased_on": SiteRoute.LEASE.value}
