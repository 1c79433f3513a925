"""Words in cells that are no values: blanks, yes and no, names of currencies.

Told apart from the words of the interface: these are read, never shown.
"""

from __future__ import annotations

import re

from yinfeng.domain.enterprises.rules import TitleKind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOTHING = _words(
    "/ \\ - -- --- — —— – ― ~ 无 暂无 没有 待定 未定 n/a na null none nan 空 不详 未知 … …… ... 待填 略 不适用 未填 "
    "未提供 暂未确定 暂未定 待确定 × . 。 # *"
) | {""}
DITTO = _words("同上 〃 ″ '' \" 同前 ” “")
YES = _words("是 √ ✓ ✔ y yes true 1 有 保密 涉密 对 需要 ☑ ■ v 是的 已")
NO = _words("否 × x ✗ ✘ n no false 0 无 不保密 公开 非 不是 不 ☐ □ 没有 非保密")
WHOLE = _words("全部 整体 不分期 全期 整个项目 一次性建设 一次性 单期 否")
CURRENCY_CHOICES = "人民币、美元、港币、欧元、日元"
ERRORS = re.compile(
    r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|FIELD!|BLOCKED!)|Err:\d{3}", re.IGNORECASE
)
# What a wrong encoding leaves: replacement and private characters, control characters, and the well-known words of it.
GARBLED = re.compile(
    "[\ufffd\ud800-\udfff\ue000-\uf8ff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|锟斤拷|烫烫烫|屯屯屯|Ã[¤¥¦§¨©]|ï»¿"
)
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
# One look at a cell of words: whether any of the above may be in it.
ODD = re.compile(f"#|Err:|{GARBLED.pattern}|{INVISIBLE.pattern}", re.IGNORECASE)
FORMULA = re.compile(r"^\s*[=@]|^\s*[+\-](?=[A-Za-z@=(])")
PHASE = re.compile(
    r"(?:第|项目|项目第)?(?P<n>\d{1,2}|[一二三四五六七八九十]{1,3}|首|[ivx]{1,4})(?:期|阶段)?(?:工程|项目|建设)?",
    re.IGNORECASE,
)
PHASE_NUMERALS = {"首": 1, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
_TITLES: dict[TitleKind, str] = {
    TitleKind.WORLD_500: "世界500强 世界五百强 全球500强 财富500强 财富世界500强 世界财富500强 世界企业500强",
    TitleKind.CHINA_500: "中国企业500强 中国500强 国内500强 中国五百强 国内企业500强 全国500强",
    TitleKind.PRIVATE_500: "中国民营企业500强 民营企业500强 民营500强 民企500强 中国民企500强 中国民营500强 全国民营企业500强",
    TitleKind.TOP_500: "三类500强 500强 三个500强 三类五百强 500强企业",
    TitleKind.CENTRAL_SOE: "央企 中央企业 中央国有企业",
    TitleKind.LISTED: "上市公司 上市企业 境内上市公司 境外上市公司 A股上市公司 港股上市公司 主板上市公司 上市",
    TitleKind.INDUSTRY_LEADER: "行业龙头 龙头企业 行业龙头企业 龙头 领军企业 行业领军企业 细分行业龙头",
    TitleKind.HIDDEN_CHAMPION: "隐形冠军 隐形冠军企业",
    TitleKind.LITTLE_GIANT: "专精特新小巨人 小巨人 专精特新小巨人企业 国家级专精特新小巨人 国家专精特新小巨人 小巨人企业",
    TitleKind.SINGLE_CHAMPION: "单项冠军 制造业单项冠军 单项冠军企业 国家级单项冠军 国家制造业单项冠军",
    TitleKind.UNICORN: "独角兽 独角兽企业",
}
# What 投资方类别 tells of ownership or size is no title.
_OTHERS = """
民营 民营企业 民企 国企 国有 国有企业 国资 地方国企 市属国企 省属国企 外资 外资企业 外企 外商投资企业 合资 合资企业 港资 台资
港澳台企业 私营 私营企业 内资 内资企业 中小企业 小微企业 规上企业 规模以上企业 高新技术企业 高企 其他 一般企业 普通企业
有限责任公司 股份有限公司 有限公司 企业 个体 个人 非500强 非上市公司 非上市 集体企业 事业单位 混合所有制 混合所有制企业
投资公司 基金 科研院所 高校
"""
NO_TITLE = frozenset(_OTHERS.split())
TITLE_WORDS = {word: kind for kind, words in _TITLES.items() for word in words.split()}
SUBSIDIARY_LEVELS = {sign: number for signs in ("一二三四五", "12345") for number, sign in enumerate(signs, 1)}
SUBSIDIARIES = ("", "子公司", "二级子公司", "三级子公司", "四级子公司", "五级子公司")
# Of sheets of leads and visits: which way a sheet of visits goes, rows of totals, columns of personal data.
IN_WORDS = re.compile("来访|接待|请进来|客商考察")
OUT_WORDS = re.compile("外出|出访|拜访|走访|走出去")
TOTAL_WORDS = re.compile("合计|小计|总计|共计|注[:：]|备注[:：]|说明[:：]|填表人|审核人|制表")
PERSONAL_WORDS = re.compile("电话|手机|联系方式|微信|身份证|^联系人$")
# Lists of key projects: whose they are, and what a header that asks has before their name.
LIST_LEVELS = {
    word: level
    for level, words in (
        ("国家级", "国家级 国家"), ("省级", "省级 省 自治区 自治区级"), ("市级", "市级 市"), ("县级", "县级 县 区级 区"),
    )
    for word in words.split()
}  # fmt: skip
LIST_HEADS = re.compile("^(?:是否)?(?:已)?(?:列入|纳入|入选|进入)?")
