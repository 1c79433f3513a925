"""The worklist of who verifies: declared facts with their papers beside them, the oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.money import display

from ..access import visible_projects
from ..models import Evidence, Flag, FundsArrival, Milestone
from ..rules.words import EvidenceKind, FactStatus, FlagKind, FundsBasis, FundsBoundary, Stage, ValueKind
from . import search
from .choices import Units

PAGE = 20
COUNT_CAP = 1_000
KINDS: dict[str, Any] = {"milestone": Milestone, "funds": FundsArrival, "flag": Flag}
SLOT = {"milestone": "milestone_id", "funds": "arrival_id", "flag": "flag_id"}


@dataclass(frozen=True)
class CasePaper:
    kind: str
    number: str
    file_id: int | None
    file_name: str
    quote: str
    cell: str


@dataclass(frozen=True)
class Case:
    """One fact that waits. ``own``: the viewer declared it, so another must verify it."""

    what: str
    pk: int
    project_id: int
    project: str
    code: str
    unit: str
    title: str
    happened_on: date
    detail: tuple[str, ...]
    author: str
    at: datetime
    own: bool
    papers: tuple[CasePaper, ...]


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    count: int
    is_capped: bool


@dataclass(frozen=True)
class VerifyPage:
    """A page of the worklist."""

    kind: str
    tabs: tuple[Tab, ...]
    cases: tuple[Case, ...]
    number: int
    has_next: bool
    words: str
    project: str

    @property
    def can_pick(self) -> bool:
        return any(not c.own for c in self.cases)

    @property
    def pager(self) -> dict[str, Any]:
        first = (self.number - 1) * PAGE + 1
        tab = next(t for t in self.tabs if t.key == self.kind)
        return {
            "number": self.number, "has_next": self.has_next, "has_previous": self.number > 1, "total": tab.count,
            "total_is_capped": tab.is_capped, "first_row": first if self.cases else None,
            "last_row": first + len(self.cases) - 1 if self.cases else None,
        }  # fmt: skip


def waiting(
    viewer: Viewer, kind: str, *, project_id: int | None = None, words: str = "", unit_ids: Sequence[int] = ()
) -> QuerySet[Any]:
    """Declared facts of a kind on projects that the viewer verifies."""
    rows = KINDS[kind]._default_manager.filter(status=FactStatus.DECLARED)
    reach = viewer.reach("project", "V")
    projects = visible_projects(viewer, "V")
    if project_id is not None:
        rows = rows.filter(project_id=project_id)
    if words:
        projects = projects.filter(search.matching(words))
    if unit_ids:
        projects = projects.filter(Q(lead_unit_id__in=unit_ids) | Q(landing_unit_id__in=unit_ids))
    if not (reach.everything and not words and not unit_ids and viewer.reach("confidential", "S").everything):
        rows = rows.filter(project_id__in=projects.values("pk"))
    found: QuerySet[Any] = rows
    return found


def verify_page(
    viewer: Viewer, *, kind: str, number: int, units: Units, project_id: int | None = None, words: str = "",
    unit: int | None = None,
) -> VerifyPage:  # fmt: skip
    """Six queries: three counts, the facts with their projects, their papers, and nothing for each row."""
    kind = kind if kind in KINDS else "milestone"
    below = units.below(unit) if unit else ()
    narrow = {"project_id": project_id, "words": words, "unit_ids": below}
    tabs = []
    for key, label in (("milestone", _("里程碑")), ("funds", _("到位资金")), ("flag", _("状态标识"))):
        count = waiting(viewer, key, **narrow).order_by()[: COUNT_CAP + 1].count()  # type: ignore[arg-type]
        tabs.append(Tab(key, label, min(count, COUNT_CAP), count > COUNT_CAP))
    first = (number - 1) * PAGE
    rows = list(
        waiting(viewer, kind, **narrow)  # type: ignore[arg-type]
        .select_related("project", "phase", "declared_by")
        .order_by("pk")[first : first + PAGE + 1]
    )
    papers = _papers(kind, [r.pk for r in rows[:PAGE]])
    return VerifyPage(
        kind, tuple(tabs), tuple(case_of(kind, r, papers.get(r.pk, ()), viewer, units) for r in rows[:PAGE]), number,
        len(rows) > PAGE, words, rows[0].project.name if project_id and rows else "",
    )  # fmt: skip


def _papers(kind: str, ids: Sequence[int]) -> dict[int, tuple[CasePaper, ...]]:
    found: dict[int, list[CasePaper]] = {}
    rows = Evidence.objects.filter(**{f"{SLOT[kind]}__in": ids}).select_related("file").order_by("pk")
    for e in rows:
        paper = CasePaper(
            _(EvidenceKind(e.kind).label), e.number, e.file_id, e.file.name if e.file else "", e.quote,
            f"{e.workbook} {e.cell}".strip(),
        )  # fmt: skip
        found.setdefault(getattr(e, SLOT[kind]), []).append(paper)
    return {pk: tuple(own) for pk, own in found.items()}


def case_of(kind: str, row: Any, papers: Sequence[CasePaper], viewer: Viewer, units: Units) -> Case:
    project = row.project
    where = f"{row.phase.name} · " if row.phase and project.phase_count > 1 else ""
    detail = [row.note] if row.note else []
    match kind:
        case "milestone":
            title = where + _(Stage(row.stage).label)
            if project.investment_amount is not None:
                sum_ = display(project.investment_amount, currency_code=project.investment_currency)
                detail.insert(0, _("总投资 {sum}").format(sum=sum_))
        case "funds":
            title = where + _("{kind}到位 {sum}").format(
                kind=_(ValueKind(row.value_kind).label), sum=display(row.amount, currency_code=row.currency)
            )
            detail.insert(0, f"{_(FundsBasis(row.basis).label)}，{_(FundsBoundary(row.boundary).label)}")
            if row.voucher:
                detail.insert(1, _("凭证号 {n}").format(n=row.voucher))
        case _:
            label = _(FlagKind(row.kind).label)
            title = where + (label if row.is_raised else _("解除{flag}").format(flag=label))
            detail.insert(0, _("原因：{why}").format(why=row.reason))
    return Case(
        kind, row.pk, project.pk, project.name, project.code, units.name(project.lead_unit_id), title, row.happened_on,
        tuple(detail), row.declared_by.name, row.at, row.declared_by_id == viewer.person_id, tuple(papers),
    )  # fmt: skip
