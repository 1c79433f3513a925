"""The barrier that stands while data is restored: nobody is served, nothing else runs.

It is a file of YINFENG_HOME, so that asking costs next to nothing. Whoever restores holds a lock on it, which the
system takes away when the process dies: a barrier without a holder means that a restore was interrupted.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from yinfeng.kernel.errors import DomainError

NAME = "restore-unfinished"


@dataclass(frozen=True)
class Standing:
    """What the barrier says. ``held``: the restore is running at this moment."""

    file: str
    at: str
    held: bool

    @property
    def words(self) -> str:
        if self.held:
            return _("正在恢复数据（{file}），请稍候。").format(file=self.file)
        return _("上次恢复（{file}，{at}）没有完成，请重新运行同一条 yinfeng restore 命令。").format(
            file=self.file, at=self.at
        )


def place() -> Path:
    return Path(settings.HOME) / NAME


def stands() -> bool:
    return place().exists()


def standing() -> Standing | None:
    try:
        with place().open("r") as file:
            told = _told(file)
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                held = False
            except OSError:
                held = True
    except FileNotFoundError:
        return None
    return Standing(str(told.get("file", "?")), str(told.get("at", "?")), held)


def _told(file: IO[str]) -> dict[str, Any]:
    try:
        return dict(json.loads(file.read() or "{}"))
    except ValueError:  # killed while writing it
        return {}


@contextmanager
def raised(*, file: str, at: str) -> Iterator[bool]:
    """Raise the barrier for as long as the block runs; yields whether one was left by a restore that was interrupted.
    It is lowered however the block ends, since the data in place is whole either way; only a kill leaves it."""
    path = place()
    path.parent.mkdir(parents=True, exist_ok=True)
    was_there = path.exists()
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise DomainError(_("另一个恢复正在进行。"), code="restore.busy") from fault
        held.truncate(0)
        held.write(json.dumps({"file": file, "at": at}, ensure_ascii=False))
        held.flush()
        os.fsync(held.fileno())
        try:
            yield was_there
        finally:
            path.unlink(missing_ok=True)
