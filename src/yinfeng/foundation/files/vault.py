"""Where contents lie: each once, under its SHA-256 (``ab/cd/abcd…``), written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

INCOMING = "incoming"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Incoming:
    """A content that has arrived but is not kept yet."""

    path: Path
    sha256: str
    size: int


class TooBig(Exception):
    """More bytes came than allowed; reading stopped there."""


def root() -> Path:
    return Path(settings.FILES_ROOT)


def place_of(sha256: str) -> Path:
    return root() / sha256[:2] / sha256[2:4] / sha256


@contextmanager
def receive(chunks: Iterable[bytes], most: int) -> Iterator[Incoming]:
    """Write what comes to a temporary file and hash it on the way; gone at the end unless kept. Raises TooBig."""
    folder = root() / INCOMING
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / secrets.token_hex(16)
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise TooBig
                digest.update(chunk)
                new.write(chunk)
            new.flush()
            os.fsync(new.fileno())
        yield Incoming(path, digest.hexdigest(), size)
    finally:
        with suppress(FileNotFoundError):
            path.unlink()


def keep(incoming: Incoming) -> Path:
    """Give the content its place. A whole one that is there already stays (and becomes young again), a damaged one is
    replaced. The row that names it is written after this: a kill between the two leaves a harmless orphan."""
    place = place_of(incoming.sha256)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if place.exists() and digest_of(place) == incoming.sha256:
        os.utime(place)
        return place
    incoming.path.rename(place)
    _sync_folder(place.parent)
    return place


def digest_of(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def open_content(sha256: str) -> BinaryIO:
    """Raises FileNotFoundError."""
    return place_of(sha256).open("rb")


def contents() -> Iterator[Path]:
    """Every content in the store, whether a row names it or not."""
    for first in sorted(p for p in root().glob("??") if p.is_dir()):
        yield from sorted(p for p in first.glob("??/*") if p.is_file())


def leftovers() -> Iterator[Path]:
    """Temporary files that a killed process left behind."""
    folder = root() / INCOMING
    if folder.is_dir():
        yield from sorted(p for p in folder.iterdir() if p.is_file())


def _sync_folder(folder: Path) -> None:
    """The new name itself must survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
