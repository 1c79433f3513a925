"""How long backups and logs are kept, and what the clock does about it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.foundation.audit.actions import digest_of_looks, prune_looks, record_look, seal
from yinfeng.foundation.audit.models import AuditRow, LookKind, LookRow
from yinfeng.foundation.audit.queries import broken_seals
from yinfeng.foundation.custody.actions import keeping
from yinfeng.foundation.custody.queries import lying, name_of
from yinfeng.foundation.custody.rules.keeping import (
    STANDARD_KEEPING,
    Keeping,
    is_due,
    months_before,
    parse_keeping,
    to_remove,
)
from yinfeng.foundation.jobs.models import Job

STANDARD = parse_keeping(STANDARD_KEEPING)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2027, 12, 31))


def test_the_standard_rule() -> None:
    assert Keeping(time(2, 30), 7, 4, 12, 48, 36) == STANDARD


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"look_log": {"keep_months": 5}}, "六个月"),
        ({"look_log": {"keep_months": "36"}}, "整数"),
        ({"look_log": {}}, "keep_months"),
        ({"backup": {}}, "daily_at"),
        ({"backup": STANDARD_KEEPING["backup"] | {"daily_at": "25:00"}}, "时刻"),
        ({"backup": STANDARD_KEEPING["backup"] | {"keep_days": 0}}, "至少为 1"),
        ({"backup": STANDARD_KEEPING["backup"] | {"keep_days": True}}, "整数"),
        ({"other": 1}, "有且只有"),
    ],
)
def test_a_rule_that_cannot_be_used(change: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        parse_keeping(STANDARD_KEEPING | change)


@given(st.lists(moments, max_size=60))
def test_what_is_removed_leaves_the_newest_and_each_of_the_last_days(made: list[datetime]) -> None:
    gone = to_remove(STANDARD, made)
    kept = set(made) - gone
    if made:
        assert max(made) in kept
    for day in sorted({m.date() for m in made}, reverse=True)[: STANDARD.keep_days]:
        assert max(m for m in made if m.date() == day) in kept
    assert len(kept) <= STANDARD.keep_days + STANDARD.keep_weeks + STANDARD.keep_months
    assert to_remove(STANDARD, kept) == set()  # cleaning twice is cleaning once


@given(moments, st.integers(0, 40))
def test_days_that_pass_one_by_one_keep_a_year_of_months(first: datetime, days: int) -> None:
    """What is kept does not depend on how often somebody cleans."""
    kept: set[datetime] = set()
    for day in range(days):
        kept.add(first + timedelta(days=day))
        kept -= to_remove(STANDARD, kept)
    assert first + timedelta(days=days - 1) in kept or not days
    months = {(m.year, m.month) for m in (first + timedelta(days=d) for d in range(days))}
    assert months == {(m.year, m.month) for m in kept}


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, datetime(2026, 3, 2, 1, 0), True),
        (datetime(2026, 3, 1, 2, 31), datetime(2026, 3, 2, 2, 29), False),
        (datetime(2026, 3, 1, 2, 31), datetime(2026, 3, 2, 2, 30), True),
        (datetime(2026, 3, 2, 2, 30), datetime(2026, 3, 2, 23, 59), False),
        (datetime(2026, 2, 20, 2, 30), datetime(2026, 3, 2, 1, 0), True),
    ],
)
def test_when_the_daily_backup_is_due(last: datetime | None, now: datetime, due: bool) -> None:
    assert is_due(STANDARD, last, now) is due
    off = parse_keeping(STANDARD_KEEPING | {"backup": STANDARD_KEEPING["backup"] | {"daily_at": None}})
    assert not is_due(off, last, now)


@given(moments, st.integers(0, 60))
def test_months_before(day: datetime, months: int) -> None:
    before = months_before(day, months)
    assert (day.year * 12 + day.month) - (before.year * 12 + before.month) == months
    assert before.day <= day.day


# ------------------------------------------------------------------------------------------------ with the database


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_the_clock_makes_the_daily_backup_once_and_takes_old_ones_away(home: Path, city: Any) -> None:
    folder = home / "backups"
    folder.mkdir()
    now = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    for days in range(1, 40):
        (folder / name_of(now - timedelta(days=days), "daily")).write_bytes(b"")
    by_hand = folder / name_of(now - timedelta(days=300), "manual")
    by_hand.write_bytes(b"")
    (folder / "other.txt").write_bytes(b"")
    assert keeping.daily_backup(now)
    job = Job.objects.get()
    assert (job.owner, job.state) == (None, "done")
    assert "已通过校验" in job.message
    assert "清理了" in job.message
    assert by_hand.exists()
    daily = [b for b in lying() if b.why == "daily"]
    assert 7 <= len(daily) <= 7 + 4 + 3
    assert AuditRow.objects.filter(verb="backup.prune").count() == 1
    assert not keeping.daily_backup(datetime.now(UTC))  # the one just made stands
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_nothing_is_made_behind_the_barrier(home: Path, city: Any) -> None:
    (home / "restore-unfinished").write_text("{}")
    assert not keeping.daily_backup(datetime(2026, 3, 2, 4, 0, tzinfo=UTC))
    assert Job.objects.count() == 0


@pytest.mark.django_db
def test_looks_leave_with_a_digest_that_is_sealed_into_the_chain(city: Any) -> None:
    at = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    for months in (40, 37, 36, 35, 1):
        for n in range(3):
            record_look(
                actor=city.people["officer"], at=at - timedelta(days=31 * months), look=LookKind.UNMASK, kind="contact",
                object_id=n,
            )  # fmt: skip
    before = months_before(at, 36)
    old = list(LookRow.objects.filter(at__lt=before).order_by("pk"))
    wanted = digest_of_looks(old)
    assert len(old) == 9
    assert keeping.forget_looks(at) == 9
    assert LookRow.objects.count() == 6
    row = AuditRow.objects.get(verb="look.prune")
    assert row.after is not None
    assert (row.after["count"], row.after["sha256"]) == (9, wanted)
    assert (row.after["first_id"], row.after["last_id"]) == (old[0].pk, old[-1].pk)
    later = row.inserted_at + timedelta(hours=1)
    seal(at=later)
    assert list(broken_seals()) == []
    # Somebody who changes what was said of the pruned rows breaks the chain.
    AuditRow.objects.filter(pk=row.pk).update(after=row.after | {"count": 8})
    assert len(list(broken_seals())) == 1
    assert keeping.forget_looks(at) == 0
    assert AuditRow.objects.filter(verb="look.prune").count() == 1


@pytest.mark.django_db
def test_looks_are_pruned_in_steps(city: Any) -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    for n in range(5):
        record_look(actor=city.people["officer"], at=at, look=LookKind.EXPORT, kind="project", rows=n)
    assert prune_looks(before=at + timedelta(days=1), actor=None, at=at, step=2) == 5
    assert [r.after["count"] for r in AuditRow.objects.filter(verb="look.prune").order_by("pk")] == [2, 2, 1]  # type: ignore[index]


def test_the_day_before_leap(db: None) -> None:
    assert months_before(datetime(2024, 3, 31), 1).date() == date(2024, 2, 29)
