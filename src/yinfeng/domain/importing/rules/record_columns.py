"""The columns of 线索台账 and 往来台账: the published format of ``docs/formats/records.md``. Pure."""

from __future__ import annotations

from yinfeng.domain.projects.rules.words import Channel, LeadStatus, ProjectKind, VisitDirection

from .columns import LedgerColumn
from .words import Book

# Keys that the ledger of projects has too mean the same there.
LEADS: tuple[LedgerColumn, ...] = (
    LedgerColumn("sequence", "序号", place="row", note="只作行号，不导入"),
    LedgerColumn("code", "线索编号", "code", note="本系统编号；填写后按编号更新，新线索请留空"),
    LedgerColumn("name", "线索名称", required_for_create=True, note="不超过 120 字"),
    LedgerColumn("kind", "项目类别", "choice", required_for_create=True, choices=tuple(ProjectKind.choices)),
    LedgerColumn("channel", "招商方式", "choice", required_for_create=True, choices=tuple(Channel.choices)),
    LedgerColumn("reported_on", "首报日期", "date", required_for_create=True),
    LedgerColumn("owner_unit", "填报单位", "unit", note="系统中的单位名称；不填按导入单位"),
    LedgerColumn("owner", "负责人", "person"),
    LedgerColumn("investor", "投资方", note="不超过 120 字"),
    LedgerColumn("investor_uscc", "投资方统一社会信用代码", "uscc"),
    LedgerColumn("investment_cny", "预计总投资", "money", "万元"),
    LedgerColumn("land_area_mu", "用地需求", "number", "亩"),
    LedgerColumn("content", "建设内容", "long_text"),
    LedgerColumn("product", "主要产品"),
    LedgerColumn("needs", "要素需求"),
    LedgerColumn("expected_output_cny", "预计年产值", "money", "万元"),
    LedgerColumn("expected_tax_cny", "预计年税收", "money", "万元"),
    LedgerColumn("segment", "产业链环节", note="产业链 · 环节"),
    LedgerColumn("referrer", "引荐人"),
    LedgerColumn("is_confidential", "保密项目", "yes_no"),
    LedgerColumn("screened_on", "研判日期", "date", note="通过研判之日：从这一天起是有效线索；没有通过的留空"),
    LedgerColumn("opinion", "研判意见"),
    LedgerColumn("dropped_reason", "放弃原因", note="填写即放弃"),
    LedgerColumn("status", "线索状态", "choice", place="computed", note="只导出", choices=tuple(LeadStatus.choices)),
)
VISITS: tuple[LedgerColumn, ...] = (
    LedgerColumn("sequence", "序号", place="row", note="只作行号，不导入"),
    LedgerColumn(
        "direction", "往来方式", "choice", required_for_create=True, choices=tuple(VisitDirection.choices),
        note="表名写明来访或外出的可以没有这一列",
    ),
    LedgerColumn("held_on", "往来日期", "date", required_for_create=True),
    LedgerColumn("about", "线索或项目", required_for_create=True, note="编号、名称，或线索的投资方名称"),
    LedgerColumn("unit", "填报单位", "unit", note="系统中的单位名称；不填按导入单位"),
    LedgerColumn("place", "地点"),
    LedgerColumn("our_side", "我方人员", required_for_create=True),
    LedgerColumn("our_count", "我方人数", "integer", "人", note="不填按我方人员计"),
    LedgerColumn("their_side", "对方人员"),
    LedgerColumn("their_count", "对方人数", "integer", "人", note="不填按对方人员计"),
    LedgerColumn("leader", "带队领导", note="姓名；没有账号的写姓名或职务"),
    LedgerColumn("minutes", "纪要", "long_text", required_for_create=True),
    LedgerColumn("next_step", "下一步"),
)  # fmt: skip
COLUMNS: dict[str, tuple[LedgerColumn, ...]] = {Book.LEADS: LEADS, Book.VISITS: VISITS}
# What must stand in a header for it to be one.
TELLING: dict[str, tuple[str, ...]] = {Book.LEADS: ("name", "reported_on"), Book.VISITS: ("held_on", "about")}
LONGEST: dict[str, int] = {
    "name": 120, "investor": 120, "product": 120, "needs": 400, "referrer": 60, "dropped_reason": 300, "opinion": 300,
    "about": 120, "place": 80, "our_side": 200, "their_side": 200, "leader": 60, "next_step": 200,
}  # fmt: skip


def column_of(book: str, key: str) -> LedgerColumn | None:
    return next((column for column in COLUMNS[book] if column.key == key), None)
