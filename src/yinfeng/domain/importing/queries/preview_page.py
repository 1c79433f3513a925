"""What the pages of imports show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer

from .. import access
from ..models import Import, ImportRow
from ..rules.columns import BY_KEY, LEDGER
from ..rules.record_columns import column_of
from ..rules.words import Book, Decision, ImportState

PAGE = 50
TONES = {
    Decision.CREATE: "green", Decision.UPDATE: "blue", Decision.SAME: "grey", Decision.CONFLICT: "amber",
    Decision.DUPLICATE: "orange", Decision.FAULTY: "red",
}  # fmt: skip
STATE_TONES = {
    ImportState.WAITING: "grey", ImportState.READING: "blue", ImportState.PREVIEWED: "amber", ImportState.APPLYING: "blue",
    ImportState.APPLIED: "green", ImportState.REFUSED: "red", ImportState.UNDONE: "grey",
}  # fmt: skip
BAD = (Decision.FAULTY, Decision.DUPLICATE, Decision.CONFLICT)
GOOD = (Decision.CREATE, Decision.UPDATE)


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    count: int
    tone: str


@dataclass(frozen=True)
class Difference:
    title: str
    cell: str
    old: str
    new: str
    conflict: bool
    source: str


@dataclass(frozen=True)
class RowShown:
    number: int
    name: str
    decision: str
    tone: str
    project_id: int | None
    lead_id: int | None
    faults: tuple[dict[str, Any], ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class ColumnShown:
    column: int
    letter: str
    header: str
    key: str
    unit: str
    sure: str
    reason: str


@dataclass(frozen=True)
class Preview:
    of: Import
    state: str
    tone: str
    is_open: bool
    is_working: bool
    may_apply: bool
    may_undo: bool
    tabs: tuple[Tab, ...]
    tab: str
    rows: tuple[RowShown, ...]
    pager: dict[str, Any]
    columns: tuple[ColumnShown, ...]
    keys: tuple[tuple[str, str], ...]  # of the ledger of projects alone: the other books are not mapped by hand
    book: str
    column_faults: tuple[dict[str, Any], ...]
    bad: int
    good: int
    new_units: tuple[str, ...]
    skipped: int
    in_words: str


def preview(viewer: Viewer, of: Import, *, tab: str, number: int) -> Preview:
    """One import: counts, faults, mapping, differences, fifty rows a page."""
    found = of.found or {}
    counts: dict[str, int] = found.get("counts", {})
    tabs = tuple(
        Tab(str(d), _(d.label), counts.get(str(d), 0), TONES[d])
        for d in (*BAD, Decision.UPDATE, Decision.CREATE, Decision.SAME)  # what would be overwritten is looked at first
        if counts.get(str(d), 0)
    )
    if tab not in {t.key for t in tabs}:
        tab = tabs[0].key if tabs else ""
    rows = ImportRow.objects.filter(of=of, decision=tab).order_by("number")
    start = (number - 1) * PAGE
    held = list(rows[start : start + PAGE + 1])
    state = ImportState(of.state)
    bad = sum(counts.get(str(d), 0) for d in BAD)
    good = sum(counts.get(str(d), 0) for d in GOOD)
    blocked = any(f["severity"] == "error" for f in found.get("column_faults", ()))
    may_enter = access.visible_imports(viewer, "E").filter(pk=of.pk).exists()
    previewed = state == ImportState.PREVIEWED
    return Preview(
        of=of, state=_(state.label), tone=STATE_TONES[state],
        is_open=may_enter and state in (ImportState.PREVIEWED, ImportState.REFUSED, ImportState.WAITING),
        is_working=state in (ImportState.READING, ImportState.APPLYING)
        or (state == ImportState.WAITING and of.job_id is not None),
        may_apply=may_enter and previewed and good > 0 and not blocked and (bad == 0 or of.good_rows_only),
        may_undo=state == ImportState.APPLIED and access.may_undo(viewer, of), tabs=tabs, tab=tab,
        rows=tuple(_shown(row, of.book) for row in held[:PAGE]),
        pager={"number": number, "previous": number - 1 if number > 1 else None,
               "next": number + 1 if len(held) > PAGE else None},
        columns=tuple(_column(c) for c in found.get("columns", ())), keys=_keys() if of.book == Book.PROJECTS else (),
        book=_(Book(of.book).label),
        column_faults=tuple(found.get("column_faults", ())), bad=bad, good=good,
        new_units=tuple(found.get("new_units", ())), skipped=sum(found.get("about", {}).get("skipped", {}).values()),
        in_words=_in_words(of),
    )  # fmt: skip


def _in_words(of: Import) -> str:
    written = of.written or {}
    if of.state not in (ImportState.APPLIED, ImportState.UNDONE) or not written:
        return ""
    if of.book == Book.LEADS:
        return _("新增 {a} 条线索，更新 {b} 条。").format(a=len(written["created"]), b=len(written["changed"]))
    if of.book == Book.VISITS:
        return _("登记往来 {a} 次。").format(a=len(written["created"]))
    facts = sum(max(0, written[k][1] - written[k][0] + 1) for k in ("milestones", "arrivals"))
    return _("新增 {a} 个项目，更新 {b} 个，登记事实 {c} 条，均为已申报、待审核。").format(
        a=len(written["created"]), b=len(written["changed"]), c=facts
    )


def _shown(row: ImportRow, book: str) -> RowShown:
    decision = Decision(row.decision)
    return RowShown(
        row.number, row.name or _("（没有名称）"), _(decision.label), TONES[decision], row.project_id,
        row.values.get("_lead") if book == Book.LEADS else None,
        tuple(sorted(row.faults, key=lambda f: f["severity"])),
        tuple(
            Difference(_title(d["key"], book), d["cell"], d["old"], d["new"], d["conflict"], d.get("source", ""))
            for d in row.differences
        ),
    )  # fmt: skip


def _title(key: str, book: str) -> str:
    column = BY_KEY.get(key) if book == Book.PROJECTS else column_of(book, key)
    return _(column.title) if column else key


def _column(told: dict[str, Any]) -> ColumnShown:
    share = told.get("confidence", 0.0)
    sure = (
        _("未对应") if not told["key"] else _("确定") if share >= 0.95 else _("较可能") if share >= 0.7 else _("请核对")
    )
    return ColumnShown(
        told["column"], told["letter"], told["header"], told["key"], told.get("unit", ""), sure, told.get("reason", "")
    )


def _keys() -> tuple[tuple[str, str], ...]:
    return tuple((c.key, _(c.title)) for c in LEDGER if c.imported)


@dataclass(frozen=True)
class Listed:
    pk: int
    name: str
    unit: str
    state: str
    tone: str
    total: int
    created: int
    changed: int
    who: str
    at: Any
    undone: str
    book: str


def listed(viewer: Viewer, *, number: int) -> tuple[tuple[Listed, ...], dict[str, Any]]:
    """The imports that the viewer may see, the newest first."""
    start = (number - 1) * PAGE
    held = list(access.visible_imports(viewer).defer("found", "mapping").order_by("-pk")[start : start + PAGE + 1])
    rows = []
    for of in held[:PAGE]:
        state = ImportState(of.state)
        written = of.written or {}
        rows.append(Listed(
            of.pk, of.file.name, of.unit.short_name, _(state.label), STATE_TONES[state], of.total,
            len(written.get("created", ())), len(written.get("changed", ())), of.started_by.name, of.started_at,
            of.undone_by.name if of.undone_by else "", _(Book(of.book).label) if of.book != Book.PROJECTS else "",
        ))  # fmt: skip
    pager = {"number": number, "previous": number - 1 if number > 1 else None,
             "next": number + 1 if len(held) > PAGE else None}  # fmt: skip
    return tuple(rows), pager
