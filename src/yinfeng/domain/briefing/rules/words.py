"""The states of a bulletin and of an objection. Pure."""

from __future__ import annotations

from yinfeng.kernel.enums import LabelledEnum


class BulletinState(LabelledEnum):
    DRAFT = "draft", "拟稿", "Draft"
    CHECKED = "checked", "已核对", "Checked"
    ISSUED = "issued", "已印发", "Issued"


class ObjectionOutcome(LabelledEnum):
    OPEN = "open", "待答复", "Open"
    UPHELD = "upheld", "异议成立", "Upheld"
    REJECTED = "rejected", "异议不成立", "Rejected"
