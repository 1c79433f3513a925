"""Workbooks of leads and visits: checked into staging, taken in one transaction by the verbs of the pages, taken back."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yinfeng.domain.projects.actions.bulk_plans import Loaded
from yinfeng.domain.projects.actions.entries import InvestorData
from yinfeng.domain.projects.actions.guards import kept
from yinfeng.domain.projects.actions.leads import (
    LeadData,
    create_lead,
    drop_lead,
    edit_lead,
    screen_lead,
    set_back_lead,
    withdraw_lead,
)
from yinfeng.domain.projects.actions.visits import log_visit, void_visit
from yinfeng.domain.projects.models import Claim, Lead, Project, Visit
from yinfeng.domain.projects.rules.words import Channel, ProjectKind
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from ..models import Import, ImportRow
from ..queries.names import Names
from ..queries.record_deciding import LEAD_ATTRIBUTES, RecordRules, decide_records
from ..queries.record_rows import UNITS, columns_told, open_records, record_rows
from ..queries.staged import Staged
from ..rules.record_columns import column_of
from ..rules.values import NEW
from ..rules.words import Book, Decision, ImportState

Watch = Callable[[int, int, str], None]
FAULT_KINDS = 400
GOOD = (Decision.CREATE, Decision.UPDATE)


def check_records(*, of: Import, viewer: Viewer | None, actor: Person, at: datetime, today: date) -> Import:
    """Read and decide every row into staging; ``staging.check`` has emptied it and set the state."""
    names = Names()
    try:
        opened = open_records(of)
        rows = list(record_rows(opened, of, names, today=today))
    except DomainError as fault:
        Import.objects.filter(pk=of.pk).update(state=ImportState.REFUSED, message=str(fault)[:400])
        raise
    decide_records(rows, RecordRules(of, viewer, names, today))
    counts = Counter(row.decision for row in rows)
    severities = Counter(fault["severity"] for row in rows for fault in row.faults)
    kinds = Counter((f["severity"], f["code"], f["key"]) for row in rows for f in row.faults)
    unit_key = UNITS[Book(of.book)]
    told = (row.values.get(unit_key) for row in rows)
    faults = [
        {"row": f.row, "column": f.column_letter, "cell": f.cell, "key": f.key, "severity": f.severity, "code": f.code,
         "message": f.message, "mend": f.mend}
        for f in opened.head.faults
    ]  # fmt: skip
    found = {
        "sheet": opened.sheet.name, "sheets": [list(s) for s in opened.sheets], "columns": columns_told(opened),
        "column_faults": faults, "counts": dict(counts), "faults": dict(severities),
        "kinds": [[*kind, count] for kind, count in kinds.most_common(FAULT_KINDS)],
        "about": {"title": "", "header_rows": [opened.head.row], "unit_note": "", "skipped": {}},
        "new_units": sorted({str(one).removeprefix(NEW) for one in told if isinstance(one, str)}), "conflicts": 0,
    }  # fmt: skip
    secret = any(row.values.get("is_confidential") for row in rows) or _is_secret(rows)
    blocking = any(f["severity"] == "error" for f in faults)
    with transaction.atomic():
        ImportRow.objects.bulk_create([_row(of.pk, row) for row in rows], batch_size=500)
        Import.objects.filter(pk=of.pk).update(
            state=ImportState.PREVIEWED, found=found, total=len(rows), sheet=opened.sheet.name, is_confidential=secret,
            message=_("表头有误，不能导入。") if blocking else "",
        )  # fmt: skip
        record(
            actor=actor, at=at, verb="import.check", kind="import", object_id=of.pk,
            after={"book": of.book, "rows": len(rows), **counts},
        )  # fmt: skip
    return Import.objects.select_related("file", "unit").get(pk=of.pk)


def _is_secret(rows: Sequence[Staged]) -> bool:
    for name, model in (("_lead", Lead), ("_project", Project)):
        ids: list[int] = [row.values[name] for row in rows if row.values.get(name)]
        for start in range(0, len(ids), 500):
            held: Any = model._default_manager
            if held.filter(pk__in=ids[start : start + 500], is_confidential=True).exists():
                return True
    return False


def _row(import_id: int, row: Staged) -> ImportRow:
    return ImportRow(
        of_id=import_id, number=row.number, name=row.name, values=row.values, cells=row.cells, decision=row.decision,
        group=row.number, project_id=row.project, version=row.held_version, differences=row.differences, faults=row.faults,
    )  # fmt: skip


def _again(row: ImportRow) -> Staged:
    values = {key: value for key, value in row.values.items() if not key.startswith("_")}
    return Staged(
        row.number,
        row.name,
        values,
        row.cells,
        [f for f in row.faults if f["severity"] == "warning"],
        held_version=row.version,
    )


# ---------------------------------------------------------------------------------------------------- taking it


def apply_records(
    *, of: Import, viewer: Viewer | None, actor: Person, at: datetime, today: date, units: dict[str, int], say: Watch
) -> Loaded:
    """Take the good rows: every one, or none. They are decided once more, in the transaction that writes them."""
    with transaction.atomic():
        started = time.monotonic()
        Import.objects.select_for_update(of=("self",)).get(pk=of.pk)
        held = list(ImportRow.objects.filter(of=of, decision__in=GOOD).order_by("number"))
        rows = [_again(row) for row in held]
        for row in rows:
            unit = row.values.get(key := UNITS[Book(of.book)])
            if isinstance(unit, str):
                row.values[key] = units.get(unit.removeprefix(NEW), of.unit_id)
        decide_records(rows, RecordRules(of, viewer, Names(), today))
        if wrong := [
            now for now, row in zip(rows, held, strict=True)
            if now.decision != row.decision or now.held_version != row.version
        ]:  # fmt: skip
            raise DomainError(
                _("检查之后有人改动了第 {rows} 行所涉及的记录，没有导入任何内容。").format(
                    rows=_("、").join(str(row.number) for row in wrong[:10])
                ), code="import.changed", fix=_("请重新检查后再导入。"),
            )  # fmt: skip
        note = kept(gettext_noop("导入 {n}：{file}"), n=of.pk, file=of.file.name)
        created: list[int] = []
        changed: dict[int, dict[str, Any]] = {}
        written: dict[str, Any] = {}
        parties = _parties(rows) if of.book == Book.VISITS else {}
        for done, row in enumerate(rows, 1):
            if of.book == Book.VISITS:
                created.append(_log(row, parties, actor, at))
            elif row.decision == Decision.CREATE:
                lead = _open(row, note, actor, at)
                created.append(lead.pk)
                written[str(lead.pk)] = lead.version
            else:
                lead, before = _bring_up(row, note, actor, at)
                changed[lead.pk] = {"before": before, "version": lead.version}
            if done % 200 == 0:
                say(done, len(rows), _("写入第 {n} 行").format(n=row.number))
        taken = Import.objects.filter(pk=of.pk, state=ImportState.APPLYING).update(
            state=ImportState.APPLIED, applied_by=actor, applied_at=at, message="",
            written={"created": created, "changed": {str(pk): one for pk, one in changed.items()}, "versions": written},
        )  # fmt: skip
        if not taken:
            raise DomainError(_("这次导入刚被他人处理。"), code="import.state", fix=_("请刷新后查看。"))
        record(
            actor=actor, at=at, verb="import.apply", kind="import", object_id=of.pk, note=note,
            after={"book": of.book, "created": len(created), "changed": len(changed)},
        )  # fmt: skip
    return Loaded(
        tuple(created), {}, changed, (1, 0), (1, 0), (1, 0), (), lock_seconds=time.monotonic() - started,
    )  # fmt: skip


def _typed(key: str, value: Any) -> Any:
    column = column_of(Book.LEADS, key)
    if value is None or column is None:
        return value
    if column.kind == "number":
        return Decimal(value)
    return date.fromisoformat(value) if column.kind == "date" else value


def _open(row: Staged, note: str, actor: Person, at: datetime) -> Lead:
    told = {key: _typed(key, value) for key, value in row.values.items()}
    investor = InvestorData(told["investor"], told.get("investor_uscc") or "") if told.get("investor") else None
    lead = create_lead(
        data=LeadData(
            name=told["name"], kind=ProjectKind(told["kind"]), owner_unit_id=told["owner_unit"], channel=Channel(told["channel"]),
            investor=investor, content=told.get("content") or "", product=told.get("product") or "",
            investment_cny=told.get("investment_cny"), land_area_mu=told.get("land_area_mu"), needs=told.get("needs") or "",
            expected_output_cny=told.get("expected_output_cny"), expected_tax_cny=told.get("expected_tax_cny"),
            segment_id=told.get("segment"), referrer=told.get("referrer") or "", owner_id=told.get("owner"),
            is_confidential=bool(told.get("is_confidential")), reported_on=told["reported_on"],
        ), actor=actor, at=at,
    )  # fmt: skip
    return _assessed(lead, told, note, actor, at)


def _assessed(lead: Lead, told: dict[str, Any], note: str, actor: Person, at: datetime) -> Lead:
    if told.get("screened_on") and lead.screened_on is None:
        lead = screen_lead(
            lead=lead, screened_on=told["screened_on"], opinion=told.get("opinion") or note, actor=actor, at=at
        )
    if told.get("dropped_reason"):
        lead = drop_lead(lead=lead, reason=told["dropped_reason"], actor=actor, at=at)
    return lead


def _bring_up(row: Staged, note: str, actor: Person, at: datetime) -> tuple[Lead, dict[str, Any]]:
    lead = Lead.objects.get(pk=row.values["_lead"])
    keys = [d["key"] for d in row.differences]
    changes = {LEAD_ATTRIBUTES[key]: _typed(key, row.values[key]) for key in keys if key in LEAD_ATTRIBUTES}
    before: dict[str, Any] = {name: getattr(lead, name) for name in changes}
    before |= {name: getattr(lead, name) for name in ("stage", "screened_on", "status", "dropped_reason")}
    if changes:
        lead = edit_lead(lead=lead, changes=changes, actor=actor, at=at, expected_version=row.held_version)
    told = {key: _typed(key, row.values[key]) for key in ("screened_on", "dropped_reason") if key in keys}
    return _assessed(lead, {**told, "opinion": row.values.get("opinion")}, note, actor, at), before


def _parties(rows: Sequence[Staged]) -> dict[str, dict[Any, Any]]:
    """Who the visits are of and about, by key of their values: a query each, however many rows."""
    models: dict[str, Any] = {"_lead": Lead, "_project": Project, "unit": Unit, "leader": Person}
    return {
        key: model._default_manager.in_bulk({row.values[key] for row in rows if row.values.get(key)})
        for key, model in models.items()
    }


def _log(row: Staged, parties: dict[str, dict[Any, Any]], actor: Person, at: datetime) -> int:
    told = row.values
    who: dict[str, Any] = {key: held.get(told.get(key)) for key, held in parties.items()}
    visit = log_visit(
        lead=who["_lead"], project=who["_project"], unit=who["unit"], leader=who["leader"], direction=told["direction"],
        held_on=date.fromisoformat(told["held_on"]), our_side=told["our_side"], our_count=told["our_count"],
        their_side=told.get("their_side") or "", their_count=told.get("their_count") or 0, place=told.get("place") or "",
        led_by=told.get("led_by") or "", minutes=told["minutes"], next_step=told.get("next_step") or "",
        actor=actor, at=at,
    )  # fmt: skip
    return visit.pk


# ------------------------------------------------------------------------------------------------ taking it back


def undo_records(
    *, of: Import, words: str, leave_changed: bool, actor: Person, at: datetime
) -> tuple[int, int, tuple[tuple[str, str], ...]]:
    """Within the caller's transaction: (taken back, set back, what people changed since and stays)."""
    written = of.written
    if of.book == Book.VISITS:
        gone = 0
        for visit in Visit.objects.filter(pk__in=written["created"], voided_at=None).order_by("pk"):
            void_visit(visit=visit, reason=words, actor=actor, at=at)
            gone += 1
        return gone, 0, ()
    expected = {int(pk): version for pk, version in written["versions"].items()}
    expected |= {int(pk): held["version"] for pk, held in written["changed"].items()}
    leads = {
        lead.pk: lead for lead in Lead.objects.select_for_update(of=("self",)).filter(pk__in=expected).order_by("pk")
    }
    touched = {pk for pk, lead in leads.items() if lead.version != expected[pk]}
    opened = [int(pk) for pk in written["versions"]]
    touched |= set(Visit.objects.filter(lead_id__in=opened, voided_at=None).values_list("lead_id", flat=True))
    touched |= set(Claim.objects.filter(lead_id__in=opened).values_list("lead_id", flat=True))
    left = tuple((leads[pk].code, leads[pk].name) for pk in sorted(touched))
    if touched and not leave_changed:
        raise DomainError(
            _("导入之后有人改动或用到了其中 {count} 条线索，不能整批撤销：{names}。").format(
                count=len(left), names=_("、").join(f"{code} {name}" for code, name in left[:10])
            ), code="import.touched", fix=_("请先处理这些线索，或选择保留它们、撤销其余。"),
        )  # fmt: skip
    back = 0
    for pk in opened:
        if pk not in touched:
            lead = leads[pk]
            if lead.status != "open":
                lead = set_back_lead(lead=lead, values={"status": "open"}, reason=words, actor=actor, at=at)
            withdraw_lead(lead=lead, reason=words, actor=actor, at=at)
            back += 1
    restored = 0
    for pk_, held in written["changed"].items():
        if int(pk_) not in touched:
            fields = {f.attname: f for f in Lead._meta.concrete_fields}
            values = {name: _python(fields[name], value) for name, value in held["before"].items()}
            set_back_lead(lead=leads[int(pk_)], values=values, reason=words, actor=actor, at=at)
            restored += 1
    return back, restored, left


def _python(field: Any, value: Any) -> Any:
    """A value as JSON kept it, as its column has it."""
    if value is None:
        return None
    return (field.target_field if field.is_relation else field).to_python(value)
