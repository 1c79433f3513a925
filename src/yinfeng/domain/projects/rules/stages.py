"""The stage machine as two tables: what may follow, and what each step needs. Pure.

The tables are a rule of the rulebook (kind ``stages``); :data:`STANDARD_STAGES` is the edition that ships. The same
parsed :class:`StageTable` feeds the form, the API and the action, so that they can never disagree.

Body of the rule::

    routes:      project class -> the stages its phases go through ("*" for every other class)
    may_follow:  stage -> the stages of which at least one must be reached before it
    ordered:     [earlier, later] pairs whose dates are checked (all others may come in any order)
    requires:    stage -> fields that must be told, and evidence as a list of alternatives
    by_route:    stage -> site route (land / lease) -> the same, in addition
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yinfeng.kernel.voice import say

from .words import PROJECT_STAGES, STAGE_ORDER, EvidenceKind, ProjectKind, SiteRoute, Stage

# Fields a step may ask for: name -> (label, where it is entered).
GATE_FIELDS: dict[str, tuple[str, str]] = {
    "investment_cny": ("总投资", "project"),
    "fixed_investment_cny": ("固定资产投资", "project"),
    "annual_output_cny": ("预计年产值", "project"),
    "annual_tax_cny": ("预计年税收", "project"),
    "trade_volume_cny": ("预计年贸易额", "project"),
    "content": ("建设内容", "project"),
    "investors": ("投资方", "project"),
    "company": ("项目公司", "project"),
    "landing_unit": ("落地单位", "project"),
    "industry": ("国民经济行业", "project"),
    "platform_code": ("在线平台代码", "project"),
    "site_route": ("用地方式", "phase"),
    "phase_land_area_mu": ("用地面积", "phase"),
    "phase_plant_area_sqm": ("厂房面积", "phase"),
    "phase_investment_cny": ("分期投资", "phase"),
}

_FULL = [s.value for s in PROJECT_STAGES]

STANDARD_STAGES: dict[str, Any] = {
    "routes": {
        "*": _FULL,
        # No fixed assets: everything after registration falls away but the review of what was promised.
        "tax_source": [
            "negotiating", "pre_reviewed", "consulted", "approved", "signed", "registered", "performance_reviewed",
        ],
        "trade": [
            "negotiating", "pre_reviewed", "consulted", "approved", "signed", "registered", "performance_reviewed",
        ],
        "talent": [
            "negotiating", "pre_reviewed", "consulted", "approved", "signed", "registered", "site_secured",
            "producing", "performance_reviewed",
        ],
    },
    "may_follow": {
        "pre_reviewed": ["negotiating"],
        "consulted": ["pre_reviewed"],
        "approved": ["consulted", "pre_reviewed"],
        "signed": ["approved"],
        "registered": ["signed"],
        "site_secured": ["signed"],
        "started": ["site_secured"],
        # Another authority decides enrolment: it may come before the local start, and without one (leased plants).
        "stat_enrolled": ["site_secured", "started"],
        "completed": ["started"],
        "producing": ["started", "completed", "site_secured"],
        "above_scale": ["producing"],
        "at_capacity": ["producing"],
        "performance_reviewed": ["at_capacity", "producing", "registered"],
    },
    "ordered": [
        ["negotiating", "signed"], ["pre_reviewed", "approved"], ["consulted", "approved"], ["approved", "signed"],
        ["signed", "site_secured"], ["site_secured", "started"], ["started", "completed"],
        ["started", "producing"], ["producing", "above_scale"], ["producing", "at_capacity"],
    ],
    "requires": {
        "negotiating": {"fields": [], "evidence": []},
        "pre_reviewed": {"fields": ["investment_cny", "investors"], "evidence": [["pre_review_opinion", "minutes"]]},
        "consulted": {"fields": [], "evidence": [["minutes"]]},
        "approved": {"fields": ["content"], "evidence": [["minutes"]]},
        "signed": {"fields": ["investment_cny", "investors", "landing_unit"], "evidence": [["contract"]]},
        "registered": {"fields": ["company"], "evidence": [["licence"]]},
        "site_secured": {"fields": ["site_route"], "evidence": []},
        "started": {
            "fields": ["landing_unit"],
            "evidence": [["construction_permit", "site_photo", "equipment_receipt"]],
        },
        "stat_enrolled": {"fields": ["platform_code"], "evidence": [["enrolment_notice"]]},
        "completed": {"fields": [], "evidence": [["acceptance"]]},
        "producing": {"fields": [], "evidence": [["invoice", "power_bill"]]},
        "above_scale": {"fields": [], "evidence": [["statistics"]]},
        "at_capacity": {"fields": [], "evidence": [["audit_report", "invoice"]]},
        "performance_reviewed": {"fields": [], "evidence": [["audit_report", "minutes"]]},
    },
    "by_route": {
        "site_secured": {
            "land": {"fields": ["phase_land_area_mu"], "evidence": [["land_contract"]]},
            "lease": {"fields": ["phase_plant_area_sqm"], "evidence": [["lease_contract"]]},
        },
    },
}  # fmt: skip


@dataclass(frozen=True)
class Missing:
    """One thing a step still needs: ``key`` for the form, ``label`` in words, ``where`` project | phase | evidence."""

    key: str
    label: str
    where: str


@dataclass(frozen=True)
class Gate:
    """The answer to "may this phase take this step?": everything that stands in the way, at once."""

    stage: Stage
    fields: tuple[str, ...] = ()  # what the step asks for, told or not
    evidence: tuple[tuple[str, ...], ...] = ()  # alternatives, one of each group is needed
    missing: tuple[Missing, ...] = ()
    faults: tuple[str, ...] = ()  # in words: wrong order, wrong date, not on this route

    @property
    def is_open(self) -> bool:
        return not self.missing and not self.faults


@dataclass(frozen=True)
class StageTable:
    """The parsed rule."""

    routes: Mapping[str, tuple[Stage, ...]]
    may_follow: Mapping[Stage, frozenset[Stage]]
    ordered: tuple[tuple[Stage, Stage], ...]
    requires: Mapping[Stage, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]]
    by_route: Mapping[tuple[Stage, str], tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]]
    stamp: str = field(default="stages v0", compare=False)

    def route(self, kind: str) -> tuple[Stage, ...]:
        """The stages a class of project goes through, in order."""
        return self.routes.get(kind) or self.routes["*"]

    def next_stages(self, kind: str, reached: Iterable[str]) -> list[Stage]:
        """The steps a phase may take now, nearest first."""
        have = set(reached)
        return [s for s in self.route(kind) if s not in have and self._follows(s, have, kind)]

    def suggested(self, kind: str, reached: Iterable[str]) -> Stage | None:
        """The one obvious next step: the nearest stage beyond the furthest reached."""
        have = set(reached)
        furthest = max((STAGE_ORDER[s] for s in have), default=STAGE_ORDER[Stage.NEGOTIATING])
        later = [s for s in self.next_stages(kind, have) if STAGE_ORDER[s] > furthest]
        return later[0] if later else None

    def needs(self, stage: Stage, site_route: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """Fields and evidence alternatives of a step, with those of the site route."""
        fields, evidence = self.requires.get(stage, ((), ()))
        more_fields, more_evidence = self.by_route.get((stage, site_route), ((), ()))
        return fields + more_fields, evidence + more_evidence

    def gate(
        self,
        stage: Stage,
        *,
        kind: str,
        reached: Mapping[str, date],
        told: Mapping[str, object],
        evidence: Iterable[str] | None = None,
        happened_on: date | None = None,
        today: date | None = None,
    ) -> Gate:
        """Everything between a phase and a step.

        ``reached``  stage -> date of the phase's standing milestones
        ``told``     gate field -> value (None or "" where it is not told)
        ``evidence`` kinds of paper offered; None asks only for what is missing before papers are chosen
        """
        site_route = str(told.get("site_route") or "")
        fields, papers = self.needs(stage, site_route)
        missing = [
            Missing(name, GATE_FIELDS[name][0], GATE_FIELDS[name][1]) for name in fields if told.get(name) in (None, "")
        ]
        if evidence is not None:
            offered = set(evidence)
            missing += [
                Missing("|".join(group), " / ".join(EvidenceKind(k).label for k in group), "evidence")
                for group in papers
                if not offered & set(group)
            ]
        faults = list(self._order_faults(stage, kind, reached))
        if happened_on is not None and today is not None:
            faults += self.date_faults(stage, happened_on, reached, today)
        return Gate(stage, fields, papers, tuple(missing), tuple(faults))

    def date_faults(self, stage: Stage, on: date, reached: Mapping[str, date], today: date) -> list[str]:
        """What is wrong with a date, in words: in the future, or against an ordered neighbour."""
        faults = []
        if on > today:
            faults.append(
                say(
                    "“{stage}”日期 {on} 晚于今天（{today}）：只登记已经发生的事实。",
                    stage=say(stage.label),
                    on=on,
                    today=today,
                )
            )
        for earlier, later in self.ordered:
            if later == stage and earlier in reached and on < reached[earlier]:
                faults.append(
                    say(
                        "“{stage}”日期 {on} 早于“{other}”日期 {then}，请核对。",
                        stage=say(stage.label),
                        on=on,
                        other=say(earlier.label),
                        then=reached[earlier],
                    )
                )
            if earlier == stage and later in reached and on > reached[later]:
                faults.append(
                    say(
                        "“{stage}”日期 {on} 晚于“{other}”日期 {then}，请核对。",
                        stage=say(stage.label),
                        on=on,
                        other=say(later.label),
                        then=reached[later],
                    )
                )
        return faults

    def _order_faults(self, stage: Stage, kind: str, reached: Mapping[str, date]) -> Iterable[str]:
        if stage not in self.route(kind):
            yield say("{kind}项目没有“{stage}”这一步。", kind=say(ProjectKind(kind).label), stage=say(stage.label))
        elif stage in reached:
            yield say(
                "“{stage}”已于 {on} 登记；如有误，请作废原记录后重新登记。", stage=say(stage.label), on=reached[stage]
            )
        elif not self._follows(stage, set(reached), kind):
            earlier = sorted(self._before(stage, kind), key=STAGE_ORDER.__getitem__)
            before = say("或").join(f"“{say(s.label)}”" for s in earlier)
            yield say("还不能登记“{stage}”：须先完成{before}。", stage=say(stage.label), before=before)

    def _before(self, stage: Stage, kind: str) -> frozenset[Stage]:
        """The stages of which one must be reached; a class that skips them all needs the nearest it has."""
        wanted = self.may_follow.get(stage, frozenset())
        route = self.route(kind)
        on_route = wanted & set(route)
        if wanted and not on_route:
            earlier = [s for s in route if STAGE_ORDER[s] < STAGE_ORDER[stage]]
            return frozenset(earlier[-1:])
        return on_route

    def _follows(self, stage: Stage, reached: set[str], kind: str) -> bool:
        before = self._before(stage, kind)
        # Whatever is in the ledger as a project is in negotiation, dated or not.
        return not before or bool(before & (reached | {Stage.NEGOTIATING}))


def parse_stages(body: Mapping[str, Any], stamp: str = "stages v0") -> StageTable:
    """The table of a rule body. ValueError names what cannot be used."""

    def stage(name: object) -> Stage:
        if name not in PROJECT_STAGES:
            raise ValueError(f"没有“{name}”这个阶段，可用：{'、'.join(s.value for s in PROJECT_STAGES)}")
        known: Stage = Stage(str(name))
        return known

    def need(entry: Mapping[str, Any], where: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        fields = tuple(entry.get("fields") or ())
        if unknown := [f for f in fields if f not in GATE_FIELDS]:
            raise ValueError(f"{where}：没有“{unknown[0]}”这个字段，可用：{'、'.join(GATE_FIELDS)}")
        papers = tuple(tuple(group) for group in entry.get("evidence") or ())
        if wrong := [k for group in papers for k in group if k not in EvidenceKind]:
            raise ValueError(f"{where}：没有“{wrong[0]}”这种凭证，可用：{'、'.join(EvidenceKind.values)}")
        return fields, papers

    try:
        routes = {str(k): tuple(sorted(map(stage, v), key=STAGE_ORDER.__getitem__)) for k, v in body["routes"].items()}
        if "*" not in routes:
            raise ValueError("routes 中须有“*”（其他类别）一行")
        if wrong_kind := [k for k in routes if k != "*" and k not in ProjectKind]:
            raise ValueError(f"routes：没有“{wrong_kind[0]}”这个项目类别，可用：{'、'.join(ProjectKind.values)}")
        if wrong_route := [r for e in (body.get("by_route") or {}).values() for r in e if r not in SiteRoute]:
            raise ValueError(f"by_route：没有“{wrong_route[0]}”这种用地方式，可用：{'、'.join(SiteRoute.values)}")
        return StageTable(
            routes=routes,
            may_follow={stage(k): frozenset(map(stage, v)) for k, v in body["may_follow"].items()},
            ordered=tuple((stage(a), stage(b)) for a, b in body["ordered"]),
            requires={stage(k): need(v, str(k)) for k, v in body["requires"].items()},
            by_route={
                (stage(k), route): need(v, f"{k}/{route}")
                for k, entry in (body.get("by_route") or {}).items()
                for route, v in entry.items()
            },
            stamp=stamp,
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError(f"阶段表缺少或写错了 {fault}") from fault
