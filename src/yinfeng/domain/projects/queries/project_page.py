"""The project page as one frozen value: the next step first, then what is known, phase by phase.

Seven queries beside those of every page, however many facts, phases and undertakings the project has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from yinfeng.domain.chains.models import Segment
from yinfeng.domain.enterprises.models import Enterprise
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.regions.models import Industry

from ..access import project_for, visible_projects
from ..actions.phases import phase_sum_note
from ..models import Phase, Project, Undertaking
from ..rules.lights import LightOf, light_of
from ..rules.stages import StageTable
from ..rules.words import STAGE_ORDER, FactStatus, FlagKind, Light
from . import project_facts
from .abilities import Abilities, project_abilities
from .gates import lack, told_of
from .prepared import name_beside
from .project_funds import FundsBlock, funds_block
from .project_lists import ListBlock, list_block
from .project_phases import STAGE_TONES, PhaseBlock, phase_block, stage_word
from .project_rows import Around, FactRow, around, facts_of
from .rulings import stages_and_lights


@dataclass(frozen=True)
class StandingFlag:
    """A flag that is up."""

    kind: str
    label: str
    since: date
    reason: str
    phase_id: int | None
    phase: str
    lift_url: str


@dataclass(frozen=True)
class NextStep:
    """The one obvious thing to do, and what is still missing for it."""

    title: str
    button: str = ""
    url: str = ""
    drawer: bool = True
    missing: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    due_on: date | None = None
    due_text: str = ""
    hint: str = ""
    tone: str = ""


@dataclass(frozen=True)
class MenuItem:
    """A further thing to do here."""

    label: str
    url: str
    icon: str
    drawer: bool = True


@dataclass(frozen=True)
class ProjectPage:
    """What the template shows; nothing in it asks the database again."""

    pk: int
    code: str
    name: str
    project: Project
    may: Abilities
    is_followed: bool
    furthest: str
    furthest_tone: str
    least: str
    least_tone: str
    light: LightOf
    light_colour: str
    light_word: str
    amount: str
    amount_note: str
    next_step: NextStep
    flags: tuple[StandingFlag, ...]
    phases: tuple[PhaseBlock, ...]
    phase_note: str
    groups: tuple[project_facts.FactGroup, ...]
    funds: FundsBlock
    lists: ListBlock
    waiting: int
    returned: tuple[FactRow, ...]
    carried: str  # the ledger's filter, to walk on to the next project of it
    ledger_url: str
    menu: tuple[MenuItem, ...]


NAMES = {
    "company_name": name_beside(Project, "company", Enterprise),
    "company_uscc": name_beside(Project, "company", Enterprise, "uscc"),
    "industry_name": name_beside(Project, "industry", Industry), "segment_name": name_beside(Project, "segment", Segment),
    "lead_unit_name": name_beside(Project, "lead_unit", Unit, "short_name"),
    "landing_unit_name": name_beside(Project, "landing_unit", Unit, "short_name"),
    "outpost_name": name_beside(Project, "outpost", Unit, "short_name"),
    "owner_name": name_beside(Project, "owner", Person), "leader_name": name_beside(Project, "leader", Person),
    "chain_name": F("segment__chain__name"),
}  # fmt: skip
UNDERTAKING_NAMES = {
    "unit_name": name_beside(Undertaking, "unit", Unit, "short_name"),
    "person_name": name_beside(Undertaking, "person", Person),
    "after_what": name_beside(Undertaking, "after", Undertaking, "what"),
}


def load(viewer: Viewer, pk: int) -> Project:
    """The project with the names that its page shows (one query). 404 where it is not visible."""
    # Names by annotation: the rows of nine tables would cost three times as much to read.
    found = visible_projects(viewer, among=[pk]).annotate(**NAMES).filter(pk=pk).first()
    if found is None:
        merged = project_for(viewer, pk)  # raises Http404
        if merged.merged_into_id is None:
            raise Http404
        return merged
    return found


def project_page(viewer: Viewer, project: Project, today: date, *, carried: str = "", reading: str = "") -> ProjectPage:
    """The page of a project that ``load`` returned."""
    near = around(project.pk, viewer.person_id)
    may = project_abilities(viewer, near.grants, is_confidential=project.is_confidential)
    table, light_rule = stages_and_lights(today)
    light = light_of(
        project.next_due_on, project.stalled_on, project.ended_on, project.furthest_stage, today, light_rule
    )
    phases = list(Phase.objects.filter(project=project).order_by("number"))
    facts = facts_of(project.pk)
    undertakings = list(
        Undertaking.objects.filter(project=project).annotate(**UNDERTAKING_NAMES).order_by("due_on", "order", "pk")
    )
    flags = _flags(project, phases, facts)
    reached = _reached(phases, facts)
    behind = _pressing(phases, flags, undertakings, today) or _behind(phases, flags)
    blocks = tuple(
        phase_block(
            project,
            phase,
            table,
            reached[phase.pk],
            undertakings,
            today,
            is_behind=phase is behind,
            has_ended=any(f.kind == FlagKind.TERMINATED and f.phase_id in (None, phase.pk) for f in flags),
        )
        for phase in phases
    )
    return ProjectPage(
        pk=project.pk,
        code=project.code,
        name=project.name,
        project=project,
        may=may,
        is_followed=near.is_followed,
        furthest=stage_word(project.furthest_stage),
        furthest_tone=STAGE_TONES[project.furthest_stage],
        least=stage_word(project.least_stage),
        least_tone=STAGE_TONES[project.least_stage],
        light=light,
        light_colour=_LIGHTS[light.light],
        light_word=_light_word(light),
        amount=project_facts.amount_words(project),
        amount_note=project_facts.conversion_words(project),
        next_step=_next_step(viewer, project, phases, behind, table, reached, flags, facts, undertakings, near, may),
        flags=flags,
        phases=blocks,
        phase_note=phase_sum_note(project, phases),
        groups=project_facts.groups(project, near, phases),
        funds=funds_block(project, facts, viewer.person_id, may),
        lists=list_block(phases, undertakings, today, reading),
        waiting=project.unverified_count,
        returned=tuple(f for f in facts if f.status == FactStatus.RETURNED and f.author_id == viewer.person_id),
        carried=carried,
        ledger_url=_ledger_url(carried),
        menu=_menu(project, may),
    )


def _reached(phases: Sequence[Phase], facts: Sequence[FactRow]) -> dict[int, dict[str, FactRow]]:
    found: dict[int, dict[str, FactRow]] = {p.pk: {} for p in phases}
    for fact in facts:
        if fact.what == "milestone" and fact.counts and fact.phase_id is not None:
            found[fact.phase_id][fact.word] = fact
    return found


def _flags(project: Project, phases: Sequence[Phase], facts: Sequence[FactRow]) -> tuple[StandingFlag, ...]:
    latest: dict[tuple[str, int | None], FactRow] = {}
    for fact in facts:  # in the order of days, recording and number: the last one decides
        if fact.what == "flag" and fact.counts:
            latest[fact.word, fact.phase_id] = fact
    names = {p.pk: p.name for p in phases}
    return tuple(
        StandingFlag(
            kind, _(FlagKind(kind).label), fact.happened_on, fact.voucher, phase_id,
            names.get(phase_id or 0, "") if len(phases) > 1 else "",
            reverse("projects:flag", args=[project.pk]) + f"?lift={kind}" + (f"&phase={phase_id}" if phase_id else ""),
        )
        for (kind, phase_id), fact in latest.items()
        if fact.is_raised and kind != FlagKind.TRANSFERRED
    )  # fmt: skip


_LIGHTS = {Light.RED: "red", Light.YELLOW: "amber", Light.GREEN: "green", Light.NONE: "grey"}


def _light_word(light: LightOf) -> str:
    if light.overdue_days:
        return _("{light} 逾期{n}天").format(light=_(light.light.label), n=light.overdue_days)
    return _(light.light.label)


def _ledger_url(carried: str) -> str:
    return reverse("projects:ledger") + (f"?{carried}" if carried else "")


def _menu(project: Project, may: Abilities) -> tuple[MenuItem, ...]:
    """What is done now and then; each by its right."""
    args = [project.pk]
    items = []
    if may.enter and not project.merged_into_id:
        items += [
            MenuItem(_("登记到位资金"), reverse("projects:funds", args=args), "coin-yuan"),
            MenuItem(_("标记停滞、中止等"), reverse("projects:flag", args=args), "flag"),
            MenuItem(_("投资方与项目公司"), reverse("projects:edit", args=[project.pk, "investors"]), "building"),
            MenuItem(_("列入清单"), reverse("projects:edit", args=[project.pk, "listing"]), "list-check"),
            MenuItem(_("专班与产业组群"), reverse("projects:edit", args=[project.pk, "team"]), "users-group"),
        ]
    if may.lists:
        items.append(MenuItem(_("倒排工期"), reverse("projects:back_plan", args=args), "calendar-stats", drawer=False))
    if may.claim:
        items.append(MenuItem(_("申报首报首谈"), reverse("projects:claim", args=args), "hand-stop"))
    if may.verify:
        items.append(
            MenuItem(_("审核本项目"), reverse("projects:verify") + f"?project={project.pk}", "checks", drawer=False)
        )
    if may.merge:
        items.append(MenuItem(_("合并重复项目"), reverse("projects:merge", args=args), "arrow-merge", drawer=False))
    return tuple(items)


# ------------------------------------------------------------------------------------------------ next step


def _next_step(
    viewer: Viewer,
    project: Project,
    phases: Sequence[Phase],
    phase: Phase | None,
    table: StageTable,
    reached: Mapping[int, Mapping[str, FactRow]],
    flags: Sequence[StandingFlag],
    facts: Sequence[FactRow],
    undertakings: Sequence[Undertaking],
    near: Around,
    may: Abilities,
) -> NextStep:
    due_on, due_text = project.next_due_on, project.next_due_text
    if project.ended_on is not None:
        why = next((f.reason for f in flags if f.kind == FlagKind.TERMINATED), "")
        return NextStep(_("项目已终止"), hint=why, tone="ended")
    for flag in flags:
        if flag.kind in (FlagKind.STALLED, FlagKind.SUSPENDED, FlagKind.HELD):
            where = f"{flag.phase} · " if flag.phase else ""
            return NextStep(
                _("{where}{label}中：排除原因后解除").format(where=where, label=flag.label),
                _("解除{label}").format(label=flag.label) if may.enter else "", flag.lift_url if may.enter else "",
                hint=_("自 {on} 起。原因：{why}").format(on=flag.since, why=flag.reason), due_on=due_on,
                due_text=due_text, tone="warning",
            )  # fmt: skip
    waiting = [f for f in facts if f.status == FactStatus.DECLARED and f.author_id != viewer.person_id]
    if may.verify and not may.enter and waiting:
        return _verify_step(project, len(waiting), due_on, due_text)
    stage = table.suggested(project.kind, reached[phase.pk]) if phase else None
    if phase is None or stage is None:
        if may.verify and waiting:
            return _verify_step(project, len(waiting), due_on, due_text)
        return NextStep(_("全部阶段已完成"), due_on=due_on, due_text=due_text, tone="done")
    told = told_of(phase, project, has_investors=bool(near.investors))
    gate = table.gate(
        stage, kind=project.kind, reached={s: f.happened_on for s, f in reached[phase.pk].items()}, told=told,
        evidence=(),
    )  # fmt: skip
    where = f"{phase.name}：" if len(phases) > 1 else ""
    if own := [u for u in _open(undertakings) if u.phase_id == phase.pk]:
        due_on, due_text = own[0].due_on, own[0].what
    return NextStep(
        _("{where}登记“{stage}”").format(where=where, stage=stage_word(stage)),
        _("登记{stage}").format(stage=stage_word(stage)) if may.enter else "",
        reverse("projects:advance", args=[project.pk]) + f"?phase={phase.pk}&stage={stage.value}" if may.enter else "",
        missing=tuple(lack(m) for m in gate.missing), faults=gate.faults, due_on=due_on,
        due_text=due_text,
        hint="" if may.enter else _("由牵头单位或落地单位登记，由另一人审核。"),
    )  # fmt: skip


def _verify_step(project: Project, count: int, due_on: date | None, due_text: str) -> NextStep:
    return NextStep(
        _("审核 {n} 条待审核的事实").format(n=count), _("去审核"),
        reverse("projects:verify") + f"?project={project.pk}", drawer=False, due_on=due_on, due_text=due_text,
    )  # fmt: skip


def _open(undertakings: Sequence[Undertaking]) -> list[Undertaking]:
    return [u for u in undertakings if u.done_on is None and not u.cancelled_reason]


def _pressing(
    phases: Sequence[Phase], flags: Sequence[StandingFlag], undertakings: Sequence[Undertaking], today: date
) -> Phase | None:
    """The phase whose line is the longest overdue, if any is and it is alive."""
    gone = {f.phase_id for f in flags if f.kind == FlagKind.TERMINATED}
    late = [u.phase_id for u in _open(undertakings) if u.due_on < today and u.phase_id not in gone]
    return next((p for p in phases if late and p.pk == late[0]), None)


def _behind(phases: Sequence[Phase], flags: Sequence[StandingFlag]) -> Phase | None:
    """The least advanced phase that is alive."""
    gone = {f.phase_id for f in flags if f.kind == FlagKind.TERMINATED}
    alive = [p for p in phases if p.pk not in gone]
    return min(alive, key=lambda p: (STAGE_ORDER[p.stage], p.number), default=None)
