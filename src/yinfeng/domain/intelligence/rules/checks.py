"""What a draft still needs before a person may accept it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from yinfeng.domain.projects.rules.words import Stage

from .draft import FRAMEWORK, Draft
from .words import Target

SUM_LIMIT = 10**15

FIGURE_LABELS: dict[str, str] = {
    "amount": "总投资",
    "phases": "分期投资",
    "land_mu": "用地面积",
    "plant_area_sqm": "厂房面积",
    "output_cny": "预计年产值",
    "tax_cny": "预计年税收",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in the way: the input at fault, what is wrong, and how to mend it."""

    code: str
    field: str
    message: str
    fix: str = ""


def fact_label(what: str) -> str:
    return "框架协议" if what == FRAMEWORK else Stage(what).label


def problems(
    draft: Draft, *, target: str, unchecked: Iterable[str], today: date, phase_count: int | None = None
) -> list[Problem]:
    """Everything in the way of accepting, at once.

    ``unchecked``  figures that have to be compared with the text and are not ticked
    ``phase_count``  how many phases the existing project has (for Target.INTO)
    """
    found: list[Problem] = []
    if target != Target.INTO and not draft.name:
        found.append(Problem("proposal.no_name", "name", "缺少项目名称。", "原文没有名称时，请按“投资方＋产品”补写。"))
    found += _sums(draft)
    for name in unchecked:
        found.append(
            Problem(
                "proposal.unchecked", name, f"“{FIGURE_LABELS[name]}”标有待核。",
                "请对照原文核实后勾选“已核对”，或改为正确的数。",
            )
        )  # fmt: skip
    if target != Target.LEAD:
        found += _facts(draft, today, phase_count if target == Target.INTO else max(1, len(draft.phases)))
    return found


def _sums(draft: Draft) -> Iterable[Problem]:
    sums = {
        "amount": draft.amount, "output_cny": draft.output_cny, "tax_cny": draft.tax_cny,
        **{f"phases-{i}-amount": p.investment_cny for i, p in enumerate(draft.phases)},
    }  # fmt: skip
    for name, value in sums.items():
        if value is not None and not 0 < value < SUM_LIMIT:
            label = FIGURE_LABELS.get(name, FIGURE_LABELS["phases"])
            yield Problem("proposal.sum_range", name, f"“{label}”应大于 0、小于 1000 万亿元。", "请核对金额和单位。")
    if draft.amount_max is not None and draft.amount is not None and draft.amount_max < draft.amount:
        yield Problem("proposal.range", "amount", "金额区间的上限小于下限。", "请核对原文。")


def _facts(draft: Draft, today: date, phases: int | None) -> Iterable[Problem]:
    seen: set[tuple[str, int]] = set()
    for place, fact in enumerate(draft.facts):
        where, label = f"facts-{place}-on", fact_label(fact.what)
        if phases is not None and not 1 <= fact.phase <= phases:
            yield Problem(
                "proposal.no_phase", f"facts-{place}-phase", f"“{label}”登记在第 {fact.phase} 期，但项目只有 {phases} 期。",
                "请改选期次，或先补充分期。",
            )  # fmt: skip
        if (fact.what, fact.phase) in seen:
            yield Problem(
                "proposal.fact_twice", f"facts-{place}-what", f"第 {fact.phase} 期的“{label}”重复。", "请去掉一行。"
            )
        seen.add((fact.what, fact.phase))
        if not fact.on:
            told = "原文只到年" if fact.read else "原文没有日期"
            yield Problem(
                "proposal.no_date", where, f"“{label}”缺少日期（{told}）。", "请填写发生日期，或取消勾选这条事实。"
            )
        elif fact.day and fact.day > today:
            yield Problem("proposal.future", where, f"“{label}”日期 {fact.on} 晚于今天。", "只登记已经发生的事实。")


def phase_note(draft: Draft) -> tuple[bool, int] | None:
    """Whether the phases add up to the total, and their sum; None where there is nothing to add."""
    total = draft.phase_total
    if total is None or draft.investment_cny is None:
        return None
    return total == draft.investment_cny, total
