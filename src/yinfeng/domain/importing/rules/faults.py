"""Faults of a workbook: where they are, what is wrong, how to mend it, in words that a clerk understands.

The table of wordings is the whole list; ``docs/formats/ledger.md`` prints it. An error keeps its row out. A warning lets
the row in: with the value, without the value, or with the value as it was understood, which the message tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from yinfeng.foundation.workbook.sheet import cell_name, column_letters
from yinfeng.kernel.voice import say

Severity = Literal["error", "warning"]
_LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Fault:
    """``row`` counts from 1 as on the sheet; ``cell`` is "" where a whole row or column is meant."""

    row: int
    column_letter: str
    cell: str
    key: str
    severity: Severity
    code: str
    message: str
    mend: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault before it has a place: its code in ``WORDINGS`` and the values of its sentences."""

    code: str
    values: tuple[tuple[str, str], ...] = ()


def trouble(code: str, **values: object) -> Trouble:
    """``value`` and the like are shortened for showing."""
    return Trouble(code, tuple((name, shown(value)) for name, value in values.items()))


def shown(value: object) -> str:
    """A value as it is quoted in a message: one line, not too long, nothing unprintable."""
    text = " ".join(str(value).split())
    text = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def fault_at(row: int, column: int | None, key: str, what: Trouble) -> Fault:
    """The fault at a cell; ``row`` and ``column`` count from 0, column None where the whole row is meant."""
    severity, message, mend = WORDINGS[what.code]
    values = dict(what.values)
    letter = "" if column is None else column_letters(column)
    cell = "" if column is None else cell_name(row, column)
    values |= {"letter": letter, "row": str(row + 1)}
    return Fault(
        row + 1, letter, cell, key, severity, what.code, say(message, **values), say(mend, **values) if mend else ""
    )


# code -> severity, what is wrong, how to mend it
WORDINGS: dict[str, tuple[Severity, str, str]] = {
    # -- the sheet and its columns
    "sheet.no_rows": ("warning", "表头以下没有项目。", "请核对是否选对了工作表。"),
    "sheet.hidden": ("warning", "工作表“{value}”是隐藏的。", "请核对是否选对了工作表。"),
    "sheet.hidden_rows": (
        "warning",
        "有 {count} 行被隐藏或筛选掉了（如第 {rows} 行），也会导入。",
        "不需要的请在原表中删去，或在预览中略过。",
    ),
    "column.hidden": ("warning", "“{header}”（{letter} 列）是隐藏的，也会导入。", "不需要的请在对应关系中选择不导入。"),
    "column.no_name": ("error", "没有找到“项目名称”列。", "请在对应关系中指明哪一列是项目名称。"),
    "column.ambiguous": (
        "warning",
        "“{header}”（{letter} 列）没有导入：{reason}。",
        "请在对应关系中为这一列选定台账栏目，或选择不导入。",
    ),
    "column.guessed": (
        "warning",
        "“{header}”（{letter} 列）按“{title}”处理，把握不大。",
        "请核对对应关系；确认后下次不再询问。",
    ),
    "column.unlike": (
        "warning",
        "“{header}”（{letter} 列）按“{title}”处理，但这一列的内容大多读不出来。",
        "请核对对应关系是否选错了栏目。",
    ),
    "column.personal": (
        "warning",
        "“{header}”（{letter} 列）是个人信息，不导入。",
        "确有需要的，请在项目页“联系人”处登记，并注明用途和本人同意。",
    ),
    "unit.missing": (
        "error",
        "“{header}”（{letter} 列）没有写明金额单位。",
        "请在表头注明，如“{title}（万元）”，或在对应关系中选定单位。",
    ),
    "unit.assumed": (
        "warning",
        "“{header}”（{letter} 列）没有写明面积单位，按{unit}计。",
        "如单位不同，请在表头注明，或在对应关系中选定单位。",
    ),
    # -- the row
    "row.no_name": ("error", "第 {row} 行没有项目名称。", "请补填项目名称；不是项目的行请删去。"),
    "row.continued": (
        "error",
        "第 {row} 行与第 {first} 行合并为同一个项目，但没有写明期次。",
        "分期的项目请在“期次”列写明一期、二期；不分期的请并成一行。",
    ),
    "row.phase_in_name": (
        "warning",
        "“{value}”像是一个项目的分期，按单独的项目处理。",
        "如属分期，请各行填同一个项目名称，并在“期次”列写明一期、二期。",
    ),
    # -- any cell
    "cell.error": ("error", "“{title}”的公式出错，显示为 {value}。", "请改正公式，或直接填写内容。"),
    "cell.not_computed": (
        "error",
        "“{title}”是公式，但表格没有保存计算结果。",
        "请用 Excel 或 WPS 打开后保存一次，或直接填写内容。",
    ),
    "cell.ditto": ("warning", "“{title}”写的是“{value}”，按上一行的“{above}”处理。", "请直接填写内容。"),
    "cell.garbled": (
        "error",
        "“{title}”含有乱码：“{value}”。",
        "请用 Excel 或 WPS 打开原文件核对，另存为 .xlsx 后再导入。",
    ),
    "text.formula": ("error", "“{title}”的内容“{value}”以“=”等符号开头，像是公式。", "请改为文字。"),
    "text.long": ("error", "“{title}”有 {length} 个字，超过 {most} 个字。", "请缩短后再导入。"),
    "code.rounded": (
        "error",
        "“{title}”以数字保存，15 位以后的数字已经丢失（{value}）。",
        "请把这一列的单元格格式设为文本，重新填写完整代码。",
    ),
    # -- numbers and money
    "number.unreadable": ("error", "“{title}”写的是“{value}”，读不出数。", "请只填数字，如 3600 或 3,600.5。"),
    "number.several": ("error", "“{title}”里有几个数（“{value}”），不知道该取哪一个。", "请只填一个数，其余写到备注。"),
    "number.range": ("error", "“{title}”写的是一个范围（“{value}”）。", "请填一个确定的数。"),
    "number.negative": ("error", "“{title}”是负数（{value}）。", "请核对；冲减请在系统中更正原记录。"),
    "number.whole": ("error", "“{title}”应为整数，写的是“{value}”。", "请填整数。"),
    "number.too_large": ("error", "“{title}”为 {value}，超出可登记的范围。", "请核对数字和单位。"),
    "number.unlikely": ("warning", "“{title}”折合 {value}，不大像实际金额。", "请核对数字，以及表头的单位是否正确。"),
    "number.zero": ("warning", "“{title}”填的是 0，按未填处理。", "请填写实际金额；还不清楚的请留空。"),
    "number.shared": (
        "error",
        "“{title}”与第 {first} 行合并成一格，分不清各个项目是多少。",
        "请取消合并，逐个项目填写。",
    ),
    "number.approximate": ("warning", "“{title}”写的是“{value}”，按 {read} 登记。", "请改为确定的数。"),
    "number.unit_conflict": (
        "warning",
        "“{title}”的表头单位是{unit}，单元格写的是“{value}”，按单元格的单位登记为 {read}。",
        "请统一单位后只填数字。",
    ),
    "money.unit_missing": (
        "error",
        "“{title}”为 {value}，但表头和单元格都没有写明单位。",
        "请在表头注明单位，如“{title}（万元）”。",
    ),
    "money.currency": (
        "error",
        "“{title}”应为{wanted}，单元格写的是“{value}”。",
        "外币请填入带原币的栏目，并写明币种。",
    ),
    # -- dates
    "date.unreadable": ("error", "“{title}”写的是“{value}”，读不出日期。", "请写成 2023-05-31 或 2023年5月。"),
    "date.impossible": ("error", "“{title}”写的是“{value}”，没有这一天。", "请核对年月日。"),
    "date.out_of_range": (
        "error",
        "“{title}”为 {value}，年份不合常理。",
        "请核对；如把年份填进了日期格式的单元格，请改写为完整日期。",
    ),
    "date.several": ("warning", "“{title}”里有几个日期（“{value}”），没有登记。", "请只填一个日期，其余写到备注。"),
    "date.no_year": ("error", "“{title}”写的是“{value}”，没有年份。", "请补上年份，如 2023年6月底。"),
    "date.year_assumed": ("warning", "“{title}”写的是“{value}”，按表题年份登记为 {read}。", "请核对，并补上年份。"),
    "date.year_only": ("warning", "“{title}”只写到年（“{value}”），没有登记。", "请补到月，如 2023年5月。"),
    "date.coarse": ("warning", "“{title}”只写到季度或半年（“{value}”），没有登记。", "请补到月，如 2023年5月。"),
    "date.ambiguous_month": (
        "warning",
        "“{title}”为数字 {value}，可能是 {year} 年 1 月，也可能是 10 月，没有登记。",
        "请写成 {year}-01 或 {year}-10。",
    ),
    "date.ambiguous_day": (
        "warning",
        "“{title}”写的是“{value}”，日和月分不清，没有登记。",
        "请写成 2023-05-31 这样的形式。",
    ),
    "date.in_words": ("warning", "“{title}”写的是“{value}”，按 {read} 登记。", "请只填日期，其余写到备注。"),
    "date.words_only": ("warning", "“{title}”写的是“{value}”，没有日期，没有登记。", "请填写实际日期。"),
    "date.planned": (
        "warning",
        "“{title}”写的是打算（“{value}”），不是已经发生的事，没有登记。",
        "请填到“计划开工日期”等计划栏，实际发生后再登记。",
    ),
    "date.future": ("warning", "“{title}”为 {value}，晚于今天，没有登记。", "请核对日期；将来的安排请填到计划栏。"),
    "date.order": ("warning", "“{later}”（{later_value}）早于“{earlier}”（{earlier_value}）。", "请核对两个日期。"),
    # -- words
    "choice.unknown": ("error", "“{title}”写的是“{value}”，不是可选的值。", "可选：{choices}。"),
    "choice.unknown_left": ("warning", "“{title}”写的是“{value}”，不是可选的值，按未填处理。", "可选：{choices}。"),
    "phase.unreadable": ("error", "“{title}”写的是“{value}”，读不出是第几期。", "请写成一期、二期，或 1、2。"),
    "uscc.wrong": ("error", "“{title}”{value} 有误：{why}。", "请对照营业执照核对。"),
    "uscc.count": (
        "error",
        "“{title}”有 {codes} 个，“投资方”有 {firms} 家，对不上。",
        "请按投资方的顺序逐一填写，或只保留一家。",
    ),
    "firms.shares": ("error", "投资方的出资比例合计 {value}%，超过 100%。", "请核对各家的比例。"),
    "firms.twice": ("warning", "投资方“{value}”写了两次，按一家计。", "请核对。"),
    "firms.more": ("warning", "投资方写的是“{value}”，还有没写明的投资方。", "请写全各家名称。"),
    "title.unknown": (
        "warning",
        "“{title}”写的“{value}”不是已知的称号，没有登记。",
        "可选：{choices}；其他情况请写到备注。",
    ),
    "listing.level": (
        "warning",
        "“{title}”写的“{value}”没有写明是哪一级的什么清单，没有登记。",
        "请写成：省重点项目（2021）、某某工程（市级，2022）。",
    ),
    # -- leads and visits
    "column.left": ("warning", "“{header}”（{letter} 列）没有导入：本表没有这一栏。", "请核对表头；可下载模板对照。"),
    "column.twice": ("error", "“{title}”有两列：{letter} 列和 {other} 列。", "请只保留一列。"),
    "column.missing": ("error", "没有找到“{title}”列。", "请补上这一列；可下载模板对照。"),
    "record.required": ("error", "没有填写“{title}”。", "请填写{title}。"),
    "record.direction": ("warning", "没有“{title}”，按表名登记为“{value}”。", "请补填往来方式。"),
    "record.heads": ("warning", "“{title}”没有填写，按人员栏计 {value} 人。", "请核对，并填写人数。"),
    # -- what does not fit together
    "stage.no_date": (
        "warning",
        "“{title}”写的是“{value}”，但没有“{wanted}”。",
        "请补上日期，否则系统中到不了这一阶段。",
    ),
    "signed.framework": (
        "warning",
        "合同类型是框架协议，签约日期 {value} 不算签约，没有登记。",
        "签订正式合同后再填签约日期。",
    ),
    "event.no_name": (
        "error",
        "没有写明“{name}”的名称。",
        "请与“{day}”一并填写活动名称；没有参加活动的，两栏都留空。",
    ),
    "event.no_date": (
        "error",
        "“{value}”没有可用的“{day}”。",
        "请填写活动当天的日期，如 2023-05-31；没有参加活动的，两栏都留空。",
    ),
    "sum.part_larger": (
        "warning",
        "“{part}”（{part_value}）大于“{whole}”（{whole_value}）。",
        "请核对两个数及其单位。",
    ),
}
