"""One sentence with its mentions: which names can be projects, what is a list, which stage words count."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

from ..lexicon import Tag
from ..mentions.groups import Group, find_groups
from ..mentions.lists import listed_items
from ..mentions.names import Name, find_names
from ..mentions.numbers import Number
from ..mentions.page import Page, Sentence, Word
from ..mentions.roles import role_of
from ..mentions.stages import StageCue, find_stages
from ..mentions.times import Time
from .components import facility_of, is_component
from .drafts import Drafts
from .measure import measure_of


@dataclass(slots=True)
class Told:
    """One sentence with its mentions."""

    sentence: Sentence
    index: int
    names: list[Name]
    groups: list[Group]
    cues: list[StageCue]
    money: list[tuple[Number, str, Word | None]]
    times: list[Time]
    own: dict[int, StageCue] = field(default_factory=dict)  # start of a name -> stage by its frame (加快X建设)


_CEREMONY_ON = re.compile(r"(?:仪式|大会|活动|典礼)?(?:于|在)?")
_DATELINE = re.compile(r"电(?![池子动力站机网])|讯|消息|获悉|报道")
_PLACE_BEFORE = re.compile(
    r"(?:在|位于|坐落于|坐落在|落户|落户于|落地|入驻|到|至|来|深入|走进|前往|选址|地处|落户在|从|于|进驻|驻)$"
)
_INTENDED = re.compile(
    r"(?:宣布|计划|拟|将|打算|准备|考虑|谋划|储备|明年|力争|有意)(?:了|在|于|由|投资|与)?(?:[^,。;]{0,30}?|[^,。;]{0,14}投资[^,。;]{0,16},)"
    r"(?:投资|建设|创立|新建|设立|打造|兴建|扩建|推进|实施|启动|引进|开工|谋划|储备|布局|新上)(?:其(?:在[^,。;]{1,6}的)?)?“?$"
)
_APPOSITION = re.compile(
    r"--[^,。;]{0,8}(?:最大|首个|首座|唯一|首家)[^,。;-]{0,6}$|"
    r"(?:成为|建成|打造成|建设成|作为|(?<!投资)是|为(?!主)|系)(?:[^,。;、\d]{0,16}的|“[^”]{0,24}”的)?(?:一[座个家条])?$"
)
_OF_ITS_KIND = re.compile(
    r"(?:项目|工程)(?:是|系|为|作为|属于|被列为)[^,。;、]{0,24}(?:的|“[^”]{0,16}”)[^,。;、]{0,10}(?:项目|工程)$"
)
_KIND_OF = re.compile(r"”?(?:是|系|作为)[^,。;、]{2,34}的[^,。;、的]{0,10}(?:项目|工程)")
_ORDINAL = re.compile(r"(?:全球)?第[一二三四五六七八九十\d]{1,2}(?:家|座|个|大|条)")
_THIS_IS = re.compile(r"(?:这|也|此|该[项目基地工厂园区]{1,3})(?:也|将|已)?(?:是|成为)|,(?:也|更)?是")
_ON_SITE = re.compile(r"(?:项目)?(?:的)?(?:施工|建设|工程)?(?:现场|工地)(?!会|推进|观摩|办公)")
_AT_SCENE = re.compile(r"(?:^|[,。;:\n ])在[^,。;的]{0,8}$")
_SITE_BEFORE = re.compile(r"(?:落户|位于|坐落于|落地|入驻|选址)[^,。;的、]{0,16}$")
_OFFICE_AFTER = re.compile(
    r"(?:管委会|招商|负责人|党工委|管理委|书记|主任|负责人|内(?!蒙)|里|举行|召开|举办|始终|坚持|聚焦|围绕|紧扣|深化|主要|局|办公室|相关|以来|累计|已有|现有|共有|区域|"
    r"\(?[一-龥]{0,4}?分会场|积极|全年|上半年|大力|服务中心|企业|党委|领导|签约了|充分|依托|不断|持续|组织|成立了?|组建)"
)
_GROUP_LIST = re.compile(r"(?:包括|涵盖|涉及|如|例如|比如|其中|分别为|分别是|主要有|有|含|囊括|:)[^,。;]{0,12}$")
_LABEL = re.compile(
    r" *(?:\(?[一二三四五六七八九十\d]{1,2}[)、.] ?)?"
    r"([\u4e00-\u9fffA-Za-z0-9()]{3,24}):(?!\d)(?=[^:。;\n]{0,24}(?:总投资|计划投资|投资|占地|用地)[^。;]{0,8}\d)"
)
_LABEL_STOP = re.compile(
    r"(?:分别|[是为有])$|项目$|\d[个项家]$|招商|发展|推进|亮点|连台|纷呈|成效|捷报|动态|讯|消息|记者|表示|介绍|单位|情况|目标|任务|如下|[市县区镇]$|方面|看$|时间|地址|内容|规模"
)


def read_sentence(page: Page, index: int, drafts: Drafts, group: Group | None = None) -> Told:
    """All mentions of a sentence. drafts: the projects told of before it; group: the group of projects told last."""
    sentence, _work = page.sentences[index], page.work
    times = page.times_in(sentence.start, sentence.end)
    groups = find_groups(page, sentence, group)
    names = _usable(page, sentence, find_names(page, sentence), groups, drafts)
    items = listed_items(page, sentence, names)
    if items:
        names = [n for n in names if n.kind != "phase" or not any(i.start <= n.start and n.end <= i.end for i in items)]
        names = sorted([*names, *items], key=lambda name: name.start)
    names = _labelled(page, sentence, names)
    names = _paid_things(page, sentence, names)
    for name in names:
        name.title = sentence.title
    for group in groups:
        group.sentence = index
        if group.kind == "project":
            group.measure, group.stage = measure_of(page, sentence, group)
    told = Told(
        sentence=sentence,
        index=index,
        names=names,
        groups=groups,
        cues=_cues(page, sentence, names, groups, times),
        money=_roles(page, sentence),
        times=times,
        own=_building(page, names),
    )
    _mark_lists(page, told)
    return told


_IN_A_ROW = re.compile(
    r"[、和及与]|以及|(?:增加|调整|提高|扩大|调减|上调|下调|变更|增长|追加|上升|提升)[到至为]|增至|调至|升至"
)


def _roles(page: Page, sentence: Sentence) -> list[tuple[Number, str, Word | None]]:
    """The amounts of a sentence with what they are; an amount in a row (3亿元、2亿元和1亿元) is what the first one is."""
    found: list[tuple[Number, str, Word | None]] = []
    views = page.work.find("看", sentence.start, sentence.end) >= 0
    for number in sentence.numbers:
        if number.kind != "money":
            continue
        role, word = role_of(page, number, sentence.start)
        if not role and found and _IN_A_ROW.fullmatch(page.work, found[-1][0].full_end, number.start):
            role, word = found[-1][1], found[-1][2]
        if views and role in ("", "invest"):
            seen = _SEEN_FROM.search(page.work, sentence.start, number.start)
            if seen:
                role = _SEEN_ROLES[seen[1]]
        if (
            not role
            and found
            and found[-1][1] in ("paid", "fdi", "fai")
            and _IN_FACT.match(page.work, found[-1][0].end, number.start)
        ):
            role, word = found[-1][1], found[-1][2]  # 到位资金突破700亿元,累计实现702.76亿元
        if not role:
            role = _role_of_row(page, sentence, number)
        found.append((number, role, word))
    return found


_PART_DONE = re.compile(
    r"(?:厂房|车间|宿舍楼?|办公楼|综合楼|大楼|主体|桩基|标段|管廊|主体结构|主体工程|[一二三四五\d]栋[^,。;]{0,4}|[一二三1-9]号楼|隧道|食堂)[^,。;、项目]{0,8}$"
)
_IN_FACT = re.compile(r"[^,。;]{0,3},(?:累计|共|实际)?(?:实现|达到?|完成)$")
_SEEN_FROM = re.compile(r"从(合同外资|实际使用外资|实际利用外资|到位资金|到位内资)(?:金额|额)?(?:来)?看")
_SEEN_ROLES = {
    "合同外资": "contract",
    "实际使用外资": "fdi",
    "实际利用外资": "fdi",
    "到位资金": "paid",
    "到位内资": "paid",
}
_ROW = re.compile(r"(?:[^,。;:\d]{1,12}[\d.]+[亿万]*[美欧]?元[、,和])*[^,。;:\d、]{1,12}")


def _role_of_row(page: Page, sentence: Sentence, number: Number) -> str:
    """到位资金排前三位的是:甲县31.2亿元、乙县27.8亿元: what stands before the colon holds for the row behind it."""
    colon = page.work.rfind(":", sentence.start, number.start)
    if colon < 0 or not _ROW.fullmatch(page.work, colon + 1, number.start):
        return ""
    told = [w for w in page.words_in(sentence.start, colon) if w.entry.measure in ("paid", "fdi", "fai")]
    return told[-1].entry.measure or "" if told else ""


def _cues(page: Page, sentence: Sentence, names: list[Name], groups: list[Group], times: list[Time]) -> list[StageCue]:
    """Stage words outside names and outside counts of firms and visits, with the dates of their happening."""
    work = page.work
    others = [group for group in groups if group.kind in ("firm", "visit", "event")]
    cues = find_stages(page, sentence)
    if not cues:
        return []
    today = page.doc_date.isoformat() if page.doc_date else None
    kept = []
    for cue in cues:
        if any(n.kind == "named" and n.start <= cue.start and cue.end <= n.end for n in names):
            continue
        if any(
            not (cue.stage == "signed" and not cue.weak and g.kind == "firm" and g.end <= cue.start)
            and abs(g.number.start - cue.start) <= 24
            and not re.search(r"[,。;]", work[min(cue.start, g.start) : max(cue.end, g.start)])
            for g in others
        ):
            continue  # 落户上下游企业16家 says nothing of a project
        if cue.stage == "producing" and _PART_DONE.search(work, max(sentence.start, cue.start - 24), cue.start):
            cue.stage = "started"  # 3栋厂房已竣工验收
        cue.date = None if cue.stage == "negotiating" and cue.weak else _date_of(cue, times, work)
        if today and cue.date and cue.state == "asserted" and cue.date > today[: len(cue.date)]:
            cue.state, cue.date = "planned", None
        kept.append(cue)
    return kept


_PAID_THING = re.compile(
    r"投资(?:额)?(?:约|超|近|达)?\d[\d.]*[万亿]*[多余]?[美欧]?元(?:以上)?的(?P<thing>[\u4e00-\u9fffA-Za-z0-9.“”]{3,22}?)"
    r"(?=将于|落户|落地|签约|开工|破土|奠基|动工|竣工|投产|建成|启动|正在|正式|已|、|和(?:总)?投资|,|。|;|$)"
)
_NO_THING = re.compile(r"项目|工程|企业|公司|[的了在将]|产业$|资金")


def _paid_things(page: Page, sentence: Sentence, names: list[Name]) -> list[Name]:
    """投资12亿元的功率模块封装线落户某区: what an amount is spent on is a project, whatever word it ends with."""
    if page.work.find("元的", sentence.start, sentence.end) < 0:
        return names
    found = []
    for match in _PAID_THING.finditer(page.work, sentence.start, sentence.end):
        start, end = match.span("thing")
        if _NO_THING.search(match["thing"]) or any(n.start < end and start < n.end for n in names):
            continue
        found.append(Name(start, end, "named", 2, "", solid=True))
    return sorted([*names, *found], key=lambda name: name.start) if found else names


def _labelled(page: Page, sentence: Sentence, names: list[Name]) -> list[Name]:
    """`某某铝业:总投资2亿元,占地80亩`: the label of a line is the name of a project."""
    if page.work.find(":", sentence.start, sentence.end) < 0:
        return names
    label = _LABEL.match(page.work, sentence.start, sentence.end)
    if not label or _LABEL_STOP.search(label[1]):
        return names
    if any(name.kind == "named" and name.start < label.end(1) for name in names):
        return names
    name = Name(*label.span(1), "named", 3, "", proper=label[1], propers=frozenset([label[1]]))
    return [name, *(other for other in names if other.start >= label.end(1))]


def _usable(page: Page, sentence: Sentence, names: list[Name], groups: list[Group], drafts: Drafts) -> list[Name]:
    """Names that can be projects: not the noun of a count, not a place, not an office."""
    work = page.work
    kept = []
    for name in names:
        inside = [g for g in groups if g.kind == "project" and g.start <= name.start and name.end <= g.end]
        if inside and name.kind != "phase":
            continue
        if any(
            g.kind == "project" and name.start < g.number.start < g.end and name.end >= g.number.end for g in groups
        ):
            continue
        if name.kind == "named":
            facility = facility_of(name)
            before = work[max(sentence.start, name.start - 4) : name.start]
            if facility and name.strength >= 2 and _ON_SITE.match(work, name.end):
                kept.append(name)  # 在X产业园施工现场
                continue
            if facility and (_PLACE_BEFORE.search(before) or _OFFICE_AFTER.match(work, name.end)):
                continue
            if facility and _AT_SCENE.search(work, max(sentence.start, name.start - 12), name.start):
                continue
            if any(g.kind == "firm" and name.end <= g.number.start <= name.end + 12 for g in groups) and re.search(
                r"入驻|进驻|集聚|汇聚", work[sentence.start : sentence.end]
            ):
                continue  # X、Y等12家企业入驻: tenants
            if is_component(page, sentence, name, drafts):
                continue
            if facility and _APPOSITION.search(work, max(sentence.start, name.start - 20), name.start):
                continue
            if not facility and kept and kept[-1].kind == "named" and _KIND_OF.fullmatch(work, kept[-1].end, name.end):
                continue
            if (
                name.strength <= 1
                and not facility
                and kept
                and _OF_ITS_KIND.search(work, max(sentence.start, name.start - 34), name.end)
            ):
                continue  # X项目是某区重点打造的支撑性项目
            if facility and _ORDINAL.match(work, name.start) and _THIS_IS.search(work, sentence.start, name.start):
                continue  # 这是某集团在中国建设的第二家工厂
            if facility and (_odd_brackets(page, name) or _in_brackets(work, sentence.start, name.start)):
                continue
            if facility and _SITE_BEFORE.search(work, max(sentence.start, name.start - 20), name.start):
                continue
        kept.append(name)
    return kept


_PLANNED_AFTER = re.compile(r"(?:规划|前期|策划|选址(?=论证|阶段|工作|意见|[,。])|招商)(?!建)")


_HURRIED = re.compile(r"(?:加快|推进|加快推进|抓好|加速|加快做好|全力推进|有序推进)“?$")


_BUILT_AFTER = re.compile(r"[^,。;]{0,36}建设")


def _building(page: Page, names: list[Name]) -> dict[int, StageCue]:
    """加快X建设 is started, X规划, 拟建设X and 还将推进X are leads; an item behind such an item in a list shares its stage."""
    work = page.work
    found: dict[int, StageCue] = {}
    last: Name | None = None
    for name in names:
        if name.kind != "named":
            continue
        near = work[max(0, name.start - 30) : name.start]
        paid = _PAID_BEFORE.search(work, max(0, name.start - 34), name.start) if near.endswith(("的", "“")) else None
        left = paid.start() if paid else name.start
        before = work[max(0, left - 8) : left]
        joint = _JOINT_ITEM.fullmatch(work, last.end, name.start) if last is not None else None
        if _PLANNED_AFTER.match(work[name.end : name.end + 4]):
            found[name.start] = StageCue(name.end, name.end + 2, "lead", "planned")
        elif _INTENDED.search(work, max(0, left - 44), left):
            found[name.start] = StageCue(name.end - 1, name.end, "lead", "planned", True)
        elif _HURRIED.search(before) and _BUILT_AFTER.match(work[name.end : name.end + 40]):
            found[name.start] = StageCue(name.end, name.end + 1, "started", "asserted", True)
        elif "扩建" in near and _MORE_CAPITAL.search(work, max(0, name.start - 30), name.start):
            found[name.start] = StageCue(name.end - 1, name.end, "expanded", "asserted", True)
        elif facility_of(name) and name.strength >= 2 and _FOUNDED.search(work, max(0, name.start - 6), name.start):
            found[name.start] = StageCue(name.end - 1, name.end, "producing", "asserted", True)
        elif "在" in near and _BEGUN.search(work, max(0, name.start - 20), name.start):
            found[name.start] = StageCue(name.end - 1, name.end, "started", "asserted", True)
        elif last is not None and last.start in found and joint:
            found[name.start] = found[last.start]
        last = name
    return found


_MORE_CAPITAL = re.compile(
    r"(?<![将拟])(?:增资|追加)(?:投资)?[^,。;]{0,6}\d[\d.]*[万亿]*[美欧日]?元(?:人民币)?,?(?:扩建|用于扩建)(?:了)?$"
)
_FOUNDED = re.compile(r"(?<!将)(?<!拟)(?:成立|启用|开设|建成)了$")
_BEGUN = re.compile(r"(?:开始|着手|正)在[^,。;]{1,12}(?:建设|兴建|建造|修建)(?:新的)?$")
_PAID_BEFORE = re.compile(
    r"(?:总|计划|预计|计划总|概算)?投资(?:额)?(?:[约超近逾达]|超过)?[\d.]+[亿万]*[多余]?[美欧]?元(?:以上|左右)?的“?$"
)
_JOINT_ITEM = re.compile(
    r"”?(?:[、,]|和|及|与|以及)“?(?:(?:总|计划|预计)?投资(?:额)?(?:[约超近逾达]|超过)?[\d.]+[亿万]*[多余]?[美欧]?元(?:以上|左右)?的“?)?"
)


_COUNTED_LIST = re.compile(r"”?等\d+余?[个项][^,。;:、\d]{0,10}(?:项目|工程)")


_JOINED_ITEMS = re.compile(
    r"”?(?:(?:、|,|;|和|以及|及|与)“?(?:(?:总)?(?:投资|总投资)(?:额)?(?:约|达|近|超)?[\d.]+[亿万]+(?:多|余)?"
    r"[美欧]?元的)?|(?:[、,])(?:[^,。;、]{1,14}的))"
)


_AND_SO_ON = re.compile(r"”?等(?:\d+|[一二三四五六七八九十]|一批|多|重|项|个|大)?")


def _mark_lists(page: Page, told: Told) -> None:
    """Neighbours joined by 、 or by 、 and an amount are items of one list."""
    work = page.work
    named = [n for n in told.names if n.kind == "named"]
    for left, right in itertools.pairwise(named):
        between = work[left.end : right.start]
        if len(between) <= 40 and _JOINED_ITEMS.fullmatch(
            between,
        ):
            left.listed = right.listed = True
    for name in named:
        if _COUNTED_LIST.match(work, name.end):
            name.listed = True  # X分拨中心等12个项目
        if _AND_SO_ON.match(work[name.end : name.end + 3]) and (
            name.listed or _GROUP_LIST.search(work[max(told.sentence.start, name.start - 14) : name.start])
        ):
            name.listed = True


def _in_rule(work: str, sentence: Sentence, name: Name) -> bool:
    """《…项目管理办法》: the name of a paper."""
    opening = work.rfind("《", max(sentence.start, name.start - 40), name.start)
    if opening < 0 or work.find("》", opening, name.start) >= 0:
        return False
    closing = work.find("》", name.end, name.end + 40)
    return closing >= 0 and bool(
        re.search(
            r"(?:意见|办法|方案|规划|通知|条例|指南|目录|计划|细则|规定|议案|名单|图谱)$", work[name.end : closing]
        )
    )


def _odd_brackets(page: Page, name: Name) -> bool:
    """A bracket in the name of a facility that holds no place: X(宁远)工厂 is a name, A(分会场)基地 is none."""
    opening = page.work.find("(", name.start, name.end)
    if opening < 0:
        return False
    inside = page.words_in(opening + 1, opening + 2)
    return not (inside and inside[0].entry.tags & Tag.PLACE)


def _in_brackets(work: str, floor: int, at: int) -> bool:
    opening = work.rfind("(", max(floor, at - 40), at)
    return opening >= 0 and work.find(")", opening, at) < 0


def _date_of(cue: StageCue, times: list[Time], work: str) -> str | None:
    """The date of the happening: the nearest dated expression before it in the sentence, else behind it."""
    dated = [t for t in times if t.iso is not None and not t.vague and not _DATELINE.match(work, t.end)]
    before = [t for t in dated if t.end <= cue.start]
    if before:
        best = before[-1]
        full = [t for t in before if not t.weak]
        if best.weak and full and full[-1].end > best.start - 20:
            best = full[-1]
        if re.match(r"(?:前|之前|以前)", work[best.end : best.end + 2]):
            return None
        return best.iso
    behind = next((t for t in dated if cue.end <= t.start <= cue.end + 6), None)
    if behind is not None and not behind.weak and _CEREMONY_ON.fullmatch(work, cue.end, behind.start):
        return behind.iso  # 签约仪式3月6日在某地举行
    return None
