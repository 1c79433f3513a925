"""What a sheet has beside its values, in each format; and pages and XML that other systems save as xls."""

from __future__ import annotations

import io

import openpyxl
import pytest
import xlwt

from yinfeng.foundation.workbook.read import Sheet, read_workbook
from yinfeng.kernel.errors import DomainError

XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="台账"><Table>
<Row><Cell ss:MergeAcross="1"><Data ss:Type="String">标题</Data></Cell><Cell><Data ss:Type="String">末列</Data></Cell></Row>
<Row ss:Index="4" ss:Hidden="1"><Cell ss:Index="2"><Data ss:Type="Number">3.5</Data></Cell>
<Cell><Data ss:Type="DateTime">2023-05-31T00:00:00.000</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "台账"
    for row in (["标题", None, None], ["乡镇", 1, "=1+1"], [None, 2, 3], ["末行", 4, 5]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A2:A3")
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("隐").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls() -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("台账")
    sheet.write_merge(0, 0, 0, 2, "标题")
    sheet.write_merge(1, 2, 0, 0, "乡镇")
    for row, cells in enumerate([(1, None), (2, 3), (4, 5)], start=1):
        for column, value in enumerate(cells, start=1):
            if value is not None:
                sheet.write(row, column, value)
    sheet.write(3, 0, "末行")
    sheet.row(3).hidden = True
    sheet.col(1).hidden = True
    sheet.row(1).set_cell_error(2, "#REF!")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def first(content: bytes) -> Sheet:
    return read_workbook(content, name="台账.xls")[0]


@pytest.mark.parametrize("content", [xlsx(), xls()])
def test_merged_and_hidden_are_told(content: bytes) -> None:
    sheet = first(content)
    assert sheet.merged == ((0, 0, 0, 2), (1, 0, 2, 0))
    assert sheet.hidden_rows == {3}
    assert sheet.hidden_columns == {1}
    assert not sheet.hidden
    assert [row[0] for row in sheet.rows] == ["标题", "乡镇", None, "末行"]


def test_hidden_sheets_and_formulas_without_results_are_told() -> None:
    sheets = read_workbook(xlsx())
    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("台账", False), ("隐", True)]
    assert sheets[0].uncomputed == {(1, 2)}
    assert sheets[0].rows[1][2] is None


def test_a_failed_formula_shows_its_error() -> None:
    assert first(xls()).rows[1][2] == "#REF!"


@pytest.mark.parametrize(
    ("charset", "encoding"), [("gb2312", "gb18030"), ("utf-8", "utf-8"), ("", "utf-8"), ("", "gb18030")]
)
def test_a_page_named_xls_is_a_sheet(charset: str, encoding: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">' if charset else ""
    page = f"""<html><head>{meta}<style>td {{}}</style></head><body><table>
    <tr><td colspan=3>招商引资项目台账</td></tr>
    <tr><td rowspan="2">东河镇</td><td>阀门<br>项目</td><td>&nbsp;1,200</td></tr>
    <tr style="display:none"><td>石英砂项目</td><td><table><tr><td>3</td></tr></table></td></tr></table></body></html>"""
    sheet = first(page.encode(encoding))
    assert sheet.rows == [
        ["招商引资项目台账", None, None], ["东河镇", "阀门\n项目", "1,200"], [None, "石英砂项目", "3"],
    ]  # fmt: skip
    assert sheet.merged == ((0, 0, 0, 2), (1, 0, 2, 0))
    assert sheet.hidden_rows == {2}


def test_excels_xml_of_2003_is_a_sheet() -> None:
    sheet = first(XML.encode())
    assert sheet.name == "台账"
    assert sheet.rows[0] == ["标题", None, "末列"]
    assert sheet.rows[3] == [None, 3.5, "2023-05-31"]
    assert sheet.hidden_rows == {3}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html><body>login</body></html>", "workbook.web_page"),
        (XML.encode()[:-40], "workbook.damaged"),
        (XML.replace("<?mso", '<!DOCTYPE a [<!ENTITY x "y">]><?mso').encode(), "workbook.external"),
        (b"<table>" + b"<tr><td>x</td></tr>" * 200_001 + b"</table>", "workbook.too_many_rows"),
        (b"<table><tr>" + b"<td>x" * 501 + b"</table>", "workbook.too_many_rows"),
    ],
)
def test_pages_that_are_no_tables_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        read_workbook(content, name="台账.xls")
    assert refusal.value.code == code


def test_utf8_with_one_broken_character_is_not_taken_for_gbk() -> None:
    text = "项目名称,投资方\n" + "智能阀门项目,东湾阀门有限公司\n" * 40
    sheet = first(text.encode() + b"\xe9\x98,\n")
    assert sheet.rows[1] == ["智能阀门项目", "东湾阀门有限公司"]
    assert sheet.rows[-1][0] == "\ufffd"
