"""What the pages of projects answer to the floors below: who sees a file, and what waits to be verified."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.files.models import StoredFile
from yinfeng.foundation.ui.slots import Todo

from ..access import visible_projects
from .verify_list import KINDS, waiting

MOST = 100


def may_see_file(viewer: Viewer, file: StoredFile) -> bool:
    """Who sees the project may open its files."""
    return (
        file.owner_id is not None and visible_projects(viewer, among=[file.owner_id]).filter(pk=file.owner_id).exists()
    )


def verify_todos(viewer: Viewer, today: date) -> Sequence[Todo]:
    """One line for those who verify: how many facts of others wait for them: three capped counts in one query."""
    if not viewer.may("project", "V"):
        return []
    counts = capped_counts(
        {kind: waiting(viewer, kind).exclude(declared_by_id=viewer.person_id).order_by() for kind in KINDS}
    )
    total = sum(counts.values())
    if not total:
        return []
    shown = f"{MOST}+" if any(n > MOST for n in counts.values()) else str(total)
    kind = max(counts, key=lambda k: counts[k])
    text = _("审核 {n} 条待审核的事实").format(n=shown)
    return [Todo(text, reverse("projects:verify") + f"?kind={kind}", None, _("审核"))]


def capped_counts(rows: dict[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each query has, counted up to one more than ``MOST``. One query for all of them."""
    parts: list[str] = []
    params: list[Any] = []
    for query in rows.values():
        sql, told = query[: MOST + 1].values("pk").query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS found)")  # noqa: S608 - written by Django
        params += told
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return dict(zip(rows, cursor.fetchone(), strict=True))
