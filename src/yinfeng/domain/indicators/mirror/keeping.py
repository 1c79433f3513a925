"""The mirror on disk, and the copy in this process: made by the worker, read by everybody, brought up to date by what has
changed since, and dropped where it does not agree with the ledger's edition."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Sum

from yinfeng.domain.projects.models import Project

from .building import EPOCH, part_of
from .columns import COLUMNS, FORMAT, Array, Part, Table

MOST_CHANGED = 2_000  # projects; with more the row store answers until the worker has made the mirror anew
# Changes are looked for from so long before the latest known; the sum proves that none was missed.
SLACK = timedelta(hours=48)
NAME = "current.json"


@dataclass(frozen=True)
class Edition:
    """Of the ledger: each change of a project's facts or attributes adds one to its version, and none is erased, so
    that two editions with the same three numbers are the same."""

    projects: int
    versions: int
    last: int


@dataclass
class Mirror:
    """``parts`` together hold each project once. ``token`` names the files; ``edition`` is that of the whole."""

    token: str
    edition: Edition
    parts: tuple[Part, ...]

    @property
    def base(self) -> Part:
        return self.parts[0]


_held: Mirror | None = None
_seen: tuple[Any, str, Edition] | None = None  # by whose eyes, at which moment of the database, and the edition then
_turn = threading.Lock()


def edition() -> Edition:
    """The ledger's edition now. One query over a narrow index, and none of it while nobody has written anything."""
    global _seen
    eyes, moment = _moment()
    seen = _seen
    if moment and seen is not None and seen[0] is eyes and seen[1] == moment:
        return seen[2]
    found = Project.objects.order_by().aggregate(n=Count("pk"), versions=Sum("version"), last=Max("pk"))
    now = Edition(found["n"], int(found["versions"] or 0), found["last"] or 0)
    if moment and _moment()[1] == moment:
        _seen = eyes, moment, now
    return now


def _moment() -> tuple[Any, str]:
    """Something that stays the same only while nothing is written: PostgreSQL's snapshot; of a connection to SQLite,
    what others have committed and what it has changed itself. Empty within a transaction, whose end is open."""
    if connection.in_atomic_block:
        return None, ""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT current_database() || pg_postmaster_start_time() || pg_current_snapshot()")
            return None, str(cursor.fetchone()[0])
        cursor.execute("PRAGMA data_version")
        version = cursor.fetchone()[0]
    own: Any = connection.connection
    return own, f"{version} {own.total_changes}"


def current() -> Mirror | None:
    """The mirror at the ledger's very edition, or None: then the row store answers. Within a transaction it is not
    brought up to date, for what it would read may never be committed."""
    global _held
    told = _told()
    if told is None:
        _held = None
        return None
    now = edition()
    with _turn:
        if _held is None or _held.token != told["token"]:
            _held = _loaded(told)
        if _held is None or _held.edition == now:
            return _held
        if connection.in_atomic_block and not settings.MIRROR_WITHIN_TRANSACTIONS:
            return None
        found = _up_to_date(_held)
        if found is not None:
            _held = found
        return found


def build() -> Mirror:
    """Make the mirror from the facts, write it, and take away the older one. For the worker and the console.

    Projects are read first: what changes while the rest is read has a later version than is written here, and whoever
    reads the mirror reads that project again."""
    part = part_of()
    folder = place()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    mirror = Mirror(secrets.token_hex(8), _edition_of((part,)), (part,))
    _write(folder, mirror)
    return mirror


def forget() -> None:
    """Take the files away: whoever asks next has no mirror."""
    global _held
    _held = None
    shutil.rmtree(place(), ignore_errors=True)


def place() -> Path:
    return Path(settings.HOME) / "mirror"


def keep(at: datetime) -> None:
    """What the worker does by the clock: a mirror where the ledger is large, made anew before too much has changed."""
    now = edition()
    told = _told()
    if now.projects < settings.MIRROR_FROM:
        if told is not None:
            forget()
    elif told is None or not 0 <= now.versions - int(told["edition"][1]) <= MOST_CHANGED // 4:
        build()


# ------------------------------------------------------------------------------------------------ up to date


def _edition_of(parts: tuple[Part, ...]) -> Edition:
    count = versions = last = 0
    for part in parts:
        table = part.tables["project"]
        alive = slice(None) if part.alive is None else part.alive["project"]
        ids = table.arrays["id"][alive]
        count += len(ids)
        versions += int(table.arrays["version"][alive].sum())
        last = max(last, int(ids.max(initial=0)))
    return Edition(count, versions, last)


def _up_to_date(held: Mirror) -> Mirror | None:
    """With what has changed since; None where that is too much, or does not settle."""
    for _try in range(3):
        now = edition()
        changed = _changed(held, now)
        if changed is None:
            return None
        fresh = part_of(changed)
        base = held.base
        places = np.searchsorted(base.projects, np.array(changed, np.int64))
        places = places[places < len(base.projects)]
        gone = np.zeros(len(base.projects), bool)
        gone[places[np.isin(base.projects[places], changed)]] = True
        alive = {name: ~gone[table.of] for name, table in base.tables.items()}
        parts = (Part(base.tables, alive), fresh)
        if _edition_of(parts) == now == edition():
            return Mirror(held.token, now, parts)
    return None


def _changed(held: Mirror, now: Edition) -> list[int] | None:
    """The projects that are not as the files have them."""
    base = held.base.tables["project"].arrays
    if not len(base["id"]):
        return None
    latest = EPOCH + timedelta(microseconds=int(base["changed_at"].max(initial=0)))
    rows = Project.objects.order_by()
    recent = rows.filter(changed_at__gte=latest - SLACK)
    for some in (recent, rows):
        told = dict(some.values_list("pk", "version"))
        ids = np.fromiter(told, np.int64, len(told))
        versions = np.fromiter(told.values(), np.int64, len(told))
        places = np.minimum(np.searchsorted(base["id"], ids), len(base["id"]) - 1)
        same = (base["id"][places] == ids) & (base["version"][places] == versions)
        changed = ids[~same]
        if len(changed) > MOST_CHANGED:
            return None
        grown = int(versions[~same].sum()) - int(base["version"][places[~same & (base["id"][places] == ids)]].sum())
        if int(base["version"].sum()) + grown == now.versions:
            break
    return [int(pk) for pk in changed]


# ------------------------------------------------------------------------------------------------ files


def _told() -> dict[str, Any] | None:
    try:
        told = json.loads((place() / NAME).read_bytes())
    except (OSError, ValueError):
        return None
    is_ours = told.get("format") == FORMAT and told.get("columns") == _shape() and told.get("database") == _database()
    return told if is_ours else None


def _database() -> str:
    """Which database the files are of: another one may stand in its place, with the same home."""
    settings_of = connection.settings_dict
    return ":".join(str(settings_of.get(key) or "") for key in ("ENGINE", "HOST", "PORT", "NAME"))


def _shape() -> dict[str, Any]:
    return {name: dict(columns) for name, columns in COLUMNS.items()}


def _write(folder: Path, mirror: Mirror) -> None:
    own = folder / mirror.token
    own.mkdir(mode=0o700)
    for name, table in mirror.base.tables.items():
        for column, values in {**table.arrays, "of": table.of}.items():
            np.save(own / f"{name}.{column}.npy", values)
    told = {
        "format": FORMAT, "database": _database(), "token": mirror.token, "columns": _shape(),
        "edition": [mirror.edition.projects, mirror.edition.versions, mirror.edition.last],
        "words": {name: dict(table.words) for name, table in mirror.base.tables.items()},
    }  # fmt: skip
    new = folder / f"{mirror.token}.json"
    new.write_text(json.dumps(told), encoding="utf-8")
    os.replace(new, folder / NAME)
    for other in folder.iterdir():
        if other.is_dir() and other.name != mirror.token:
            shutil.rmtree(other, ignore_errors=True)  # who has it open keeps it


def _loaded(told: dict[str, Any]) -> Mirror | None:
    own = place() / str(told["token"])
    try:
        tables = {}
        for name, columns in COLUMNS.items():
            arrays: dict[str, Array] = {
                column: np.asarray(np.load(own / f"{name}.{column}.npy", mmap_mode="r", allow_pickle=False))
                for column in (*columns, "of")
            }
            of = arrays.pop("of")
            tables[name] = Table(name, arrays, told["words"][name], of)
    except (OSError, ValueError, KeyError):
        return None  # taken away meanwhile
    return Mirror(str(told["token"]), Edition(*told["edition"]), (Part(tables),))
