"""Workbooks with the oddities of real ledgers."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import openpyxl
import xlsxwriter
import xlwt

Rows = Sequence[Sequence[Any]]


@dataclass
class Book:
    """A workbook of one sheet or more: name -> rows; what is merged, hidden, and how it is saved."""

    sheets: dict[str, Rows]
    merged: Sequence[str] = ()
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[str] = ()
    hidden_sheets: Sequence[str] = ()
    formulas: dict[str, tuple[str, Any]] = field(default_factory=dict)
    day_format: str = "yyyy-mm-dd"

    def xlsx(self) -> bytes:
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
        day = book.add_format({"num_format": self.day_format})
        for name, rows in self.sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), day)
                    elif value is not None:
                        sheet.write(number, column, value)
            if name in self.hidden_sheets:
                sheet.hide()
        first = book.worksheets()[0]
        for box in self.merged:
            top, left, bottom, right = xlsxwriter.utility.xl_cell_to_rowcol(box.split(":")[0]) + (
                xlsxwriter.utility.xl_cell_to_rowcol(box.split(":")[1])
            )
            value = next(iter(self.sheets.values()))[top][left]
            first.merge_range(top, left, bottom, right, value)
        for number in self.hidden_rows:
            first.set_row(number - 1, None, None, {"hidden": True})
        for letter in self.hidden_columns:
            first.set_column(f"{letter}:{letter}", None, None, {"hidden": True})
        for cell, (formula, value) in self.formulas.items():
            first.write_formula(cell, formula, None, value)
        book.close()
        return out.getvalue()

    def xls(self) -> bytes:
        book = xlwt.Workbook(encoding="utf-8")
        day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
        for name, rows in self.sheets.items():
            sheet = book.add_sheet(name, cell_overwrite_ok=True)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write(number, column, value, day)
                    elif value is not None:
                        sheet.write(number, column, value)
        first = book.get_sheet(0)
        for box in self.merged:
            start, end = (xlsxwriter.utility.xl_cell_to_rowcol(part) for part in box.split(":"))
            value = next(iter(self.sheets.values()))[start[0]][start[1]]
            first.merge(start[0], end[0], start[1], end[1])
            first.write(start[0], start[1], value)
        for number in self.hidden_rows:
            first.row(number - 1).hidden = True
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def wps(self) -> bytes:
        """As WPS saves it: without a dimension, strings in the cells, and parts of its own."""
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in self.sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
        for box in self.merged:
            book.worksheets[0].merge_cells(box)
        for number in self.hidden_rows:
            book.worksheets[0].row_dimensions[number].hidden = True
        book.properties.creator = "WPS_1680000000"
        book.custom_doc_props.append(openpyxl.packaging.custom.StringProperty(name="KSOProductBuildVer", value="2052"))
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def csv(self, encoding: str, separator: str = ",") -> bytes:
        rows = next(iter(self.sheets.values()))

        def cell(value: Any) -> str:
            text = "" if value is None else str(value)
            return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(c in text for c in '",\n\t') else text

        return "\r\n".join(separator.join(map(cell, row)) for row in rows).encode(encoding)

    def page(self) -> bytes:
        """As other systems export it: a page saved under the name .xls."""
        rows = next(iter(self.sheets.values()))
        body = "".join("<tr>" + "".join(f"<td>{'' if v is None else v}</td>" for v in row) + "</tr>" for row in rows)
        return (
            '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv="Content-Type" '
            f'content="text/html; charset=gb2312"></head><body><table border=1>{body}</table></body></html>'
        ).encode("gbk")


HEADER = ("序号", "项目名称", "投资方", "总投资（万元）", "签约时间", "开工时间", "备注")
PLAIN_ROWS = (
    (1, "年产五万套智能阀门项目", "东湾阀门有限公司", 12000, date(2023, 5, 31), date(2023, 9, 1), None),
    (2, "冷链仓储中心项目", "北原物流有限公司", 8600.5, date(2023, 6, 8), None, "用地待落实"),
    (3, "高纯石英砂项目", "南屿新材料股份有限公司", 35000, date(2024, 1, 15), None, None),
)
PLAIN = (HEADER, *PLAIN_ROWS)


def book(*rows: Sequence[Any], **more: Any) -> Book:
    """A workbook of one sheet called 台账."""
    return Book({"台账": rows}, **more)


def column(header: str, *values: Any, **more: Any) -> Book:
    """A ledger with one column of interest: C."""
    names = [f"示例项目{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥'[n % 22]}{n}" for n in range(len(values))]
    rows = [(n + 1, name, value) for n, (name, value) in enumerate(zip(names, values, strict=True))]
    return book(("序号", "项目名称", header), *rows, **more)


TWO_ROWS = (
    ("示例区招商引资项目台账", *[None] * 9),
    ("填报单位：示例区", None, None, "截至2023年6月30日", None, None, None, None, "单位：万元", None),
    ("序号", "项目名称", "投资方", "投资情况", None, "时间节点", None, None, "到位资金", None),
    (None, None, None, "总投资", "其中：固定资产投资", "签约", "开工（计划）", "开工（实际）", "累计", "本月"),
    (1, "年产五万套智能阀门项目", "东湾阀门有限公司", 12000, 9000, "2023.5", "2023年9月", "6月底", 3000, 200),
    (2, "冷链仓储中心项目", "北原物流有限公司", 8600, 5000, "2023.6", "2024年3月", None, 800, 50),
)
TWO_MERGED = ("A1:J1", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:H3", "I3:J3")

TOTALS = (
    ("2023年招商引资项目台账", None, None, None),
    (None, None, None, "单位：亿元"),
    ("序号", "项目名称", "投资方", "总投资"),
    ("一、制造业（2个）", None, None, None),
    (1, "智能阀门项目", "东湾阀门有限公司", 1.2),
    (2, "石英砂项目", "南屿新材料股份有限公司", 3.5),
    (None, "小  计", None, 4.7),
    ("二、服务业", None, None, None),
    (3, "冷链仓储项目", "北原物流有限公司", 0.86),
    (None, "小计", None, 0.86),
    (None, None, None, None),
    ("合   计", None, None, 5.56),
    ("总计（3个项目）", None, None, 5.56),
    ("备注：本表由各乡镇填报。", None, None, None),
    ("填表人：", None, "审核人：", None),
)

DATES = (
    "2023.5", "2023年5月", "2023-05-31", 45077, "6月底", "2023.10", 2023.1, "2023年5月上旬", "2023/5/31", "二〇二三年五月",
    "２０２３年５月", 20230531, "2023年5月\n31日", "已开工（2023.5）", "未开工", "计划2024年3月", "2023年2月30日", "下周", "2023",
    "5月12日", "2023年三季度", "2099-01-01",
)  # fmt: skip

ODDITIES: dict[str, Callable[[], bytes]] = {
    "plain.xlsx": lambda: book(*PLAIN).xlsx(),
    "plain.xls": lambda: book(*PLAIN).xls(),
    "wps.xlsx": lambda: book(*TWO_ROWS, merged=TWO_MERGED).wps(),
    "wps.et": lambda: book(*TWO_ROWS, merged=TWO_MERGED).xls(),
    "utf8.csv": lambda: book(*PLAIN).csv("utf-8"),
    "utf8_mark.csv": lambda: book(*PLAIN).csv("utf-8-sig"),
    "gbk.csv": lambda: book(*PLAIN).csv("gb18030"),
    "utf16.csv": lambda: book(*PLAIN).csv("utf-16", "\t"),
    "utf16_no_mark.csv": lambda: book(*PLAIN).csv("utf-16-le"),
    "page_named.xls": lambda: book(*PLAIN).page(),
    "several_sheets.xlsx": lambda: Book(
        {
            "填表说明": [("一、本表由各单位填报。",), ("二、金额单位为万元。",)],
            "汇总": [("县区", "个数", "总投资（万元）"), ("甲县", 3, 55600), ("合计", 3, 55600)],
            "2023年台账": PLAIN,
            "字典": [("项目类别",), ("制造业",), ("服务业",)],
            "去年": PLAIN[:2],
        },
        hidden_sheets=["去年"],
    ).xlsx(),
    "two_row_header.xlsx": lambda: book(*TWO_ROWS, merged=TWO_MERGED).xlsx(),
    "two_row_header.xls": lambda: book(*TWO_ROWS, merged=TWO_MERGED).xls(),
    "two_row_header_unmerged.csv": lambda: book(*TWO_ROWS).csv("gb18030"),
    "totals.xlsx": lambda: book(*TOTALS, merged=("A1:D1", "A4:D4")).xlsx(),
    "units.xlsx": lambda: book(
        (
            "项目名称",
            "总投资（亿元）",
            "固定资产投资/万元",
            "实际到位外资(万美元)",
            "用地（公顷）",
            "厂房面积㎡",
            "年产值 单位：元",
        ),
        ("阀门项目", 1.2, 9000, 350, 2, 3000, 56000000),
        ("石英砂项目", "3.5亿元", "约2亿", "1,200万", "30亩", "5,000", None),
        ("外资项目", "5000万美元", None, None, None, None, None),
    ).xlsx(),
    "unit_missing.xlsx": lambda: column("总投资", 1200, "3.6亿元", None).xlsx(),
    "dates.xlsx": lambda: column("开工时间（2023年）", *DATES).xlsx(),
    "numbers_as_text.xlsx": lambda: column(
        "总投资（万元）",
        "1,200",
        "１２００",
        "1 200",
        "1，200.5",
        "1200元",
        "约3亿",
        "1000-2000",
        "一千二百",
        "12,34",
        "#REF!",
        "-5",
        "0",
        "3亿元（一期1亿元）",
        "12000000000",
        "1亿2000万元",
    ).xlsx(),
    "line_breaks.xlsx": lambda: book(
        ("序\n号", "项目\n名称", "建设内容\n及规模", "总投资\n（万元）"),
        (1, "年产五万套\n智能阀门项目", "新建厂房\n购置设备", "12,\n000"),
    ).xlsx(),
    "hidden_rows.xlsx": lambda: book(*PLAIN, hidden_rows=[3], hidden_columns=["G"]).xlsx(),
    "hidden_rows.xls": lambda: book(*PLAIN, hidden_rows=[3]).xls(),
    "several_investors.xlsx": lambda: column(
        "投资方",
        "甲材料有限公司、乙电机有限公司",
        "甲材料有限公司（60%）\n乙电机有限公司（40%）",
        "甲材料有限公司；乙电机有限公司，丙科技有限公司",
        "甲材料有限公司 乙电机有限公司",
        "1.甲材料有限公司 2.乙电机有限公司",
        "甲合伙企业（有限合伙）、Alpha Co., Ltd.",
        "甲材料有限公司等3家企业",
        "甲公司70%、乙公司40%",
    ).xlsx(),
    "merged_down.xlsx": lambda: book(
        ("乡镇", "项目名称", "期次", "投资方", "总投资（万元）", "分期投资（万元）", "签约时间"),
        ("东河镇", "智能阀门项目", "一期", "甲公司", 12000, 5000, "2023.5"),
        (None, None, "二期", None, None, 7000, "2024.3"),
        (None, "石英砂项目", None, "丙公司", 9000, None, "2023.6"),
        ("西山镇", "冷链项目", None, "丁公司", 3000, None, "2023.7"),
        (None, None, None, "戊公司", None, None, None),
        (None, "文旅项目", None, "己公司", 4000, None, "2023.8"),
        merged=("A2:A4", "B2:B3", "D2:D3", "E2:E3", "A5:A7", "B5:B6", "E5:E6"),
    ).xlsx(),
    "formulas.xlsx": lambda: book(
        *PLAIN,
        formulas={"D2": ("=6000*2", 12000), "D3": ("=1/0", "#DIV/0!"), "G2": ('=HYPERLINK("http://x","y")', "y")},
    ).xlsx(),
    "formula_failed.xls": lambda: _failed(),
    "formulas_not_computed.xlsx": lambda: _not_computed(),
    "formula_words.csv": lambda: book(
        ("项目名称", "投资方", "总投资（万元）"), ("=cmd|'/c calc'!A1", "@SUM(A1)", "=1+1"), ("+86项目", "-乙公司", 300)
    ).csv("utf-8"),
    "headers_twice.xlsx": lambda: book(
        ("项目名称", "总投资（万元）", "投资总额（万元）", "备注", "备注"), ("阀门项目", 100000, 120000, "a", "b")
    ).xlsx(),
    "personal_data.xlsx": lambda: book(
        ("项目名称", "投资方", "企业联系人", "联系电话"), ("阀门项目", "甲公司", "张某", "13800000000")
    ).xlsx(),
    "surrogates.csv": lambda: "项目名称,投资方,备注\r\n阀门\ufffd项目,甲公司,锟斤拷\r\n".encode(),
}


def _failed() -> bytes:
    """An old workbook with an error in a cell."""
    made = xlwt.Workbook()
    sheet = made.add_sheet("台账")
    for column, header in enumerate(("项目名称", "总投资（万元）")):
        sheet.write(0, column, header)
    sheet.write(1, 0, "阀门项目")
    sheet.row(1).set_cell_error(1, "#REF!")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _not_computed() -> bytes:
    made = openpyxl.Workbook()
    made.active.append(["项目名称", "总投资（万元）"])
    made.active.append(["阀门项目", "=6000*2"])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
