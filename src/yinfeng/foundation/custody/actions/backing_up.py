"""Making a backup, and proving that one is whole."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.utils.translation import gettext as _

from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.files import vault
from yinfeng.kernel.errors import DomainError

from ..archive import Reader, Writer, written
from ..rules.format import (
    MANIFEST,
    Manifest,
    NotABackup,
    TablePlan,
    TableTold,
    canonical_lines,
    lines_of,
)
from ..snapshot import Snapshot, applied, snapshot
from ..tables import known_state, plans_of, rebuilt

if TYPE_CHECKING:
    from yinfeng.foundation.accounts.models import Person

LEVEL = 1  # of zlib: 100,000 projects become 55 MB; level 6 takes four times as long for 15 % less
_CHUNK = 1 << 20
Tick = Callable[[int, int, str], None]  # done, of (0: not known), what


def _silent(done: int, total: int, what: str) -> None: ...


@dataclass(frozen=True)
class Made:
    """A backup that was made. ``faults``: one line for each content of the vault that could not be taken."""

    path: Path
    manifest: Manifest
    size: int
    faults: tuple[str, ...] = ()


def make_backup(
    *, path: Path, actor: Person | None, at: datetime, overwrite: bool = False, level: int = LEVEL, tick: Tick = _silent
) -> Made:
    """Everything as of this moment into ``path``: whole, or not at all. People go on working meanwhile.

    DomainError where the place cannot be written or the database is of a later version than this house.
    """
    with snapshot() as taken:
        manifest, faults = _write(path, taken, at, overwrite, level, tick)
    made = Made(path, manifest, path.stat().st_size, tuple(faults))
    try:
        record(
            actor=actor, at=at, verb="backup.take", kind="backup", object_id=None,
            after={"name": path.name, "size": made.size, "rows": manifest.rows, "files": manifest.files},
        )  # fmt: skip
    except DatabaseError:  # a database that still waits for its migration can be backed up, and cannot be told of it
        if not _is_behind(manifest):
            raise
    return made


def _is_behind(manifest: Manifest) -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _write(
    path: Path, taken: Snapshot, at: datetime, overwrite: bool, level: int, tick: Tick
) -> tuple[Manifest, list[str]]:
    state = applied(taken)
    if not state:
        raise DomainError(
            _("数据库里还没有表，没有可以备份的内容。"), code="backup.empty", fix=_("请先运行 yinfeng migrate。")
        )
    plans, left = plans_of(known_state(state))
    stray = taken.tables() - {plan.name for plan in plans} - left.keys() - _of_no_model(taken)
    left |= dict.fromkeys(sorted(stray), _("不是引凤的表"))
    with written(path, level, overwrite=overwrite) as out:
        tables = []
        for number, plan in enumerate(plans):
            tick(number, len(plans), plan.name)
            tables.append(_write_table(out, taken, plan))
        named, faults = _names_of_files(taken), []
        count = size = 0
        for number, sha256 in enumerate(named):
            tick(number, len(named), _("附件"))
            place = vault.place_of(sha256)
            if not place.is_file():
                faults.append(_("附件内容 {sha256} 缺失，备份中没有它").format(sha256=sha256))
                continue
            digest = hashlib.sha256()
            out.entry(f"files/{sha256[:2]}/{sha256}", _read(place, digest), pack=False)
            if digest.hexdigest() != sha256:
                faults.append(_("附件内容 {sha256} 与入库时的摘要不符，按现状备份").format(sha256=sha256))
            count, size = count + 1, size + place.stat().st_size
        migrations: dict[str, list[str]] = {}
        for app, name in state:
            migrations.setdefault(app, []).append(name)
        manifest = Manifest(
            made_at=at.astimezone(UTC).isoformat(timespec="seconds"), product=product(), engine=taken.vendor,
            migrations=migrations, tables=tuple(tables), files=count, files_bytes=size,
            missing_files=tuple(s for s in named if not vault.place_of(s).is_file()), left_out=left,
            last_seal=_last_seal(taken, plans),
        )  # fmt: skip
        out.entry(MANIFEST, [manifest.as_json().encode()])
    return manifest, faults


def product() -> str:
    try:
        return version("yinfeng")
    except PackageNotFoundError:
        return "?"


def _of_no_model(taken: Snapshot) -> set[str]:
    """Tables of the engine and of Django itself, and those that are made anew after a restore."""
    own = {"django_migrations"} | {name for group in rebuilt().values() for name in group.tables}
    shadows = {t for t in taken.tables() if t.startswith("sqlite_") or any(t.startswith(f"{o}_") for o in own)}
    return own | shadows


def _write_table(out: Writer, taken: Snapshot, plan: TablePlan) -> TableTold:
    digest, content, rows = hashlib.sha256(), hashlib.sha256(), 0

    def parts() -> Iterator[bytes]:
        nonlocal rows
        for batch in taken.rows(plan):
            part = lines_of(batch)
            digest.update(part)
            content.update(canonical_lines(batch, plan.json_places) if plan.json_places else part)
            rows += len(batch)
            yield part

    out.entry(plan.entry, parts())
    return TableTold(plan, rows, digest.hexdigest(), content.hexdigest(), taken.last_id(plan))


def content_of(taken: Snapshot, plan: TablePlan) -> tuple[int, str]:
    """Rows and canonical digest of a table as it stands: what a manifest says of it, read again."""
    content, rows = hashlib.sha256(), 0
    for batch in taken.rows(plan):
        content.update(canonical_lines(batch, plan.json_places))
        rows += len(batch)
    return rows, content.hexdigest()


def _names_of_files(taken: Snapshot) -> list[str]:
    if "files_storedfile" not in taken.tables():
        return []
    return [name for (name,) in taken.ask("SELECT DISTINCT sha256 FROM files_storedfile ORDER BY 1")]


def _last_seal(taken: Snapshot, plans: list[TablePlan]) -> int:
    if not any(plan.name == "audit_auditrow" for plan in plans):
        return 0
    return int(taken.ask("SELECT coalesce(max(seal_number), 0) FROM audit_auditrow")[0][0])


def _read(place: Path, digest: hashlib._Hash) -> Iterator[bytes]:
    with place.open("rb") as content:
        while part := content.read(_CHUNK):
            digest.update(part)
            yield part


# ------------------------------------------------------------------------------------------------ proving


def faults_of(path: Path, tick: Tick = _silent) -> Iterator[str]:
    """Everything that is wrong with a backup, a line each; nothing is restored."""
    try:
        with Reader(path) as backup:
            yield from _faults(backup, tick)
    except (NotABackup, zipfile.BadZipFile, zlib.error, EOFError) as fault:
        yield _("{name}：{fault}").format(name=path.name, fault=fault)


def _faults(backup: Reader, tick: Tick) -> Iterator[str]:
    if backup.digest(lambda done, total: tick(done, total, _("校验整个文件"))) != backup.told_digest:
        yield _("整个文件的校验和不符：文件被改动或损坏")
    named: set[str] = set()
    for told in backup.manifest.tables:
        tick(0, 0, told.plan.name)
        yield from _faults_of_table(backup, told, named)
    held = backup.file_names()
    for number, sha256 in enumerate(held):
        tick(number, len(held), _("附件"))
        with backup.open(f"files/{sha256[:2]}/{sha256}") as entry:
            digest = hashlib.sha256()
            while part := entry.read(_CHUNK):
                digest.update(part)
        if digest.hexdigest() != sha256:
            yield _("附件内容 {sha256} 与摘要不符").format(sha256=sha256)
    lost = named - set(held)
    for sha256 in sorted(lost):
        yield _("附件内容 {sha256} 不在备份中").format(sha256=sha256)
    if len(held) != backup.manifest.files:
        yield _("附件内容应有 {n} 个，实有 {m} 个").format(n=backup.manifest.files, m=len(held))


def _faults_of_table(backup: Reader, told: TableTold, named: set[str]) -> Iterator[str]:
    place = next((n for n, c in enumerate(told.plan.columns) if c.name == "sha256"), None)
    keep = place if told.plan.name == "files_storedfile" else None
    digest, rows = hashlib.sha256(), 0
    with backup.open(told.plan.entry) as entry:
        for line in entry:
            digest.update(line)
            rows += 1
            if keep is not None:
                named.add(json.loads(line)[keep])
    if digest.hexdigest() != told.sha256:
        yield _("表 {table} 的内容与校验和不符").format(table=told.plan.name)
    if rows != told.rows:
        yield _("表 {table} 应有 {n} 行，实有 {m} 行").format(table=told.plan.name, n=told.rows, m=rows)
