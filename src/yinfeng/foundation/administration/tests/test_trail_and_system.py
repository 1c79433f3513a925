"""The auditor's pages, the system page, the doctor and the first three administrators."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yinfeng.foundation.accounts import actions as accounts
from yinfeng.foundation.accounts.actions import grant
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.tests.people import AT, client_of, make_person, make_unit
from yinfeng.foundation.administration import doctor
from yinfeng.foundation.administration.actions import first_administrators
from yinfeng.foundation.audit.actions import record, record_look, seal
from yinfeng.foundation.audit.models import AuditRow, LookKind, LookRow
from yinfeng.foundation.files.actions import store
from yinfeng.foundation.files.queries import read_bytes
from yinfeng.foundation.files.vault import place_of
from yinfeng.foundation.jobs.models import Job, JobState, WorkerBeat
from yinfeng.foundation.ui.slots import DoctorCheck, registry
from yinfeng.kernel.errors import DomainError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def auditor() -> Person:
    return make_person("auditor")


@pytest.fixture
def client(auditor: Person) -> Client:
    return client_of(auditor)


def url(name: str) -> str:
    return reverse(f"administration:{name}")


def rows(client: Client, name: str = "trail", **asked) -> list:
    return client.get(url(name), asked).context["page"].rows


# ---------------------------------------------------------------------------------------------- the trail


def test_the_trail_shows_the_old_beside_the_new(client: Client) -> None:
    unit = make_unit("城北区")
    accounts.edit_unit(
        unit=unit, name="城北新区", code=unit.code, short_name=unit.short_name, kind=unit.kind, actor=None, at=AT
    )
    row = rows(client)[0]
    assert (row.verb_label, row.actor) == ("单位 · 修改", "")
    assert [(c.name, c.before, c.after) for c in row.changes] == [("name", "城北区", "城北新区")]


def test_the_trail_is_asked_by_person_verb_object_and_day(client: Client) -> None:
    person = make_person(name="王安", username="wangan")
    now = timezone.now()
    record(actor=person, at=now, verb="test.do", kind="thing", object_id=7)
    record(actor=person, at=now - timedelta(days=10), verb="test.undo", kind="thing", object_id=8)
    record(actor=None, at=now, verb="test.do", kind="other", object_id=7)
    today = timezone.localdate()
    assert len(rows(client, person="王")) == 2
    assert len(rows(client, person="wangan", verb="test.undo")) == 1
    assert len(rows(client, verb="test")) == 3
    assert len(rows(client, kind="thing", object_id=7)) == 1
    assert len(rows(client, verb="test", from_date=today, until_date=today)) == 2
    assert len(rows(client, verb="test", until_date=today - timedelta(days=1))) == 1
    assert rows(client, person="没有这个人") == []
    assert client.get(url("trail"), {"object_id": "x", "after": "-1", "from_date": "?"}).status_code == 200


def test_the_trail_is_paged_by_key_and_costs_the_same_everywhere(client: Client, django_assert_max_num_queries) -> None:
    for n in range(130):
        record(actor=None, at=AT, verb="test.page", kind="thing", object_id=n)
    seen, after, pages = [], "", 0
    while after is not None:
        with django_assert_max_num_queries(12):
            page = client.get(url("trail"), {"verb": "test.page", "after": after}).context["page"]
        seen += [row.object_id for row in page.rows]
        after, pages = page.pager["after"], pages + 1
    assert seen == list(range(129, -1, -1))
    assert pages == 3


def test_looks_are_logged_and_shown(client: Client) -> None:
    person = make_person(name="王安")
    record_look(actor=person, at=timezone.now(), look=LookKind.UNMASK, kind="person_data", object_id=3, detail="联系人")
    assert [row.object_id for row in rows(client, "looks", person="王")] == [3]
    assert rows(client, "looks", kind="project") == []


def test_log_ins_and_failures_are_shown(client: Client) -> None:
    make_person(username="wangan")
    Client().post(reverse("accounts:login"), {"username": "wangan", "password": "wrong"})
    Client().post(reverse("accounts:login"), {"username": "wangan", "password": "Phoenix-2026"})
    assert [r.worked for r in rows(client, "logins") if r.username == "wangan"] == [True, False]
    assert [r.worked for r in rows(client, "logins", failures="1")] == [False]


def test_the_chain_is_proved_in_the_background(client: Client, auditor: Person) -> None:
    record(actor=None, at=AT, verb="test.do", kind="thing", object_id=1)
    seal(at=timezone.now() + timedelta(minutes=5))
    client.post(url("trail_verify"))
    job = Job.objects.get()
    assert job.state == JobState.DONE
    assert "审计链完整" in job.message
    AuditRow.objects.filter(verb="test.do").update(note="改动")
    client.post(url("trail_verify"))
    job = Job.objects.latest("pk")
    assert job.state == JobState.FAILED
    assert "不符" in job.message


def test_the_trail_taken_out_is_a_workbook_and_logged(client: Client, auditor: Person) -> None:
    record(actor=auditor, at=AT, verb="test.do", kind="thing", object_id=1, before={"a": 1}, after={"a": "=2"})
    client.post(url("trail_export"), {"verb": "test"})
    job = Job.objects.get()
    assert job.state == JobState.DONE, job.message
    sheet = openpyxl.load_workbook(io.BytesIO(read_bytes(job.result))).worksheets[0]
    assert sheet.max_row == 2
    assert sheet["D2"].value == "test.do"
    look = LookRow.objects.get(kind=LookKind.EXPORT)
    assert (look.person, look.object_kind, look.rows) == (auditor, "audit", 1)


def test_a_right_taken_away_before_the_job_runs_counts(auditor: Person, client: Client) -> None:
    from yinfeng.foundation.administration.jobs import export
    from yinfeng.foundation.jobs.progress import Progress

    job = Job.objects.create(kind="audit.export", label="x", owner=auditor, at=AT, state=JobState.RUNNING)
    auditor.posts.all().delete()
    with pytest.raises(DomainError, match="没有导出"):
        export(Progress(job), {})
    assert not LookRow.objects.exists()


# --------------------------------------------------------------------------------------------- the system


def test_the_system_page_tells_what_is_wrong() -> None:
    client = client_of(make_person("sysadmin"))
    page = client.get(url("system"))
    signs = {s.label: s for s in page.context["page"].signs}
    assert signs["数据库"].light == "green"
    assert signs["后台进程"].light == "red"
    assert "yinfeng worker" in page.content.decode()
    WorkerBeat.objects.create(worker="w", started_at=timezone.now(), beat_at=timezone.now())
    signs = {s.label: s for s in client.get(url("system")).context["page"].signs}
    assert signs["后台进程"].light == "green"


def test_the_doctor_on_the_screen_tells_counts_and_no_names() -> None:
    client, unit = client_of(make_person("sysadmin")), make_unit("机密单位名")
    client.post(url("system_doctor"))
    assert "全部相符" in Job.objects.latest("pk").message
    grant("project", 1, units=[(unit.pk, "lead")])
    Unit.objects.filter(pk=unit.pk).update(is_active=False)
    only = {k: v for k, v in registry.checks.items() if k in ("grants", "units")}
    kept, registry.checks = registry.checks, only
    try:
        client.post(url("system_doctor"))
    finally:
        registry.checks = kept
    job = Job.objects.latest("pk")
    assert job.state == JobState.FAILED
    assert "访问授权指向在用单位 1" in job.message
    assert "机密单位名" not in job.message


# --------------------------------------------------------------------------------------------- the doctor


def run_doctor(capsys, *only: str) -> tuple[int, str, str]:
    code = 0
    arguments = [part for key in only for part in ("--only", key)]
    try:
        call_command("doctor", *arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_healthy_house_passes_every_check(capsys) -> None:
    officer = make_person("officer")
    store(content=b"%PDF-1.7", name="a.pdf", owner_kind="project", owner_id=None, actor=officer, at=AT)
    seal(at=timezone.now() + timedelta(minutes=5))
    code, out, err = run_doctor(capsys)
    assert (code, err) == (0, "")
    for key in ("audit", "files", "grants", "posts", "units"):
        assert f"相符\t{key}\t" in out


def test_each_fault_is_a_line_of_its_own_and_the_answer_is_one(capsys) -> None:
    officer, unit = make_person("officer"), make_unit("旧单位")
    file = store(content=b"%PDF-1.7", name="凭证.pdf", owner_kind="project", owner_id=None, actor=officer, at=AT)
    place_of(file.sha256).unlink()
    grant("project", 5, units=[(unit.pk, "lead")])
    Unit.objects.filter(pk=unit.pk).update(is_active=False)
    Person.objects.filter(pk=officer.pk).update(is_active=False)
    Unit.objects.filter(pk=officer.posts.get().unit_id).update(path="0009.0009.")
    code, out, err = run_doctor(capsys, "files", "grants", "posts", "units")
    assert code == 1
    assert sorted(line.split("\t")[0] for line in err.splitlines()) == ["files", "grants", "posts", "units"]
    assert "凭证.pdf" in err
    assert "旧单位" in err
    assert "共 0 项相符，4 处不符" in out


def test_orphans_are_told_and_no_fault(capsys) -> None:
    officer = make_person("officer")
    store(content=b"%PDF-1.7", name="a.pdf", owner_kind="x", owner_id=None, actor=officer, at=AT).delete()
    code, out, _err = run_doctor(capsys, "files")
    assert code == 0
    assert "1 个没有记录引用" in out


def test_a_check_that_breaks_is_a_fault_and_stops_no_other(capsys) -> None:
    def broken():
        yield "第一处"
        raise RuntimeError("坏了")

    registry.checks["test-broken"] = DoctorCheck("test-broken", "会坏的检查", broken)
    try:
        code, out, err = run_doctor(capsys, "test-broken", "units")
    finally:
        registry.checks.pop("test-broken")
    assert code == 1
    assert "第一处" in err
    assert "检查本身出错" in err
    assert "相符\tunits" in out


def test_very_many_faults_are_cut_and_said(capsys) -> None:
    registry.checks["test-many"] = DoctorCheck("test-many", "很多", lambda: (f"第{n}处" for n in range(10**7)))
    try:
        result = next(doctor.run({"test-many"}))
    finally:
        registry.checks.pop("test-many")
    assert (len(result.faults), result.more) == (doctor.MOST_FAULTS, True)


def test_an_unknown_check_is_a_matter_of_usage(capsys) -> None:
    code, _out, err = run_doctor(capsys, "nonsense")
    assert code == 2
    assert "nonsense" in err


# ---------------------------------------------------------------------------------------------- beginning


def test_an_empty_installation_gets_three_separate_administrators(capsys) -> None:
    call_command("setup", "--unit", "示例市")
    out = capsys.readouterr().out
    assert Person.objects.count() == 3
    assert all(p.must_change_password for p in Person.objects.all())
    assert {p.posts.get().role for p in Person.objects.all()} == {"sysadmin", "secadmin", "auditor"}
    for line in [line for line in out.splitlines() if "\t" in line]:
        _label, username, password = line.strip().split("\t")
        assert Person.objects.get(username=username).check_password(password)
    with pytest.raises(SystemExit):
        call_command("setup", "--unit", "示例市")
    assert Person.objects.count() == 3


def test_where_anybody_is_the_first_three_are_not_made_again() -> None:
    make_person()
    before = (Person.objects.count(), Unit.objects.count(), AuditRow.objects.count())
    with pytest.raises(DomainError, match="已有人员"):
        first_administrators(unit_name="示例市", at=AT)
    assert (Person.objects.count(), Unit.objects.count(), AuditRow.objects.count()) == before
