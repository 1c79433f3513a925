"""The words and signs of headers: units, spans of time, and what tells one column from another."""

from __future__ import annotations

import re

from yinfeng.domain.projects.rules.words import FundsBoundary

# Units that are not money: as written -> as meant.
AREAS = {
    "亩": "亩", "mu": "亩", "公顷": "公顷", "ha": "公顷", "平方米": "平方米", "平米": "平方米", "m2": "平方米", "平方": "平方米",
    "万平方米": "万平方米", "万平米": "万平方米", "万m2": "万平方米", "万平方": "万平方米", "万方": "万平方米",
    "平方公里": "平方公里", "km2": "平方公里",
}  # fmt: skip
COUNTS = {"人": "人", "名": "人", "个": "人", "人次": "人", "万人": "万人", "%": "%", "百分比": "%"}

PER = re.compile(r"[/每](?:年|亩|月|人|平方米|公顷)$")
UNIT_WORDS = re.compile(
    r"^(?:金额|计量|计算)?单位[:：为是]?|^(?:折合|折|约|人民币|rmb|按|以|计)+|(?:计|保留.*)$", re.IGNORECASE
)
TRAILING_UNIT = re.compile(
    r"(?:单位)?[:：]?\s*(?:(?<=[\u4e00-\u9fff:： ])"
    r"((?:[十百千]?[万亿]|[十百千])?(?:元|美元|美金|港元|港币|欧元|日元)|亩|平方米|平米|m2|公顷))$"
)
BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】|\{([^{}]*)\}|〔([^〔〕]*)〕")
SEPARATORS = re.compile(r"[,，、;；\s]+")
NUMBERING = re.compile(r"^(?:\d{1,2}[.、．)）]|[一二三四五六七八九十]{1,3}[、.．]|[①-⑳])\s*")
# Words in brackets that change what the column is.
KEPT = re.compile("计划|实际|预计|拟|本年|本月|累计|当年|当月|外币|原币|全年|一期|二期|三期|省外|市外")

BOUNDARIES = (
    (re.compile("省外"), FundsBoundary.OUTSIDE_PROVINCE.value),
    (re.compile("[市州]外"), FundsBoundary.OUTSIDE_CITY.value),
    (re.compile("市内"), FundsBoundary.INSIDE_CITY.value),
)
OUTSIDE = re.compile("[省市州县区域境][外内](?:境内)?")

# Spans of time in a header, as the ledger names them.
SPANS = (
    (re.compile(r"截[至止]到?(?:上月|上年|去年|上季度|上一季度)[底末]?"), "上期"),
    (
        re.compile(
            r"截[至止]到?(?:本月[底末]?|月[底末]|本年[底末]|年[底末]|目前|今|现在|当前|[\d.\-/年月]*(?:\d日?|月份?)[底末]?)?"
        ),
        "累计",
    ),
    (re.compile(r"(?:20\d\d年?)?1月?份?[-—–~至到]{1,2}\d{1,2}月份?"), "本年"),
    (re.compile(r"20\d\d年\d{1,2}月份?|(?<!\d)\d{1,2}月份?|当月|上月"), "本月"),
    (re.compile(r"20\d\d年?度?|当年|今年|年初以来|年初至今|本年度|年内"), "本年"),
    (re.compile(r"历年|至今|自?开工以来|以来"), "累计"),
)
SAME = (
    ("时间", "日期"), ("总计", "累计"), ("累积", "累计"), ("统一社会信用代码", "信用代码"), ("年月日", "日期"),
    ("固定资产投资", "固投"), ("其中", ""), ("其它", "其他"), ("本年度", "本年"), ("额度", "额"), ("已经", "已"),
)  # fmt: skip
# A guess may only join headers in which the same of these stand.
TELLING = re.compile(
    "上期|计划|预计|拟|约定|实际|本年|本月|累计|固投|外资|税|产值|产出|营收|销售|贸易|进出口|用工|就业|亩均|亩|用地|土地|厂房|建筑"
    "|洽谈|对接|预审|会商|过会|签约|签订|注册|登记|供地|拿地|摘牌|租|开工|动工|入库|入统|纳统|竣工|完工|投产|达产|升规|入规|评价"
    "|备案|立项|能评|环评|规划|施工|日期|年限|单位|公司|企业|代码|编号|电话|联系|领导|专员|专班|责任人|资金|投资|金额|内容|名称"
    "|简介|信用|投资方|期|方式|渠道|来源|属地|选址|园区|乡镇|产品|行业|产业链|产业|类|问题|需求|进展|进度|下步|下一|备注|凭证"
    "|口径|率|强度|币|汇率|保密|引荐|驻点|阶段|状态|灯|审核|更新|填报|截止|分|达|建成|500强|到位|到资|完成|贡献|地区|国别|合同"
    "|协议|性质|规模|数|目标|任务|同比|增长|排名|占比|比例"
)
# Words that say something only under another heading.
EMPTY = frozenset(
    (
        *(
            "日期",
            "名称",
            "项目",
            "全称",
            "金额",
            "数额",
            "累计",
            "合计",
            "小计",
            "总额",
            "实际",
            "计划",
            "类型",
            "性质",
            "情况",
        ),
        *(
            "代码",
            "单位",
            "年份",
            "姓名",
            "数量",
            "比例",
            "占比",
            "说明",
            "投资",
            "资金",
            "状态",
            "节点",
            "内容",
            "面积",
        ),
        *("地点", "方式", "编号", "本年", "本月"),
    )
)
# What may be left out of a header.
TRIMMED = (
    re.compile("^(?:本|该)?项目"), re.compile("^招商引资(?:项目)?"), re.compile("^(?:本年|本月|累计)"), re.compile("^实际"),
    re.compile("(?:全称|名称)$"), re.compile("^(?:是否|已|目前|当前|主要|具体|引进|企业|客商)"), OUTSIDE,
    re.compile("(?:合计|小计|数额?|额)$"), re.compile("(?:必填|选填|填写)$"), re.compile("^(?:协议|合同|签约)(?=..)"),
    re.compile("员$"), re.compile("情况$"), re.compile("^(?:拟|预计|计划)(?=..)"),
)  # fmt: skip
# Upper headings that say nothing about the columns below them.
HEADINGS = re.compile("(?:项目|基本|总体|主要)*(?:概况|情况|信息|简况|资料)|项目基本情况|基本情况")
# Lower ones that leave all to the heading above.
WHOLE = frozenset(
    ("累计", "合计", "小计", "总额", "金额", "数额", "名称", "全称", "情况", "说明", "日期", "代码", "姓名")
)
PLANS = re.compile("^(?:拟|预计|计划)")
