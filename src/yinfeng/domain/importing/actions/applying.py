"""Taking what stands in staging into the ledger: everything is worked out first, then one short write, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yinfeng.domain.projects.actions import bulk
from yinfeng.domain.projects.actions.bulk_plans import Loaded, ProjectPlan, Source
from yinfeng.domain.projects.actions.bulk_rows import update_many
from yinfeng.domain.projects.actions.bulk_staging import unmapped
from yinfeng.domain.projects.actions.guards import kept
from yinfeng.foundation.accounts.actions import create_unit
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from ..models import Import, ImportRow
from ..queries.deciding import decide
from ..queries.ledger_values import ledger_rows
from ..queries.names import Names
from ..queries.record_rows import UNITS
from ..queries.sources import add_sources
from ..queries.staged import Staged
from ..rules.matching import Answer, Group
from ..rules.spelling import unit_kind
from ..rules.values import NEW, UNIT_KEYS
from ..rules.words import Book, Decision, ImportState
from .records import apply_records
from .staging import at_day, rules_of

Watch = Callable[[int, int, str], None]
CHUNK = 500
GOOD = (Decision.CREATE, Decision.UPDATE)
BAD = (Decision.FAULTY, Decision.DUPLICATE, Decision.CONFLICT)


def apply(*, of: Import, viewer: Viewer | None, actor: Person, at: datetime, watch: Watch | None = None) -> Loaded:
    """Take an import that was checked. DomainError, and nothing is taken, where rows are at fault (unless only the good
    ones were asked for), or where somebody changed a project since: its rows are then shown as conflicts."""
    say = watch or (lambda done, total, text: None)
    of = _begin(of, at)
    try:
        with unmapped():
            return _apply(of, viewer, actor, at, say)
    except BaseException as fault:
        words = str(fault)[:400] if isinstance(fault, DomainError) else ""
        Import.objects.filter(pk=of.pk, state=ImportState.APPLYING).update(state=ImportState.PREVIEWED, message=words)
        raise


def _begin(of: Import, at: datetime) -> Import:
    """A killed write left nothing behind but this state: it may be begun again."""
    with transaction.atomic():
        fresh = Import.objects.select_for_update(of=("self",)).select_related("file", "unit").get(pk=of.pk)
        if fresh.state not in (ImportState.PREVIEWED, ImportState.APPLYING):
            raise DomainError(
                _("这次导入是“{state}”，不能写入。").format(state=_(ImportState(fresh.state).label)), code="import.state",
                fix=_("请先检查。"),
            )  # fmt: skip
        counts = fresh.found.get("counts", {})
        bad = sum(counts.get(str(decision), 0) for decision in BAD)
        if any(f["severity"] == "error" for f in fresh.found.get("column_faults", ())):
            raise DomainError(
                _("表头有误，没有导入任何内容。"), code="import.columns", fix=_("请按列出的问题修改后重新上传。")
            )
        if bad and not fresh.good_rows_only:
            raise DomainError(
                _("有 {bad} 行不能导入（有误 {faulty}、重复 {duplicate}、冲突 {conflict}），没有导入任何内容。").format(
                    bad=bad, faulty=counts.get("faulty", 0), duplicate=counts.get("duplicate", 0),
                    conflict=counts.get("conflict", 0),
                ), code="import.faults", fix=_("请修改后重新上传，或选择只导入无误的行。"),
            )  # fmt: skip
        Import.objects.filter(pk=fresh.pk).update(state=ImportState.APPLYING, message="")
    fresh.state = ImportState.APPLYING
    return fresh


def _apply(of: Import, viewer: Viewer | None, actor: Person, at: datetime, say: Watch) -> Loaded:
    units = _create_units(of, actor, at)
    if of.book != Book.PROJECTS:
        return apply_records(of=of, viewer=viewer, actor=actor, at=at, today=at_day(at), units=units, say=say)
    names = Names()
    rules = rules_of(of, viewer, names, today=at_day(at), new_units=units)
    plans: list[ProjectPlan] = []
    stale: list[Staged] = []
    total = ImportRow.objects.filter(of=of, decision__in=GOOD).count()
    done = 0
    for part in _groups(of):
        ids = [rows[0].project for rows in part if rows[0].project is not None]
        held = {rows[0].project_id: rows for rows in ledger_rows(ids) if rows}
        for rows in part:
            pk = rows[0].project
            if pk is not None and pk not in held:
                raise _gone(rows[0])
            now = held.get(pk or 0, [])
            before = [list(row.faults) for row in rows]
            if now and now[0].version != rows[0].held_version:
                for row in rows:
                    row.version = row.held_version
            for row in rows:
                row.differences = []
            verdict = decide(Group(pk, Answer(pk)), rows, now, rules)
            if verdict.decision in BAD:
                stale += rows
            elif verdict.plan is not None:
                plans.append(verdict.plan)
            for row, faults in zip(rows, before, strict=True):
                if verdict.decision not in BAD:
                    row.faults = faults
            done += len(rows)
        say(done, total, _("准备第 {n} 行").format(n=done))
    if stale:
        _show_again(of, stale)
        raise DomainError(
            _("检查之后有人改动了 {count} 行所对应的项目，没有导入任何内容。").format(count=len(stale)), code="import.changed",
            fix=_("这些行已列为冲突，请逐项核对后再导入。"),
        )  # fmt: skip
    note = kept(gettext_noop("导入 {n}：{file}"), n=of.pk, file=of.file.name)
    source = Source(of.file_id, f"{of.file.name} · {of.sheet}"[:200], of.unit_id)

    def finish(loaded: Loaded) -> None:
        written = {
            "created": list(loaded.created), "changed": {str(pk): held for pk, held in loaded.changed.items()},
            "milestones": list(loaded.milestones), "arrivals": list(loaded.arrivals),
            "flags": list(loaded.flags),
            "listings": list(loaded.listings),
            "titles": [list(pair) for pair in loaded.titles],
            "events": [[e.kind, e.name, e.held_on, list(phases)] for e, phases in loaded.events],
            "agreements": list(loaded.agreements), "rows": {str(row): pk for row, pk in loaded.by_row.items()},
        }  # fmt: skip
        taken = Import.objects.filter(pk=of.pk, state=ImportState.APPLYING).update(
            state=ImportState.APPLIED, written=written, applied_by=actor, applied_at=at, message=""
        )
        if not taken:
            raise DomainError(_("这次导入刚被他人处理。"), code="import.state", fix=_("请刷新后查看。"))
        record(
            actor=actor, at=at, verb="import.apply", kind="import", object_id=of.pk,
            after={"created": len(loaded.created), "changed": len(loaded.changed),
                   "milestones": _count(loaded.milestones), "arrivals": _count(loaded.arrivals), "flags": _count(loaded.flags),
                   "titles": len(loaded.titles), "events": sum(len(phases) for _event, phases in loaded.events)},
        )  # fmt: skip

    say(total, total, _("写入台账"))
    loaded = bulk.load(plans=plans, source=source, actor=actor, at=at, note=note, finish=finish)
    _name_projects(of, loaded.by_row)
    return loaded


def _count(ids: tuple[int, int]) -> int:
    return ids[1] - ids[0] + 1


def _groups(of: Import) -> Iterator[list[list[Staged]]]:
    """The good rows by project, some hundred projects at a time."""
    rows = ImportRow.objects.filter(of=of, decision__in=GOOD).order_by("group", "number")
    part: list[list[Staged]] = []
    last: int | None = None
    for row in rows.iterator(chunk_size=CHUNK):
        staged = staged_of(row)
        if row.group != last:
            if len(part) >= CHUNK:
                yield part
                part = []
            part.append([])
            last = row.group
        part[-1].append(staged)
    if part:
        yield part


def staged_of(row: ImportRow) -> Staged:
    values = dict(row.values)
    raw, version = values.pop("_raw", {}), values.pop("_version", None)
    return Staged(
        row.number, row.name, values, row.cells, [f for f in row.faults if f["severity"] == "warning"], raw, version,
        row.group, row.project_id, row.version, row.decision,
    )  # fmt: skip


def _gone(row: Staged) -> DomainError:
    return DomainError(
        _("第 {number} 行“{name}”所对应的项目已被合并或撤销，没有导入任何内容。").format(number=row.number, name=row.name),
        code="import.changed", fix=_("请重新检查后再导入。"),
    )  # fmt: skip


def _show_again(of: Import, rows: list[Staged]) -> None:
    """Write the new differences of rows whose projects were changed meanwhile, as conflicts."""
    for row in rows:
        for difference in row.differences:
            difference.setdefault("source", "")
    add_sources(rows)
    with transaction.atomic():
        for row in rows:
            decision = Decision.FAULTY if row.is_faulty else Decision.CONFLICT
            ImportRow.objects.filter(of=of, number=row.number).update(
                decision=decision, differences=row.differences, faults=row.faults
            )
        counts: dict[str, int] = {}
        for (decision_,) in ImportRow.objects.filter(of=of).values_list("decision"):
            counts[decision_] = counts.get(decision_, 0) + 1
        found = {**of.found, "counts": counts, "conflicts": sum(d["conflict"] for r in rows for d in r.differences)}
        Import.objects.filter(pk=of.pk).update(found=found)


def _create_units(of: Import, actor: Person, at: datetime) -> dict[str, int]:
    """The units that the good rows name and the house has not, below the top one; an act of its own, done before."""
    wanted: dict[str, None] = {}
    if of.create_units:
        for (values,) in ImportRow.objects.filter(of=of, decision__in=GOOD).values_list("values").iterator():
            for key in UNIT_KEYS if of.book == Book.PROJECTS else (UNITS[Book(of.book)],):
                if isinstance(name := values.get(key), str) and name.startswith(NEW):
                    wanted[name.removeprefix(NEW)] = None
    made: dict[str, int] = {}
    if wanted:
        top = Unit.objects.filter(parent=None, is_active=True).order_by("path").first()
        names = Names()
        with transaction.atomic():
            for name in wanted:
                if known := names.units.find(name):
                    made[name] = known[0]
                    continue
                unit = create_unit(
                    code=f"import-{of.pk}-{len(made) + 1}", name=name, short_name=name[:20], kind=unit_kind(name),
                    parent=top, actor=actor, at=at,
                )  # fmt: skip
                made[name] = unit.pk
    return made


def _name_projects(of: Import, by_row: Mapping[int, int]) -> None:
    """Say at each row which project it became: for show, after the write and in short ones."""
    rows = ImportRow.objects.filter(of=of, project=None, decision=Decision.CREATE)
    named = [(by_row[group], pk) for pk, group in rows.values_list("pk", "group") if group in by_row]
    for start in range(0, len(named), 10 * CHUNK):
        with transaction.atomic():
            update_many(ImportRow, ["project_id"], named[start : start + 10 * CHUNK])


def summary(of: Import) -> dict[str, Any]:
    """What was found, for words: decision -> rows."""
    return {str(decision): of.found.get("counts", {}).get(str(decision), 0) for decision in Decision}
