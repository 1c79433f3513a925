"""What an import is, and what becomes of its rows. Pure."""

from __future__ import annotations

from yinfeng.kernel.enums import LabelledEnum


class Book(LabelledEnum):
    """What a workbook tells of."""

    PROJECTS = "projects", "项目台账"
    LEADS = "leads", "线索台账"
    VISITS = "visits", "往来台账"


class Mode(LabelledEnum):
    BOTH = "both", "新增和更新"
    CREATE = "create", "只新增"
    UPDATE = "update", "只更新"


class KeyKind(LabelledEnum):
    """By what a row finds its project."""

    AUTO = "auto", "自动（编号、在线平台代码、名称）"
    CODE = "code", "项目编号"
    PLATFORM = "platform", "在线平台代码"
    NAME = "name", "项目名称"
    FIRM = "uscc_name", "信用代码和名称"


class ImportState(LabelledEnum):
    WAITING = "waiting", "待检查"
    READING = "reading", "检查中"
    PREVIEWED = "previewed", "待确认"
    APPLYING = "applying", "写入中"
    APPLIED = "applied", "已导入"
    REFUSED = "refused", "已退回"
    UNDONE = "undone", "已撤销"


class Decision(LabelledEnum):
    CREATE = "create", "新增"
    UPDATE = "update", "更新"
    SAME = "same", "无变化"
    CONFLICT = "conflict", "冲突"
    DUPLICATE = "duplicate", "重复"
    FAULTY = "faulty", "有误"


class OnConflict(LabelledEnum):
    """What becomes of a value that somebody else has answered for."""

    REFUSE = "refuse", "逐项处理后再导入"
    KEEP = "keep", "保留台账的值"
    TAKE = "take", "采用表格的值"
