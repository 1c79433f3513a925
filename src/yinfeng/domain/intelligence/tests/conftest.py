from __future__ import annotations

from dataclasses import dataclass

import pytest

from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.rules import UnitKind
from yinfeng.foundation.accounts.tests.people import make_person, make_unit


@dataclass(frozen=True)
class House:
    """A small city: a bureau, a park, an outpost team, and the people of this app's stories."""

    city: Unit
    bureau: Unit
    park: Unit
    team: Unit
    director: Person
    officer: Person
    colleague: Person
    keeper: Person  # at the park
    scout: Person  # at the outpost
    leader: Person
    steward: Person


@pytest.fixture
def house(db: None) -> House:
    city = make_unit("示例市", UnitKind.CITY)
    bureau = make_unit("示例市招商局", UnitKind.BUREAU, city)
    park = make_unit("东湾高新区", UnitKind.PARK, city)
    team = make_unit("驻沪招商组", UnitKind.OUTPOST, bureau)
    return House(
        city, bureau, park, team,
        director=make_person("director", bureau), officer=make_person("officer", bureau),
        colleague=make_person("officer", park), keeper=make_person("park", park), scout=make_person("outpost", team),
        leader=make_person("leader", city), steward=make_person("steward", bureau),
    )  # fmt: skip
