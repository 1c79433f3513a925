"""Vocabulary of industry chains. Pure."""

from yinfeng.kernel.enums import LabelledEnum


class Position(LabelledEnum):
    UPSTREAM = "upstream", "上游"
    MIDSTREAM = "midstream", "中游"
    DOWNSTREAM = "downstream", "下游"
