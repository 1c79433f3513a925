"""Sources: what is taken, what is left, what is told; and that nothing is reached that may not be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from yinfeng.domain.intelligence import jobs
from yinfeng.domain.intelligence.actions import sources
from yinfeng.domain.intelligence.actions.sources import SourceData
from yinfeng.domain.intelligence.models import Document, Fetch, Source, SourceItem
from yinfeng.domain.intelligence.rules.words import SourceKind
from yinfeng.foundation.exchange import fetching
from yinfeng.foundation.jobs.models import Job
from yinfeng.foundation.notices.models import Notice
from yinfeng.kernel.errors import DomainError

from .conftest import House
from .documents import AT, PAGE
from .stand_ins import Answer, post, web

pytestmark = pytest.mark.django_db

RSS = """<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel><title>虚构日报</title>{items}</channel></rss>"""


def rss(*items: tuple[str, str, str], encoding: str = "utf-8") -> bytes:
    told = "".join(
        f"<item><title>{t}</title><link>{link}</link><guid>{link}</guid><pubDate>Fri, 06 Mar 2026 01:00:00 GMT</pubDate>"
        f"<description><![CDATA[{text}]]></description></item>"
        for t, link, text in items
    )
    return RSS.format(encoding=encoding, items=told).encode("gb18030" if encoding != "utf-8" else encoding)


@pytest.fixture
def near(settings: Any, tmp_path: Path) -> Path:
    """This machine may be reached, inboxes settle at once, and both lie in a throw-away folder."""
    settings.COLLECT_NETWORKS = "127.0.0.1/32"
    settings.INBOX_ROOT, settings.INBOX_SETTLES_SECONDS = tmp_path / "inbox", 0.01
    settings.MAIL_PASSWORDS = tmp_path / "passwords"
    settings.FILES_ROOT = tmp_path / "files"
    settings.MAIL_PASSWORDS.mkdir()
    return tmp_path


def make(house: House, kind: SourceKind, address: str, **more: Any) -> Source:
    data = SourceData(kind=kind, name="甲来源", unit=house.bureau, owner=house.officer, address=address, **more)
    return sources.add_source(data=data, actor=house.officer, at=AT)


def look(source: Source) -> Fetch:
    return sources.look_into(source=Source.objects.get(pk=source.pk), by=None, at=timezone.now())


def counts(fetch: Fetch) -> tuple[int, int, int]:
    return fetch.taken, fetch.known, fetch.failed


# ------------------------------------------------------------------------------------------- folder


def test_a_folder_is_emptied_and_nothing_is_lost(house: House, near: Path) -> None:
    source = make(house, SourceKind.FOLDER, "简报")
    folder = near / "inbox" / "简报"
    folder.mkdir(parents=True)
    (folder / "三月.txt").write_text(PAGE, "gb18030")
    (folder / "三月.meta.json").write_text('{"doc_date": "2026-03-01"}')
    (folder / "又一份.txt").write_text(PAGE, "utf-8")
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 broken")
    (folder / "还在写.txt.part").write_text("半")
    (folder / "链接.txt").symlink_to("/etc/hostname")
    first = look(source)
    assert counts(first) == (1, 1, 1)
    assert first.outcome == "partly"
    document = Document.objects.get()
    assert (document.came_by, document.uploaded_by, str(document.doc_date)) == (source, house.officer, "2026-03-01")
    left = {str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir()}
    assert left == {
        "done/三月.txt", "done/三月.meta.json", "done/又一份.txt", "failed/坏.docx", "failed/坏.docx.原因.txt",
        "还在写.txt.part", "链接.txt",
    }  # fmt: skip
    assert (folder / "failed/坏.docx.原因.txt").read_text("utf-8").strip()
    # the same name with the same text comes again: known, and beside the first
    (folder / "三月.txt").write_text(PAGE, "utf-8")
    assert counts(look(source)) == (0, 1, 0)
    assert (folder / "done" / "三月-2.txt").exists()


def test_a_file_that_still_grows_is_left_alone(house: House, near: Path, settings: Any) -> None:
    import threading

    source = make(house, SourceKind.FOLDER, "慢")
    folder = near / "inbox" / "慢"
    folder.mkdir(parents=True)
    grown = folder / "大.txt"
    grown.write_text("开头")
    settings.INBOX_SETTLES_SECONDS = 0.4
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.01):
            with grown.open("a", encoding="utf-8") as out:
                out.write("续写。")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert counts(look(source)) == (0, 0, 0)
    finally:
        stop.set()
        writer.join()
    assert grown.exists()
    assert not Document.objects.exists()
    assert counts(look(source)) == (1, 0, 0)


@pytest.mark.parametrize("name", ["../外", "a/b", ".", "..", "", "名 字", "x" * 41])
def test_an_inbox_stays_in_its_room(house: House, near: Path, name: str) -> None:
    with pytest.raises(DomainError):
        make(house, SourceKind.FOLDER, name)
    assert not Source.objects.exists()


# ------------------------------------------------------------------------------------------- feed


def test_a_feed_gives_its_items_once(house: House, near: Path) -> None:
    with web() as site:
        page = f"<html><head><title>星澜</title></head><body><article><p>{PAGE}</p></article></body></html>"
        site.pages["/a.html"] = Answer(page.encode())
        site.pages["/rss"] = Answer(
            rss(("星澜落户", f"{site.root}/a.html", "短。"),
                ("全文", f"{site.root}/b.html", "<p>" + PAGE.replace("星澜", "月汐") * 3 + "</p>"),
                ("没有的页", f"{site.root}/gone.html", "短。"), encoding="gb2312"),
            headers={"ETag": '"1"'},
        )  # fmt: skip
        source = make(house, SourceKind.FEED, f"{site.root}/rss")
        first = look(source)
        assert counts(first) == (2, 0, 1)
        assert "404" in SourceItem.objects.get(outcome="failed").fault
        one = Document.objects.get(source=f"{site.root}/a.html")
        assert one.proposals.filter(kind="project").exists()
        assert str(one.doc_date) == "2026-03-06"
        assert "/b.html" not in site.asked
        site.asked.clear()
        assert counts(look(source)) == (0, 0, 0)
        assert site.asked == ["/rss"]
        # what failed is tried again while it may yet come, and no longer
        site.pages["/rss"].headers["ETag"] = '"2"'
        for _ in range(4):
            Source.objects.update(position={})
            look(source)
        assert site.asked.count("/gone.html") == 2
        assert Document.objects.count() == 2


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><item><title>&b;</title></item></rss>"""


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(BOMB), "实体"),
        (Answer(b"<html><body>not a feed"), "不是 RSS"),
        (Answer(b"", 500), "500"),
        (Answer(b" " * 6_000_000), "超过 5 MB"),
        (Answer(b"", 302, {"Location": "/rss"}), "跳转"),
        (Answer(b"", 302, {"Location": "http://169.254.169.254/latest"}), "不在允许采集的范围内"),
        (Answer(b"", 302, {"Location": "file:///etc/passwd"}), "http"),
    ],
)
def test_a_feed_that_is_none_is_told_of(house: House, near: Path, answer: Answer, words: str) -> None:
    with web() as site:
        site.pages["/rss"] = answer
        source = make(house, SourceKind.FEED, f"{site.root}/rss")
        fetch = look(source)
        assert fetch.outcome == "failed"
        assert words in fetch.error
        source.refresh_from_db()
        assert (source.failures, source.last_error, source.busy_since) == (1, fetch.error, None)
        assert source.next_at > timezone.now()
        assert Notice.objects.filter(person=house.officer, kind="source").count() == 1
        look(source)  # told once, not each hour
        assert Notice.objects.filter(kind="source").count() == 1
    assert not Document.objects.exists()


def test_what_is_not_on_the_intranet_is_not_read(house: House, settings: Any) -> None:
    """Nothing is asked of this machine itself unless it is named, and a name on the list leads nowhere inside."""
    with web() as site:
        with pytest.raises(DomainError, match="不在允许采集的范围内"):
            fetching.get(f"{site.root}/rss", most_bytes=10)
        settings.COLLECT_HOSTS = "127.0.0.1,localhost"
        with pytest.raises(DomainError, match="不在允许采集的范围内"):
            fetching.get(f"{site.root}/rss", most_bytes=10)
        assert site.asked == []


# ------------------------------------------------------------------------------------------- mailbox


def test_letters_and_their_attachments_come_in_once(house: House, near: Path, caplog: Any) -> None:
    with post() as box:
        box.add(
            3, "三月招商动态", PAGE, {"附表.txt": PAGE.replace("星澜", "朝岫").encode(), "坏.pdf": b"%PDF-1.7 broken"}
        )
        source = make(house, SourceKind.MAILBOX, f"imap://127.0.0.1:{box.port}/INBOX", account="desk@intranet.example")
        missing = look(source)
        assert "还没有设置邮箱口令" in missing.error
        secret = near / "passwords" / str(source.pk)
        secret.write_text("wrong\n")
        assert "口令不对" in look(source).error
        secret.write_text(f"{box.password}\n")
        assert counts(look(source)) == (2, 0, 1)
        titles = dict(Document.objects.values_list("title", "source"))
        assert titles["三月招商动态"] == "邮件：三月招商动态"
        assert str(Document.objects.get(title="三月招商动态").doc_date) == "2026-03-06"
        assert counts(look(source)) == (0, 0, 0)
        box.add(9, "四月", PAGE.replace("星澜", "云岫"))
        assert counts(look(source)) == (1, 0, 0)
        assert not any("STORE" in said or "SELECT" in said for said in box.said)  # nothing is changed in the box
    held = str(list(Source.objects.values())) + str(list(Fetch.objects.values())) + caplog.text
    assert box.password not in held


# ------------------------------------------------------------------------------------------- the clock and the owner


def test_the_clock_starts_what_is_due_and_a_look_is_one_at_a_time(house: House, near: Path) -> None:
    source = make(house, SourceKind.FOLDER, "甲")
    off = make(house, SourceKind.FOLDER, "乙", every_minutes=0)
    assert off.next_at is None
    assert jobs.start_due(timezone.now()) == 1
    assert Job.objects.get().state == "done"
    assert Fetch.objects.get().source == source
    assert jobs.start_due(timezone.now()) == 0
    Source.objects.filter(pk=source.pk).update(busy_since=timezone.now())
    with pytest.raises(DomainError, match="正在采集"):
        look(source)
    sources.switch_source(source=off, on=False, actor=house.officer, at=AT)
    with pytest.raises(DomainError, match="停用"):
        look(off)
    assert Fetch.objects.count() == 1


def test_a_source_without_an_owner_in_office_takes_nothing(house: House, near: Path) -> None:
    source = make(house, SourceKind.FOLDER, "甲")
    folder = near / "inbox" / "甲"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text(PAGE)
    house.officer.posts.update(until_date="2020-12-31", from_date="2020-01-01")
    assert "无权" in look(source).error
    assert (folder / "a.txt").exists()
    assert not Document.objects.exists()
