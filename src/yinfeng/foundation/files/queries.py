"""Reading files, and proving that rows and contents agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from yinfeng.kernel.errors import DomainError

from . import vault
from .models import StoredFile


def files_of(kind: str, object_id: int) -> list[StoredFile]:
    """The files of one object, the newest first. Ask only for an object that the viewer may see."""
    rows = StoredFile.objects.filter(owner_kind=kind, owner_id=object_id)
    return list(rows.select_related("uploaded_by").order_by("-pk"))


def open_file(file: StoredFile) -> BinaryIO:
    """The content, for reading. DomainError where it is gone from the disk."""
    try:
        return vault.open_content(file.sha256)
    except FileNotFoundError as fault:
        raise DomainError(
            _("附件“{name}”的内容在存储中缺失。").format(name=file.name),
            code="file.missing",
            fix=_("请联系系统管理员从备份恢复，或重新上传。"),
        ) from fault


def read_bytes(file: StoredFile) -> bytes:
    with open_file(file) as content:
        return content.read()


def broken_files() -> Iterator[str]:
    """One line per row whose content is missing, or is not what was stored. Each content is hashed once."""
    known: dict[str, str] = {}
    for file in StoredFile.objects.order_by("sha256", "pk").iterator(chunk_size=2_000):
        if file.sha256 not in known:
            known = {file.sha256: _fault_of(file)}
        if fault := known[file.sha256]:
            yield f"附件 {file.pk}“{file.name}”（{file.owner_kind} {file.owner_id}）：{fault}"


def _fault_of(file: StoredFile) -> str:
    place = vault.place_of(file.sha256)
    if not place.is_file():
        return "内容缺失，请从备份恢复"
    if place.stat().st_size != file.size or vault.digest_of(place) != file.sha256:
        return "内容与入库时的摘要不符，可能被改动，请从备份恢复"
    return ""


def orphans() -> Iterator[Path]:
    """Contents that no row names: harmless, left by a process that was killed between content and row."""
    waiting: list[Path] = []
    for path in vault.contents():
        waiting.append(path)
        if len(waiting) == 500:
            yield from _unnamed(waiting)
            waiting = []
    yield from _unnamed(waiting)


def _unnamed(paths: list[Path]) -> list[Path]:
    named = set(StoredFile.objects.filter(sha256__in=[p.name for p in paths]).values_list("sha256", flat=True))
    return [p for p in paths if p.name not in named]
