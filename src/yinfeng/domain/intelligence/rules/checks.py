"""What a draft still needs before a person may accept it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date

from yinfeng.domain.projects.rules.words import Stage

from .draft import FRAMEWORK, Draft
from .words import Target

SUM_LIMIT = 10**15


def gettext_noop(text: str) -> str:
    """Marks a sentence for the translators; whoever shows it translates it, since rules know no Django."""
    return text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in the way: the input at fault, what is wrong, and how to mend it. ``values`` fill the sentence."""

    code: str
    field: str
    message: str
    fix: str = ""
    values: Mapping[str, object] = dataclass_field(default_factory=dict)

    def said(self, translate: Callable[[str], str]) -> Problem:
        """The same problem in whole sentences of the reader's language."""
        values = {k: translate(v) if isinstance(v, str) else v for k, v in self.values.items()}
        message, fix = translate(self.message), translate(self.fix) if self.fix else ""
        return Problem(self.code, self.field, message.format(**values) if values else message, fix)


FIGURE_LABELS: dict[str, str] = {
    "amount": gettext_noop("总投资"),
    "phases": gettext_noop("分期投资"),
    "land_mu": gettext_noop("用地面积"),
    "plant_area_sqm": gettext_noop("厂房面积"),
    "output_cny": gettext_noop("预计年产值"),
    "tax_cny": gettext_noop("预计年税收"),
}


def fact_label(what: str) -> str:
    return gettext_noop("框架协议") if what == FRAMEWORK else Stage(what).label


def problems(
    draft: Draft, *, target: str, unchecked: Iterable[str], today: date, phase_count: int | None = None
) -> list[Problem]:
    """Everything in the way of accepting, at once.

    ``unchecked``  figures that have to be compared with the text and are not ticked
    ``phase_count``  how many phases the existing project has (for Target.INTO)
    """
    found: list[Problem] = []
    if target != Target.INTO and not draft.name:
        found.append(
            Problem(
                "proposal.no_name", "name", gettext_noop("缺少项目名称。"),
                gettext_noop("原文没有名称时，请按“投资方＋产品”补写。"),
            )
        )  # fmt: skip
    found += _sums(draft)
    for name in unchecked:
        found.append(
            Problem(
                "proposal.unchecked", name, gettext_noop("“{figure}”标有待核。"),
                gettext_noop("请对照原文核实后勾选“已核对”，或改为正确的数。"), {"figure": FIGURE_LABELS[name]},
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
            yield Problem(
                "proposal.sum_range", name, gettext_noop("“{figure}”应大于 0、小于 1000 万亿元。"),
                gettext_noop("请核对金额和单位。"), {"figure": FIGURE_LABELS.get(name, FIGURE_LABELS["phases"])},
            )  # fmt: skip
    if draft.amount_max is not None and draft.amount is not None and draft.amount_max < draft.amount:
        yield Problem(
            "proposal.range", "amount", gettext_noop("金额区间的上限小于下限。"), gettext_noop("请核对原文。")
        )


def _facts(draft: Draft, today: date, phases: int | None) -> Iterable[Problem]:
    seen: set[tuple[str, int]] = set()
    for place, fact in enumerate(draft.facts):
        at, told = f"facts-{place}", {"what": fact_label(fact.what), "phase": fact.phase, "on": fact.day}
        if phases is not None and not 1 <= fact.phase <= phases:
            yield Problem(
                "proposal.no_phase", f"{at}-phase", gettext_noop("“{what}”登记在第 {phase} 期，但项目只有 {phases} 期。"),
                gettext_noop("请改选期次，或先补充分期。"), {**told, "phases": phases},
            )  # fmt: skip
        if (fact.what, fact.phase) in seen:
            yield Problem(
                "proposal.fact_twice", f"{at}-what", gettext_noop("第 {phase} 期的“{what}”重复。"),
                gettext_noop("请去掉一行。"), told,
            )  # fmt: skip
        seen.add((fact.what, fact.phase))
        if not fact.on:
            only_year, none = (
                gettext_noop("“{what}”缺少日期（原文只到年）。"),
                gettext_noop("“{what}”缺少日期（原文没有日期）。"),
            )
            yield Problem(
                "proposal.no_date", f"{at}-on", only_year if fact.read else none,
                gettext_noop("请填写发生日期，或取消勾选这条事实。"), told,
            )  # fmt: skip
        elif fact.day and fact.day > today:
            yield Problem(
                "proposal.future", f"{at}-on", gettext_noop("“{what}”日期 {on} 晚于今天。"),
                gettext_noop("只登记已经发生的事实。"), told,
            )  # fmt: skip


def phase_note(draft: Draft) -> tuple[bool, int] | None:
    """Whether the phases add up to the total, and their sum; None where there is nothing to add."""
    total = draft.phase_total
    if total is None or draft.investment_cny is None:
        return None
    return total == draft.investment_cny, total
