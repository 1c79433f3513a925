"""The story of a page: who is spoken of, sentence by sentence, and what is said of them.

`tell(page)` walks through the text once with a focus (a project or a group of projects) and hands every amount, stage
and size to whom it belongs. Out come drafts of projects, groups, and the amounts that belong to groups.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from operator import itemgetter
from typing import Any

from ..lexicon import word_set
from ..mentions.groups import Group
from ..mentions.names import Name
from ..mentions.numbers import Number
from ..mentions.page import Page, Sentence, Word
from ..mentions.stages import StageCue
from . import phrases
from .drafts import Draft, Drafts
from .going_on import continues, speaks
from .hearsay import DENIAL, DENIES_BEFORE, event_stage, header_stage, heard_stage, take_stage
from .nameless import invested, opened
from .payers import in_turn
from .relations import (
    MANY_YEARS,
    closes_list,
    cue_target,
    exemplified,
    group_ahead,
    introduced,
    is_object,
    is_plant,
    is_site,
    joint_of,
    led_by_state,
    name_after,
    of_projects,
    paired,
    phase_of,
)
from .scene import Scene, Story, Sum
from .sentence import Told, read_sentence

_LOOK_BACK = 60  # groups and drafts are compared with the latest ones only: linear time on long pages


def tell(page: Page, tables: Collection[int] = ()) -> Story:
    """Walk through the page. tables: the lines that are read as tables and left out here."""
    walker = _Walker(page)
    for index, sentence in enumerate(page.sentences):
        if sentence.line not in tables:
            walker.sentence(index)
    for draft in walker.drafts.all:
        heard_stage(page, draft, walker.heard)
        event_stage(page, draft, walker.heard)
    walker.story.drafts = walker.drafts.all
    return walker.story


class _Walker:
    def __init__(self, page: Page) -> None:
        self.page, self.story, self.drafts = page, Story(), Drafts(page)
        self.project: Draft | None = None  # the last project spoken of
        self.group: Group | None = None  # the last group spoken of in this line
        self.line = -1
        self.line_project: Draft | None = None
        self.heard: list[tuple[int, StageCue]] = []  # stages said of nobody in particular, or of a group
        self.members: list[Draft] = []  # of the list last told

    def sentence(self, index: int) -> None:
        sentence = self.page.sentences[index]
        if sentence.line != self.line:
            self.line, self.group = sentence.line, None
        if not speaks(self.page, sentence):
            return
        self._pays(sentence, index)
        told = read_sentence(self.page, index, self.drafts, self._group_near(sentence, index))
        header = header_stage(self.page, sentence.start, sentence.end)
        if header is not None:
            self.heard.append((index, header))
        self.story.groups += told.groups
        scene = Scene(told, [n for n in told.names if n.kind == "named"], self._inherited(told))
        for number, role, word in told.money:
            target = name_after(self.page, told, number, role, word, scene.named)
            if target is not None and role == "invest" and joint_of(self.page, told, number, target, scene.named):
                scene.joint.add(number.start)
            elif target is not None:
                scene.reserved[number.start] = target
        pairs = paired(self.page.work, told, scene.named)
        scene.reserved.update(pairs)
        scene.payers = in_turn(self.page, sentence, pairs, [money[0] for money in told.money])
        for kind, thing in self._items(told):
            if kind == "name":
                self._name(scene, thing)
            elif kind == "group":
                self._group(scene, thing)
            elif kind == "money":
                self._money(scene, *thing)
            elif kind == "cue":
                self._cue(scene, thing)
            else:
                self._size(scene, thing)
        if isinstance(scene.focus, Draft):
            self.line_project = scene.focus
        if not sentence.title and DENIAL.search(self.page.work, sentence.start, sentence.end):
            before = index - 1 if DENIES_BEFORE.search(self.page.work, sentence.start, sentence.end) else index
            for draft in self.drafts.latest():
                draft.denied = draft.denied or not {index, before}.isdisjoint(draft.sentences)

    def _pays(self, sentence: Sentence, index: int) -> None:
        """`投资方:X公司` in a line of its own below the name of a project."""
        payer = phrases.PAYER_LINE.match(self.page.work, sentence.start, sentence.end)
        if payer and self.project is not None and not self.project.investors:
            self.project.investors.append(payer.span("firm"))
            self.project.told_in(index)

    def _group_near(self, sentence: Sentence, index: int) -> Group | None:
        """The last whole group of projects of this paragraph or the one before."""
        for group in reversed(self.story.groups[-12:]):
            if group.kind != "project" or group.part:
                continue
            near = index - group.sentence <= 4 and self.page.sentences[group.sentence].line >= sentence.line - 2
            return group if near and index > group.sentence else None
        return None

    def _items(self, told: Told) -> list[tuple[str, Any]]:
        sizes = [n for n in told.sentence.numbers if n.kind in ("mu", "sqm")]
        items: list[tuple[int, int, str, Any]] = [(n.start, 0, "name", n) for n in told.names]
        items += [(g.number.start, 1, "group", g) for g in told.groups if g.kind in ("project", "firm")]
        items += [(m[0].start, 2, "money", m) for m in told.money]
        items += [(c.start, 3, "cue", c) for c in told.cues]
        items += [(n.start, 4, "size", n) for n in sizes]
        items.sort(key=_IN_ORDER)
        return [(kind, thing) for _, _, kind, thing in items]

    def _inherited(self, told: Told) -> Draft | Group | None:
        """Who the sentence goes on speaking of."""
        if told.sentence.title:
            return None
        if self.group is not None:
            last = self.project.sentences[-1] if self.project is not None and self.project.sentences else -1
            return self.project if last > self.group.sentence else self.group
        return self.project

    # -------------------------------------------------------------- names

    def _name(self, scene: Scene, name: Name) -> None:
        if name.kind == "phase":
            scene.phase = name.phase
            if isinstance(scene.focus, Group) and self.project is not None and scene.focus.sentence != scene.told.index:
                scene.focus = self.project
        elif name.kind == "named":
            self._named(scene, name)
        elif phrases.PLURAL.search(self.page.work, max(0, name.start - 3), name.end):
            here = self.group is not None and self.group.sentence == scene.told.index
            scene.focus, scene.phase = (self.group if here else None), None
        else:
            if name.kind == "anaphor":
                self.project = self.drafts.meant(name) or self.project
            if self.project is not None and (name.kind == "anaphor" or (scene.focus is None and not scene.told.groups)):
                scene.focus = self.project
                if name.kind == "anaphor":
                    self.project.told_in(scene.told.index)
            if name.kind == "anaphor" or phrases.ITSELF.match(self.page.work, name.end):
                scene.phase = None

    def _named(self, scene: Scene, name: Name) -> None:
        told, page = scene.told, self.page
        if self._output_of_focus(scene, name):
            return
        draft = self.drafts.of(name, told.index, any(target is name for target in scene.reserved.values()))
        scene.phase = None  # what is said of 产业园二期项目 is said of all that has this name
        if name.listed and of_projects(page, told, name):
            if self.members and self.members[-1].sentences[0] not in (told.index, told.index - 1):
                self.members = []
            if draft not in self.members:
                self.members.append(draft)
            draft.listed = True
            near = [n for n in scene.named if n.listed and abs(n.start - name.start) < 80]
            draft.list_strong = draft.list_strong or any(n.strength >= 3 for n in near)
        self._member(scene, name, draft)
        if name.start in scene.payers and not draft.investors:
            draft.investors.append(scene.payers[name.start])
            draft.spans.append((*scene.payers[name.start], "investor"))
        if name.start in told.own:
            self._give(draft, told.own[name.start], told)
            draft.object_of_verb = True
        for cue in scene.waiting:
            self._give(draft, cue, told)
            draft.object_of_verb = draft.object_of_verb or (
                cue.stage == "signed" and not cue.weak and not told.sentence.title
            )
        if scene.general and (
            (name.listed and exemplified(page, told, name))
            or is_object(page, told, name)
            or led_by_state(page, told, name)
        ):
            for cue in scene.general:
                self._give(draft, cue, told)
                if cue.stage == "signed" and not cue.weak and not told.sentence.title:
                    draft.object_of_verb = True  # 签署投资协议,新建汽车电子工厂
        if not name.listed:
            scene.waiting = []
        if scene.pending and page.work[name.start - 1] in "的“":
            for role, number in scene.pending:
                draft.add_money(role, number)
        scene.pending = []
        for number, role, _ in told.money:
            if scene.reserved.get(number.start) is name:
                draft.add_money("invest" if role in ("", "fai", "plan") else role, number)
        if told.money and name.start - told.sentence.start <= 2 and phrases.SUBJECT.match(page.work, name.end):
            draft.spoken = True
        scene.focus, scene.here = draft, True
        if not told.sentence.title or told.index == 0:  # the caption of a picture is not what the text goes on about
            self.project = draft

    def _output_of_focus(self, scene: Scene, name: Name) -> bool:
        """根据协议,某公司将投资2亿元,建设…生产线: the plant of the project just told, which has no amount yet."""
        project, told = self.project, scene.told
        label = project is not None and any(
            n.end < name.start and self.page.work[n.end] == ":" for n in project.names[-1:]
        )
        if project is None or name.listed or (scene.here and not label) or told.sentence.title or not project.names:
            return False
        if all(n.title for n in project.names):
            return False
        if project.money.get("invest") or not (name.strength <= 1 or name.head in _PARTS):
            return False
        if not project.sentences or told.index - project.sentences[-1] > 1 or project.listed:
            return False
        amounts = [
            money for money in told.money if scene.reserved.get(money[0].start) is name and money[1] in ("invest", "")
        ]
        if not amounts or self.drafts.find(name) is not None:
            return False
        between = self.page.work[amounts[-1][0].full_end : name.start] if amounts else ""
        if "的" in between[:3] or phrases.AGAIN.search(self.page.work, told.sentence.start, name.start):
            return False
        for number, _, _ in amounts:
            project.add_money("invest", number)
        project.told_in(told.index)
        scene.focus, scene.here, self.project = project, True, project
        return True

    def _member(self, scene: Scene, name: Name, draft: Draft) -> None:
        """An item of the group that is being listed takes the group's stage."""
        focus = scene.focus
        if isinstance(focus, Group) and focus.kind == "project":
            same = name.listed and focus.sentence == scene.told.index and not focus.listed_before
            if same or introduced(self.page, scene.told, name, focus):
                scene.listed_group = focus
                draft.listed = True
        group = scene.listed_group
        if group is not None and (name.listed or focus is group or isinstance(focus, Draft)):
            take_stage(draft, group)

    # -------------------------------------------------------------- groups

    def _group(self, scene: Scene, group: Group) -> None:
        if group.kind != "project":
            goes_on = isinstance(scene.focus, Draft) and (
                scene.here or continues(self.page, scene.told, scene.focus, self.line_project, strict=True)
            )
            if not goes_on:
                scene.focus, scene.here = group, True
            return
        scene.focus, scene.here, scene.phase = group, True, None
        self._remember(group, scene.told)
        self._share_group(group)
        if group.stage in ("signed", "started", "producing"):
            self.heard.append(
                (scene.told.index, StageCue(group.start, group.end, group.stage, "asserted", False, group.date))
            )
        if group.listed_before:  # A、B等5个项目签约
            for name in scene.named:
                if name.listed and name.end <= group.number.start:
                    draft = self.drafts.find(name)
                    if draft is not None:
                        draft.listed = True
                        take_stage(draft, group)
                        clause = self.page.work[max(scene.told.sentence.start, name.start - 30) : name.start]
                        if group.stage is None and phrases.PLANS.search(clause):
                            draft.stages.append(StageCue(group.start, group.end, "lead", "planned"))

    def _share_group(self, group: Group) -> None:
        """…签约4个项目,分别为A、B、C、D。4个项目已全部开工: what is said of all holds for each."""
        if group.part or group.stage not in ("started", "producing") or len(self.members) != group.number.value:
            return
        for draft in self.members:
            draft.stages.append(StageCue(group.start, group.end, group.stage, "asserted", False, group.date))

    def _hear(self, told: Told, cue: StageCue) -> None:
        if cue.stage in ("signed", "started", "producing", "framework") and not cue.weak:
            self.heard.append((told.index, cue))

    def _remember(self, group: Group, told: Told) -> None:
        """A group without a state or date of its own is the group of the same size told before."""
        near = [c for c in told.cues if c.state == "asserted" and c.date and group.stage in (None, c.stage)]
        if near:
            group.date = min(near, key=lambda c: abs(c.start - group.start)).date
        before = [g for g in self.story.groups[-_LOOK_BACK:] if g is not group and g.kind == "project" and g.stage]
        if group.stage is None and not group.part:
            for old in reversed(before):
                if old.number.value == group.number.value:
                    group.stage, group.measure, group.date = old.stage, old.measure, old.date
                    break
        if group.date is None and group.stage:
            group.date = next((g.date for g in reversed(before) if g.stage == group.stage and g.date), None)
        self.group = group

    # -------------------------------------------------------------- stages

    def _cue(self, scene: Scene, cue: StageCue) -> None:
        if cue.state == "hypothetical":
            return
        told, focus = scene.told, scene.focus
        if self.heard and self.heard[-1][1].weak and self.heard[-1][1].start <= cue.start < self.heard[-1][1].end:
            return  # 正在加快建设的有: the head of a list
        if any(g.kind == "project" and g.start <= cue.start and cue.end <= g.end for g in told.groups):
            return  # 签约项目6个: the state of the group
        if cue_target(self.page, told, cue, scene.named) is not None:
            scene.waiting.append(cue)
            return
        new = opened(self.page, told.sentence, cue) if not scene.here else None
        if new is not None:
            self._begin(new, told)
            scene.focus, scene.here = new, True
            self._give(new, cue, told)
        elif isinstance(focus, Draft) and (
            scene.here or continues(self.page, told, focus, self.line_project, strict=True)
        ):
            phase = phase_of(self.page, told, cue)
            own = {name.phase for name in focus.names}
            if not phase or phase in own or "" in own:  # what is said of 一期 does not raise 二期项目
                self._give(focus, cue, told)
                self._share(scene, focus, cue)
            if phase:
                focus.phase_stages.setdefault(phase, []).append(cue)
        elif not scene.here and cue.state == "asserted":
            scene.general.append(cue)
            self._hear(told, cue)
        elif (
            isinstance(focus, Group)
            and focus.kind == "project"
            and focus.stage is None
            and focus.sentence == told.index
        ):
            focus.date = focus.date or cue.date

    def _give(self, draft: Draft, cue: StageCue, told: Told) -> None:
        weak = cue.weak or told.sentence.title
        given = StageCue(cue.start, cue.end, cue.stage, cue.state, weak, cue.date, cue.formal)
        if all(old.start != cue.start for old in draft.stages[-8:]):
            draft.stages.append(given)
            draft.spans.append((cue.start, cue.end, "stage"))
            draft.told_in(told.index)

    def _share(self, scene: Scene, draft: Draft, cue: StageCue) -> None:
        """A stage said behind a list holds for all its items."""
        before = [n for n in scene.named if n.end <= cue.start]
        if not before or not before[-1].listed:
            return
        for name in before:
            other = self.drafts.find(name) if name.listed else None
            if other is not None and other is not draft:
                self._give(other, cue, scene.told)

    # -------------------------------------------------------------- amounts

    def _money(self, scene: Scene, number: Number, role: str, word: Word | None) -> None:
        told = scene.told
        if number.start in scene.reserved or role == "threshold":
            return
        if number.start in scene.joint:
            self._sum(scene, number, role, word, Group(number, "project", number.start, number.end))
            return
        if role in ("invest", "plan") and closes_list(self.page, told, number):
            scene.focus = scene.listed_group or self.group
            if scene.focus is None:
                self._sum(scene, number, role, word, None)
                return
        if not role and any(0 <= number.start - n.end <= 1 for n in scene.named) and number.kind == "money":
            role = "invest"  # (甲纸业项目5.2亿元、乙产业园项目4亿元)
        if role == "invest" and (ahead := group_ahead(self.page, scene.told, number)) is not None:
            self._sum(scene, number, role, word, ahead)
            return
        new = self._nameless(scene, number, role, word)
        if new is not None:
            scene.focus, scene.here = new, True
        elif not self._wait(scene, number, role) and not (
            isinstance(scene.focus, Draft) and self._spend(scene, scene.focus, number, role, word)
        ):
            self._sum(scene, number, role, word, scene.focus if isinstance(scene.focus, Group) else None)

    def _sum(self, scene: Scene, number: Number, role: str, word: Word | None, group: Group | None) -> None:
        self.story.sums.append(Sum(number, role, word, scene.told.index, group))

    def _wait(self, scene: Scene, number: Number, role: str) -> bool:
        """投资3亿元,年产值5亿元的X项目: the amount waits for its name."""
        later = next((n for n in scene.named if n.start > number.end), None)
        if role != "invest" or later is None or scene.here or scene.told.groups:
            return False
        between = self.page.work[number.full_end : later.start]
        if len(between) < 30 and re.match(r",[^。;]{0,24}的“?$", between):
            scene.pending.append((role, number))
            return True
        return False

    def _spend(self, scene: Scene, draft: Draft, number: Number, role: str, word: Word | None) -> bool:
        """An amount said of a project: to its phase, its total, its figures. False where it is not the project's."""
        work, told = self.page.work, scene.told
        floor = told.sentence.start
        if role == "invest" and scene.phase and any(name.phase == scene.phase for name in draft.names):
            scene.phase = None  # 三期扩产项目签约,三期计划投资…: the phase is the project
        if role == "invest" and scene.phase:
            draft.phases.setdefault(scene.phase, number)
            draft.spans.append((number.start, number.end, "phases"))
            return True
        if role == "invest" and phrases.SPENT.search(work, max(floor, number.start - 8), number.start):
            role = "fai"
        if role == "fai" and word is not None and word.entry.word == "固定资产投资" and not draft.money.get("invest"):
            done = phrases.DONE_SO_FAR.search(work, max(floor, word.start - 6), word.start)
            role = "fai" if done else "invest"  # 该项目固定资产投资3200万美元
        if role == "fai" and (scene.here or continues(self.page, told, draft, self.line_project, strict=True)):
            draft.stages.append(StageCue(number.start, number.end, "started", "asserted", True))
            return True
        if role in ("output", "tax") and phrases.REACHED.search(work, max(floor, number.start - 26), number.start):
            return True
        if role == "tax" and (
            phrases.EACH_MU.match(work, number.full_end)
            or phrases.PER_MU.search(work, max(floor, number.start - 12), number.start)
        ):
            return True  # 亩均税收20万元, 20万元/亩
        if role in ("output", "tax") and MANY_YEARS.search(work, max(floor, number.start - 16), number.start):
            return True
        if role in ("plan", "fdi", "paid"):
            return scene.here  # a figure of the project that is not kept
        if role not in ("invest", "output", "tax"):
            return False
        if role == "invest" and phrases.TO_DATE.search(work, max(floor, number.start - 30), number.start):
            self._sum(scene, number, role, word, None)
            return True
        if not scene.here and not continues(self.page, told, draft, self.line_project):
            return False
        draft.add_money(role, number)
        draft.told_in(told.index)
        return True

    # -------------------------------------------------------------- projects without a name

    def _begin(self, draft: Draft, told: Told) -> None:
        self.drafts.add(draft)
        draft.sentences.append(told.index)
        self.project = draft

    def _nameless(self, scene: Scene, number: Number, role: str, word: Word | None) -> Draft | None:
        """A new project without a name of its own, when the amount has no other owner in the sentence."""
        told, focus = scene.told, scene.focus
        if role not in ("invest", "plan") or told.sentence.title or (isinstance(focus, Group) and scene.here):
            return None
        if isinstance(focus, Draft) and (
            scene.here or continues(self.page, told, focus, self.line_project, strict=True)
        ):
            floor = max(told.sentence.start, number.start - 12)
            if not phrases.AGAIN.search(self.page.work, floor, number.start):
                return None
        new = invested(self.page, told.sentence, number, word)
        if new is None:
            return None
        for old in self.drafts.latest():  # the same amount: the same project told again
            if any(n.value == number.value and n.unit == number.unit for n in old.money.get("invest", [])):
                old.sentences.append(told.index)
                return old
        new.add_money("invest", number)
        self._begin(new, told)
        for cue in told.cues:
            agreed = cue.stage in ("signed", "framework") and cue.state == "asserted"
            if cue.end <= number.start and (agreed or not re.search(r"[。;,]", self.page.work[cue.end : number.start])):
                self._give(new, cue, told)
        return new

    def _size(self, scene: Scene, number: Number) -> None:
        draft = scene.focus
        if not isinstance(draft, Draft):
            return
        draft.told_in(scene.told.index)
        if number.kind == "mu" and draft.land is None and is_site(self.page, number):
            draft.land = number
            draft.spans.append((number.start, number.end, "land_mu"))
        elif number.kind == "sqm" and draft.plant is None and is_plant(self.page, number):
            draft.plant = number
            draft.spans.append((number.start, number.end, "plant_area_sqm"))


_IN_ORDER = itemgetter(0, 1)
_PARTS = word_set("parts")
