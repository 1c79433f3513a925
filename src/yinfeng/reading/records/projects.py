"""Projects: from drafts to records."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..lexicon import STAGE_RANK, Tag, word_set
from ..mentions.names import Name
from ..mentions.numbers import Number
from ..mentions.page import Page
from ..mentions.stages import StageCue
from ..model import Amount, Evidence, Phase, ProjectRecord
from .confidence import CERTAIN, project_signs, sure
from .drafts import Draft
from .events import Event, day_of, events_of
from .evidence import quote
from .firms import announcer, investors_of, sentence_index
from .organisations import Span, organisations
from .places import main_place, place_of
from .scene import Story


@dataclass(frozen=True, slots=True)
class Context:
    """What the whole page says: its firms, the place it is about, and the firm whose announcement it is."""

    firms: list[Span]
    place: Span | None
    ours: Span | None
    story: Story
    events: list[Event]


def project_records(page: Page, raw: str, story: Story) -> list[ProjectRecord]:
    """The projects of the story that are told of individually, in order of their first mention."""
    firms = organisations(page, 0, len(page.work))
    context = Context(firms, main_place(page, firms), announcer(page), story, events_of(page))
    return [_record(page, raw, context, draft) for draft in told_drafts(page, story)]


def told_drafts(page: Page, story: Story) -> list[Draft]:
    """The drafts that are projects told of individually."""
    return [draft for draft in story.drafts if _worth_telling(draft) and not _only_headline(page, story, draft)]


def _worth_telling(draft: Draft) -> bool:
    if draft.denied:
        return False
    invest = bool(draft.money.get("invest")) or bool(draft.phases)
    asserted = [cue for cue in draft.stages if cue.state in ("asserted", "planned")]
    firm = [cue for cue in asserted if not cue.weak]
    if not draft.names:
        return invest or bool(firm)
    item = draft.listed and (draft.strength >= 3 or (draft.list_strong and draft.names[0].counted))
    subject = bool(firm) and draft.strength >= 3 and any(cue.stage in _OPENED for cue in firm)
    if not invest and not item and not subject and draft.names and all(name.head in _PARTS for name in draft.names):
        return False
    if draft.strength >= 3:
        return invest or bool(asserted) or draft.listed or draft.spoken
    if draft.strength == 2:
        return invest or bool(firm) or draft.listed
    solid = any(name.solid for name in draft.names)
    if firm and any(_says_enough(name) for name in draft.names):
        return True  # 装配式建筑产业基地项目举行竣工仪式
    if asserted and draft.list_strong and any(name.counted for name in draft.names):
        return True
    return (
        invest
        or (draft.listed and solid and (bool(asserted) or draft.list_strong))
        or (solid and ((bool(firm) and (draft.spoken or _placed(draft))) or draft.object_of_verb))
    )


_PARTS = word_set("parts")


_OPENED = frozenset(("started", "producing"))


def _says_enough(name: Name) -> bool:
    """A name of running text that tells a trade at some length: 装配式建筑产业基地项目, not 石化项目."""
    return (
        not name.title
        and not name.listed
        and name.head in ("项目", "工程")
        and name.end - name.start - len(name.head) >= 5
    )


def _placed(draft: Draft) -> bool:
    """位于宁远的物流基地: the place makes it one of its kind."""
    return any(name.place_before >= 0 for name in draft.names)


def _only_headline(page: Page, story: Story, draft: Draft) -> bool:
    """Told in headlines or captions only: without an amount, or with one that the text gives to a group."""
    if not draft.names or not all(name.title for name in draft.names):
        return False
    if all(sentence.title for sentence in page.sentences):
        return False
    if not draft.money.get("invest"):
        return True
    if not all(page.sentences[i].title for i in draft.sentences):
        return False
    money = draft.money.get("invest", [])
    if not money:
        return True
    return any(s.number.value == n.value and s.group is not None for n in money for s in story.sums)


def final_stage(cues: list[StageCue]) -> StageCue | None:
    """The furthest stage asserted as having happened; weak words and headlines only where nothing else is told."""
    asserted = [cue for cue in cues if cue.state == "asserted"]
    strong = [cue for cue in asserted if not cue.weak]
    if any(cue.stage == "framework" for cue in strong):  # 此次签约 is the signing of the framework
        strong = [c for c in strong if c.stage != "signed" or c.formal]
        asserted = [c for c in asserted if c.stage != "signed" or c.formal]
    for choice in (strong, asserted):
        if choice:
            top = max(STAGE_RANK[cue.stage] for cue in choice)
            if choice is strong and asserted:
                pass
            same = [cue for cue in choice if STAGE_RANK[cue.stage] == top]
            return next((cue for cue in same if cue.date), same[0])
    planned = [cue for cue in cues if cue.state == "planned"]
    if planned:
        return StageCue(planned[0].start, planned[0].end, "lead", "planned")
    return None


def amount_of(number: Number | None) -> Amount | None:
    if number is None:
        return None
    return Amount(number.value, number.unit, number.qualifier, number.value_max)


def _record(page: Page, raw: str, context: Context, draft: Draft) -> ProjectRecord:
    name = _best_name(draft)
    stage = final_stage(draft.stages)
    money = draft.money.get("invest", [])
    total = _total(page, money)
    if total is None and draft.phases:  # without a total, the first phase told
        total = next(iter(draft.phases.values()))
    output = _full_cny(draft.money.get("output", []))
    tax = _full_cny(draft.money.get("tax", []))
    investors = investors_of(page, draft, context.firms, context.ours)
    place = place_of(page, draft, context.place)
    text = page.text
    evidence = _evidence(page, raw, draft)
    repaired = any(page.normalised.is_repaired(a, b) for a, b, _ in draft.spans)
    signs = project_signs(draft, stage, total is not None, place is not None, bool(investors))
    confidence = 0.4 if repaired else sure("project", signs)
    return ProjectRecord(
        name=text[name.start : name.end] if name else None,
        investor=";".join(text[a:b] for a, b in investors) or None,
        investment=amount_of(total),
        stage=stage.stage if stage else None,
        place=text[place[0] : place[1]] if place else None,
        industry=_industry(page, draft),
        date=_date(page, draft, stage, context),
        land_mu=draft.land.value if draft.land else None,
        plant_area_sqm=draft.plant.value if draft.plant else None,
        expected_output_cny=output,
        expected_tax_cny=tax,
        phases=_phases(draft),
        stage_dates=_stage_dates(draft),
        confidence=confidence,
        certain=confidence >= CERTAIN and not repaired,
        evidence=evidence,
    )


def _best_name(draft: Draft) -> Name | None:
    named = [n for n in draft.names if n.kind == "named"]
    if not named:
        return None
    return max(named, key=lambda n: (n.strength, n.head in ("项目", "工程"), not n.title, -n.start))


def _total(page: Page, money: list[Number]) -> Number | None:
    for number in money:
        if _DYNAMIC.search(page.work, max(0, number.start - 6), number.start):
            return number
    for number in reversed(money):
        if _REVISED.search(page.work, max(0, number.start - 8), number.start):
            return number
    return money[0] if money else None


_REVISED = re.compile(r"(?:调减|调增|调整|变更|提高|增加|追加|扩大|增至|缩减|上调|下调)(?:至|到|为)?(?:约|近|超)?$")
_DYNAMIC = re.compile(r"动态投资(?:总额)?(?:约|为|达)*$")


def _full_cny(numbers: list[Number]) -> float | None:
    """The largest: the full phase, where a first phase is told too."""
    return max((number.value for number in numbers if number.unit == "CNY"), default=None)


def _industry(page: Page, draft: Draft) -> str | None:
    votes: dict[str, int] = {}
    for name in draft.names:
        for word in page.words_in(name.start, name.end):
            if word.entry.tags & Tag.SECTOR and word.entry.industry:
                votes[word.entry.industry] = votes.get(word.entry.industry, 0) + len(word.entry.word)
    return max(votes, key=lambda k: votes[k]) if votes else None


def _date(page: Page, draft: Draft, stage: StageCue | None, context: Context) -> str | None:
    """The date of the stage; for an item of a list, the date of the event at which the list was told."""
    if stage is None or stage.state != "asserted":
        return None
    if stage.date is None and draft.listed:
        groups = context.story.groups
        before = [g for g in groups if g.date and g.stage == stage.stage and g.start <= stage.start + 200]
        if before:
            return before[-1].date
    if stage.date is None:
        return day_of(page, context.events, stage.stage, stage.start, sentence_index(page, stage.start))
    return stage.date


def _stage_dates(draft: Draft) -> tuple[tuple[str, str], ...]:
    """The first date told for each stage that happened, in the order of stages."""
    found: dict[str, str] = {}
    for cue in draft.stages:
        if cue.state == "asserted" and cue.date and not cue.weak:
            found.setdefault(cue.stage, cue.date)
    return tuple(sorted(found.items(), key=lambda pair: STAGE_RANK[pair[0]]))


def _phases(draft: Draft) -> tuple[Phase, ...]:
    """Phases with an amount or a stage of their own, in the order of their names."""
    names = dict.fromkeys([*draft.phases, *draft.phase_stages])
    found = []
    for name in names:
        cue = final_stage(draft.phase_stages.get(name, []))
        told = cue.stage if cue else None
        if name in draft.phases or (told and told != "lead"):
            found.append(Phase(name, amount_of(draft.phases.get(name)), told, cue.date if cue else None))
    return tuple(sorted(found, key=lambda phase: _PHASE_ORDER.find(phase.name[-2:-1])))


_PHASE_ORDER = "首一二三四五"


def _evidence(page: Page, raw: str, draft: Draft) -> tuple[Evidence, ...]:
    merged: dict[tuple[int, int], list[str]] = {}
    for start, end, what in draft.spans:
        what = _FIELDS.get(what, what)
        fields = merged.setdefault((start, end), [])
        if what not in fields:
            fields.append(what)
    return tuple(quote(page, raw, a, b, *fields) for (a, b), fields in sorted(merged.items())[:16])


_FIELDS = {"invest": "investment", "output": "expected_output_cny", "tax": "expected_tax_cny"}
