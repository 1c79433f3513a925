"""Notices: one's own only, read once, counted on the bell."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from yinfeng.foundation.accounts.tests.people import AT, client_of, make_person
from yinfeng.foundation.notices.actions import mark_read, notify
from yinfeng.foundation.notices.models import Notice

pytestmark = pytest.mark.django_db


def tell(*persons, text: str = "项目已退回", url: str = "/jobs/") -> None:
    notify(persons=[p.pk for p in persons], kind="test", text=text, url=url, at=AT)


def test_the_list_shows_ones_own_and_the_bell_counts_them() -> None:
    me, other = make_person("officer"), make_person("officer")
    tell(me, other, text="给两人的通知")
    tell(other, text="给别人的通知")
    page = client_of(me).get(reverse("notices:list")).content.decode()
    assert "给两人的通知" in page
    assert "给别人的通知" not in page
    assert "未读 1 条" in page


def test_telling_twice_in_one_breath_tells_once() -> None:
    me = make_person()
    tell(me, me)
    assert Notice.objects.filter(person=me).count() == 1


def test_what_is_undone_is_not_announced() -> None:
    me = make_person()
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        tell(me)
        raise ZeroDivisionError
    assert not Notice.objects.exists()


def test_reading_one_marks_it_and_goes_where_it_points() -> None:
    me = make_person("officer")
    tell(me)
    tell(me, text="第二条")
    first = Notice.objects.order_by("pk")[0]
    answer = client_of(me).post(reverse("notices:read", args=[first.pk]))
    assert answer["Location"] == "/jobs/"
    assert list(Notice.objects.filter(read_at=None).values_list("text", flat=True)) == ["第二条"]


def test_a_notice_never_leads_out_of_the_house() -> None:
    me = make_person("officer")
    tell(me, url="https://example.com/")
    answer = client_of(me).post(reverse("notices:read", args=[Notice.objects.get().pk]))
    assert answer["Location"] == reverse("notices:list")


def test_nobody_reads_anothers_notice() -> None:
    me, other = make_person("officer"), make_person("director")
    tell(me)
    notice = Notice.objects.get()
    assert client_of(other).post(reverse("notices:read", args=[notice.pk])).status_code == 404
    assert mark_read(actor=other, at=AT, notice_ids=[notice.pk]) == 0
    client_of(other).post(reverse("notices:read_all"))
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_are_marked_at_once_and_a_get_marks_nothing() -> None:
    me = make_person("officer")
    tell(me)
    tell(me)
    client = client_of(me)
    assert client.get(reverse("notices:read_all")).status_code == 405
    assert Notice.objects.filter(read_at=None).count() == 2
    client.post(reverse("notices:read_all"))
    assert not Notice.objects.filter(read_at=None).exists()


def test_strangers_are_sent_to_log_in() -> None:
    assert reverse("accounts:login") in Client().get(reverse("notices:list"))["Location"]


def test_the_list_is_paged_by_key() -> None:
    me = make_person("officer")
    for n in range(35):
        tell(me, text=f"第{n}条")
    client = client_of(me)
    first = client.get(reverse("notices:list")).context["page"]
    second = client.get(reverse("notices:list"), {"after": first.pager["after"]}).context["page"]
    assert (len(first.rows), len(second.rows)) == (30, 5)
    assert second.pager["after"] is None
    assert client.get(reverse("notices:list"), {"after": "x' OR 1"}).status_code == 200
