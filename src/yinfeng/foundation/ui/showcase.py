"""Invented data for the gallery: every component in every state, long words and big numbers included.

Nothing here is a real firm, person or place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

YI = 10**8
WAN = 10**4

LONG_NAME = "年产十二万吨新型高性能复合纤维材料及配套循环利用一体化智能制造基地（二期）扩建项目"
LONG_FIRM = "澄湖云岫新型复合材料与循环利用科技发展（集团）股份有限公司"


class QueryForm(forms.Form):
    """Filters of a list."""

    q = forms.CharField(
        label=_l("关键词"), required=False, widget=forms.TextInput(attrs={"placeholder": _l("名称、编号、投资方")})
    )
    chain = forms.ChoiceField(
        label=_l("产业链"), required=False, choices=[("", _l("全部")), ("a", "新型显示"), ("b", "智能装备与工业母机")]
    )
    unit = forms.ChoiceField(label=_l("落地单位"), required=False, choices=[("", _l("全部")), ("1", "云岫区")])
    light = forms.ChoiceField(label=_l("进度灯"), required=False, choices=[("", _l("全部")), ("red", _l("红灯"))])


class EntryForm(forms.Form):
    """Input with help, a unit, a fault and every kind of widget."""

    name = forms.CharField(label=_l("项目名称"), help_text=_l("与立项文件一致，不写简称。"))
    investment = forms.DecimalField(label=_l("计划总投资"), help_text=_l("以协议为准，最多四位小数。"))
    firm = forms.ChoiceField(
        label=_l("投资方"),
        required=False,
        choices=[("", "—"), ("1", "远岚电子有限公司"), ("2", LONG_FIRM)],
        widget=forms.Select(attrs={"data-chooser": ""}),
    )
    started_on = forms.DateField(label=_l("开工日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(
        label=_l("资金类型"),
        widget=forms.RadioSelect,
        choices=[("d", _l("内资")), ("h", _l("港澳台资")), ("f", _l("外资"))],
        required=False,
    )
    evidence = forms.FileField(
        label=_l("佐证材料"), required=False, help_text=_l("PDF、图片或 Office 文件，不超过 50 MB。")
    )
    note = forms.CharField(label=_l("情况说明"), required=False, widget=forms.Textarea)
    sure = forms.BooleanField(label=_l("已核对原件"), required=False)


@dataclass(frozen=True)
class Row:
    """A line of the ledger."""

    name: str
    code: str
    firm: str
    chain: str
    unit: str
    stage: str
    tone: str
    investment_cny: int
    arrived_cny: int
    light: str
    word: str
    why: str
    due_on: date
    changed_at: datetime
    age: int


def build(now: datetime) -> dict[str, Any]:
    """Everything that the gallery's template shows, as seen at ``now``."""
    rows = _rows(now)
    bound = EntryForm(
        {"faulty-name": "", "faulty-investment": "12.3.4", "faulty-kind": "h", "faulty-note": "第一行\n第二行"},
        prefix="faulty",
    )
    bound.is_valid()
    return {
        "now": now,
        "rows": rows,
        "kpis": _kpis(),
        "total_cny": sum(r.investment_cny for r in rows),
        "query": QueryForm(),
        "entry": EntryForm(),
        "faulty": bound,
        "tones": ["grey", "slate", "blue", "indigo", "violet", "teal", "cyan", "amber", "orange", "green", "red"],
        "lanes": _lanes(rows),
        "facts": _facts(now.date()),
        "steps": _steps(now.date()),
        "events": _events(now),
        "page": {
            "number": 2, "size": 20, "sizes": [20, 50, 100], "total": 10_000, "total_is_capped": True,
            "first_pages": [1, 2, 3, 4, 5], "has_next": True, "has_previous": True, "first_row": 21, "last_row": 40,
        },
        "last_page": {"before": "k9", "first_row": 161, "last_row": 168, "total": 168},
        "trend": _trend(now.date()),
        "funnel": _funnel(),
        "ranked": _by_unit(),
        "text": _text(),
    }  # fmt: skip


def _kpis() -> list[dict[str, Any]]:
    return [
        {"label": _("在库项目"), "value": "5,000", "unit": _("个"), "note": "总投资 29,633 亿元", "picture": "stack-2",
         "change": "较上月末增加 38 个", "direction": "up", "url": "#list"},
        {"label": _("签约项目"), "value": "2,345", "unit": _("个"), "note": "协议投资 13,839.27 亿元", "picture": "signature",
         "change": "同比增长12.5%", "direction": "up", "verdict": "good",
         "basis": "1 月 1 日至 11 月 20 日签约 261 个，上年同期 232 个：(261 − 232) ÷ 232 = 12.5%"},
        {"label": _("到位资金"), "value": "3,195.48", "unit": _("亿元"), "note": "资金到位率 23.1%", "picture": "coin-yuan",
         "change": "同比增长5.1%", "direction": "up", "verdict": "good"},
        {"label": _("开工率"), "value": "47.3%", "note": "已开工 1,110 / 签约 2,345", "picture": "building-factory-2",
         "change": "同比下降1.4个百分点", "direction": "down", "verdict": "bad",
         "basis": "1,110 ÷ 2,345 = 47.3%；上年同期 48.7%"},
        {"label": "累计实际使用外资", "value": "123,456,789.00", "unit": "万美元", "note": "数字再长也不截断",
         "picture": "world"},
        {"label": _("红灯项目"), "value": "344", "unit": _("个"), "note": "需领导协调 12 个", "picture": "alert-triangle",
         "change": "较上周减少 22 个", "direction": "down", "verdict": "good", "tone": "red", "url": "#list"},
    ]  # fmt: skip


def _rows(now: datetime) -> list[Row]:
    today = now.date()
    d, h = timedelta(days=1), timedelta(hours=1)
    return [
        Row("高精度谐波减速器生产基地", "YF-2026-0148", "远岚精密传动有限公司", "智能装备", "云岫区", _("在谈"), "blue",
            17_882 * WAN * 10, 0, "red", _("滞后"), _("开工超期22天"), today - 22 * d, now - 3 * h, 3),
        Row(LONG_NAME, "YF-2024-0007", LONG_FIRM, "新材料与循环经济", "澄湖经济开发区", _("签约"), "violet",
            123_456_789_000, 4_200 * WAN, "amber", _("预警"), _("资金到位率低于序时 12.4 个百分点"),
            today + 5 * d, now - 26 * h, 2),
        Row("车载显示模组扩产", "YF-2026-0031", "青屿光电科技有限公司", "新型显示", "青屿港区", _("开工"), "amber",
            51_230 * WAN, 30_000 * WAN, "green", _("正常"), "", today, now - 20 * timedelta(minutes=1), 0),
        Row("冷链食品加工", "YF-2025-0212", "禾川食品有限公司", "现代农业", "云岫区", _("投产"), "green",
            8_600 * WAN, 8_600 * WAN, "grey", _("未评"), _("尚无到期节点"), today + 400 * d, now - 400 * d, 1),
        Row("省级数据标注中心", "YF-2026-0160", "数屿信息技术有限公司", "数字经济", "青屿港区", _("线索"), "grey",
            1_200 * WAN, 0, "green", _("正常"), "", today + 40 * d, now - 9 * d, 0),
    ]  # fmt: skip


def _lanes(rows: list[Row]) -> list[dict[str, Any]]:
    named = [
        (_("线索"), "grey", 1483, 855_600_000_000), (_("在谈"), "blue", 1172, 723_800_000_000),
        (_("签约"), "violet", 678, 373_800_000_000), (_("落地"), "teal", 557, 312_100_000_000),
        (_("开工"), "amber", 453, 287_200_000_000), (_("投产"), "green", 0, 0), (_("达产"), "slate", 3, 1_200_000_000),
    ]  # fmt: skip
    return [
        {
            "label": label, "tone": tone, "count": count, "sum_cny": total, "key": f"s{i}",
            "cards": [] if not count else rows[i % 3 : i % 3 + 3],
        }
        for i, (label, tone, count, total) in enumerate(named)
    ]  # fmt: skip


def _facts(today: date) -> list[tuple[Any, ...]]:
    return [
        (_("项目编号"), "YF-2024-0007"),
        (_("国别（地区）"), "内资"),
        (_("投资方"), LONG_FIRM),
        (_("统一社会信用代码"), "91330000MA00000000"),
        (_("计划总投资"), "1,234.56789 亿元"),
        (_("用地"), "85 亩"),
        (_("项目公司"), None),
        (_("备注"), "一期利用现有厂房，二期新供地；排污指标由园区统筹，能评与环评并联办理。", "wide"),
    ]


def _steps(today: date) -> list[dict[str, Any]]:
    d = timedelta(days=1)
    return [
        {"label": _("签约"), "state": "done", "on": today - 300 * d, "by": "招商一科"},
        {"label": _("注册"), "state": "done", "on": today - 270 * d, "by": "招商一科"},
        {"label": _("供地"), "state": "skipped", "note": _("租用厂房")},
        {"label": _("开工"), "state": "late", "on": today - 22 * d, "by": "云岫区", "note": _("逾期22天")},
        {"label": _("入库"), "state": "now", "by": "统计专员"},
        {"label": _("竣工"), "state": "next", "on": today + 200 * d},
        {"label": _("投产"), "state": "next"},
        {"label": _("达产"), "state": "next"},
    ]


def _events(now: datetime) -> list[dict[str, Any]]:
    d = timedelta(days=1)
    return [
        {"at": now - 3 * timedelta(hours=1), "title": "到位资金 4,200 万元（设备款）", "kind": _("资金"), "tone": "teal",
         "detail": "凭证 2 份；口径：固定资产投入，快报数", "by": "云岫区 · 周宁", "url": "#timeline"},
        {"at": now - 22 * d, "title": "开工日期更正为次月，附施工许可", "kind": _("开工"), "tone": "amber",
         "by": "澄湖经开区 · 陆远"},
        {"at": now - 30 * d, "title": "开工", "kind": _("开工"), "tone": "amber", "by": "澄湖经开区 · 陆远",
         "voided": True, "detail": "作废原因：误将桩基试验记作开工"},
        {"at": now - 300 * d, "title": "签订正式投资协议，协议投资 12.3 亿元", "kind": _("签约"), "tone": "violet",
         "by": "招商一科"},
    ]  # fmt: skip


def _trend(today: date) -> dict[str, Any]:
    counts = [6, 12, 15, 16, 17, 33, 36, 33, 43, 42, 63, 61, 70, 92, 101, 129, 125, 158, 186, 217, 219, 235, 249]
    months = []
    for back in range(len(counts), -1, -1):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        months.append(f"{year % 100:02d}/{month + 1:02d}")
    data: list[Any] = [*counts, {"value": 177, "unfinished": True}]
    return {
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": months, "axisLabel": {"interval": 2}},
        "yAxis": {"type": "value", "name": _("签约项目（个）"), "nameTextStyle": {"align": "left"}},
        "series": [{"type": "bar", "name": _("签约项目"), "data": data, "barMaxWidth": 18}],
    }


def _funnel() -> dict[str, Any]:
    names = [_("线索"), _("在谈"), _("签约"), _("落地"), _("开工"), _("投产"), _("达产")]
    values = [5000, 3517, 2345, 1667, 1110, 657, 263]
    return {
        "grid": {"left": 8, "right": 110, "top": 4, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "value", "show": False},
        "yAxis": {"type": "category", "inverse": True, "data": names, "axisLine": {"show": False}},
        "series": [
            {
                "type": "bar",
                "barWidth": "62%",
                "label": {"show": True, "position": "right"},
                "data": values,
            }
        ],
    }


def _by_unit() -> dict[str, Any]:
    return {
        "grid": {"left": 8, "right": 64, "top": 4, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "value", "show": False},
        "yAxis": {
            "type": "category", "inverse": True, "axisLine": {"show": False},
            "data": ["云岫区", "澄湖经开区", "青屿港区", "临汐县", "北槐县"],
        },
        "series": [
            {"type": "bar", "barWidth": "55%", "label": {"show": True, "position": "right"},
             "data": [2019, 1830, 1781, 1483, 87]},
        ],
    }  # fmt: skip


def _text() -> list[dict[str, str]]:
    """A text cut into spans: what is marked, as which kind, and which record it feeds."""
    return [
        {"text": "本报讯　"},
        {"text": "3月29日", "kind": "date", "span": "d1"},
        {"text": "，"},
        {"text": "远岚精密传动有限公司", "kind": "firm", "span": "f1"},
        {"text": "谐波减速器项目在云岫区开工。项目计划总投资"},
        {"text": "3.6亿元", "kind": "money", "span": "m1"},
        {"text": "，用地"},
        {"text": "约八十余亩", "kind": "unsure", "span": "u1"},
        {"text": "，分两期建设，建成后年产各类减速器二十万台。"},
    ]
