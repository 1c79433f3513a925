"""Money that arrived for one project, as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from yinfeng.kernel.money import display

from ..models import Project
from ..rules.words import FactStatus, FundsBasis, FundsBoundary, ValueKind
from .abilities import Abilities
from .project_rows import FactRow

_TONES = {ValueKind.ACTUAL: "green", ValueKind.FLASH: "cyan", ValueKind.ESTIMATE: "grey"}


@dataclass(frozen=True)
class FundLine:
    """One arrival in words."""

    on: date
    amount: str
    kind: str
    tone: str
    basis: str
    boundary: str
    voucher: str
    author: str
    status: str
    verifier: str
    reason: str
    counts: bool
    void_url: str


@dataclass(frozen=True)
class FundsBlock:
    """Actual, flash, estimate and fixed assets formed are four figures and never added; the bar is actual capital
    over the total investment."""

    lines: tuple[FundLine, ...]
    actual_cny: int
    flash_cny: int
    estimate_cny: int
    fixed_cny: int
    whole_cny: int | None


def funds_block(project: Project, facts: Sequence[FactRow], viewer_id: int, may: Abilities) -> FundsBlock:
    rows = [f for f in reversed(facts) if f.what == "funds"]

    def total(kind: ValueKind, basis: FundsBasis) -> int:
        return sum(f.amount_cny or 0 for f in rows if f.counts and f.value_kind == kind and f.basis == basis)

    return FundsBlock(
        lines=tuple(_line(f, may_void(f, viewer_id, may)) for f in rows),
        actual_cny=total(ValueKind.ACTUAL, FundsBasis.CAPITAL),
        flash_cny=total(ValueKind.FLASH, FundsBasis.CAPITAL),
        estimate_cny=total(ValueKind.ESTIMATE, FundsBasis.CAPITAL),
        fixed_cny=total(ValueKind.ACTUAL, FundsBasis.FIXED_ASSETS),
        whole_cny=project.investment_cny,
    )


def may_void(fact: FactRow, viewer_id: int, may: Abilities) -> bool:
    """One's own declaration as long as nobody verified it; whoever verifies may void any fact."""
    own = may.enter and fact.author_id == viewer_id and fact.status == FactStatus.DECLARED
    return fact.counts and (own or may.verify)


def _line(fact: FactRow, voidable: bool) -> FundLine:
    amount = display(fact.amount or 0, currency_code=fact.currency)
    if fact.currency != "CNY" and fact.amount_cny is not None:
        amount += _("（折 {sum}）").format(sum=display(fact.amount_cny, places=2))
    return FundLine(
        fact.happened_on, amount, _(ValueKind(fact.value_kind).label), _TONES[ValueKind(fact.value_kind)],
        _(FundsBasis(fact.basis).label), _(FundsBoundary(fact.boundary).label), fact.voucher, fact.author,
        _(FactStatus(fact.status).label), fact.verifier or fact.ended_by or "", fact.end_reason, fact.counts,
        reverse("projects:fact_void", args=["funds", fact.pk]) if voidable else "",
    )  # fmt: skip
