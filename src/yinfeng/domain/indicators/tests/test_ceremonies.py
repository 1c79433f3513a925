"""Who stood on a stage stays known as it was known, whatever is put on the list or taken off it afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinfeng.domain.indicators.queries.answers import answer
from yinfeng.domain.projects.actions.ceremonies import relist
from yinfeng.domain.projects.models import Ceremony, Phase
from yinfeng.kernel.periods import Period

from . import ledger

pytestmark = pytest.mark.django_db
DAY, YEAR = date(2024, 4, 1), Period.year(2024)


def on_stage(known_at: Any = None) -> int:
    told = answer("signing_ceremony_count", viewer=None, period=YEAR, as_of=YEAR.end, known_at=known_at)
    return int(told.total.figure.value or 0)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 3), min_size=1)), max_size=5))
def test_a_list_that_grows_and_shrinks_is_known_as_it_was(city: Any, steps: list[tuple[bool, set[int]]]) -> None:
    Ceremony.objects.update(replaces=None)
    Ceremony.objects.all().delete()
    projects = ledger.projects(city, city.units["east"], 4, signed_on=DAY)
    phases = [Phase.objects.create(project=project, number=1, name="全部").pk for project in projects]
    standing: set[int] = set()
    known = []
    for grows, which in steps:
        city.at += timedelta(hours=1)
        chosen = {phases[n] for n in which}
        made = relist(
            kind="signing", name="春季集中签约", held_on=DAY, host_unit_id=city.units["bureau"].pk, without=chosen,
            adding=len(chosen) if grows else 0, reason="试", actor=city.people["officer"], at=city.at,
        )  # fmt: skip
        if grows and made is not None:
            made.phases.add(*chosen)
        standing = standing | chosen if grows else standing - chosen
        assert Ceremony.objects.filter(voided_at=None).count() == bool(standing)
        assert on_stage() == len(standing)
        known.append((city.at + timedelta(minutes=30), len(standing)))
    assert [(at, on_stage(at)) for at, _count in known] == known
