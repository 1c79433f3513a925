"""A ledger in a few lines: projects with their dates, as they are and as they stand on record since a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from yinfeng.domain.projects.models import FundsArrival, Project, ProjectState
from yinfeng.domain.projects.models.state import STATE_FIELDS

RECORDED = datetime(2024, 1, 1, tzinfo=UTC)
_numbers = count(1)


def project(city: Any, unit: Any, *, at: datetime = RECORDED, **attributes: Any) -> Project:
    """A project led by ``unit``, with its row of history; sums in yuan unless ``investment_currency`` says otherwise."""
    number = next(_numbers)
    amount = attributes.pop("investment", 200_000_000)
    currency = attributes.get("investment_currency", "CNY")
    values: dict[str, Any] = {
        "code": f"T{number:07d}", "name": f"测试项目{number}", "name_key": f"测试项目{number}", "kind": "manufacturing",
        "lead_unit": unit, "investment_amount": amount, "investment_cny": amount if currency == "CNY" else None,
        "created_by": city.people["officer"], "created_at": at, "changed_at": at, **attributes,
    }  # fmt: skip
    made = Project.objects.create(**values)
    ProjectState.objects.create(project=made, valid_from=at, **{name: getattr(made, name) for name in STATE_FIELDS})
    return made


def projects(city: Any, unit: Any, how_many: int, **attributes: Any) -> list[Project]:
    return [project(city, unit, **attributes) for _ in range(how_many)]


def arrival(city: Any, of: Project, amount: int, on: date, *, at: datetime = RECORDED, **values: Any) -> FundsArrival:
    """Money of ``of``: actual capital from outside the province unless ``values`` say otherwise."""
    values = {
        "currency": "CNY", "basis": "capital", "boundary": "outside_province", "value_kind": "actual", **values,
    }  # fmt: skip
    values.setdefault("amount_cny", amount if values["currency"] == "CNY" else None)
    return FundsArrival.objects.create(
        project=of, amount=amount, happened_on=on, at=at, declared_by=city.people["officer"], **values
    )


def told(answer: Any) -> dict[str, str]:
    """Label -> printed value."""
    return {" / ".join(line.labels): line.display for line in answer.lines}


def units(city: Any, names: Iterable[str]) -> dict[str, Any]:
    """More districts below the city."""
    from yinfeng.foundation.accounts import actions
    from yinfeng.foundation.accounts.rules import UnitKind

    return {
        name: actions.create_unit(
            code=f"d{n}", name=name, short_name=name, kind=UnitKind.DISTRICT, parent=city.units["city"], actor=None,
            at=city.at,
        )
        for n, name in enumerate(names)
    }  # fmt: skip
