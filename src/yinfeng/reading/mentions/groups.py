"""Counts of things: groups of projects, firms, visits, events, with their state and threshold."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .numbers import Number
from .page import Page, Sentence

_PROJECT_UNITS = frozenset(("个", "项", "只", "大", "家", "余项", "宗", "件"))
# between a count and its noun there may be anything but a mark (和 and 、 join modifiers, 的 a clause)
_NOUN_AFTER = re.compile(
    r"(?P<over>(?![、和及])[^,。;:!?\n()\d、]{0,6}\d[\d.]*[百千万亿]+美?元(?:及)?以上(?:\(含\))?)?(?P<mod>[^,。;:!?\n()\d]{0,26}?(?:\([^()\n]{1,10}\))?[^,。;:!?\n()\d]{0,6}?)(?P<noun>(?<!子)项目(?!化|法人|经理|负责人|信息|库|清单|推进会|指挥部|办公室|代表)|工程(?!师|机械|量))"
)
_LINK_BEFORE = (
    r"(?:共计|总计|合计|累计|总数|数量|共有|共|已有|已达|达到|达|有|为|约|大约|超过|超|近|逾|突破|:|\(|"
    r"分别为|分别|各|仅|增至|增加到|供地|入库|签约|落地|开工|数|已|了|增)*"
)
_NOUN_BEFORE = re.compile(
    r"(?:项目|工程)(?:\([^()\n]{1,40}\))?(?:合同|协议)?(?:集中|现场|成功|新|正式|已|实现|均)*(?:签约|开工|竣工|投产|落地|总数|数量|数|个数)?"
    + _LINK_BEFORE
    + r"$"
)
_STATE_BEFORE = re.compile(
    r"(?:已|新|实际)?(?:签约|开工建设|开工|动工|竣工投产|建成投产|竣工|投产|落地|履约)(?:项目)?(?:了|的|有|共|达)?$"
)
_FIRM_AFTER = re.compile(r"(?P<mod>[^,。;:!?\n\d]{0,22}?)(?P<noun>企业|公司|机构|外资|外商|客商(?=投资))")
_FIRM_BEFORE = re.compile(r"(?:企业|公司|机构|总部)(?:数|数量|总数)?" + _LINK_BEFORE + r"$")
_FOREIGN = re.compile(r"外资|外商|台资|港资|侨资|海外|境外|跨国|外国|合资企业")
_NO_SETTLERS = re.compile(
    r"签约项目\d|整治|走访|回访|服务|帮扶|培育|高新技术企业|规上|关停|院士|规模以上|拥有|现有|上市|后备|可(?:入驻|容纳|吸引|引进|孵化)|参展|参会"
)
_ATTENDING = re.compile(r"[^,。;]{0,4}(?:参会|参加|出席|与会|参展)")
_SETTLED = re.compile(
    r"落户|入驻|进驻|引进|引入|招引|招引来|引来|迎来|吸引|新增|新设立?|设厂|落地|注册|批准|协助|签约|新落户|入园|设立"
)
_VISIT_UNITS = frozenset(("批", "批次", "次", "人次", "团组", "个", "人", "家", "余次"))
_VISIT = re.compile(
    r"外出招商|赴外招商|外出考察|赴外考察|外出|上门招商|接待|来访|来.{0,2}考察|考察团|考察客商|客商|拜访|走访(?:企业|客商|湘商|浙商|商会)|走访.{0,2}商|"
    r"招商小分队|出访|洽谈团|团组|赴境外招商|对接企业|叩门招商|招商考察|考察"
)
_EVENT_UNITS = frozenset(("场", "场次", "次", "个"))
_EVENT = re.compile(
    r"(?:招商|推介|洽谈|对接|签约|经贸|恳谈|投资|主题|专题|路演|驻点|线上)[^,。;\d]{0,12}(?:活动|会|仪式|论坛|培训|学习|夜学|路演)|招商活动|推介会|"
    r"洽谈会|对接会|恳谈会|培训|夜学|主题活动|招商会"
)
_LEAD = re.compile(r"(?:线索|信息)(?:$|[^化])")
_YEARS_NOUN = re.compile(r"^(?:个)?(?:亿|月|年|多月)")
_THRESHOLD = re.compile(
    r"(?:(?P<number>\d+(?:\.\d+)?) ?)?(?P<multiple>万亿|千亿|百亿|十亿|亿|千万|百万|万)(?P<money>元|美元)?(?:\(含\))?"
    r"(?P<bound>及?以上|以下|级)?"
)
_EACH_OVER = re.compile(
    r"(?:单体|单个|总|的|计划)*(?:投资|投入)(?:额|规模|总额)?(?P<all>均|都)?(?:在|为|超过|超|过|突破|达到|达|不低于)+"
    r"(?:(?P<number>\d+(?:\.\d+)?)|(?P<hanzi>[一二三五十])?)(?P<multiple>万亿|千亿|百亿|十亿|亿|千万|百万|万)元(?=以上|的|[,。;]|$)"
)
_TWO_KINDS = re.compile(r"\([^()]*以上[^()]*[、,;][^()]*以上[^()]*\)")
_OVER = re.compile(
    r"(?:超|过|超过|上)(?:(?P<number>\d+(?:\.\d+)?) ?)?(?P<multiple>千亿|百亿|十亿|亿|千万)元?"
    r"(?=(?:的)?(?:投资|产业|工业|制造业|重大|招商)*项目)"
)
TIMES = {"万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12}


@dataclass(slots=True)
class Group:
    """One count. kind: project | firm | visit | event | lead. noun: the span of the counted thing."""

    number: Number
    kind: str
    noun_start: int
    noun_end: int
    measure: str = ""
    stage: str | None = None
    threshold: float | None = None
    foreign_threshold: bool = False
    part: bool = False  # a part of the group before it (其中)
    date: str | None = None
    sentence: int = 0
    listed_before: bool = False  # A、B等N个项目
    planned: bool = False

    @property
    def start(self) -> int:
        return min(self.number.start, self.noun_start)

    @property
    def end(self) -> int:
        return max(self.number.end, self.noun_end)


def find_groups(page: Page, sentence: Sentence, told: Group | None = None) -> list[Group]:
    """The counts of a sentence in order. told: the group of projects told just before, which parts may refer to."""
    work = page.work
    found: list[Group] = []
    for number in sentence.numbers:
        if number.kind != "count" or number.value > 10_000_000:
            continue
        group = _group_of(page, sentence, number, found, told)
        if group is not None:
            group.threshold, group.foreign_threshold = threshold_of(work, group)
            found.append(group)
    return found


_LISTED_HEAD = re.compile(r"等$|[、][^、]{2,30}$")


_STOCK = re.compile(r"规上|规模以上|高新技术企业|现有|拥有")


def _group_of(page: Page, sentence: Sentence, number: Number, before: list[Group], told: Group | None) -> Group | None:
    work = page.work
    left, right = page.clause_start(number.start, sentence.start), page.clause_end(number.start, sentence.end)
    unit = number.unit
    head = work[left : number.start]
    tail = work[number.end : right]
    if unit in _PROJECT_UNITS:
        match = _NOUN_AFTER.match(work, number.end, right)
        if (
            match
            and match["mod"][:1] not in ("、", "和", "及")
            and not _FIRM_AFTER.match(match["mod"])
            and not _broken(match["mod"])
        ):
            group = Group(number, "project", number.end, match.end())
            group.listed_before = bool(_LISTED_HEAD.search(head.rstrip()))
            return group
        match = _NOUN_BEFORE.search(head)
        if match:
            return Group(number, "project", left + _phrase_start(head, match.start()), number.start)
    whole = before[-1] if before else told
    if unit in _PROJECT_UNITS and whole is not None and whole.kind == "project":
        match = _STATE_BEFORE.search(head) or _STATE_OF.search(head)
        if match and (not tail or _COUNT_ENDS.match(tail)):  # 目前实际已开工206项, 正在洽谈的17个
            return Group(number, "project", left + match.start(), number.start)
    if unit in _CONTRACT_UNITS:
        match = _CONTRACTS_AFTER.match(work, number.end, right)
        signs = _SIGNS.search(work[left : number.start]) or _SIGNS.search(work[number.end : right])
        if unit == "家" and not _PARTNERS.search(head):
            match = None  # 3家企业签订入园协议: firms, where 与9家企业签订协议 are agreements
        if match and signs and not _BOUGHT.search(work[left:right]):
            return Group(number, "project", number.end, match.end())  # 签订投资协议150个
        match = _CONTRACTS_BEFORE.search(head)
        if match and not _BOUGHT.search(head):
            return Group(number, "project", left + match.start(), number.start)
    if unit in ("家", "个", "户", "余家"):
        match = _FIRM_AFTER.match(work, number.end, right)
        phrase = work[left:right]
        if (
            match
            and (_FOREIGN.search(match["mod"] + match["noun"]) or _SETTLED.search(phrase))
            and not _NO_SETTLERS.search(phrase)
        ):
            return Group(number, "firm", number.end, match.end())
        match = _FIRM_BEFORE.search(head)
        if match and (_FOREIGN.search(head) or _SETTLED.search(phrase)) and not _STOCK.search(head):
            return Group(number, "firm", left + _phrase_start(head, match.start()), number.start)
    near = work[max(left, number.start - 22) : number.start]
    if (
        unit in _EVENT_UNITS
        and (
            _EVENT.search(work[number.end : min(right, number.end + 20)])
            or (unit != "个" and _EVENT.search(near[-18:]))
        )
        and not (unit in ("次", "个") and _VISIT.search(near[-10:]))
    ):
        return Group(number, "event", max(left, number.start - 18), min(right, number.end + 14))
    if unit in _VISIT_UNITS and number.end - number.start <= 9:
        visit = (not _ATTENDING.match(tail) and _VISIT.search(near[-16:])) or (
            unit != "人" and unit != "个" and _VISIT.search(tail[:12])
        )
        team = unit == "个" and work[number.end : number.end + 2] == "团组"
        if visit and _TOURISTS.search(phrase_of := work[left:right]) and "客商" not in phrase_of:
            visit = None
        if (visit and unit not in ("个", "家")) or team:
            return Group(number, "visit", max(left, number.start - 14), number.end)
        if unit == "人次" and before and before[-1].kind == "visit" and before[-1].number.end == number.start:
            return Group(number, "visit", number.start, number.end)
    if unit in ("条",) and _LEAD.search(near[-6:]):
        return Group(number, "lead", max(left, number.start - 8), number.end)
    if unit in ("个", "项") and before and before[-1].kind == "project":
        return _part_of(work, sentence, number, left, right, before[-1])
    if unit in ("个", "项") and told is not None and work.startswith("其中", sentence.start):
        return _part_of(work, sentence, number, left, right, told)
    return None


_TOURISTS = re.compile(r"游客|旅客|观众|群众|市民|旅游|景区|患者|学生|诉求|咨询")
_CONTRACT_UNITS = frozenset(("个", "份", "项", "家", "宗"))
_CONTRACTS_AFTER = re.compile(r"[^,。;:!?\n\d]{0,10}?(?:投资|正式|招商|入园|项目|落户|合作)?(?:合同|协议)(?:书)?")
_CONTRACTS_BEFORE = re.compile(
    r"(?:签订|签署|签约)(?:了|的)?(?:正式|招商|投资|合作|项目|入园)*(?:合同|协议)(?:书)?(?:共|达|有|共计|合计)?$"
)
_PARTNERS = re.compile(r"(?:与|和|同)(?:[^,。;]{2,30}等)?$")
_SIGNS = re.compile(r"签订|签署|签约|签下")
_BOUGHT = re.compile(r"采购|销售|供货|劳动|合作框架|战略|贸易|购销|订单|意向")
_STATE_OF = re.compile(
    r"(?:洽谈|商洽|商谈|在谈|开工|建设|投产|竣工|签约|推进|办理)[^,。;\d]{0,10}的(?:有)?$"
    r"|(?:总投资|投资|投资额)[^,。;\d]{0,4}(?:[\d.]+[百千万亿]*|[一二三五十百千]?[亿万])元?(?:以上)?的(?:项目)?(?:有|达|共)?$"
)
_COUNT_ENDS = re.compile(r"以上|左右|\(|、")


def _broken(modifier: str) -> bool:
    """The words between a count and 项目 already are another sentence: 3个区的X公司投资建设项目."""
    return (
        bool(re.search(r"(?:市|县|区|镇|部门|单位|月|年|工作日|方面|环节|阶段|季度|地市)(?:的)?[^项]*$", modifier[:3]))
        and len(modifier) > 6
    )


def _phrase_start(head: str, at: int) -> int:
    """The left end of the noun phrase that ends at `at` of the clause head."""
    start = at
    while (
        start > 0
        and at - start < 24
        and (
            (head[start - 1] not in "、 ,有共和及等与了已" or head.startswith("及以上", start - 1))
            or (head[start - 1] == " " and head[start - 2 : start - 1].isdigit())
        )
    ):
        start -= 1
    return start


def _part_of(work: str, sentence: Sentence, number: Number, left: int, right: int, whole: Group) -> Group | None:
    """其中外资16个; 服务业1个; 有160个已履约: a part of the group before it."""
    row = work.rfind("、", left, number.start) + 1
    head = work[row if row and whole.number.end <= row else left : number.start]
    tail = work[number.end : right]
    if number.value > whole.number.value or len(head) > 20:
        return None
    if (
        head.startswith("其中")
        or re.search(r"(?:以上|业|类|外资|内资|省级|市级|国家级|园区|区|市|县|镇|项目|工程|亿元)$", head)
        or re.fullmatch(r"(?:其中)?有?", head)
    ):
        if re.match(r"[^,。;]{0,3}(?:月|年|工作日|小时|百分点|方面|就业|岗位)", tail) or re.search(
            r"岗位|就业|专利|平台", head
        ):
            return None
        row = max(work.rfind("、", left, number.start), left - 1) + 1  # 50亿元以上4个、百亿元以上1个
        group = Group(number, "project", row if whole.number.end <= row else left, number.end)
        group.part = True
        return group
    return None


def threshold_of(work: str, group: Group) -> tuple[float | None, bool]:
    """(the lower bound of the group in yuan, whether it is in another currency)."""
    phrase = work[group.noun_start : group.noun_end]
    best: float | None = None
    each = _EACH_OVER.match(work, group.end)
    if each is None and group.noun_end <= group.number.start:
        each = _EACH_OVER.match(work, group.noun_start)
    if each and (
        each["all"] or each[0].startswith("单") or "的" in work[each.end() : each.end() + 3]
    ):  # 55个内资项目投资额均在5000万元以上, 总投资超过10亿元的有3个
        digits = float(each["number"]) if each["number"] else float("一二三四五".find(each["hanzi"] or "一") + 1 or 10)
        return digits * TIMES[each["multiple"]], False
    over = _OVER.search(phrase)
    if over and over["multiple"] != "万":
        best = float(over["number"] or 1) * TIMES[over["multiple"]]
    if _TWO_KINDS.search(phrase):
        return None, False  # 项目(3000万元以上工业项目、亿元以上其它项目)
    for match in _THRESHOLD.finditer(phrase):
        bound = match["bound"] or ""
        if bound == "以下":
            continue
        value = float(match["number"] or 1) * TIMES[match["multiple"]]
        after = phrase[match.end() : match.end() + 6]
        if not bound and not (
            re.match(r"元?(?:重大|重点|产业|制造业|工业|招商)*(?:招商)?项目", after) and match["multiple"] != "万"
        ):
            continue
        if bound == "级" and value < 1e9:
            continue
        if value < 1e5:
            continue
        if match["money"] == "美元":
            return None, True
        best = value if best is None else min(best, value)
    return best, False
