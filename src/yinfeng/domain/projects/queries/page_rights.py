"""What the pages of projects answer to the floors below: who sees a file, and what waits to be verified."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

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
    return file.owner_id is not None and visible_projects(viewer, among=[file.owner_id]).filter(pk=file.owner_id).exists()


def verify_todos(viewer: Viewer, today: date) -> Sequence[Todo]:
    """One line for those who verify: how many facts of others wait for them (three counts, each capped)."""
    if not viewer.may("project", "V"):
        return []
    counts = {
        kind: waiting(viewer, kind).exclude(declared_by_id=viewer.person_id).order_by()[: MOST + 1].count()
        for kind in KINDS
    }
    total = sum(counts.values())
    if not total:
        return []
    shown = f"{MOST}+" if any(n > MOST for n in counts.values()) else str(total)
    kind = max(counts, key=lambda k: counts[k])
    text = _("审核 {n} 条待审核的事实").format(n=shown)
    return [Todo(text, reverse("projects:verify") + f"?kind={kind}", None, _("审核"))]
