"""The story of a page: who is spoken of, sentence by sentence, and what is said of them.

`tell(page)` walks through the text once with a focus (a project or a group of projects) and hands every amount, stage
and size to whom it belongs. Out come drafts of projects, groups, and the amounts that belong to groups.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..mentions.groups import Group, find_groups
from ..mentions.lists import listed_items
from ..mentions.names import Name, find_names
from ..mentions.numbers import Number
from ..mentions.page import Page, Sentence, Word
from ..mentions.roles import role_of
from ..mentions.stages import StageCue, find_stages
from ..mentions.times import Time
from .drafts import Draft, add_name, find_draft
from .frames import organisations
from .measure import measure_of
from .nameless import invested, opened


@dataclass(slots=True)
class Sum:
    """An amount that belongs to no single project: to a group, or to a place."""

    number: Number
    role: str
    word: Word | None
    sentence: int
    group: Group | None = None


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


@dataclass(slots=True)
class Story:
    """What the walk found."""

    drafts: list[Draft] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)


_FORWARD = re.compile(
    r"(?:以上|左右)?(?:人民币|\(人民币\))?(?:巨资|资金)?,?(?:拟|将|计划)?(?:分[^,。;]{1,3}期)?(?:用于|来)?(?:在[^,。;:]{1,24}?)?(?:就地|联合|合作|共同|建立|继续|全面|再)*"
    r"(?:投资)?(?:建设|兴建|新建|打造|开发|建立|设立|实施|建造|扩建|开工建设|启动|修建|筹建|建|创立|布局|上马|投建)"
)
_VERB_ROLE = re.compile(r"(?:斥资|出资|投入|耗资|豪掷|砸下|追加|再投资|投资|拟投资|计划投资|预计投资|注资)$")
_PLACE_BEFORE = re.compile(
    r"(?:在|位于|坐落于|坐落在|落户|落户于|落地|入驻|到|至|来|深入|走进|前往|选址|地处|落户在|从|于|进驻|驻)$"
)
_INTENDED = re.compile(
    r"(?:宣布|计划|拟|将|打算|准备|考虑)(?:了|在|于|由|投资|与)?[^,。;]{0,16}(?:投资|建设|创立|新建|设立|打造|兴建|扩建)“?$"
)
_APPOSITION = re.compile(r"(?:成为|建成|打造成|建设成|作为|(?<!投资)是|为|系)(?:[^,。;]{0,16}的)?(?:一[座个家条])?$")
_AT_SCENE = re.compile(r"(?:^|[,。;:\n ])在[^,。;的]{0,8}$")
_SITE_BEFORE = re.compile(r"(?:落户|位于|坐落于|落地|入驻|选址)[^,。;的、]{0,16}$")
_COMPONENT = re.compile(
    r"(?:生产线|产线|码头|厂房|标准厂房|办公楼|综合楼|大楼|管网|道路|线路|仓库|车间|中试基地|实验室)$"
)
_PARTS_OF = re.compile(
    r"(?:建设内容|主要建设|新建|建设|建成|包括|包含|含|涵盖|增加|增设|形成|配套|规划建设|改造|安装|购置|配备|完成|拥有|设有|建有|年产|为|及|和|以及|、)[^,。;]{0,16}$"
)
_OFFICE_AFTER = re.compile(
    r"(?:管委会|党工委|管理委|书记|主任|负责人|内(?!蒙)|里|举行|召开|举办|始终|坚持|聚焦|围绕|紧扣|深化|主要|局|办公室|相关|以来|累计|已有|现有|共有|区域|"
    r"\(?[一-龥]{0,4}?分会场|积极|全年|上半年|大力|服务中心|企业|党委|领导|签约了|充分|依托|不断|持续|组织|成立了?|组建)"
)
_GROUP_LIST = re.compile(r"(?:包括|涵盖|涉及|如|例如|比如|其中|分别为|分别是|主要有|有|含|囊括|:)[^,。;]{0,12}$")
_CUE_THEN_NAME = re.compile(
    r"(?:了|的|总|投资|额|达|约|为|等|一批|成功|建设|落地|落户|签约|项目|新|重点|重大|优质|\d|\.|亿|万|元|美|多|余|:|“|、|以|及|总部|位于|运营|[\s])*"
)
_MANY_YEARS = re.compile(
    r"(?:[二两三四五六七八九十]|[2-9]|1\d)年(?:内|间|累计|对赌|总|的)*[^,。;年]{0,6}(?:产值|税收|税|收入|销售)[^,。;]{0,4}$|累计[^,。;]{0,8}$"
)
_TO_DATE = re.compile(
    r"(?:以来|累计|至今|迄今|已在[^,。;]{2,8}完成)[^。;]{0,24}(?:总投资|投资总额|投资额|投资)[^,。;]{0,4}$"
)
_LABEL = re.compile(
    r" *(?:\(?[一二三四五六七八九十\d]{1,2}[)、.] ?)?([\u4e00-\u9fffA-Za-z0-9()]{3,24}):(?=[^:。;\n]{0,24}(?:总投资|计划投资|投资|占地|用地)[^。;]{0,8}\d)"
)
_LABEL_STOP = re.compile(r"项目$|讯|消息|记者|表示|介绍|单位|情况|目标|任务|如下|[市县区镇]$|时间|地址|内容|规模")
_PLURAL = re.compile(
    r"(?:全部|这些|上述|所有|各|各个|两个?|三个?|以上|一批|多个|其他)(?:大|新|重大|重点)?(?:项目|工程)$"
)
_SAME_LINE_TOPIC = re.compile(
    r"^[”’ ]*(?:该|此|这|项目|工程|一期|二期|首期|目前|其|建成|投产|达产|全部|同时|预计|届时|计划|总投资|占地|整个|主要)"
)
_DENIAL = re.compile(r"不存在|不实|否认|澄清|并未|子虚乌有|传闻|谣言|未与任何")


def tell(page: Page) -> Story:
    """Walk through the page."""
    story = Story()
    walker = _Walker(page, story)
    for index, sentence in enumerate(page.sentences):
        walker.sentence(index, sentence)
    return story


class _Walker:
    def __init__(self, page: Page, story: Story) -> None:
        self.page, self.story = page, story
        self.project: Draft | None = None  # the last project spoken of
        self.group: Group | None = None  # the last group spoken of
        self.line = -1
        self.line_project: Draft | None = None
        self.pending: list[tuple[str, Number]] = []

    # -------------------------------------------------------------- one sentence

    def sentence(self, index: int, sentence: Sentence) -> None:
        page, work = self.page, self.page.work
        if sentence.line != self.line:
            self.line = sentence.line
            self.group = None
        self.pending = []
        cues = find_stages(page, sentence)
        times = page.times_in(sentence.start, sentence.end)
        groups = find_groups(page, sentence, cues)
        names = self._usable(sentence, find_names(page, sentence), groups)
        items = listed_items(page, sentence, names)
        if items:
            names = sorted([*names, *items], key=lambda n: n.start)
        money = [
            (n, *role_of(page, n, sentence.start))
            for n in page.numbers_in(sentence.start, sentence.end)
            if n.kind == "money"
        ]
        for group in groups:
            group.sentence = index
            if group.kind == "project":
                group.measure, group.stage = measure_of(page, sentence, group)
            self.story.groups.append(group)
        cues = [c for c in cues if not any(n.kind == "named" and n.start <= c.start and c.end <= n.end for n in names)]
        firm_clauses = [g for g in groups if g.kind in ("firm", "visit", "event")]
        cues = [
            c
            for c in cues
            if not any(
                abs(g.number.start - c.start) <= 24
                and not re.search(r"[,。;]", work[min(c.start, g.start) : max(c.end, g.start)])
                for g in firm_clauses
            )
        ]
        today = page.doc_date.isoformat() if page.doc_date else None
        for cue in cues:
            cue.date = _date_of(cue, times, work)
            if today and cue.date and cue.state == "asserted" and cue.date > today[: len(cue.date)]:
                cue.state, cue.date = "planned", None
        own = self._building(names)
        label = _LABEL.match(work, sentence.start, sentence.end)
        if (
            label
            and not any(n.kind == "named" and n.start < label.end(1) for n in names)
            and not _LABEL_STOP.search(label[1])
        ):
            names = [Name(*label.span(1), "named", 3, "", proper=label[1], propers=frozenset([label[1]]))] + [
                n for n in names if n.start >= label.end(1)
            ]
        told = Told(sentence, index, names, groups, cues, money, times, own)
        self._mark_lists(told)
        self.story.told.append(told)
        self._walk(told)
        if _DENIAL.search(work, sentence.start, sentence.end) and not sentence.title:
            for draft in self.story.drafts:
                if index in draft.sentences:
                    draft.denied = True

    def _usable(self, sentence: Sentence, names: list[Name], groups: list[Group]) -> list[Name]:
        """Names that can be projects: not the noun of a count, not a place, not an office."""
        work = self.page.work
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
                facility = name.head not in ("项目", "工程")
                before = work[max(sentence.start, name.start - 4) : name.start]
                if facility and (_PLACE_BEFORE.search(before) or _OFFICE_AFTER.match(work, name.end)):
                    continue
                if facility and _AT_SCENE.search(work, max(sentence.start, name.start - 12), name.start):
                    continue
                if any(g.kind == "firm" and name.end <= g.number.start <= name.end + 12 for g in groups) and re.search(
                    r"入驻|进驻|集聚|汇聚", work[sentence.start : sentence.end]
                ):
                    continue  # X、Y等12家企业入驻: tenants
                if self._is_component(sentence, name):
                    continue
                if facility and _APPOSITION.search(work, max(sentence.start, name.start - 20), name.start):
                    continue
                if facility and ("(" in work[name.start : name.end] or _in_brackets(work, sentence.start, name.start)):
                    continue
                if facility and _SITE_BEFORE.search(work, max(sentence.start, name.start - 20), name.start):
                    continue
            kept.append(name)
        return kept

    def _building(self, names: list[Name]) -> dict[int, StageCue]:
        """加快X建设 is started, X规划 and 拟建设X are leads; an item behind such an item in a list shares its stage."""
        work = self.page.work
        found: dict[int, StageCue] = {}
        last: Name | None = None
        for name in names:
            if name.kind != "named":
                continue
            before = work[max(0, name.start - 8) : name.start]
            if re.match(r"(?:规划|前期|策划|选址|招商)(?!建)", work[name.end : name.end + 4]):
                found[name.start] = StageCue(name.end, name.end + 2, "lead", "planned")
            elif re.search(r"(?:加快|推进|加快推进|抓好|加速|加快做好)“?$", before) and re.match(
                r"[^,。;]{0,36}建设", work[name.end : name.end + 40]
            ):
                found[name.start] = StageCue(name.end, name.end + 1, "started", "asserted", True)
            elif _INTENDED.search(work, max(0, name.start - 30), name.start):
                found[name.start] = StageCue(name.end - 1, name.end, "lead", "planned")
            elif last is not None and last.start in found and work[last.end : name.start] in ("、", "和", "及", "与"):
                found[name.start] = found[last.start]
            last = name
        return found

    def _is_component(self, sentence: Sentence, name: Name) -> bool:
        """A production line or a building of the project spoken of, without an amount or a firm of its own."""
        work = self.page.work
        text = work[name.start : name.end]
        before = work[max(sentence.start, name.start - 30) : name.start]
        if re.search(r"元的$", before[-2:]) or name.phase:
            return False
        subject = re.match(
            r"[”’ ]*(?:该|此|这)?(?:项目|工程|一期|二期|首期|其中)", work[sentence.start : sentence.start + 8]
        )
        earlier = self.project is not None and (
            bool(subject) or bool(re.search(r"项目|工程|一期|二期", work[sentence.start : name.start]))
        )
        if re.search(
            r"(?:签约|引进|落户|开工|推进|实施)[^,。;]{0,8}项目,?(?:包括|有|分别|涵盖)",
            work[sentence.start : name.start],
        ):
            earlier = False
        if self.project is not None and re.match(r"[一二三四五六七八九十\dA-Z]{1,2}(?:号|#)", text):
            return True
        opened = re.search(
            r"[,;](?:项目)?(?:主要|计划|拟|将)*(?:在[^,。;]{1,12})?(?:包括|配套建设|配套|建设|新建|建设内容|含|涵盖)[^。;]{0,60}$",
            before[-30:] if len(before) < 30 else work[max(sentence.start, name.start - 70) : name.start],
        )
        if (opened and name.strength < 3) or (opened and facility_of(name)):
            head = work[sentence.start : name.start]
            if re.search(r"(?:项目|基地|工程|产业园|中心)(?:[^,。;]{0,20}),", head) and not re.search(
                r"签约|引进|落户|个项目", head
            ):
                return True
        if _COMPONENT.search(text):
            return earlier or bool(re.match(r"(?:年产|\d)", text))
        if not earlier or find_draft(self.story.drafts, name, self.page) is not None:
            return False
        return (
            bool(_PARTS_OF.search(before))
            and bool(re.match(r"(?:年产|年处理|\d|[^,。;]{0,12}?万吨)", text))
            and bool(
                subject
                or re.search(
                    r"(?:项目|工程)(?:计划|拟|将|主要|总投资)?[^,。;“”]{0,10}(?:新建|建设|包括|包含|含)[^。;]{0,40}$",
                    work[sentence.start : name.start],
                )
            )
        )

    def _mark_lists(self, told: Told) -> None:
        """Neighbours joined by 、 or by 、 and an amount are items of one list."""
        work = self.page.work
        named = [n for n in told.names if n.kind == "named"]
        for left, right in zip(named, named[1:], strict=False):
            between = work[left.end : right.start]
            if len(between) <= 40 and re.fullmatch(
                r"”?(?:(?:、|,|;|和|以及|及|与)“?(?:(?:总)?(?:投资|总投资)(?:额)?(?:约|达|近|超)?[\d.]+[亿万]+(?:多|余)?[美欧]?元的)?|(?:[、,])(?:[^,。;、]{1,14}的))",
                between,
            ):
                left.listed = right.listed = True
        for name in named:
            if re.match(r"”?等(?:\d+|[一二三四五六七八九十]|一批|多|重|项|个|大)?", work[name.end : name.end + 3]) and (
                name.listed or _GROUP_LIST.search(work[max(told.sentence.start, name.start - 14) : name.start])
            ):
                name.listed = True

    # -------------------------------------------------------------- the walk

    def _walk(self, told: Told) -> None:
        work, sentence = self.page.work, told.sentence
        items: list[tuple[int, int, str, object]] = []
        items += [(n.start, 0, "name", n) for n in told.names]
        items += [(g.number.start, 1, "group", g) for g in told.groups if g.kind in ("project", "firm")]
        items += [(m[0].start, 2, "money", m) for m in told.money]
        items += [(c.start, 3, "cue", c) for c in told.cues]
        items += [
            (n.start, 4, "size", n)
            for n in self.page.numbers_in(sentence.start, sentence.end)
            if n.kind in ("mu", "sqm")
        ]
        items.sort(key=lambda item: (item[0], item[1]))
        focus: Draft | Group | None = self._inherited(told)
        seen_here = False
        phase: str | None = None
        named = [n for n in told.names if n.kind == "named"]
        waiting: list[StageCue] = []
        general: list[StageCue] = []  # said of no project of the sentence yet
        reserved: dict[int, Name] = {}  # amounts that belong to a name further on
        for number, role, word in told.money:
            target = self._forward(told, number, role, word, named)
            if target is not None:
                reserved[number.start] = target
        listed_group: Group | None = None
        for position, _, kind, thing in items:
            if kind == "name":
                assert isinstance(thing, Name)
                if thing.kind == "phase":
                    phase = thing.phase
                    if isinstance(focus, Group) and self.project is not None and focus.sentence != told.index:
                        focus = self.project
                    continue
                if thing.kind in ("bare", "anaphor") and _PLURAL.search(work, thing.start - 3, thing.end):
                    here = self.group is not None and self.group.sentence == told.index
                    focus, phase = (self.group if here else None), None
                    continue
                if thing.kind in ("bare", "anaphor"):
                    if thing.kind == "anaphor" and self.project is not None:
                        focus = self.project
                        phase = None
                    elif focus is None and self.project is not None and not told.groups:
                        focus = self.project
                    if thing.kind == "anaphor" or re.match(
                        r"(?:全部)?(?:总投资|计划|预计|建成|达产|占地|拟|于|由|将|已)", work[thing.end : thing.end + 4]
                    ):
                        phase = None
                    continue
                draft = self._draft(thing, told, any(target is thing for target in reserved.values()))
                phase = thing.phase or None
                if thing.listed and self._of_projects(told, thing):
                    draft.listed = True
                    draft.list_strong = draft.list_strong or any(
                        n.strength >= 3 and n.listed for n in named if abs(n.start - thing.start) < 80
                    )
                if (
                    isinstance(focus, Group)
                    and focus.kind == "project"
                    and ((thing.listed and focus.sentence == told.index) or self._introduced(told, thing, focus))
                ):
                    listed_group = focus
                    draft.listed = True
                if listed_group is not None and (thing.listed or focus is listed_group or isinstance(focus, Draft)):
                    self._from_group(draft, listed_group)
                if thing.start in told.own:
                    self._give(draft, told.own[thing.start], told)
                    draft.object_of_verb = True
                for cue in waiting:
                    self._give(draft, cue, told)
                if (thing.listed and self._exemplified(told, thing)) or (general and self._is_object(told, thing)):
                    for cue in general:
                        self._give(draft, cue, told)
                if not thing.listed:
                    waiting = []
                if self.pending and work[thing.start - 1 : thing.start] in "的“":
                    for role, number in self.pending:
                        draft.add_money(role, number)
                self.pending = []
                for start, target in list(reserved.items()):
                    if target is thing:
                        number, role, _word = next(m for m in told.money if m[0].start == start)
                        draft.add_money("invest" if role in ("", "fai", "plan") else role, number)
                if (
                    told.money
                    and thing.start - sentence.start <= 2
                    and re.match(r"[,,以是]", work[thing.end : thing.end + 1])
                ):
                    draft.spoken = True
                focus, seen_here = draft, True
                self.project = draft
            elif kind == "group":
                assert isinstance(thing, Group)
                if thing.kind == "project":
                    focus, seen_here = thing, True
                    self._remember_group(thing, told)
                    phase = None
                    if thing.listed_before:
                        for name in named:
                            if name.listed and name.end <= position:
                                found = find_draft(self.story.drafts, name, self.page)
                                if found is not None:
                                    found.listed = True
                                    self._from_group(found, thing)
                elif not (isinstance(focus, Draft) and seen_here):
                    focus, seen_here = thing, True
            elif kind == "money":
                number, role, word = thing  # type: ignore[misc]
                if number.start in reserved:
                    continue
                if role in ("invest", "plan") and self._closes_list(told, number):
                    focus = listed_group or self.group
                    if focus is None:
                        self.story.sums.append(Sum(number, role, word, told.index, None))
                        continue
                new = self._nameless(told, number, role, word, focus, seen_here)
                if new is not None:
                    focus, seen_here = new, True
                    continue
                self._money(told, number, role, word, focus, seen_here, phase)
            elif kind == "cue":
                assert isinstance(thing, StageCue)
                if thing.state in ("hypothetical",):
                    continue
                target = self._cue_target(told, thing, named)
                if target is not None:
                    waiting.append(thing)
                elif not seen_here and (new := opened(self.page, sentence, thing)) is not None:
                    self._begin(new, told)
                    focus, seen_here = new, True
                    self._give(new, thing, told)
                elif isinstance(focus, Draft) and (seen_here or self._continues(told, focus, strict=True)):
                    self._give(focus, thing, told)
                    self._share(focus, thing, told, named)
                elif not seen_here and thing.state == "asserted":
                    general.append(thing)
                elif isinstance(focus, Group) and focus.kind == "project":
                    if focus.stage is None and thing.state == "asserted" and focus.sentence == told.index:
                        focus.date = focus.date or thing.date
            elif kind == "size":
                assert isinstance(thing, Number)
                if isinstance(focus, Draft):
                    if thing.kind == "mu" and focus.land is None and self._is_site(thing):
                        focus.land = thing
                        focus.spans.append((thing.start, thing.end, "land_mu"))
                    elif thing.kind == "sqm" and focus.plant is None and self._is_plant(thing):
                        focus.plant = thing
                        focus.spans.append((thing.start, thing.end, "plant_area_sqm"))
        self.line_project = focus if isinstance(focus, Draft) else self.line_project

    def _inherited(self, told: Told) -> Draft | Group | None:
        """Who the sentence goes on speaking of."""
        if told.sentence.title:
            return None
        if self.group is not None:
            if self.project is not None and self.project.sentences and self.project.sentences[-1] > self.group.sentence:
                return self.project
            return self.group
        return self.project

    # -------------------------------------------------------------- projects

    def _draft(self, name: Name, told: Told, priced: bool) -> Draft:
        draft = find_draft(self.story.drafts, name, self.page, priced)
        if draft is None:
            draft = Draft()
            self.story.drafts.append(draft)
        add_name(draft, name, self.page)
        draft.sentences.append(told.index)
        return draft

    def _introduced(self, told: Told, name: Name, group: Group) -> bool:
        """…13个项目,包括A、B: the name is an item of the group before it."""
        if group.sentence < told.index and re.match(
            r"[”’ ]*(?:其中|其间|包括|如|例如|比如|主要有)(?!企业)",
            self.page.work[told.sentence.start : told.sentence.start + 8],
        ):
            return True
        before = self.page.work[max(told.sentence.start, name.start - 60) : name.start]
        return group.sentence == told.index and bool(
            re.search(r"(?:包括|涵盖|如|例如|比如|其中(?!包)|分别为|分别是|主要有)[^。;]{0,44}$", before)
        )

    def _closes_list(self, told: Told, number: Number) -> bool:
        """…包括A、B、C等,总投资9亿元: the sum is the group's and not the last item's."""
        before = [n for n in told.names if n.kind == "named" and n.end <= number.start]
        if not before or not before[-1].listed:
            return False
        work, last = self.page.work, before[-1]
        if re.match(r"”?等", work[last.end : last.end + 2]):
            return True
        pair = len(before) > 1 and before[-2].listed and not re.search(r"\d", work[before[-2].end : last.start])
        return (
            pair
            and bool(re.match(r"”?,", work[last.end : last.end + 2]))
            and "分别" not in work[last.end : number.start]
        )

    def _of_projects(self, told: Told, name: Name) -> bool:
        """Whether the enumeration of a name is one of projects and not of parks or firms."""
        work, sentence = self.page.work, told.sentence
        if not name.head or name.head in ("项目", "工程"):
            return True
        end = next((n.end for n in reversed(told.names) if n.listed and n.start >= name.start), name.end)
        if re.match(r"”?等[^,。;]{0,16}(?:项目|工程|港区)", work[end : end + 24]):
            return True
        return bool(re.search(r"项目[^。;]{0,140}$", work[sentence.start : name.start]))

    def _is_object(self, told: Told, name: Name) -> bool:
        """与某市签订协议,投资建设X: what was said before is said of X."""
        before = self.page.work[max(told.sentence.start, name.start - 24) : name.start]
        return bool(re.search(r"(?:投资|建设|新建|兴建|打造|落户|共建|设立|实施)[^,。;]{0,8}“?$", before))

    def _exemplified(self, told: Told, name: Name) -> bool:
        """…项目,如A、B: the name is an example of what was said before."""
        before = self.page.work[told.sentence.start : name.start]
        return bool(re.search(r"(?:如|包括|例如|比如|引进|引入|签约|落户|涵盖|开工|分别是|:)[^。;]{0,120}$", before))

    def _from_group(self, draft: Draft, group: Group) -> None:
        if group.stage in ("signed", "started", "producing", "negotiating") and not any(
            cue.state == "asserted" and not cue.weak for cue in draft.stages
        ):
            draft.stages.append(StageCue(group.start, group.end, group.stage, "asserted", False, group.date))

    def _remember_group(self, group: Group, told: Told) -> None:
        near = [
            c for c in told.cues if c.state == "asserted" and (group.stage is None or c.stage == group.stage) and c.date
        ]
        if near:
            group.date = min(near, key=lambda c: abs(c.start - group.start)).date
        if group.stage is None and not group.part:
            for old in reversed(self.story.groups):
                if old is not group and old.kind == "project" and old.stage and old.number.value == group.number.value:
                    group.stage, group.measure, group.date = old.stage, old.measure, old.date
                    break
        if group.date is None and group.stage:
            for old in reversed(self.story.groups):
                if old is not group and old.stage == group.stage and old.date:
                    group.date = old.date
                    break
        self.group = group

    def _cue_target(self, told: Told, cue: StageCue, named: list[Name]) -> Name | None:
        """The name right behind a stage word: 签约X项目, 开工的X, 引进总投资3亿元的X."""
        work = self.page.work
        following = next((n for n in named if n.start >= cue.end), None)
        if following is None or following.start - cue.end > 60:
            return None
        between = work[cue.end : following.start]
        if _CUE_THEN_NAME.fullmatch(between):
            return following
        if not re.search(r"[,。;:]", between) and "的" in between and not any(n.end <= cue.start for n in named):
            return following
        return None

    def _give(self, draft: Draft, cue: StageCue, told: Told) -> None:
        if cue not in draft.stages:
            weak = cue.weak or told.sentence.title
            draft.stages.append(StageCue(cue.start, cue.end, cue.stage, cue.state, weak, cue.date, cue.formal))
            draft.spans.append((cue.start, cue.end, "stage"))
            if told.index not in draft.sentences:
                draft.sentences.append(told.index)

    def _share(self, draft: Draft, cue: StageCue, told: Told, named: list[Name]) -> None:
        """A stage said behind a list holds for all its items."""
        last = next((n for n in reversed(named) if n.end <= cue.start), None)
        if last is None or not last.listed:
            return
        for name in named:
            if name.listed and name.end <= cue.start:
                found = find_draft(self.story.drafts, name, self.page)
                if found is not None and found is not draft:
                    self._give(found, cue, told)

    def _begin(self, draft: Draft, told: Told) -> None:
        self.story.drafts.append(draft)
        draft.sentences.append(told.index)
        self.project = draft

    def _nameless(
        self, told: Told, number: Number, role: str, word: Word | None, focus: Draft | Group | None, seen_here: bool
    ) -> Draft | None:
        """A new project without a name of its own, when the amount has no other owner in the sentence."""
        if role not in ("invest", "plan") or told.sentence.title or (isinstance(focus, Group) and seen_here):
            return None
        if isinstance(focus, Draft) and (seen_here or self._continues(told, focus, strict=True)):
            again = re.search(
                r"还将|再投资|另(?:外)?|追加",
                self.page.work[max(told.sentence.start, number.start - 12) : number.start],
            )
            if not again:
                return None
        new = invested(self.page, told.sentence, number, word)
        if new is None:
            return None
        old = self._same_payer(new, number)
        if old is not None:
            old.sentences.append(told.index)
            return old
        new.add_money("invest", number)
        self._begin(new, told)
        for cue in told.cues:
            if cue.end <= number.start and not re.search(r"[。;,]", self.page.work[cue.end : number.start]):
                self._give(new, cue, told)
        return new

    def _same_payer(self, new: Draft, number: Number) -> Draft | None:
        """The draft that already has this amount: the same project told again."""
        for draft in self.story.drafts:
            if any(n.value == number.value and n.unit == number.unit for n in draft.money.get("invest", [])):
                return draft
        return None

    # -------------------------------------------------------------- money

    def _forward(self, told: Told, number: Number, role: str, word: Word | None, named: list[Name]) -> Name | None:
        """The name an amount stands before: 投资3亿元的X项目, 投资3亿元建设X."""
        work = self.page.work
        following = next((n for n in named if n.start >= number.end), None)
        if following is None or following.start - number.full_end > 46:
            return None
        between = work[number.full_end : following.start]
        if role in ("output", "tax", "invest") and re.fullmatch(r"(?:以上|左右)?的“?", between):
            return following
        if role == "invest" and re.fullmatch(r"[、,][^,。;、]{2,24}[元亩米人亿万][^,。;、\d]{0,4}的“?", between):
            return following
        if role not in ("invest", "", "fai", "plan"):
            return None
        if re.search(r"[。;:]", between):
            return None
        next_money = next((m for m in told.money if m[0].start > number.start), None)
        if next_money is not None and next_money[0].start < following.start and next_money[1] == "invest":
            return None
        if re.match(r"(?:以上|左右)?(?:人民币|\(人民币\))?的", between) and not re.search(
            r"," if re.search(r"\d", between) else r"[,、]", between
        ):
            return following if role == "invest" or len(between) <= 6 else None
        if re.search(r"合计|累计|总计|共计$", work[max(told.sentence.start, number.start - 6) : number.start]):
            return None
        if role == "invest" and re.fullmatch(r"”?(?:人民币)?“?", between):
            return following
        if word is not None and not _VERB_ROLE.search(word.entry.word):
            return None
        previous = next((n for n in reversed(named) if n.end <= number.start and n.head in ("项目", "工程")), None)
        if (
            previous is not None
            and not re.search(r"[。;]", work[previous.end : number.start])
            and not re.search(r"再投资|追加|还将|另", work[previous.end : number.start])
        ):
            return None
        if _FORWARD.match(between) and between.count(",") <= 1:
            return following
        return None

    def _money(
        self,
        told: Told,
        number: Number,
        role: str,
        word: Word | None,
        focus: Draft | Group | None,
        seen_here: bool,
        phase: str | None,
    ) -> None:
        work, sentence = self.page.work, told.sentence
        if role == "threshold":
            return
        later = next((n for n in told.names if n.kind == "named" and n.start > number.end), None)
        if role == "invest" and later is not None and not seen_here and not told.groups:
            between = work[number.full_end : later.start]
            if re.match(r",[^。;]{0,24}的“?$", between) and len(between) < 30:
                self.pending.append((role, number))
                return
        if isinstance(focus, Draft):
            if role == "invest" and phase:
                focus.phases.setdefault(phase, {}).setdefault("money", number)
                focus.spans.append((number.start, number.end, "phases"))
                return
            if role == "invest" and re.search(
                r"(?:累计|完成|已)(?:投资|投入|完成投资)$",
                work[max(0, number.start - 7) : number.start].rstrip("约近超"),
            ):
                role = "fai"
            if role == "fai" and (seen_here or self._continues(told, focus, strict=True)):
                focus.stages.append(StageCue(number.start, number.end, "started", "asserted", True))
                return
            if role in ("output", "tax") and _MANY_YEARS.search(
                work, max(sentence.start, number.start - 16), number.start
            ):
                return
            if role == "invest" and _TO_DATE.search(work, max(sentence.start, number.start - 30), number.start):
                self.story.sums.append(Sum(number, role, word, told.index, None))
                return
            if role in ("invest", "output", "tax"):
                if not seen_here and not self._continues(told, focus):
                    self.story.sums.append(Sum(number, role, word, told.index, None))
                    return
                focus.add_money(role, number)
                if told.index not in focus.sentences:
                    focus.sentences.append(told.index)
                return
        if role == "plan" and isinstance(focus, Draft) and seen_here:
            return
        group = focus if isinstance(focus, Group) else None
        self.story.sums.append(Sum(number, role, word, told.index, group))

    def _continues(self, told: Told, draft: Draft, strict: bool = False) -> bool:
        """Whether a sentence without a name goes on about the project of the sentences before it.

        strict: a sentence with a firm in it goes on only where that firm is the project's own.
        """
        firms = organisations(self.page, told.sentence.start, told.sentence.end)
        if draft.investors and not draft.names:
            own = {self.page.work[a:b] for a, b in draft.investors}
            if any(self.page.work[a:b] in own for a, b in firms):
                return True
        if any(n.kind in ("anaphor", "phase") for n in told.names):
            return True
        if any(n.kind == "bare" for n in told.names) and not (strict and firms):
            return True
        start = self.page.work[told.sentence.start : told.sentence.start + 8].strip()
        near = bool(draft.sentences) and told.index - draft.sentences[-1] <= 1
        if _SAME_LINE_TOPIC.match(start):
            return bool(draft.sentences) and told.index - draft.sentences[-1] <= 2
        if strict and firms:
            return False
        return near and self.line_project is draft and not told.sentence.title

    def _is_site(self, number: Number) -> bool:
        before = self.page.work[max(0, number.start - 12) : number.start]
        after = self.page.work[number.end : number.end + 4]
        return bool(re.search(r"占地|用地|地块|土地|面积|购|供地|征地|规划", before)) or after.startswith(
            ("土地", "的土地", "用地")
        )

    def _is_plant(self, number: Number) -> bool:
        before = self.page.work[max(0, number.start - 12) : number.start]
        after = self.page.work[number.end : number.end + 8]
        return bool(re.search(r"建筑面积|厂房|新建|建设|租用|租赁", before)) or "厂房" in after


def facility_of(name: Name) -> bool:
    """Whether a name ends with a facility and not with 项目 or 工程."""
    return name.head not in ("项目", "工程")


def _in_brackets(work: str, floor: int, at: int) -> bool:
    opening = work.rfind("(", max(floor, at - 40), at)
    return opening >= 0 and work.find(")", opening, at) < 0


def _date_of(cue: StageCue, times: list[Time], work: str) -> str | None:
    """The date of the happening: the nearest dated expression before it in the sentence, else behind it."""
    dated = [t for t in times if t.iso is not None and not t.vague]
    before = [t for t in dated if t.end <= cue.start]
    if before:
        best = before[-1]
        full = [t for t in before if not t.weak]
        if best.weak and full and full[-1].end > best.start - 20:
            best = full[-1]
        if re.match(r"(?:前|之前|以前)", work[best.end : best.end + 2]):
            return None
        return best.iso
    return None
