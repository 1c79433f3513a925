"""A watched folder 监视文件夹: ``YINFENG_HOME/inbox/NAME``. What was dealt with is moved to ``done`` or ``failed`` beside
it, never deleted; a reason lies beside what failed. A kill between taking and moving leaves a file that is known."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from yinfeng.kernel.errors import DomainError

from ..models import Source
from ..rules.words import ItemOutcome
from .found import Found, Piece

DONE, FAILED = "done", "failed"
REASON = ".原因.txt"
# What programs and people leave while they still write, and what the platform itself writes.
_UNFINISHED = (".part", ".tmp", ".crdownload", ".partial", ".swp")
MOST = 500


def folder_of(source: Source) -> Path:
    return Path(settings.INBOX_ROOT) / source.address


def look(source: Source) -> Iterator[Found]:
    """The files that did not change between two looks a few seconds apart."""
    folder = folder_of(source)
    try:
        for name in (DONE, FAILED):
            (folder / name).mkdir(parents=True, exist_ok=True)
        before = _files(folder)
        if not before:
            return
        time.sleep(float(settings.INBOX_SETTLES_SECONDS))
        after = _files(folder)
    except OSError as fault:
        raise DomainError(
            _("打不开收件文件夹“{name}”（{kind}）。").format(name=source.address, kind=type(fault).__name__),
            code="folder.unreadable", fix=_("请系统管理员检查该文件夹和平台的读写权限。"),
        ) from fault  # fmt: skip
    for name in sorted(n for n, seen in before.items() if after.get(n) == seen)[:MOST]:
        path = folder / name
        yield Found(
            f"{name}\n{before[name]}", name[:200], partial(_piece, source, path), settle=partial(_put_away, path)
        )


def _files(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Name -> (size, moment of change, inode) of each plain file; links and folders are left alone."""
    found = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith((".", "~$")) or name.lower().endswith((*_UNFINISHED, ".meta.json")):
                continue
            told = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(told.st_mode):
                found[name] = (told.st_size, told.st_mtime_ns, told.st_ino)
    return found


def _piece(source: Source, path: Path) -> Piece:
    return Piece(path, path.name, source=source.name)


def _put_away(path: Path, outcome: ItemOutcome, fault: str) -> None:
    """Move a file out of the way, under a name that is free; a reason beside what failed."""
    room = path.parent / (FAILED if outcome == ItemOutcome.FAILED else DONE)
    place = _free(room, path.name)
    meta = path.with_name(f"{path.stem}.meta.json")
    try:
        path.rename(place)
        if meta.is_file():
            meta.rename(_free(room, meta.name))
        if outcome == ItemOutcome.FAILED:
            place.with_name(place.name + REASON).write_text(fault + "\n", encoding="utf-8")
    except FileNotFoundError:
        return  # somebody took it away: it is on record all the same
    except OSError as error:
        raise DomainError(
            _("“{name}”已处理，但移不出收件文件夹（{kind}）。").format(name=path.name, kind=type(error).__name__),
            code="folder.stuck", fix=_("请系统管理员检查该文件夹的写权限。"),
        ) from error  # fmt: skip


def _free(room: Path, name: str) -> Path:
    place, number = room / name, 1
    while place.exists():
        number += 1
        place = room / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return place
