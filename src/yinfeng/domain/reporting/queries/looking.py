"""What is known around facts that are looked at: four or five queries a kind, however many facts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.models import Agreement, Evidence, FundsArrival, ProjectState
from yinfeng.domain.projects.models import Ceremony as CeremonyRow
from yinfeng.domain.projects.queries.verify_list import SLOT, CasePaper
from yinfeng.domain.projects.rules.words import (
    COUNTING,
    DATE_COLUMNS,
    AgreementKind,
    CeremonyKind,
    EvidenceKind,
    FundsBasis,
    Stage,
    ValueKind,
)
from yinfeng.foundation.accounts.viewer import Viewer

from ..models import ReportingTask
from ..rules.suspicions import Ceremony, FactSeen, Finding, Paper, ProjectSeen, findings
from ..rules.words import OUTSTANDING, TaskScope
from .rulings import looking

# One workbook or one public document tells of many projects; one contract or receipt does not.
_OF_MANY = (EvidenceKind.LEDGER, EvidenceKind.DOCUMENT)


@dataclass(frozen=True)
class Looked:
    """Fact id -> what looks wrong (only where something does), and fact id -> its papers. ``stamp``: the rule used."""

    findings: Mapping[int, tuple[Finding, ...]]
    papers: Mapping[int, tuple[CasePaper, ...]]
    stamp: str


def with_projects(kind: str, rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    """Facts with what a look needs of their project, phase and author, and whether their unit's report is overdue."""
    scope = TaskScope.FUNDS if kind == "funds" else TaskScope.MILESTONES
    owed = ReportingTask.objects.filter(
        unit_id=OuterRef("project__lead_unit_id"), starts_on__lte=OuterRef("happened_on"), scope=scope,
        ends_on__gte=OuterRef("happened_on"), status__in=OUTSTANDING, due_on__lt=today,
    )  # fmt: skip
    wide = ["content", "exchange_rate_source", "next_due_text", "task_force", "referrer", "product"]
    found: QuerySet[Any] = (
        rows.select_related("project", "phase", "declared_by")
        .defer(*(f"project__{name}" for name in wide))
        .annotate(unreported=Exists(owed))
    )
    return found


def look(viewer: Viewer, kind: str, rows: Sequence[Any], *, today: date) -> Looked:
    """Hold facts of one kind (from :func:`with_projects`) against everything around them that the viewer may see."""
    rule, table = looking(today)
    ids = [row.pk for row in rows]
    projects = {row.project_id: row.project for row in rows}
    papers, shown, twice = _papers(viewer, kind, ids)
    months: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    if kind == "funds":
        _arrivals(viewer, rows, list(projects), months, twice)
    first = _at_signing(list(projects)) if kind != "flag" else {}
    events = _ceremonies([r.project_id for r in rows if r.stage == Stage.SIGNED]) if kind == "milestone" else {}
    seen = {
        pk: ProjectSeen(
            pk, p.name, p.lead_unit_id, investment_cny=p.investment_cny, signed_investment_cny=first.get(pk),
            negotiating_on=p.negotiating_on, signed_on=p.signed_on, funds_cny=p.funds_cny, months=months[pk],
            ceremonies=events.get(pk, ()),
            days=Counter(d for c in DATE_COLUMNS.values() if (d := getattr(p, c)) is not None),
        )
        for pk, p in projects.items()
    }  # fmt: skip
    facts = [_seen(kind, row, seen[row.project_id], papers.get(row.pk, ()), twice.get(row.pk, ())) for row in rows]
    wrong = findings(facts, rule, table)
    return Looked({pk: told for (_what, pk), told in wrong.items()}, shown, rule.stamp)


def _seen(kind: str, row: Any, project: ProjectSeen, papers: Sequence[Paper], twice: Sequence[str]) -> FactSeen:
    # The route decides which papers a site needs; it belongs to the phase.
    route = row.phase.site_route if row.phase is not None else ""
    own = ProjectSeen(**{**vars(project), "site_route": route}) if route else project
    more: dict[str, Any] = {}
    if kind == "milestone":
        more["stage"] = row.stage
    elif kind == "funds":
        more = {
            "amount_cny": row.amount_cny, "voucher": row.voucher,
            "is_actual": row.value_kind == ValueKind.ACTUAL and row.basis == FundsBasis.CAPITAL,
        }  # fmt: skip
    return FactSeen(
        kind, row.pk, own, row.happened_on, timezone.localtime(row.at).date(), papers=papers,
        elsewhere=list(dict.fromkeys(twice)), unreported=row.unreported, **more,
    )  # fmt: skip


def _scoped(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    """Only what stands on projects that the viewer sees: a suspicion tells nothing of others."""
    if viewer.reach("project").everything and viewer.reach("confidential").everything:
        return rows
    return rows.filter(project__in=visible_projects(viewer, merged=True))


def _papers(
    viewer: Viewer, kind: str, ids: Sequence[int]
) -> tuple[dict[int, list[Paper]], dict[int, tuple[CasePaper, ...]], dict[int, list[str]]]:
    """Fact -> its papers for the rules, the same for the page, and where else the same file lies. One query."""
    slot = SLOT[kind]
    own = Evidence.objects.filter(**{f"{slot}__in": ids})
    same = own.filter(file__isnull=False).exclude(kind__in=_OF_MANY).values("file__sha256")
    rows = _scoped(Evidence.objects.filter(Q(**{f"{slot}__in": ids}) | Q(file__sha256__in=same)), viewer).order_by("pk")
    wanted = set(ids)
    papers: dict[int, list[Paper]] = defaultdict(list)
    shown: dict[int, list[CasePaper]] = defaultdict(list)
    by_sha: dict[str, list[tuple[int | None, int, str]]] = defaultdict(list)
    for fact, project, code, paper, number, sha, file, name, quote, book, cell in rows.values_list(
        slot, "project_id", "project__code", "kind", "number", "file__sha256", "file_id", "file__name", "quote", "workbook",
        "cell",
    ):  # fmt: skip
        if sha and paper not in _OF_MANY:
            by_sha[sha].append((fact if fact in wanted else None, project, code))
        if fact in wanted:
            papers[fact].append(Paper(paper, number, sha or ""))
            shown[fact].append(
                CasePaper(_(EvidenceKind(paper).label), number, file, name or "", quote, f"{book} {cell}".strip())
            )
    twice: dict[int, list[str]] = defaultdict(list)
    for uses in by_sha.values():
        for fact, project, _code in uses:
            if fact is not None:
                twice[fact] += [_("{code}（同一附件）").format(code=c) for _f, p, c in uses if p != project]
    return dict(papers), {pk: tuple(own_) for pk, own_ in shown.items()}, twice


def _arrivals(
    viewer: Viewer, rows: Sequence[Any], projects: Sequence[int], months: dict[int, Counter[tuple[int, int]]],
    twice: dict[int, list[str]],
) -> None:  # fmt: skip
    """The standing arrivals of the projects by month, and other arrivals with the same vouchers. One query."""
    wanted = {row.voucher for row in rows if row.voucher}
    told = FundsArrival.objects.filter(status__in=COUNTING).filter(
        Q(project_id__in=projects) | Q(voucher__in=wanted) & ~Q(voucher="")
    )
    by_voucher: dict[str, list[tuple[int, str, date]]] = defaultdict(list)
    mine = set(projects)
    for pk, project, code, on, voucher, kind, basis, amount in _scoped(told, viewer).values_list(
        "pk", "project_id", "project__code", "happened_on", "voucher", "value_kind", "basis", "amount_cny"
    ):
        if project in mine and kind == ValueKind.ACTUAL and basis == FundsBasis.CAPITAL and amount:
            months[project][on.year, on.month] += amount
        if voucher in wanted:
            by_voucher[voucher].append((pk, code, on))
    for row in rows:
        if row.voucher:
            twice[row.pk] += [
                _("{code}（{on}）").format(code=code, on=on) for pk, code, on in by_voucher[row.voucher] if pk != row.pk
            ]


def _at_signing(projects: Sequence[int]) -> dict[int, int]:
    """Project -> its sum as it stood when its signing was first on record. One query."""
    found: dict[int, int] = {}
    rows = ProjectState.objects.filter(project_id__in=projects, signed_on__isnull=False)
    for pk, amount in rows.order_by("project_id", "-valid_from").values_list("project_id", "investment_cny"):
        if amount is not None:
            found[pk] = amount  # the earliest is the last to be written
    return found


def _ceremonies(projects: Sequence[int]) -> dict[int, list[Ceremony]]:
    """Project -> the signings on a stage that list it. One query."""
    signings = CeremonyRow.objects.filter(kind=CeremonyKind.SIGNING, voided_at=None)

    def through(path: str) -> QuerySet[Any]:
        really = (
            Agreement.objects.filter(project_id=OuterRef(path), kind=AgreementKind.FORMAL, voided_at=None)
            .order_by()
            .values("project_id")
            .annotate(first=Min("signed_on"))
            .values("first")
        )
        rows: QuerySet[Any] = signings.filter(**{f"{path}__in": projects}).order_by()
        told: QuerySet[Any] = rows.annotate(signed=Subquery(really)).values_list(path, "name", "held_on", "signed")
        return told

    found: dict[int, list[Ceremony]] = defaultdict(list)
    for pk, name, held_on, signed_on in through("agreements__project_id").union(through("phases__project_id")):
        found[pk].append(Ceremony(name, held_on, signed_on))
    return found
