"""The firms of a bulk load, found or made as ``enterprises.find_or_create`` finds and makes them, in a few queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from yinfeng.domain.enterprises.models import Enterprise
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.kernel.text import normalise_name, squeeze

from .bulk_rows import Table, reserve
from .bulk_staging import Staging
from .entries import InvestorData

BATCH = 500


class Firms:
    """Finds the firm of each entry; new ones get a reserved id and are written with the load."""

    def __init__(self, entries: Iterable[InvestorData]) -> None:
        wanted = list(entries)
        self._by_code: dict[str, int] = {}
        self._by_name: dict[str, list[tuple[int, str | None]]] = {}  # squeezed name -> (id, code), oldest first
        self.names: dict[int, str] = {}
        self.new: list[tuple[int, InvestorData, str]] = []
        self.codes: dict[int, str] = {}  # firms on record that take a code now
        self._read("uscc__in", sorted({e.uscc for e in wanted if e.uscc}))
        self._read("name_key__in", sorted({normalise_name(e.name) for e in wanted}))
        self._wanted = wanted

    def _read(self, condition: str, values: list[str]) -> None:
        for start in range(0, len(values), BATCH):
            rows = Enterprise.objects.filter(**{condition: values[start : start + BATCH]}).order_by("pk")
            for pk, name, code in rows.values_list("pk", "name", "uscc"):
                if pk not in self.names:
                    self._know(pk, name, code)

    def _know(self, pk: int, name: str, code: str | None) -> None:
        self.names[pk] = name
        self._by_name.setdefault(squeeze(name), []).append((pk, code))
        if code:
            self._by_code[code] = pk

    def resolve(self) -> None:
        """Give every entry its firm. Reserves the ids of the new ones."""
        missing: dict[str, tuple[InvestorData, str]] = {}
        for entry in self._wanted:
            name = " ".join(entry.name.split())
            if self._find(name, entry.uscc or None) is None:
                held = missing.get(squeeze(name))
                if held is None or (entry.uscc and not held[0].uscc):
                    missing[squeeze(name)] = (entry, name)
                elif entry.uscc and entry.uscc != held[0].uscc:
                    missing[f"{squeeze(name)} {entry.uscc}"] = (entry, name)
        first = reserve(Enterprise, len(missing))
        for number, (entry, name) in enumerate(missing.values(), 1):
            self.new.append((first + number, entry, name))
            self._know(first + number, name, entry.uscc or None)

    def _find(self, name: str, code: str | None) -> int | None:
        if code and code in self._by_code:
            return self._by_code[code]
        for pk, own in self._by_name.get(squeeze(name), ()):
            if code is None:
                return pk
            if own is None and pk not in self.codes:
                self.codes[pk] = code
                self._by_code[code] = pk
                return pk
        return None

    def of(self, entry: InvestorData) -> int:
        found = self._find(" ".join(entry.name.split()), entry.uscc or None)
        assert found is not None, "resolve() made every firm"
        return found

    def tables(self, *, actor_id: int, at: datetime, staging: Staging) -> list[Table]:
        """The rows of the new firms and of their audit trail."""
        firms = Table(
            Enterprise,
            ("id", "uscc", "name", "name_key", "group_root_id", "capital_kind", "home_country", "region_code",
             "registered_on", "created_at"), staging,
        )  # fmt: skip
        trail = Table(AuditRow, AUDIT, staging)
        for pk, entry, name in self.new:
            capital = str(entry.capital_kind or "domestic")
            firms.add({
                "id": pk, "uscc": entry.uscc or None, "name": name, "name_key": normalise_name(name),
                "group_root_id": None, "capital_kind": capital, "home_country": "", "region_code": "",
                "registered_on": None, "created_at": at,
            })  # fmt: skip
            trail.add(
                audit(
                    actor_id,
                    at,
                    "enterprise.create",
                    "enterprise",
                    pk,
                    after={"name": name, "uscc": entry.uscc or None},
                )
            )
        for pk, code in self.codes.items():
            trail.add(
                audit(
                    actor_id, at, "enterprise.set_uscc", "enterprise", pk, before={"uscc": None}, after={"uscc": code}
                )
            )
        return [firms, trail]

    def write_codes(self) -> None:
        if self.codes:
            with connection.cursor() as cursor:
                cursor.executemany(
                    f'UPDATE "{Enterprise._meta.db_table}" SET uscc = %s WHERE id = %s AND uscc IS NULL',  # noqa: S608
                    [(code, pk) for pk, code in self.codes.items()],
                )


AUDIT = ("at", "actor_id", "verb", "object_kind", "object_id", "before", "after", "note", "seal")


def audit(
    actor_id: int, at: datetime, verb: str, kind: str, object_id: int, *, before: Any = None, after: Any = None,
    note: str = "",
) -> dict[str, Any]:  # fmt: skip
    """One row of the audit trail as :func:`yinfeng.foundation.audit.actions.record` writes it."""
    return {
        "at": at, "actor_id": actor_id, "verb": verb, "object_kind": kind, "object_id": object_id, "before": before,
        "after": after, "note": note[:400], "seal": "",
    }  # fmt: skip
