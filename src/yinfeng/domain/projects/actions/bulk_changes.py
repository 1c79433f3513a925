"""Projects on record that a bulk load brings up to a workbook: what ``edit_project``, ``edit_phase``,
``correct_milestone`` and ``declare_*`` would do, worked out beforehand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.text import normalise_name

from ..models import Flag, FundsArrival, Milestone, Phase, Project, ProjectInvestor, ProjectState
from ..models.state import OPEN_END, STATE_FIELDS
from ..queries import search
from ..rules.derive import StandingFlag, derive
from ..rules.words import COUNTING, FactStatus, FundsBasis, ValueKind
from .bulk_firms import audit
from .bulk_plans import PhaseFacts, ProjectPlan
from .bulk_rows import update_many
from .derive import CLOCK_SLACK, search_text
from .granting import grant_project
from .ledger import EDITABLE, GRANTING, _converted
from .phases import EDITABLE_PHASE

if TYPE_CHECKING:
    from .bulk import Load

BATCH = 500
_WORDS = {"name", "platform_code", "product", "investor_name"}
_PROJECT = (*EDITABLE, "name_key", "investment_cny", "company_id", "investor_name")


class Changes:
    def __init__(self, work: Load) -> None:
        self._work = work
        self.record: dict[int, dict[str, Any]] = {}
        ids = sorted({p.pk for p in work.plans if p.pk is not None})
        self._versions = {p.pk: p.version for p in work.plans if p.pk is not None}
        self._projects: dict[int, Project] = {}
        self._phases: dict[int, list[Phase]] = defaultdict(list)
        self._milestones: dict[int, dict[int, tuple[int, str, date, str]]] = defaultdict(dict)
        self._flags: dict[int, list[StandingFlag]] = defaultdict(list)
        self._funds: dict[int, int] = {}
        self._waiting: dict[int, int] = defaultdict(int)
        self._states: dict[int, ProjectState] = {}
        self._project_rows: list[list[Any]] = []
        self._phase_rows: list[list[Any]] = []
        self._voided: list[int] = []
        self._closed_states: list[int] = []
        self._same_states: list[list[Any]] = []
        self._owners: list[tuple[int, list[Any]]] = []
        self._granted: list[int] = []
        self._words: list[tuple[int, str]] = []
        self.days_replaced: set[date] = set()
        self._voided_arrivals: list[int] = []
        self._voided_flags: list[int] = []
        self._group_sets: list[tuple[int, Sequence[int]]] = []
        for part in _parts(ids):
            self._read(part)

    def _read(self, ids: list[int]) -> None:
        self._projects |= {p.pk: p for p in Project.objects.filter(pk__in=ids)}
        for phase in Phase.objects.filter(project_id__in=ids).order_by("number"):
            self._phases[phase.project_id].append(phase)
        standing = {"project_id__in": ids, "status__in": COUNTING}
        for pk, project, phase_id, stage, on, status in Milestone.objects.filter(**standing).values_list(
            "pk", "project_id", "phase_id", "stage", "happened_on", "status"
        ):
            self._milestones[project][pk] = (phase_id, stage, on, status)
            self._waiting[project] += status == FactStatus.DECLARED
        for project, kind, is_raised, on, phase_id, pk, status in Flag.objects.filter(**standing).values_list(
            "project_id", "kind", "is_raised", "happened_on", "phase_id", "pk", "status"
        ):
            self._flags[project].append(StandingFlag(kind, is_raised, on, phase_id, pk))
            self._waiting[project] += status == FactStatus.DECLARED
        funds = FundsArrival.objects.filter(**standing)
        actual = funds.filter(value_kind=ValueKind.ACTUAL, basis=FundsBasis.CAPITAL)
        for project, total in actual.values_list("project_id").annotate(total=Sum("amount_cny")):
            self._funds[project] = total or 0
        for project in funds.filter(status=FactStatus.DECLARED).values_list("project_id", flat=True):
            self._waiting[project] += 1
        self._states |= {s.project_id: s for s in ProjectState.objects.filter(project_id__in=ids, valid_to=OPEN_END)}

    def plan(self, plan: ProjectPlan) -> None:
        from .bulk import counted

        work, pk = self._work, plan.pk
        assert pk is not None
        project = self._projects.get(pk)
        if project is None or project.version != plan.version or project.merged_into_id:
            raise self._changed(project)
        before: dict[str, Any] = {}
        for name, value in plan.attributes.items():
            if name == "platform_code":
                value = value or None
            if getattr(project, name) != value:
                before[name] = getattr(project, name)
                setattr(project, name, value)
        project.name_key = normalise_name(project.name)
        project.investment_cny = _converted(
            project.investment_amount, project.investment_currency, project.exchange_rate
        )
        after = {name: getattr(project, name) for name in before}
        if plan.company and plan.company.name and (firm := work.firm(plan.company)) != project.company_id:
            before["company_id"], project.company_id, after["company_id"] = project.company_id, firm, firm
        if plan.investors is not None:
            firms = list(dict.fromkeys(work.firm(e) for e in plan.investors if e.name))
            shares = {work.firm(e): e.share_percent for e in plan.investors if e.name}
            self._owners.append((pk, [(firm, shares[firm]) for firm in firms]))
            before["owners"] = [[firm, share] for firm, share in self._standing_owners(pk)]
            name = work.firm_name(firms[0]) if firms else ""
            before["investor_name"], project.investor_name, after["investor_name"] = project.investor_name, name, name
        if plan.group_ids is not None:
            self._group_sets.append((pk, list(plan.group_ids)))
            before["industry_groups"] = sorted(project.industry_groups.values_list("pk", flat=True))
            after["industry_groups"] = list(plan.group_ids)
        self._restore(project, plan)
        phases = self._plan_phases(project, plan, before, after)
        funds = self._funds.get(pk, 0) + sum(counted(f.funds) for f in plan.phases) - self._void_arrivals(plan)
        new = sum(len(f.milestones) + len(f.funds) for f in plan.phases)
        derived = derive(phases, self._plan_flags(plan))
        new += sum(f.ended is not None for f in plan.phases)
        stored = {phase.pk: (phase.stage, phase.stage_on) for phase in self._phases[pk]}
        for phase in self._phases[pk]:
            stage, on = derived.phases[phase.pk]
            moved = stored[phase.pk] != (stage, on)
            if moved or phase.pk in self.touched:
                values = [getattr(phase, name) for name in EDITABLE_PHASE]
                self._phase_rows.append([*values, stage, on, phase.version + 1, phase.pk])
        for phase_id, facts in self._new_phases:
            work.add_phase(pk, phase_id, facts, vars(project), derived.phases[phase_id], alone=False)
        for facts in plan.phases:
            if facts.pk is not None:
                work.add_facts(pk, facts.pk, facts)
        for phase_id, facts in self._new_phases:
            work.add_facts(pk, phase_id, facts)
        waiting = self._waiting[pk] + new
        changed: dict[str, Any] = {**derived.columns(), "funds_cny": funds, "unverified_count": waiting}
        for name, value in changed.items():
            setattr(project, name, value)
        project.changed_at = max(project.changed_at, work.at)
        self._project_rows.append([
            *(getattr(project, name) for name in (*_PROJECT, *changed)), project.changed_at, project.version + 1, pk
        ])  # fmt: skip
        self._state(project)
        if before.keys() & GRANTING:
            self._granted.append(pk)
        if before.keys() & _WORDS or plan.restore:
            self._words.append((pk, search_text(project)))
        if plan.framework:
            work.frameworks.append((pk, project.investor_name or project.name, *plan.framework))
        work.add_titles(pk, plan)
        self.record[pk] = {
            "before": before, "after": after, "version": project.version + 1,
            "phases": [phase_id for phase_id, _facts in self._new_phases],
        }  # fmt: skip
        work.trail.add(audit(
            work.actor.pk, work.at, work.verb, "project", pk, before=before or None,
            after={**after, "facts": new, "row": plan.row}, note=work.note,
        ))  # fmt: skip
        work.by_row[plan.row] = pk

    def _plan_flags(self, plan: ProjectPlan) -> list[StandingFlag]:
        """The flags that will stand."""
        pk = plan.pk or 0
        gone = set(plan.void_flags)
        for order, on, status in Flag.objects.filter(pk__in=gone).values_list("pk", "happened_on", "status"):
            self._voided_flags.append(order)
            self.days_replaced.add(on)
            self._waiting[pk] -= status == FactStatus.DECLARED
        flags = [flag for flag in self._flags[pk] if flag.order not in gone]
        alone = len(self._phases[pk]) + len(self._new_phases) == 1
        for facts in plan.phases:
            if facts.pk is not None:
                flags += self._work.add_end(pk, facts.pk, facts, alone=alone)
        for phase_id, facts in self._new_phases:
            flags += self._work.add_end(pk, phase_id, facts, alone=alone)
        return flags

    def _standing_owners(self, pk: int) -> list[tuple[int, Any]]:
        rows = ProjectInvestor.objects.filter(project_id=pk, until=None).order_by("order", "pk")
        return list(rows.values_list("enterprise_id", "share_percent"))

    def _restore(self, project: Project, plan: ProjectPlan) -> None:
        told = plan.restore
        for name in ("company_id", "investor_name"):
            if name in told:
                setattr(project, name, told[name])
        if "owners" in told:
            self._owners.append((project.pk, [(firm, share) for firm, share in told["owners"]]))
        if "industry_groups" in told:
            self._group_sets.append((project.pk, told["industry_groups"]))

    def _void_arrivals(self, plan: ProjectPlan) -> int:
        """What is voided of the money that counts."""
        gone = 0
        rows = FundsArrival.objects.filter(pk__in=plan.void_arrivals, project_id=plan.pk, status__in=COUNTING)
        columns = ("pk", "happened_on", "status", "amount_cny", "basis", "value_kind")
        for pk, on, status, amount, basis, kind in rows.values_list(*columns):
            self._voided_arrivals.append(pk)
            self.days_replaced.add(on)
            self._waiting[plan.pk or 0] -= status == FactStatus.DECLARED
            gone += (amount or 0) if basis == FundsBasis.CAPITAL and kind == ValueKind.ACTUAL else 0
        return gone

    def _plan_phases(
        self, project: Project, plan: ProjectPlan, before: dict[str, Any], after: dict[str, Any]
    ) -> dict[int, dict[str, date]]:
        """What each phase will have reached. Sets ``touched`` and ``_new_phases`` for this project."""
        self.touched: set[int] = set()
        self._new_phases: list[tuple[int, PhaseFacts]] = []
        phases = self._phases[project.pk]
        known = {phase.pk: phase for phase in phases}
        standing = self._milestones[project.pk]
        reached: dict[int, dict[str, date]] = {phase.pk: {} for phase in phases}
        replaced = {m.replaces for f in plan.phases for m in f.milestones if m.replaces is not None}
        replaced |= set(plan.void_milestones)
        for milestone_id in replaced:
            if milestone_id not in standing:
                raise self._changed(project)
            self._voided.append(milestone_id)
            self.days_replaced.add(standing[milestone_id][2])
            if standing[milestone_id][3] == FactStatus.DECLARED:
                self._waiting[project.pk] -= 1
        for milestone_id, (phase_id, stage, on, _status) in standing.items():
            if milestone_id not in replaced:
                reached[phase_id][stage] = on
        if any(facts.pk is None for facts in plan.phases) and len(phases) == 1 and phases[0].name == "全部":
            phases[0].name = "一期"
            self.touched.add(phases[0].pk)
        for facts in plan.phases:
            if facts.pk is None:
                phase_id = self._work.next_phase()
                self._new_phases.append((phase_id, facts))
                reached[phase_id] = {}
            else:
                phase_id = facts.pk
                phase = known[phase_id]
                for name, value in facts.attributes.items():
                    if getattr(phase, name) != value:
                        before[f"phase {phase.number} {name}"] = getattr(phase, name)
                        after[f"phase {phase.number} {name}"] = value
                        setattr(phase, name, value)
                        self.touched.add(phase_id)
            for milestone in facts.milestones:
                reached[phase_id][milestone.stage] = milestone.happened_on
        return reached

    def _state(self, project: Project) -> None:
        row, at = self._states.get(project.pk), self._work.at
        now = {name: getattr(project, name) for name in STATE_FIELDS}
        if row is not None:
            if {name: getattr(row, name) for name in STATE_FIELDS} == now:
                return
            if at < row.valid_from - CLOCK_SLACK:
                raise DomainError(
                    _("记录时间 {at} 早于“{name}”上一次变更（{last}）。").format(
                        at=f"{at:%F %T}", name=project.name, last=f"{row.valid_from:%F %T}"
                    ), code="project.moment", fix=_("请核对服务器时间。"),
                )  # fmt: skip
            if at <= row.valid_from:
                self._same_states.append([*now.values(), row.pk])
                return
            self._closed_states.append(row.pk)
        self._work.states.add({"project_id": project.pk, "valid_from": at, "valid_to": OPEN_END, **now})

    def _changed(self, project: Project | None) -> DomainError:
        name = project.name if project else _("（已不存在）")
        return DomainError(
            _("“{name}”在检查之后被他人改动，没有写入任何内容。").format(name=name), code="bulk.changed",
            fix=_("请重新检查，改动过的行会列为冲突。"),
        )  # fmt: skip

    # ---------------------------------------------------------------------------------------------- writing

    def hold(self) -> None:
        """Lock the projects in order and see that each is still of the version it was planned for."""
        for part in _parts(sorted(self._versions)):
            rows = Project.objects.select_for_update(of=("self",)).filter(pk__in=part).order_by("pk")
            held: dict[int, tuple[int, int | None]] = {
                pk: (version, merged) for pk, version, merged in rows.values_list("pk", "version", "merged_into_id")
            }
            for pk in part:
                if held.get(pk) != (self._versions[pk], None):
                    raise self._changed(self._projects.get(pk))

    def write(self) -> None:
        work = self._work
        changed = (
            "furthest_stage", "least_stage", "phase_count", "negotiating_on", "approved_on", "signed_on",
            "registered_on", "site_on", "started_on", "enrolled_on", "completed_on", "producing_on", "above_scale_on",
            "at_capacity_on", "stalled_on", "ended_on", "funds_cny", "unverified_count",
        )  # fmt: skip
        update_many(Project, (*_PROJECT, *changed, "changed_at", "version"), self._project_rows)
        update_many(Phase, (*EDITABLE_PHASE, "stage", "stage_on", "version"), self._phase_rows)
        reason = (work.reason or _("按导入的表格更正。") + work.note)[:300]
        models: Any = ((Milestone, self._voided), (FundsArrival, self._voided_arrivals), (Flag, self._voided_flags))
        for model, ids in models:
            for part in _parts(ids):
                model.objects.filter(pk__in=part).update(
                    status=FactStatus.VOIDED, ended_by=work.actor, ended_at=work.at, end_reason=reason
                )
        for part in _parts(self._closed_states):
            ProjectState.objects.filter(pk__in=part).update(valid_to=work.at)
        update_many(ProjectState, STATE_FIELDS, self._same_states)

    def afterwards(self) -> None:
        """What needs the projects as they now are."""
        today = self._work._today
        for pk, wanted in self._owners:
            standing = {r.enterprise_id: r for r in ProjectInvestor.objects.filter(project_id=pk, until=None)}
            for firm, row in standing.items():
                if firm not in dict(wanted):
                    ProjectInvestor.objects.filter(pk=row.pk).update(until=today, ended_at=self._work.at)
            for order, (firm, share) in enumerate(wanted):
                row = standing.get(firm) or ProjectInvestor(
                    project_id=pk, enterprise_id=firm, since=today, at=self._work.at
                )
                row.order, row.share_percent = order, share
                row.save()
        for pk, groups in self._group_sets:
            self._projects[pk].industry_groups.set(groups)
        for pk in self._granted:
            grant_project(self._projects[pk])
        search.index_many(self._words)


def _parts(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield list(ids[start : start + BATCH])
