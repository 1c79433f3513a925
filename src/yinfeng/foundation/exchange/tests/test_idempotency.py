"""A write asked twice is done once: one after the other, at the same moment, and after a kill."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.test import Client
from django.utils import timezone

from yinfeng.domain.intelligence.models import Document
from yinfeng.domain.projects.models import FundsArrival, Lead
from yinfeng.foundation.exchange import jobs
from yinfeng.foundation.exchange.actions import answers
from yinfeng.foundation.exchange.models import KeptAnswer

FUNDS = {
    "amount": 5_000_000,
    "arrived_on": "2026-02-01",
    "basis": "capital",
    "boundary": "outside_city",
    "voucher": "验1",
}


def post(client: Client, url: str, body: Any, key: str | None) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(url, body, content_type="application/json", headers=headers)


def lead(city: Any, name: str = "远岫线索") -> dict[str, Any]:
    return {"name": name, "kind": "service", "channel": "chain", "owner_unit_id": city.units["east"].pk}


def test_the_second_gets_the_answer_of_the_first(city, program) -> None:
    client = program("officer", "lead:E")
    first, second = (post(client, "/api/v1/leads", lead(city), "k1") for _n in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Lead.objects.count() == 1
    assert post(client, "/api/v1/leads", lead(city), "k2").status_code == 201
    assert Lead.objects.count() == 2


def test_other_content_under_the_same_key_is_refused(city, program) -> None:
    client = program("officer", "lead:E")
    post(client, "/api/v1/leads", lead(city), "k1")
    answer = post(client, "/api/v1/leads", lead(city, "别的"), "k1")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency.mismatch")
    assert Lead.objects.get().name == "远岫线索"


def test_keys_of_two_callers_do_not_meet(city, program) -> None:
    for key in ("officer", "colleague"):
        assert post(program(key, "lead:E"), "/api/v1/leads", lead(city), "k1").status_code == 201
    assert Lead.objects.count() == 2


def test_a_refusal_keeps_no_key(city, project, program) -> None:
    client, url = program("officer", "project:E"), f"/api/v1/projects/{project.pk}/funds"
    assert post(client, url, {**FUNDS, "voucher": ""}, "k1").status_code == 422
    assert post(client, url, {**FUNDS, "amount": -1}, "k1").status_code == 422
    assert not KeptAnswer.objects.exists()
    assert not FundsArrival.objects.exists()
    assert post(client, url, FUNDS, "k1").status_code == 201
    assert FundsArrival.objects.count() == 1


@pytest.mark.parametrize("key", ["", "a b", "钥", "x" * 129, "a\tb"])
def test_a_key_that_is_none_is_refused(city, program, key) -> None:
    client = program("officer", "lead:E")
    answer = client.post("/api/v1/leads", lead(city), content_type="application/json", headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency.key"
    assert not Lead.objects.exists()


def test_old_keys_are_cleaned_and_young_ones_stay(city, program) -> None:
    client = program("officer", "lead:E")
    post(client, "/api/v1/leads", lead(city), "old")
    KeptAnswer.objects.update(at=timezone.now() - timedelta(hours=25))
    post(client, "/api/v1/leads", lead(city), "young")
    jobs._clean(timezone.now())
    assert [a.key for a in KeptAnswer.objects.all()] == ["young"]


def test_a_document_read_by_a_process_that_died_may_be_sent_again(city, program, settings, tmp_path) -> None:
    """Long work takes its key first: who comes meanwhile is told to wait, after five minutes the key is free."""
    settings.FILES_ROOT = tmp_path
    client = program("officer", "document:E")
    body = {"unit_id": city.units["east"].pk, "text": "3月1日，星澜储能电池项目签约，总投资12亿元。"}
    assert post(client, "/api/v1/documents", body, "k1").status_code == 201
    known = KeptAnswer.objects.get()
    KeptAnswer.objects.filter(pk=known.pk).update(status=None, body="", at=timezone.now())
    busy = post(client, "/api/v1/documents", body, "k1")
    assert (busy.status_code, busy["Retry-After"]) == (409, "2")
    KeptAnswer.objects.filter(pk=known.pk).update(at=timezone.now() - answers.LOST_AFTER)
    again = post(client, "/api/v1/documents", body, "k1")
    assert again.status_code == 200  # on record already: the same document, not a second one
    assert Document.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one(city, program) -> None:
    """Real threads on real connections: one does it, the others get its answer or are told to come back."""
    clients = [program("officer", "lead:E")]
    token = clients[0].defaults["HTTP_AUTHORIZATION"]
    told: list[tuple[int, str]] = []
    gate = threading.Barrier(8)

    def ask() -> None:
        close_old_connections()
        try:
            gate.wait(20)
            answer = post(Client(headers={"Authorization": token}), "/api/v1/leads", lead(city), "same")
            told.append((answer.status_code, answer.content.decode()))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(told) == 8
    assert {status for status, _body in told} <= {201, 409}
    assert len({body for status, body in told if status == 201}) == 1
    assert Lead.objects.count() == 1
