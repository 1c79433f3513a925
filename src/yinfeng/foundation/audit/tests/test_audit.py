"""The trail: in the verb's own transaction, sealed into a chain, and any touch shows."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from yinfeng.foundation.audit.actions import SETTLED_AFTER, record, seal
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.audit.queries import broken_seals

pytestmark = pytest.mark.django_db


def write(count: int, **more) -> list[AuditRow]:
    at = timezone.now()
    return [
        record(actor=None, at=at, verb="test.do", kind="test", object_id=n, after={"金额": n, "at": at}, **more)
        for n in range(count)
    ]


def later():
    return timezone.now() + SETTLED_AFTER + timedelta(seconds=5)


def test_what_is_undone_leaves_no_row() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        write(1)
        raise ZeroDivisionError
    assert not AuditRow.objects.exists()


def test_settled_rows_are_sealed_in_order_and_young_ones_wait() -> None:
    write(3)
    assert seal(at=timezone.now()) == 0
    assert seal(at=later(), most=2) == 2
    assert seal(at=later()) == 1
    assert seal(at=later()) == 0
    assert list(AuditRow.objects.order_by("pk").values_list("seal_number", flat=True)) == [1, 2, 3]
    assert not list(broken_seals())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"after": {"金额": 999}}, "第 2 号"),
        ({"verb": "test.undo"}, "第 2 号"),
        ({"note": "补记"}, "第 2 号"),
        ({"at": timezone.now() - timedelta(days=1)}, "第 2 号"),
        ({"seal": "0" * 64}, "第 2 号"),
    ],
)
def test_any_change_of_a_sealed_row_shows(change: dict, words: str) -> None:
    rows = write(4)
    seal(at=later())
    AuditRow.objects.filter(pk=rows[1].pk).update(**change)
    assert any(words in fault for fault in broken_seals())


def test_a_removed_row_shows_and_so_does_a_swap() -> None:
    rows = write(4)
    seal(at=later())
    rows[2].refresh_from_db()
    AuditRow.objects.filter(pk=rows[2].pk).delete()
    faults = list(broken_seals())
    assert any("第 3 号封存缺失" in fault for fault in faults)


@pytest.mark.django_db(transaction=True)
def test_several_workers_sealing_at_once_make_one_chain() -> None:
    write(60)
    at, sealed, faults = later(), [], []
    start = threading.Barrier(4)

    def work() -> None:
        try:
            start.wait()
            for _n in range(5):
                sealed.append(seal(at=at, most=7))
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while seal(at=at):
        pass
    assert faults == []
    numbers = list(AuditRow.objects.order_by("seal_number").values_list("seal_number", flat=True))
    assert numbers == list(range(1, 61))
    assert not list(broken_seals())


@pytest.mark.django_db(transaction=True)
def test_writers_do_not_disturb_the_sealing() -> None:
    write(20)
    faults: list[BaseException] = []

    def work() -> None:
        try:
            for _n in range(10):
                with transaction.atomic():
                    write(1)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(3)]
    for thread in threads:
        thread.start()
    for _n in range(5):
        seal(at=later(), most=10)
    for thread in threads:
        thread.join()
    while seal(at=later()):
        pass
    assert faults == []
    assert AuditRow.objects.exclude(seal_number=None).count() == 50
    assert not list(broken_seals())
