"""Bringing a workbook in, and checking it into staging: in short writes, so that nobody waits."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.actions.bulk_staging import unmapped
from yinfeng.domain.projects.actions.periods import closed_months
from yinfeng.domain.projects.models import Project, ProjectInvestor
from yinfeng.domain.projects.queries import rulings
from yinfeng.domain.projects.queries.rulings import stage_table
from yinfeng.foundation.accounts.models import AccessGrant, Person, Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.files import actions as files
from yinfeng.kernel.errors import DomainError

from ..models import ColumnMemory, Import, ImportRow
from ..queries.deciding import decide
from ..queries.ledger_values import LedgerRow, ledger_rows
from ..queries.names import Names
from ..queries.reading import column_report, open_import, shown, staged_rows
from ..queries.sources import add_sources
from ..queries.staged import Rules, Staged
from ..rules.matching import Answer, Group, Known, Ledger, Probe, grouped
from ..rules.recognition import fold_header
from ..rules.values import NEW, UNIT_KEYS, codes_of
from ..rules.words import Book, Decision, ImportState, KeyKind, Mode, OnConflict
from .records import check_records

Watch = Callable[[int, int, str], None]  # (done, of how many, what is being done)
CHUNK = 500
MOST_LISTED = 200  # units to be created, said by name
FAULT_KINDS = 400


def bring_in(
    *, content: Any, name: str, unit: Unit, book: str = Book.PROJECTS, mode: str = Mode.BOTH,
    key: str = KeyKind.AUTO, sheet: str = "",
    on_conflict: str = OnConflict.REFUSE, good_rows_only: bool = False, create_units: bool = False,
    as_of: date | None = None, actor: Person, at: datetime,
) -> Import:  # fmt: skip
    """Keep a workbook and open an import of it. Nothing is read yet: see :func:`check`."""
    file = files.store(content=content, name=name, owner_kind="import", owner_id=None, actor=actor, at=at)
    with transaction.atomic():
        made = Import.objects.create(
            file=file, unit=unit, book=Book(book), mode=Mode(mode), key=KeyKind(key), sheet=sheet[:120],
            on_conflict=OnConflict(on_conflict),
            good_rows_only=good_rows_only, create_units=create_units, as_of=as_of, started_by=actor, started_at=at,
            is_confidential=True,
        )  # fmt: skip
        files.attach(file=file, owner_kind="import", owner_id=made.pk, actor=actor, at=at)
        record(
            actor=actor, at=at, verb="import.bring_in", kind="import", object_id=made.pk,
            after={"file": file.name, "sha256": file.sha256, "unit": unit.pk, "book": made.book,
                   "mode": made.mode, "key": made.key},
        )  # fmt: skip
    return made


@transaction.atomic
def choose(*, of: Import, changes: dict[str, Any], actor: Person, at: datetime) -> Import:
    """Change how an import is to be read or taken. It has to be checked again."""
    fresh = Import.objects.select_for_update(of=("self",)).get(pk=of.pk)
    _still_open(fresh)
    allowed = {"sheet", "mode", "key", "on_conflict", "good_rows_only", "create_units", "as_of", "mapping"}
    if unknown := set(changes) - allowed:
        raise ValueError(f"not a choice: {unknown}")
    before = {name: getattr(fresh, name) for name in changes}
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.state = ImportState.WAITING
    fresh.save()
    if keys := changes.get("mapping", {}).get("keys"):
        headers = {row["column"]: row["header"] for row in fresh.found.get("columns", ())}
        for column, key in keys.items():
            header = fold_header(headers.get(int(column), ""))[:200]
            if header:
                ColumnMemory.objects.update_or_create(
                    unit=fresh.unit, header=header, defaults={"key": key, "confirmed_by": actor, "at": at}
                )
    record(actor=actor, at=at, verb="import.choose", kind="import", object_id=fresh.pk, before=before, after=changes)
    return fresh


def _still_open(of: Import) -> None:
    if of.state in (ImportState.APPLIED, ImportState.UNDONE):
        raise DomainError(
            _("这次导入已经是“{state}”，不能再改。").format(state=_(ImportState(of.state).label)), code="import.state"
        )


@unmapped()
def check(*, of: Import, viewer: Viewer | None, actor: Person, at: datetime, watch: Watch | None = None) -> Import:
    """Read the workbook, decide every row, and leave all of it in staging. Nothing of the ledger changes.

    ``viewer`` None is the console: it reaches everything. What was in staging before is replaced.
    """
    say = watch or (lambda done, total, text: None)
    with transaction.atomic():
        of = Import.objects.select_for_update(of=("self",)).select_related("file", "unit").get(pk=of.pk)
        _still_open(of)
        Import.objects.filter(pk=of.pk).update(state=ImportState.READING, message="")
    _empty(of)
    say(0, 0, _("读取工作簿"))
    if of.book != Book.PROJECTS:
        return check_records(of=of, viewer=viewer, actor=actor, at=at, today=at_day(at))
    try:
        opened = open_import(of)
    except DomainError as fault:
        Import.objects.filter(pk=of.pk).update(state=ImportState.REFUSED, message=str(fault)[:400])
        raise
    today = at_day(at)
    names = Names()
    total = opened.recognised.count
    probes: list[tuple[Probe, Answer]] = []
    packed: dict[int, str] = {}
    ledger = _ledger(viewer)
    for done, row in enumerate(staged_rows(opened, names, create_units=of.create_units, today=today), 1):
        probe = _probe(row, of.unit_id)
        probes.append((probe, ledger.find(probe, of.key)))
        packed[row.number] = _pack(row)
        if done % CHUNK == 0:
            say(done, 2 * total, _("读取第 {n} 行").format(n=row.number))
    groups = grouped(probes)
    rules = rules_of(of, viewer, names, today=today, as_of=opened.as_of)
    found = _Found(of, names, ledger, rules, rulings.duplicates(today).warn_score)
    columns = column_report(opened)
    faults_of_columns = [
        {"row": f.row, "column": f.column_letter, "cell": f.cell, "key": f.key, "severity": f.severity, "code": f.code,
         "message": f.message, "mend": f.mend}
        for f in opened.recognised.faults
    ]  # fmt: skip
    sheet, sheets = opened.recognised.sheet, opened.sheets
    about = {"title": opened.recognised.title, "header_rows": list(opened.recognised.header_rows),
             "unit_note": opened.recognised.unit_note, "skipped": Counter(
                 mark.kind for mark in opened.recognised.marks.values() if mark.kind not in ("empty", "header", "title")
             )}  # fmt: skip
    del opened
    done = 0
    for part in _parts(groups):
        rows = found.decide(part, packed)
        with transaction.atomic():
            ImportRow.objects.bulk_create([_row(of.pk, row) for row in rows], batch_size=CHUNK)
        done += len(rows)
        say(total + done, 2 * total, _("核对第 {n} 行").format(n=done))
    result = {
        "sheet": sheet, "sheets": [list(s) for s in sheets], "columns": columns, "column_faults": faults_of_columns,
        "counts": dict(found.counts), "faults": dict(found.severities), "kinds": found.kinds(), "about": about,
        "new_units": sorted(found.new_units)[:MOST_LISTED], "conflicts": found.conflicts,
        "as_of": rules.as_of.isoformat(),
    }  # fmt: skip
    blocking = any(f["severity"] == "error" for f in faults_of_columns)
    with transaction.atomic():
        Import.objects.filter(pk=of.pk).update(
            state=ImportState.PREVIEWED, found=result, total=done, sheet=sheet,
            message=_("表头有误，不能导入。") if blocking else "", is_confidential=found.secret,
        )  # fmt: skip
        record(
            actor=actor, at=at, verb="import.check", kind="import", object_id=of.pk,
            after={"rows": done, **found.counts},
        )  # fmt: skip
    return Import.objects.select_related("file", "unit").get(pk=of.pk)


class _Found:
    """Deciding groups, a part at a time, and counting."""

    def __init__(self, of: Import, names: Names, ledger: Ledger, rules: Rules, warn_score: int) -> None:
        self.of, self.names, self.ledger, self.rules, self.warn_score = of, names, ledger, rules, warn_score
        self.counts: Counter[str] = Counter()
        self.severities: Counter[str] = Counter()
        self.new_units: set[str] = set()
        self.conflicts = 0
        self.secret = False  # the workbook tells of a project as confidential
        self._kinds: Counter[tuple[str, str, str]] = Counter()

    def kinds(self) -> list[list[Any]]:
        """Faults by kind: how often each, the most frequent first."""
        return [[severity, code, key, count] for (severity, code, key), count in self._kinds.most_common(FAULT_KINDS)]

    def decide(self, part: Sequence[Group], packed: dict[int, str]) -> list[Staged]:
        held = {rows[0].project_id: rows for rows in ledger_rows([g.pk for g in part if g.pk is not None]) if rows}
        made: list[Staged] = []
        for group in part:
            rows = [unpack(packed.pop(p.number)) for p in group.rows]
            self._decide(group, rows, held.get(group.pk or 0, []))
            made += rows
            for number, first in group.repeated.items():
                row = unpack(packed.pop(number))
                row.group, row.decision = rows[0].number, str(Decision.DUPLICATE)
                row.blame("name", "duplicate.file", _("与第 {first} 行是同一个项目。").format(first=first),
                          _("请只保留一行；各期分行填写时请写明期次。"))  # fmt: skip
                made.append(row)
        for row in made:
            self._count(row)
        add_sources(made)
        return made

    def _decide(self, group: Group, rows: list[Staged], held: list[LedgerRow]) -> None:
        first, answer = rows[0], group.answer
        if answer.fault:
            self._fault(first, answer)
        if answer.foreign_code:
            first.blame("code", "code.foreign", _("“{code}”不是本系统的项目编号，按名称对应。").format(
                code=first.values.get("code")), _("如需按编号更新，请用本系统导出的表。"), severity="warning")  # fmt: skip
        for row in rows:
            row.group, row.project = first.number, group.pk
        decision = decide(group, rows, held, self.rules).decision
        if decision == Decision.CREATE and answer.namesakes:
            first.blame("name", "alike.name", _("台账中有同名、投资方不同的项目，按新项目登记。"),
                        _("如为同一项目，请填写项目编号后再导入。"), severity="warning")  # fmt: skip
        elif decision == Decision.CREATE:
            self._alike(first, group.rows[0])
        for row in rows:
            row.decision = str(decision)
            row.held_version = held[0].version if held else None

    def _alike(self, row: Staged, probe: Probe) -> None:
        for known, _score, reasons in self.ledger.alike(probe, self.warn_score):
            what = f"{known.code} {known.name}" if known.visible else _("已有首报，请联系上级")
            row.blame("name", "alike.ledger", _("与台账中的项目相近：{what}（{why}）。").format(
                what=what, why=_("、").join(reasons) if known.visible else ""), _("如为同一项目，请填写项目编号后再导入。"),
                severity="warning")  # fmt: skip
            return

    def _fault(self, row: Staged, answer: Answer) -> None:
        words = {
            "unknown_code": ("code", _("台账中没有编号“{told}”。"), _("请核对编号；新项目的编号请留空。")),
            "ambiguous": ("name", _("台账中有多个同名项目：{told}。"), _("请填写项目编号。")),
            "no_platform_code": ("platform_code", _("没有在线平台代码，无法对应。"), _("请补填，或改按名称对应。")),
            "no_uscc": ("investor_uscc", _("没有投资方信用代码，无法对应。"), _("请补填，或改按名称对应。")),
        }
        key, message, mend = words[answer.fault]
        row.blame(key, f"key.{answer.fault}", message.format(told=_("、").join(answer.told)), mend)

    def _count(self, row: Staged) -> None:
        self.counts[row.decision] += 1
        self.secret = self.secret or bool(row.values.get("is_confidential"))
        for fault in row.faults:
            self.severities[fault["severity"]] += 1
            self._kinds[fault["severity"], fault["code"], fault["key"]] += 1
        self.conflicts += sum(d["conflict"] for d in row.differences)
        for key in UNIT_KEYS:
            value = row.values.get(key)
            if isinstance(value, str) and value.startswith(NEW):
                self.new_units.add(value.removeprefix(NEW))


def rules_of(
    of: Import, viewer: Viewer | None, names: Names, *, today: date, as_of: date | None = None,
    new_units: dict[str, int] | None = None,
) -> Rules:  # fmt: skip
    """What deciding leans on; ``viewer`` None reaches everything."""
    told = of.found.get("as_of") if as_of is None else None
    day = as_of or (date.fromisoformat(told) if told else today)
    with transaction.atomic():
        closed = closed_months()
    units, may_change, verified = None, (lambda pk: True), True
    if viewer is not None:
        reach = viewer.reach("import", "E")
        verified = bool(viewer.reach("project", "V"))
        secret = _secret(viewer)
        may_change = lambda pk: pk not in secret  # noqa: E731
        if not reach.everything:
            units = frozenset(reach.unit_ids)
            mine = set(
                AccessGrant.objects.filter(kind="project", unit_id__in=units).values_list("object_id", flat=True)
            )
            may_change = (mine - secret).__contains__
    return Rules(
        mode=of.mode, on_conflict=of.on_conflict, unit=of.unit_id, as_of=min(day, today), today=today,
        stages=stage_table(today), closed=closed, may_take_units=units, may_change=may_change,
        may_replace_verified=verified, shown=lambda key, value: shown(names, key, value), new_units=new_units or {},
        workbook=of.file.name,
    )  # fmt: skip


def _secret(viewer: Viewer) -> set[int]:
    """Confidential projects that are out of the viewer's sight, whatever their reach is."""
    ids = list(Project.objects.filter(is_confidential=True, merged_into=None).values_list("pk", flat=True))
    seen: set[int] = set()
    for start in range(0, len(ids), CHUNK):
        seen |= set(visible_projects(viewer, among=ids[start : start + CHUNK]).values_list("pk", flat=True))
    return set(ids) - seen


def _ledger(viewer: Viewer | None) -> Ledger:
    """Every project that rows may mean, by each key: the whole ledger is read once, in narrow rows."""
    found = Ledger()
    seen: set[int] | None = None
    if viewer is not None and not viewer.reach("project", "S").everything:
        rows = AccessGrant.objects.filter(kind="project")
        reach = viewer.reach("project", "S")
        seen = set(rows.filter(unit_id__in=reach.unit_ids).values_list("object_id", flat=True))
        seen |= set(rows.filter(person_id=viewer.person_id).values_list("object_id", flat=True))
    secret = _secret(viewer) if viewer is not None else set()
    projects = Project.objects.filter(merged_into=None).order_by("pk")
    for pk, code, platform, name, key, investor, unit in projects.values_list(
        "pk", "code", "platform_code", "name", "name_key", "investor_name", "lead_unit_id"
    ).iterator(chunk_size=5_000):
        found.add(
            Known(
                pk, code, platform or "", name, key, investor, unit, (seen is None or pk in seen) and pk not in secret
            )
        )
    codes: dict[int, set[str]] = {}
    for pk, uscc in ProjectInvestor.objects.filter(until=None, enterprise__uscc__isnull=False).values_list(
        "project_id", "enterprise__uscc"
    ):
        codes.setdefault(pk, set()).add(uscc or "")
    found.firms_of = {pk: frozenset(own) for pk, own in codes.items()}
    return found


def _probe(row: Staged, unit: int) -> Probe:
    firms = row.values.get("investors") or []
    codes = {code for _n, _s, code in firms if code} | set(codes_of(row.values.get("investor_uscc")))
    return Probe(
        row.number, str(row.values.get("code") or ""), str(row.values.get("platform_code") or ""),
        str(row.values.get("name") or ""), tuple(name for name, _s, _c in firms), tuple(sorted(codes - {""})),
        row.values.get("lead_unit", unit), row.values.get("phase_number"),
    )  # fmt: skip


def _pack(row: Staged) -> str:
    """A row as text: fifty thousand of them are to be kept at once."""
    body = [row.number, row.name, row.values, row.cells, row.faults, row.raw, row.version]
    return json.dumps(body, ensure_ascii=False, cls=DjangoJSONEncoder)


def unpack(text: str) -> Staged:
    number, name, values, cells, faults, raw, version = json.loads(text)
    return Staged(number, name, values, cells, faults, raw, version)


def _row(import_id: int, row: Staged) -> ImportRow:
    values = dict(row.values)
    if row.raw:
        values["_raw"] = row.raw
    if row.version is not None:
        values["_version"] = row.version
    return ImportRow(
        of_id=import_id, number=row.number, name=row.name, values=values, cells=row.cells, decision=row.decision,
        group=row.group or row.number, project_id=row.project, version=row.held_version, differences=row.differences,
        faults=row.faults,
    )  # fmt: skip


def _parts(groups: Sequence[Group]) -> Iterator[list[Group]]:
    for start in range(0, len(groups), CHUNK):
        yield list(groups[start : start + CHUNK])


def _empty(of: Import) -> None:
    """Take the staging of an earlier check away, in short writes."""
    while ids := list(ImportRow.objects.filter(of=of).values_list("pk", flat=True)[:5_000]):
        ImportRow.objects.filter(pk__in=ids).delete()


def at_day(at: datetime) -> date:
    from django.utils import timezone

    return timezone.localtime(at).date()
