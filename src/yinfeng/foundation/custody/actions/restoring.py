"""Putting a backup in the place of the database: built beside it, proved, then swapped in one step."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from yinfeng.foundation.administration import doctor
from yinfeng.foundation.administration.doctor import CheckResult
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.files import vault
from yinfeng.foundation.jobs.actions import fail_the_lost
from yinfeng.foundation.jobs.queries import ALIVE_WITHIN
from yinfeng.kernel.errors import DomainError

from .. import barrier
from ..archive import Reader
from ..beside import beside
from ..loading import load_table
from ..queries import folder, name_of
from ..rules.format import Manifest, NotABackup, TablePlan
from ..snapshot import Snapshot, applied, snapshot
from ..tables import known_state, plans_of, rebuilt
from .backing_up import Tick, _silent, content_of, make_backup

# Apps whose rows are there before anybody worked: the public tables, the records of loading them, the clock.
_OF_SETUP = ("regions.", "audit.", "jobs.", "axes.")
Say = Callable[[str], object]


@dataclass(frozen=True)
class Restored:
    """What was restored; ``own_backup`` holds what stood there before, if anything did."""

    manifest: Manifest
    migrated: bool
    checks: tuple[CheckResult, ...]
    own_backup: Path | None


def restore(*, path: Path, at: datetime, replace: bool = False, say: Say = str, tick: Tick = _silent) -> Restored:
    """The database, the files of the vault and everything that follows from them as they were in the backup.

    DomainError, and nothing changed, where the backup is damaged or newer than this house, where a worker runs, or where
    there is data and ``replace`` was not said. A process that is killed leaves the old data whole and the barrier up.
    """
    try:
        with Reader(path) as backup:
            if backup.digest(lambda done, total: tick(done, total, _("校验整个文件"))) != backup.told_digest:
                raise NotABackup(_("整个文件的校验和不符：文件被改动或损坏"))
            known_state(_applied_of(backup.manifest))  # refused here if it is newer
            standing = barrier.standing()
            _nobody_works(at)
            with snapshot() as taken:
                holds = _holds_work(taken)
            if holds and not replace and standing is None:
                raise DomainError(
                    _("数据库里已有数据（{holds}），没有恢复。").format(holds=holds),
                    code="restore.not_empty",
                    fix=_("请恢复到空库；确要以备份代替现有数据，请加 --replace（会先把现有数据另存一份备份）。"),
                )
            with barrier.raised(file=path.name, at=at.isoformat(timespec="seconds")):
                return _restore(backup, at, bool(holds), say, tick)
    except NotABackup as fault:
        raise DomainError(f"{path.name}：{fault}", code="restore.file") from fault


def _applied_of(manifest: Manifest) -> list[tuple[str, str]]:
    return [(app, name) for app, names in manifest.migrations.items() for name in names]


def _nobody_works(at: datetime) -> None:
    """Jobs that ran meanwhile would write into what is about to go."""
    if "jobs_workerbeat" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        since = connection.ops.adapt_datetimefield_value(at - max(ALIVE_WITHIN, timedelta(seconds=30)))
        cursor.execute("SELECT worker FROM jobs_workerbeat WHERE beat_at >= %s", [since])
        alive = [name for (name,) in cursor.fetchall()]
    if alive:
        raise DomainError(
            _("后台进程 {names} 正在运行，没有恢复。").format(names=_("、").join(alive)),
            code="restore.worker",
            fix=_("请先停止 yinfeng serve 和 yinfeng worker；刚刚停止的，等一分钟再试。"),
        )


def _holds_work(taken: Snapshot) -> str:
    """What is there that a restore would replace, in words; empty where there is nothing but what set-up wrote."""
    state = applied(taken)
    if not state:
        return ""
    for plan in plans_of(known_state(state))[0]:
        if not plan.label.lower().startswith(_OF_SETUP) and taken.ask(f'SELECT 1 FROM "{plan.name}" LIMIT 1'):  # noqa: S608
            return plan.name
    return ""


def _restore(backup: Reader, at: datetime, save_first: bool, say: Say, tick: Tick) -> Restored:
    manifest, own = backup.manifest, None
    with beside() as place:
        say(_("建表（与备份同一版本）"))
        _migrate_to(manifest)
        plans = {plan.name: plan for plan in plans_of(known_state(_applied_of(manifest)))[0]}
        _load(backup, plans, say, tick)
        _compare(manifest, say, tick)
        _bring_files(backup, tick)
        migrated = _migrate_on(say)
        for key, group in rebuilt().items():
            say(_("重建 {key}").format(key=key))
            with transaction.atomic():
                group.run()
        _settle(backup, at)
        say(_("体检（yinfeng doctor）"))
        checks = tuple(_examined(tick))
        if save_first:
            place_of_old = folder() / name_of(at, "before-restore")
            with place.aside():
                own = make_backup(path=place_of_old, actor=None, at=at, overwrite=True, tick=tick).path
            say(_("原有数据已另存为 {path}").format(path=own))
        say(_("换上恢复的数据"))
        try:
            place.take_place()
        except OperationalError as fault:  # somebody holds on to the old tables
            raise DomainError(
                _("有程序正在使用数据库，等不到换上的时机，原有数据没有改动。"),
                code="restore.in_use",
                fix=_("请停止 yinfeng serve、yinfeng worker 和其他连接数据库的程序后重试。"),
            ) from fault
    return Restored(manifest, migrated, checks, own)


def _migrate_to(manifest: Manifest) -> None:
    executor = MigrationExecutor(connection)
    wanted = set(_applied_of(manifest))
    nodes = executor.loader.graph.node_map
    leaves = [key for key in wanted if not any(c.key in wanted and c.key[0] == key[0] for c in nodes[key].children)]
    executor.migrate(sorted(leaves))


def _load(backup: Reader, plans: dict[str, TablePlan], say: Say, tick: Tick) -> None:
    tables = backup.manifest.tables
    with transaction.atomic():
        for number, told in enumerate(tables):
            tick(number, len(tables), told.plan.name)
            plan = plans.get(told.plan.name)
            if plan is None or set(plan.columns) != set(told.plan.columns):
                raise DomainError(
                    _("备份中的表 {table} 与同一版本的表结构不符。").format(table=told.plan.name),
                    code="restore.columns",
                )
            load_table(backup, told)
        try:
            connection.check_constraints()
        except IntegrityError as fault:
            words = str(fault).splitlines()[0][:300]
            raise DomainError(
                _("备份中的数据互相引用不全：{fault}").format(fault=words), code="restore.constraints"
            ) from fault
    say(_("已装入 {n} 张表 {m} 行").format(n=len(tables), m=f"{backup.manifest.rows:,}"))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _compare(manifest: Manifest, say: Say, tick: Tick) -> None:
    """Every table is read again and must be, to the digest, what the manifest says."""
    with snapshot() as taken:
        for number, told in enumerate(manifest.tables):
            tick(number, len(manifest.tables), _("比对 {table}").format(table=told.plan.name))
            rows, content = content_of(taken, told.plan)
            if (rows, content) != (told.rows, told.content):
                raise DomainError(
                    _("表 {table} 恢复后与备份不符（备份 {n} 行，恢复 {m} 行）。").format(
                        table=told.plan.name, n=told.rows, m=rows
                    ),
                    code="restore.unequal",
                )
            if rows:
                say(_("相符 {table} {n} 行").format(table=told.plan.name, n=f"{rows:,}"))


def _bring_files(backup: Reader, tick: Tick) -> None:
    """Contents into the vault. They are only ever added: what is there already stays, and a kill here harms nothing."""
    names = backup.file_names()
    for number, sha256 in enumerate(names):
        tick(number, len(names), _("附件"))
        place = vault.place_of(sha256)
        if place.is_file() and vault.digest_of(place) == sha256:
            continue
        with (
            backup.open(f"files/{sha256[:2]}/{sha256}") as entry,
            vault.receive(iter(lambda e=entry: e.read(1 << 20), b""), 1 << 50) as incoming,
        ):
            if incoming.sha256 != sha256:
                raise DomainError(_("备份中的附件内容 {sha256} 已损坏。").format(sha256=sha256), code="restore.content")
            vault.keep(incoming)


def _migrate_on(say: Say) -> bool:
    """From the backup's state to this house's; also makes what Django itself keeps (its content types)."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        say(_("升级表结构：{n} 个迁移").format(n=len(waiting)))
    call_command("migrate", verbosity=0, interactive=False)
    return bool(waiting)


def _settle(backup: Reader, at: datetime) -> None:
    """What cannot be as it was: the queue is gone. The restore itself goes on record."""
    manifest = backup.manifest
    with transaction.atomic():
        fail_the_lost(at=at)
        record(
            actor=None, at=at, verb="backup.restore", kind="backup", object_id=None,
            after={
                "name": backup.path.name, "sha256": backup.told_digest, "made_at": manifest.made_at, "rows": manifest.rows,
                "tables": len(manifest.tables), "files": manifest.files, "from": manifest.engine, "to": connection.vendor,
            },
        )  # fmt: skip


def _examined(tick: Tick) -> Iterator[CheckResult]:
    total = len(doctor.checks())
    for number, result in enumerate(doctor.run()):
        tick(number, total, result.label)
        yield result


def digest_of(manifest: Manifest) -> str:
    """One digest over the content of all tables: equal means equal data, on whatever engine."""
    told = "".join(f"{table.plan.name} {table.rows} {table.content}\n" for table in manifest.tables)
    return hashlib.sha256(told.encode()).hexdigest()
