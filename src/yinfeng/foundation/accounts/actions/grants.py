"""Writing the one access table."""

from __future__ import annotations

from collections.abc import Iterable

from ..models import AccessGrant


def grant(
    kind: str,
    object_id: int,
    *,
    units: Iterable[tuple[int, str]] = (),
    persons: Iterable[tuple[int, str]] = (),
) -> None:
    """Write the access rows of an object as they now are (called by the owner's actions, inside their transaction)."""
    wanted = {(u, None, str(w)) for u, w in units} | {(None, p, str(w)) for p, w in persons}
    rows = AccessGrant.objects.filter(kind=kind, object_id=object_id)
    have = {(r.unit_id, r.person_id, r.why): r.pk for r in rows}
    AccessGrant.objects.filter(pk__in=[pk for key, pk in have.items() if key not in wanted]).delete()
    AccessGrant.objects.bulk_create(
        AccessGrant(kind=kind, object_id=object_id, unit_id=u, person_id=p, why=w)
        for u, p, w in wanted
        if (u, p, w) not in have
    )
