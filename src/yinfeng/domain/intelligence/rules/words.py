"""The words of the review queue."""

from __future__ import annotations

from yinfeng.kernel.enums import LabelledEnum


class DocumentStatus(LabelledEnum):
    QUEUE = "queue", "待研判"
    DONE = "done", "已研判"


class ProposalKind(LabelledEnum):
    PROJECT = "project", "项目记录"
    AGGREGATE = "aggregate", "统计数字"


class ProposalStatus(LabelledEnum):
    OPEN = "open", "待处理"
    ACCEPTED = "accepted", "已采用"
    REJECTED = "rejected", "不采用"
    KEPT = "kept", "留存备查"


class Target(LabelledEnum):
    """Where an accepted record goes."""

    LEAD = "lead", "转为线索"
    PROJECT = "project", "建为项目"
    INTO = "into", "并入已有项目"


class FieldGroup(LabelledEnum):
    """What a marked span tells; one colour each."""

    SUBJECT = "subject", "主体"
    MONEY = "money", "金额"
    TIME = "time", "阶段与时间"
    PLACE = "place", "地点与用地"
    FIGURE = "figure", "统计数字"


class ReadStage(LabelledEnum):
    """How far a project is, in the reader's words."""

    LEAD = "lead", "拟建"
    NEGOTIATING = "negotiating", "在谈"
    FRAMEWORK = "framework", "框架协议"
    SIGNED = "signed", "签约"
    REGISTERED = "registered", "注册"
    LAND = "land", "供地"
    STARTED = "started", "开工"
    PRODUCING = "producing", "投产"
    EXPANDED = "expanded", "增资扩产"


class Qualifier(LabelledEnum):
    """The word attached to an amount."""

    ABOUT = "约", "约"
    OVER = "超", "超"
    NEARLY = "近", "近"
    MORE = "余", "余"


class Measure(LabelledEnum):
    """What a statistic about a group of projects measures, in the reader's words."""

    PROJECT_COUNT = "project_count", "项目数"
    SIGNED_COUNT = "signed_count", "签约项目数"
    STARTED_COUNT = "started_count", "开工项目数"
    PRODUCING_COUNT = "producing_count", "投产项目数"
    NEGOTIATING_COUNT = "negotiating_count", "在谈项目数"
    TOTAL_INVESTMENT = "total_investment", "计划总投资"
    PAID_IN_CAPITAL = "paid_in_capital", "到位资金"
    FOREIGN_CAPITAL_USED = "foreign_capital_used", "实际使用外资"
    FIXED_ASSET_INVESTMENT = "fixed_asset_investment", "固定资产投资"
    VISITS = "visits", "考察批次"
    EVENTS = "events", "活动场次"


_GROUPS: dict[str, FieldGroup] = {
    "name": FieldGroup.SUBJECT,
    "investor": FieldGroup.SUBJECT,
    "industry": FieldGroup.SUBJECT,
    "investment": FieldGroup.MONEY,
    "expected_output_cny": FieldGroup.MONEY,
    "expected_tax_cny": FieldGroup.MONEY,
    "phases": FieldGroup.MONEY,
    "stage": FieldGroup.TIME,
    "date": FieldGroup.TIME,
    "stage_dates": FieldGroup.TIME,
    "place": FieldGroup.PLACE,
    "land_mu": FieldGroup.PLACE,
    "plant_area_sqm": FieldGroup.PLACE,
}


# The reader's short words for the fields that a span supports.
_SHORT = {"invest": "investment", "output": "expected_output_cny", "tax": "expected_tax_cny"}


def root_of(field: str) -> str:
    """``phases.0.investment`` belongs to ``phases``; ``invest`` is ``investment``."""
    root = field.partition(".")[0].partition("[")[0]
    return _SHORT.get(root, root)


def group_of(kind: str, fields: tuple[str, ...]) -> FieldGroup:
    """The one colour of a span that may support several fields: the first field that has one decides."""
    if kind == ProposalKind.AGGREGATE:
        return FieldGroup.FIGURE
    return next((_GROUPS[root_of(f)] for f in fields if root_of(f) in _GROUPS), FieldGroup.SUBJECT)


class SourceKind(LabelledEnum):
    """How documents come in."""

    UPLOAD = "upload", "上传"
    PASTE = "paste", "粘贴"
    BOOKMARKLET = "bookmark", "书签采集"
    API = "api", "接口送入"
    FOLDER = "folder", "监视文件夹"
    FEED = "feed", "订阅源"
    MAILBOX = "mailbox", "邮箱"


# Those that the platform looks into by itself; the others are brought by people and programs.
FETCHED = (SourceKind.FOLDER, SourceKind.FEED, SourceKind.MAILBOX)


class Trust(LabelledEnum):
    """How far what a source says may be believed."""

    OFFICIAL = "official", "官方发布"
    ORDINARY = "ordinary", "一般媒体"
    UNSURE = "unsure", "未经核实"


class FetchOutcome(LabelledEnum):
    """How a look into a source ended."""

    RUNNING = "running", "采集中"
    DONE = "done", "成功"
    PARTLY = "partly", "部分失败"
    FAILED = "failed", "失败"


class ItemOutcome(LabelledEnum):
    """What became of one thing found in a source."""

    TAKEN = "taken", "已收录"
    KNOWN = "known", "已有"
    FAILED = "failed", "未能收录"


class AlertKind(LabelledEnum):
    """What the watch points at by itself."""

    LEADS_FALLING = "falling", "线索连续下降"
    EXPANSION_ELSEWHERE = "elsewhere", "目标企业异地扩张"
