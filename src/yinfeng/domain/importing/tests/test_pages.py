"""The pages: a workbook up, its differences shown, taken, taken back; the template out and in again."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yinfeng.domain.importing.models import ColumnMemory, Import
from yinfeng.domain.projects.access import visible_leads
from yinfeng.domain.projects.models import Lead, Milestone, Project
from yinfeng.domain.projects.queries.feed import exportable_leads
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.jobs.models import Job

from .test_bulk import no_faults

pytestmark = pytest.mark.django_db

CSV = (
    "项目名称,投资方,总投资（万元）,签约日期,甲方口径\n"
    "云上展厅,云梯集团有限公司,3600,2025-03-01,1\n"
    "霁光产线,霁光科技有限公司,1200,,2\n"
)


def upload(client: Any, city: Any, content: bytes, name: str, **more: Any) -> Any:
    data = {
        "upload": SimpleUploadedFile(name, content), "unit": city.units["east"].pk, "mode": "both", "key": "auto", **more,
    }  # fmt: skip
    return client.post(reverse("importing:upload"), data)


def test_a_workbook_goes_in_by_the_page_and_comes_back_out(city: Any) -> None:
    officer, director = client_of(city.people["officer"]), client_of(city.people["director"])
    answer = upload(officer, city, CSV.encode(), "东区台账.csv")
    made = Import.objects.get()
    page = reverse("importing:detail", args=[made.pk])
    assert answer["Location"] == page
    shown = officer.get(page).content.decode()
    assert "云上展厅" in shown
    assert "确认导入 2 行" in shown
    assert Project.objects.count() == 0
    # Seen and not allowed: who decides does not enter; nobody but who took it, or who decides, takes it back.
    assert director.post(reverse("importing:apply", args=[made.pk])).status_code == 403
    officer.post(reverse("importing:apply", args=[made.pk]))
    assert Project.objects.count() == 2
    assert client_of(city.people["colleague"]).post(reverse("importing:undo", args=[made.pk])).status_code == 403
    assert client_of(city.people["stranger"]).get(page).status_code == 404
    assert "撤销导入" in officer.get(page).content.decode()
    director.post(reverse("importing:undo", args=[made.pk]), {"reason": "传错了文件"})
    made.refresh_from_db()
    assert (made.state, made.undone_by_id) == ("undone", city.people["director"].pk)
    assert Milestone.objects.get().status == "voided"
    project = Project.objects.get(name="云上展厅")
    assert officer.get(reverse("projects:project", args=[project.pk])).status_code == 404
    no_faults()


def test_a_large_import_is_taken_back_by_the_worker(city: Any, monkeypatch: Any) -> None:
    officer = client_of(city.people["officer"])
    upload(officer, city, CSV.encode(), "东区台账.csv")
    made = Import.objects.get()
    officer.post(reverse("importing:apply", args=[made.pk]))
    monkeypatch.setattr("yinfeng.domain.importing.jobs.SMALL_IMPORT", 1)
    officer.post(reverse("importing:undo", args=[made.pk]), {"reason": ""})
    assert Import.objects.get().state == "applied"  # without a reason nothing is begun
    officer.post(reverse("importing:undo", args=[made.pk]), {"reason": "传错了文件"})
    job = Job.objects.get(kind="import-undo")
    assert "撤回新增项目 2 个" in job.message
    assert Import.objects.get().state == "undone"


def test_a_mapping_is_remembered_for_the_unit(city: Any) -> None:
    officer = client_of(city.people["officer"])
    upload(officer, city, CSV.encode(), "东区台账.csv")
    made = Import.objects.get()
    column = next(c["column"] for c in made.found["columns"] if c["header"] == "甲方口径")
    keys = {f"col-{c['column']}": c["key"] for c in made.found["columns"]} | {f"col-{column}": "jobs"}
    officer.post(
        reverse("importing:choose", args=[made.pk]),
        {"sheet": made.sheet, "mode": "create", "key": "auto", "on_conflict": "refuse", **keys},
    )
    made.refresh_from_db()
    assert (made.state, made.mode) == ("previewed", "create")
    assert made.rows.first().values["jobs"] == 1
    assert ColumnMemory.objects.filter(key="jobs", unit=city.units["east"]).count() == 1
    upload(officer, city, CSV.encode(), "再来.csv")
    assert Import.objects.latest("pk").rows.first().values["jobs"] == 1


def test_a_template_is_filled_and_each_change_is_shown(city: Any, project: Any) -> None:
    officer = client_of(city.people["officer"])
    answer = officer.get(reverse("importing:template"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    page = book.worksheets[0]
    heads = [cell.value for cell in page[1]]
    assert page.protection.sheet
    assert page.cell(2, heads.index("当前阶段") + 1).protection.locked
    assert not page.cell(2, heads.index("主要产品") + 1).protection.locked
    assert page.column_dimensions[page.cell(1, heads.index("台账版本") + 1).column_letter].hidden
    assert page.data_validations.dataValidation
    page.cell(2, heads.index("主要产品") + 1).value = "一号产线"
    out = io.BytesIO()
    book.save(out)
    before = Project.objects.values().get(pk=project.pk)
    upload(officer, city, out.getvalue(), "模板.xlsx")
    row = Import.objects.get().rows.get()
    assert [(d["key"], d["old"]) for d in row.differences] == [("product", before["product"])]
    assert Project.objects.values().get(pk=project.pk) == before


def test_what_is_no_ledger_is_refused_in_words(city: Any) -> None:
    officer = client_of(city.people["officer"])
    assert upload(officer, city, b"\x7fELF\x02\x01\x01", "a.xlsx").status_code == 422
    upload(officer, city, "甲,乙\n1,2\n".encode(), "b.csv")
    made = Import.objects.get()
    assert made.state == "refused"
    assert "项目名称" in officer.get(reverse("importing:detail", args=[made.pk])).content.decode()


def test_a_workbook_with_a_confidential_project_is_seen_by_who_may(city: Any) -> None:
    officer = client_of(city.people["officer"])
    upload(officer, city, "项目名称,保密项目\n云上展厅,是\n".encode(), "密.csv")
    made = Import.objects.get()
    pages = [reverse("importing:detail", args=[made.pk]), reverse("files:download", args=[made.file_id])]
    for key, status in (("officer", 200), ("director", 200), ("colleague", 404), ("steward", 404)):
        assert [client_of(city.people[key]).get(page).status_code for page in pages] == [status] * 2, key
    assert "密.csv" not in client_of(city.people["colleague"]).get(reverse("importing:index")).content.decode()
    upload(officer, city, "项目名称,保密项目\n霁光产线,否\n".encode(), "常.csv")
    assert "常.csv" in client_of(city.people["colleague"]).get(reverse("importing:index")).content.decode()


def test_leads_go_in_by_the_page_within_the_own_unit_and_go_back(city: Any) -> None:
    officer = client_of(city.people["officer"])
    sheet = (
        "线索名称,项目类别,招商方式,首报日期,填报单位,投资方\n"
        "云梯线索,制造业,乡贤招商,2026-01-05,,云梯集团有限公司\n别区线索,制造业,乡贤招商,2026-01-05,{west},\n"
    ).format(west=city.units["west"].name)  # fmt: skip
    upload(officer, city, sheet.encode(), "线索.csv", book="leads")
    page = reverse("importing:detail", args=[Import.objects.get().pk])
    shown = officer.get(page).content.decode()
    assert "填报单位不是您所在的单位" in shown
    assert "列对应" not in shown
    officer.post(reverse("importing:apply", args=[Import.objects.get().pk]))
    assert Lead.objects.count() == 0
    upload(officer, city, sheet.rsplit("别区", 1)[0].encode(), "线索.csv", book="leads")
    pk = Import.objects.latest("pk").pk
    answer = officer.post(reverse("importing:apply", args=[pk]), follow=True).content.decode()
    assert "新增 1 条线索" in answer
    assert Lead.objects.get().owner_unit == city.units["east"]
    answer = officer.post(reverse("importing:undo", args=[pk]), {"reason": "误传"}, follow=True).content.decode()
    assert "撤回新增线索 1 条" in answer
    assert "云梯线索" not in officer.get(reverse("projects:leads")).content.decode()
    gone, reader = Lead.objects.get().pk, viewer_of(city.people["director"], city.today)
    assert exportable_leads(reader, "lead", [gone]) == {gone}, "who follows the feed learns that it is gone"
    assert not visible_leads(reader, "X").exists()
    steward = client_of(city.people["steward"])  # keeps everybody's data, and enters no leads by hand
    upload(steward, city, sheet.encode(), "线索.csv", book="leads")
    answer = steward.post(
        reverse("importing:apply", args=[Import.objects.latest("pk").pk]), follow=True
    ).content.decode()
    assert "新增 2 条线索" in answer
    template = officer.get(reverse("importing:template"), {"book": "visits"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(template.streaming_content)))
    assert book.worksheets[0]["B1"].value == "往来方式"
