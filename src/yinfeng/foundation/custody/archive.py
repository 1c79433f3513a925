"""The file of a backup: a ZIP that is written in one pass and ends with the digest of everything before it.

The last 64 bytes are the SHA-256, in hexadecimal, of all bytes before them (they are the end of the ZIP's comment), so
that ``head -c -64 FILE | sha256sum`` and ``tail -c 64 FILE`` must agree wherever the file is.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from django.utils.translation import gettext as _

from yinfeng.kernel.errors import DomainError

from .rules.format import COMMENT, MANIFEST, Manifest, NotABackup, manifest_of

_DIGEST = 64
_CHUNK = 1 << 20
Tick = Callable[[int, int], None]


class _Hashing:
    """A file that can only be written on; what is written is hashed, all but the last 64 bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.sha256 = hashlib.sha256()
        self.tail = b""
        self.size = 0

    def write(self, data: bytes) -> int:
        self.file.write(data)
        self.size += len(data)
        whole = self.tail + bytes(data)
        if len(whole) > _DIGEST:
            self.sha256.update(whole[:-_DIGEST])
        self.tail = whole[-_DIGEST:]
        return len(data)

    def flush(self) -> None:
        self.file.flush()


class Writer:
    """Entries of one backup, one after another."""

    def __init__(self, file: IO[bytes], level: int) -> None:
        self._out = _Hashing(file)
        self._zip = zipfile.ZipFile(
            cast(IO[bytes], self._out), "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=level
        )
        self._level = level

    def entry(self, name: str, parts: Iterable[bytes], *, pack: bool = True) -> None:
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED if pack else zipfile.ZIP_STORED
        info._compresslevel = self._level  # type: ignore[attr-defined]  # ZipInfo's name for it until Python 3.13
        info.external_attr = 0o600 << 16
        with self._zip.open(info, "w", force_zip64=True) as out:
            for part in parts:
                out.write(part)

    def abandon(self) -> None:
        """Nothing more is written, not even when the object is thrown away."""
        self._zip.fp = None

    def close(self) -> str:
        """End the file; its digest."""
        self._zip.comment = COMMENT + b"0" * _DIGEST
        self._zip.close()
        told = self._out.sha256.hexdigest()
        self._out.file.seek(-_DIGEST, os.SEEK_END)
        self._out.file.write(told.encode())
        return told


@contextmanager
def written(path: Path, level: int, *, overwrite: bool) -> Iterator[Writer]:
    """A backup under ``path.part``, which takes its name only when it is whole and on disk. A kill leaves the part: it is
    written over the next time, and what stood under the name before stays untouched."""
    if path.exists() and not overwrite:
        raise DomainError(
            _("“{name}”已经存在，没有改动它。").format(name=path.name),
            code="backup.exists",
            fix=_("请换一个文件名；确要替换，请加 --overwrite。"),
        )
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    except OSError as fault:
        raise DomainError(
            _("无法写入“{path}”：{fault}").format(path=path, fault=fault.strerror), code="backup.place"
        ) from fault
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise DomainError(_("另一个备份正在写“{name}”。").format(name=path.name), code="backup.busy") from fault
        file.truncate(0)
        writer = Writer(file, level)
        try:
            yield writer
            writer.close()
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            writer.abandon()
            part.unlink(missing_ok=True)
            raise
        part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Reader:
    """A backup that is there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError as fault:
            raise NotABackup(_("没有这个文件")) from fault
        except (zipfile.BadZipFile, OSError) as fault:
            raise NotABackup(_("不是完整的备份文件：可能没有写完，或拷贝时截断了")) from fault
        if not self._zip.comment.startswith(COMMENT):
            raise NotABackup(_("这不是引凤的备份文件"))
        if len(self._zip.comment) != len(COMMENT) + _DIGEST:
            raise NotABackup(_("不是完整的备份文件：可能没有写完，或拷贝时截断了"))
        try:
            self.manifest: Manifest = manifest_of(self._zip.read(MANIFEST).decode())
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, ValueError) as fault:
            if isinstance(fault, NotABackup):
                raise
            raise NotABackup(_("备份的目录（manifest.json）无法读取，文件可能损坏")) from fault
        self.names = set(self._zip.namelist())

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._zip.close()

    @property
    def told_digest(self) -> str:
        return self._zip.comment[-_DIGEST:].decode("ascii", "replace")

    def digest(self, tick: Tick = lambda done, total: None) -> str:
        """What the last 64 bytes should say."""
        total, done = self.path.stat().st_size - _DIGEST, 0
        made = hashlib.sha256()
        with self.path.open("rb") as file:
            while done < total:
                part = file.read(min(_CHUNK, total - done))
                if not part:
                    break
                made.update(part)
                done += len(part)
                tick(done, total)
        return made.hexdigest()

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """An entry. NotABackup where it is missing or damaged."""
        try:
            with self._zip.open(name) as entry:
                yield entry
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError) as fault:
            raise NotABackup(_("备份中的“{name}”缺失或损坏").format(name=name)) from fault

    def file_names(self) -> list[str]:
        """The SHA-256 of each content of the vault that is in the backup."""
        return sorted(name.rpartition("/")[2] for name in self.names if name.startswith("files/"))
