"""Vocabulary of assessment. Pure."""

from __future__ import annotations

from yinfeng.kernel.enums import LabelledEnum


class SubjectKind(LabelledEnum):
    """What is assessed."""

    LEAD = "lead", "线索"
    PROJECT = "project", "项目"


class StepKind(LabelledEnum):
    """A step of a lead's clock that a person records."""

    RESPOND = "respond", "响应"
    FEEDBACK = "feedback", "反馈引荐人"
    FOLLOW_UP = "follow_up", "跟进报告"


class ClockKind(LabelledEnum):
    """The clocks of a lead, in their order."""

    RESPOND = "respond", "响应并明确专人"
    ASSESS = "assess", "提出研判意见"
    FEEDBACK = "feedback", "反馈引荐人"
    FOLLOW_UP = "follow_up", "跟进报告"


class OpinionStatus(LabelledEnum):
    ASKED = "asked", "待出具"
    GIVEN = "given", "已出具"
    WITHDRAWN = "withdrawn", "已撤回"


class Verdict(LabelledEnum):
    """What a department or an adviser says."""

    AGREE = "agree", "同意"
    CONDITIONS = "conditions", "有条件同意"
    DISAGREE = "disagree", "不同意"


class ConsultationStatus(LabelledEnum):
    PLANNED = "planned", "已排期"
    HELD = "held", "已召开"
    CANCELLED = "cancelled", "已取消"


class Decision(LabelledEnum):
    """What a consultation decides on one matter."""

    ADVANCE = "advance", "同意推进"
    SUPPLEMENT = "supplement", "补充材料后再议"
    HOLD = "hold", "暂缓"
    REJECT = "reject", "不予引进"


class Finding(LabelledEnum):
    """How a check of the investor came out."""

    PASSED = "passed", "通过"
    UNKNOWN = "unknown", "待核"
    WARNING = "warning", "提醒"
    ALARM = "alarm", "警示"
