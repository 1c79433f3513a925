"""Changes are sent in order, signed, to the intranet only, until they have arrived."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from yinfeng.domain.projects.actions.ledger import edit_project
from yinfeng.foundation.accounts import actions as accounts
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.actions import seal
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.exchange import jobs
from yinfeng.foundation.exchange.actions import webhooks
from yinfeng.foundation.exchange.models import Delivery, Subscription
from yinfeng.foundation.exchange.rules.addresses import may_reach, may_reach_all, networks, parts, wait_minutes
from yinfeng.foundation.exchange.rules.secrets import is_signed, signature
from yinfeng.foundation.notices.models import Notice
from yinfeng.kernel.errors import DomainError


class Receiver:
    """A stand-in for the other system: keeps what comes, answers as told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes, str]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body, self.path))
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *_args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?from=yinfeng"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body, _path in self.got]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_NETWORKS = "127.0.0.1/32"
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def subscribe(city: Any, url: str, key: str = "officer", scopes: tuple[str, ...] = ("project:X",)) -> Subscription:
    person = city.people[key]
    return webhooks.make_subscription(
        viewer=viewer_of(person, timezone.localdate()), name="区平台", url=url, scopes=scopes, actor=person,
        at=timezone.now(),
    )  # fmt: skip


def change(project: Any, city: Any, product: str) -> None:
    edit_project(project=project, changes={"product": product}, actor=city.people["officer"], at=city.tick())
    while seal(at=timezone.now() + timedelta(minutes=1)):
        pass


def turn(minutes: int = 0) -> None:
    """The worker's clock comes round."""
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True):
        jobs.enqueue_due(timezone.now())


def test_a_change_arrives_signed_and_once(city, project, receiver) -> None:
    made = subscribe(city, receiver.url)
    change(project, city, "曳引机")
    turn()
    turn()
    (headers, body, path), *more = receiver.got
    assert more == []
    assert path == "/hook?from=yinfeng"
    assert is_signed(webhooks.secret_of(made), headers["Yinfeng-Signature"], body, now=int(time.time()))
    told = json.loads(body)
    assert headers["Yinfeng-Delivery"] == f"{made.pk}-{told['first']}-{told['last']}"
    assert [(c["verb"], c["id"], c["gone"]) for c in told["changes"]][-1] == ("project.edit", project.pk, False)
    assert "曳引机" not in body.decode()  # numbers only
    assert "云梯" not in body.decode()
    assert [(d.outcome, d.status) for d in Delivery.objects.all()] == [("delivered", 200)]


def test_a_receiver_that_was_away_gets_everything_in_order(city, project, receiver) -> None:
    made = subscribe(city, receiver.url)
    receiver.status = 503
    change(project, city, "甲")
    turn()
    made.refresh_from_db()
    assert (made.failures, made.position) == (1, 0)
    assert timezone.now() < made.next_try_at
    turn()  # too early: nothing is sent
    assert len(receiver.got) == 1
    receiver.status = 204
    change(project, city, "乙")
    turn(minutes=2)
    made.refresh_from_db()
    assert made.failures == 0
    sequences = [c["sequence"] for c in receiver.bodies()[-1]["changes"]]
    assert sequences == sorted(sequences)
    assert len(sequences) == len(set(sequences)) >= 2
    assert [d.outcome for d in Delivery.objects.order_by("pk")] == ["refused", "delivered"]


def test_ten_failures_stop_it_and_its_owner_is_told(city, project, receiver) -> None:
    made = subscribe(city, receiver.url)
    receiver.status = 500
    change(project, city, "甲")
    for _try in range(12):
        Subscription.objects.filter(pk=made.pk).update(next_try_at=timezone.now() - timedelta(seconds=1))
        turn()
    made.refresh_from_db()
    assert made.stopped_at is not None
    assert len(receiver.got) == 10
    notice = Notice.objects.get(person=city.people["officer"], kind="webhook")
    assert "连续 10 次" in notice.text
    receiver.status = 200
    officer = client_of(city.people["officer"])
    officer.post(reverse("exchange:webhook_change", args=[made.pk]), {"verb": "start"})
    turn()
    assert len(receiver.got) == 11  # from where it stopped
    page = officer.get(reverse("exchange:webhook", args=[made.pk])).content.decode()
    assert "已送达" in page
    assert "对方拒收" in page


def test_many_changes_go_in_several_messages_of_one_turn(city, project, receiver, monkeypatch) -> None:
    monkeypatch.setattr(jobs, "PAGE", 3)
    made = subscribe(city, receiver.url)
    for n in range(7):
        edit_project(project=project, changes={"product": str(n)}, actor=city.people["officer"], at=city.tick())
        project.refresh_from_db()
    change(project, city, "末")
    turn()
    told = receiver.bodies()
    assert [len(b["changes"]) for b in told][:-1] == [3] * (len(told) - 1)
    edges = [(b["first"], b["last"]) for b in told]
    assert all(later == earlier + 1 for (_a, earlier), (later, _b) in pairwise(edges))
    made.refresh_from_db()
    assert made.position == AuditRow.objects.exclude(seal_number=None).count()


def test_it_reaches_no_further_than_its_owner(city, project, receiver) -> None:
    stranger = subscribe(city, receiver.url, "stranger")
    change(project, city, "甲")
    turn()
    assert receiver.got == []
    stranger.refresh_from_db()
    assert stranger.position > 0  # looked at, and nothing for it
    mine = subscribe(city, receiver.url)
    accounts.deactivate_person(person=city.people["officer"], actor=city.people["sysadmin"], at=timezone.now())
    project.refresh_from_db()
    edit_project(project=project, changes={"product": "乙"}, actor=city.people["director"], at=city.tick())
    seal(at=timezone.now() + timedelta(minutes=1))
    turn()
    mine.refresh_from_db()
    assert receiver.got == []
    assert mine.stopped_at is not None


def test_a_redirect_is_a_refusal_and_is_not_followed(city, project, receiver) -> None:
    subscribe(city, receiver.url)
    receiver.status, receiver.headers = 302, {"Location": receiver.url.replace("/hook", "/inside")}
    change(project, city, "甲")
    turn()
    assert [path for _h, _b, path in receiver.got] == ["/hook?from=yinfeng"]
    assert Delivery.objects.get().outcome == "refused"


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/x", "http://localhost/x", "http://169.254.169.254/latest/meta-data/", "http://[::1]/x",
     "http://8.8.8.8/x", "http://0.0.0.0/x", "http://[::ffff:127.0.0.1]/x", "http://[fe80::1]/x", "http://224.0.0.1/x",
     "ftp://10.0.0.1/x", "http://user:pass@10.0.0.1/x", "http:///x", "10.0.0.1", "http://10.0.0.1:99999/x",
     "http://10.0.0.1/a b", "http://10.0.0.1/\r\nX: y", "javascript:alert(1)", "http://10.0.0.1/x#y", "http://甲.cn/",
     "http://2130706433/", "http://0x7f.1/"],
)  # fmt: skip
def test_an_address_that_is_none_of_the_intranet_is_refused(city, url) -> None:
    with pytest.raises(DomainError) as refusal:
        subscribe(city, url)
    assert refusal.value.field == "url"
    assert not Subscription.objects.exists()


def test_a_name_that_later_points_elsewhere_is_not_connected_to(city, project, receiver, settings) -> None:
    """What was allowed when it was made is asked again at each delivery, and that very address is connected to."""
    made = subscribe(city, receiver.url)
    settings.WEBHOOK_NETWORKS = ""
    change(project, city, "甲")
    turn()
    assert receiver.got == []
    assert Delivery.objects.get().outcome == "forbidden"
    made.refresh_from_db()
    assert made.failures == 1


def test_a_name_with_one_good_and_one_forbidden_address_is_forbidden() -> None:
    assert may_reach_all(["10.0.0.9", "fd00::1"])
    assert not may_reach_all(["10.0.0.9", "127.0.0.1"])
    assert not may_reach_all([])


def test_private_networks_are_allowed_and_an_installation_may_add_some() -> None:
    for address in ("10.1.2.3", "172.31.0.1", "192.168.0.7", "fd00::1", "::ffff:10.0.0.1"):
        assert may_reach(address)
    for address in ("172.32.0.1", "100.64.0.1", "203.0.113.7", "nonsense", "", "fe80::1%eth0"):
        assert not may_reach(address)
    assert may_reach("203.0.113.7", networks("203.0.113.0/24, 198.51.100.7"))
    assert parts("https://platform.example:8443/a?b=1") == ("https", "platform.example", 8443, "/a?b=1")


def test_waits_grow_and_end() -> None:
    waits = [wait_minutes(n) for n in range(1, 12)]
    assert waits == sorted(waits)
    assert waits[0] == 1
    assert waits[-1] == 720


def test_a_signature_covers_body_and_moment() -> None:
    header = signature("whsec_a", 1_000_000, b"body")
    assert is_signed("whsec_a", header, b"body", now=1_000_100)
    for secret, body, now in (
        ("whsec_b", b"body", 1_000_100),
        ("whsec_a", b"bodY", 1_000_100),
        ("whsec_a", b"body", 1_000_400),
    ):
        assert not is_signed(secret, header, body, now=now)
    for nonsense in ("", "t=x", "t=1000000", "t=1000000,md9=00", header + ",sha1=00"):
        assert not is_signed("whsec_a", nonsense, b"body", now=1_000_100)


def test_the_house_signs_by_sm3_where_it_is_set(city, project, receiver, settings) -> None:
    settings.YINFENG_DIGEST = "sm3"
    made = subscribe(city, receiver.url)
    change(project, city, "甲")
    turn()
    headers, body, _path = receiver.got[0]
    assert ",sm3=" in headers["Yinfeng-Signature"]
    assert is_signed(webhooks.secret_of(made), headers["Yinfeng-Signature"], body, now=int(time.time()))


def test_only_who_exports_makes_one_and_nobody_else_starts_it(city, project) -> None:
    with pytest.raises(DomainError, match="令牌也不能有"):
        subscribe(city, "http://10.0.0.9/x", "leader")
    made = subscribe(city, "http://10.0.0.9/x")
    address = reverse("exchange:webhook_change", args=[made.pk])
    assert client_of(city.people["colleague"]).post(address, {"verb": "stop"}).status_code == 404
    secadmin = client_of(city.people["secadmin"])
    assert secadmin.post(address, {"verb": "stop"}).status_code == 302
    assert secadmin.post(address, {"verb": "start"}).status_code == 403
    made.refresh_from_db()
    assert made.stopped_at is not None
    assert Notice.objects.filter(person=city.people["officer"], kind="webhook").count() == 1


def test_old_deliveries_are_cleaned(city) -> None:
    made = subscribe(city, "http://10.0.0.9/x")
    for days in (1, 31):
        Delivery.objects.create(
            subscription=made, at=timezone.now() - timedelta(days=days), first=1, last=1, changes=1, outcome="delivered"
        )
    jobs._clean(timezone.now())
    assert Delivery.objects.count() == 1


def test_the_secret_of_a_webhook_is_shown_once_and_kept_nowhere(city) -> None:
    officer = client_of(city.people["officer"])
    page = officer.post(
        reverse("exchange:webhook_make"), {"name": "区平台", "url": "http://10.0.0.9/x", "scopes": ["project:X"]}
    )
    secret = page.context["page"].text
    made = Subscription.objects.get()
    assert secret == webhooks.secret_of(made)
    assert secret not in officer.get(reverse("exchange:webhook", args=[made.pk])).content.decode()
    assert secret.removeprefix("whsec_") not in str(Subscription.objects.values().get())
    assert secret not in str(list(AuditRow.objects.filter(object_kind="webhook").values()))
