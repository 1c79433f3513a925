"""Who sees a file is who sees its owner: each app that owns files says so here, from ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Callable

from yinfeng.foundation.accounts.viewer import Viewer

from .models import StoredFile

CanSee = Callable[[Viewer, StoredFile], bool]

_owners: dict[str, CanSee] = {}


def register(kind: str, can_see: CanSee) -> None:
    """``can_see(viewer, file)`` answers for files whose ``owner_kind`` is ``kind``; it is asked once a download."""
    _owners[kind] = can_see


def kinds() -> list[str]:
    return sorted(_owners)


def visible(viewer: Viewer, file: StoredFile) -> bool:
    """A file without an owner yet is its uploader's alone; a kind that nobody registered is nobody's."""
    if file.owner_id is None:
        return file.uploaded_by_id == viewer.person_id
    can_see = _owners.get(file.owner_kind)
    return can_see is not None and can_see(viewer, file)
