"""The administrators' pages in a real Chromium, at a desk and in a hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.urls import reverse
from django.utils import timezone

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.rules import STANDARD_RIGHTS
from yinfeng.foundation.accounts.tests.people import client_of, make_person, make_unit
from yinfeng.foundation.audit.actions import record_look
from yinfeng.foundation.audit.models import LookKind
from yinfeng.foundation.jobs.models import Job, JobState
from yinfeng.foundation.notices.actions import notify
from yinfeng.foundation.regions.models import Division
from yinfeng.foundation.rulebook.actions import propose
from yinfeng.foundation.ui.testing import DESKTOP, PHONE, audit_page, browser, chromium_path, page_at

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed: the pages were not looked at"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as opened:
        yield opened


@pytest.fixture
def house(live_server: Any, settings: Any, tmp_path: Path) -> dict[str, Person]:
    settings.FILES_ROOT = tmp_path
    at = timezone.now()
    Division.objects.create(code="330200", name="宁波市", full_name="浙江省宁波市", level=2)
    city = make_unit("示例市", "city")
    district = make_unit("城北区招商引资工作领导小组办公室", parent=city)
    make_unit("城北高新技术产业园区管理委员会投资服务中心", "park", district)
    people = {role: make_person(role, city, username=role) for role in ("sysadmin", "secadmin", "auditor", "director")}
    people["officer"] = make_person("officer", district, name="欧阳建国")
    for n in range(3):
        make_person("park", district, name=f"示例人员{n}")
    propose(
        kind="rights", body=STANDARD_RIGHTS | {"lead": {"park": "SE own", "director": "SEVDX all"}},
        valid_from=timezone.localdate(), note="园区可填报线索（示例文件〔2026〕3号）", actor=people["secadmin"], at=at,
    )  # fmt: skip
    record_look(actor=people["director"], at=at, look=LookKind.EXPORT, kind="project", rows=1200, detail="全部项目")
    for person in people.values():
        notify(persons=[person.pk], kind="job", text="“导出项目台账”已完成。共 1,200 条。", url="/jobs/", at=at)
        Job.objects.create(
            kind="audit.export", label="导出审计日志", owner=person, at=at, state=JobState.RUNNING, done=34, total=100
        )
        Job.objects.create(
            kind="doctor", label="数据体检", owner=person, at=at, state=JobState.FAILED, message="8 项检查中有 1 项不符"
        )
    return people


def visit(page: Any, live_server: Any, person: Person, path: str) -> None:
    session = client_of(person).cookies["sessionid"].value
    page.context.add_cookies([{"name": conf.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.goto(live_server.url + path)
    page.wait_for_function("() => window.yf && window.htmx")


def test_pages_with_nothing_found_are_whole(chromium: Any, live_server: Any, house: Any) -> None:
    """The pages themselves are walked by ``tests/test_pages_in_browser.py``; here is what they show of nothing."""
    with page_at(chromium, PHONE) as page:
        for role, name, asked in (("sysadmin", "people", "?q=没有这个人"), ("auditor", "trail", "?verb=nothing")):
            visit(page, live_server, house[role], reverse(f"administration:{name}") + asked)
            assert audit_page(page) == [], name


def test_a_person_is_added_with_a_post_and_the_password_is_shown(chromium: Any, live_server: Any, house: Any) -> None:
    with page_at(chromium, DESKTOP) as page:
        visit(page, live_server, house["sysadmin"], reverse("administration:person_create"))
        page.fill("[name=name]", "新来的人")
        page.fill("[name=username]", "newcomer")
        page.click(".yf-form .btn-primary")
        password = page.inner_text(".yf-onetime")
        assert Person.objects.get(username="newcomer").check_password(password)
        assert audit_page(page) == []


def test_ending_a_post_asks_first(chromium: Any, live_server: Any, house: Any) -> None:
    officer = house["officer"]
    with page_at(chromium, PHONE) as page:
        visit(page, live_server, house["sysadmin"], reverse("administration:person", args=[officer.pk]))
        page.click("text=结束任职")
        assert officer.posts.get().until_date is None
        page.click("dialog[open] .btn-primary")
        page.wait_for_selector("text=岗位今日结束，明日起不再有相应权限。")
        assert officer.posts.get().until_date == timezone.localdate()


def test_a_faulty_rule_says_where_and_a_checked_one_shows_the_changes(
    chromium: Any, live_server: Any, house: Any
) -> None:
    with page_at(chromium, DESKTOP) as page:
        visit(page, live_server, house["secadmin"], reverse("administration:rule_propose", args=["rights"]))
        text = page.input_value("[name=body]")
        page.fill("[name=note]", "试改")
        page.fill("[name=body]", text.replace("leader: S all\n", "leader: S everywhere\n", 1))
        page.click("[name=check]")
        page.wait_for_selector("text=S everywhere")
        assert "无法识别" in page.inner_text(".yf-field__error")
        page.fill("[name=body]", text.replace("leader: S all\n", "leader: SE all\n", 1))
        page.click("[name=check]")
        page.wait_for_selector(".yf-diff__added")
        assert "leader: SE all" in page.inner_text(".yf-diff")
        assert audit_page(page) == []


def test_an_open_job_renews_itself_and_stops_when_done(chromium: Any, live_server: Any, house: Any) -> None:
    person = house["director"]
    job = Job.objects.get(owner=person, state=JobState.RUNNING)
    with page_at(chromium, DESKTOP) as page:
        visit(page, live_server, person, "/jobs/")
        assert "进行中" in page.inner_text(f"#job-{job.pk}")
        Job.objects.filter(pk=job.pk).update(state=JobState.DONE, message="共 100 条。", finished_at=timezone.now())
        page.wait_for_selector(f"#job-{job.pk} >> text=共 100 条。")
        assert page.get_attribute(f"#job-{job.pk}", "hx-get") is None
