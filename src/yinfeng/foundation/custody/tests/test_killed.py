"""A few kills of ``tests/kill_custody.py``, whose counts are larger when it is run by itself."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.kill_custody import EARLIER, Place, kill_backups, kill_restores

from .elsewhere import ENGINES, elsewhere


@pytest.mark.slow
@pytest.mark.sqlite  # the same walk on PostgreSQL is a script: tests/kill_custody.py
@pytest.mark.django_db(transaction=True)
def test_a_kill_leaves_nothing_half_done_and_nothing_lost(tmp_path: Path) -> None:
    dice = random.Random(20)
    with elsewhere(ENGINES[-1], tmp_path / "there") as there:
        place = Place(there.home, there.url)
        place.run("restore", str(EARLIER))
        place.run("backup", str(there.home / "first.yfb"))
        told = kill_backups(place, 1, dice)
        assert told["killed"] + told["came through"] == 1
        told = kill_restores(place, there.home / "first.yfb", 1, dice, whole=8)
        assert told["old data whole"] + told["new data whole"] == told["finished by the second run"] == 1
