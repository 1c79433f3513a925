"""Reading a rule as people type it, comparing editions, and naming verbs. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

LONGEST_RULE = 200_000  # characters
_LEFT_OUT = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"}


class _PlainLoader(yaml.SafeLoader):
    """Only what JSON can hold: dates, yes and on stay text, no anchors (a few lines of them can grow to gigabytes), no
    double keys."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if tag not in _LEFT_OUT]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ValueError(f"第 {event.start_mark.line + 1} 行：规则中不能使用引用（& 与 *），请写出完整内容")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | float | bool | None):
                raise ValueError(f"第 {key_node.start_mark.line + 1} 行：键只能是文字或数字")
            if key in seen:
                raise ValueError(f"第 {key_node.start_mark.line + 1} 行：“{key}”重复出现，请只保留一处")
            seen.add(key)
        return super().construct_mapping(node, deep)


_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])


def parse_body(text: str) -> Any:
    """The rule body out of YAML. ValueError, in words, names the line that cannot be read."""
    if len(text) > LONGEST_RULE:
        raise ValueError(f"规则内容超过 {LONGEST_RULE:,} 字")
    try:
        body = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 (a safe loader, made stricter)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise ValueError(f"第 {line} 行无法识别，请检查缩进、冒号后的空格和引号") from fault
    except yaml.YAMLError as fault:
        raise ValueError("含有不能使用的字符，请删去控制字符") from fault
    except RecursionError as fault:
        raise ValueError("嵌套层数过多") from fault
    if body is None:
        raise ValueError("规则内容为空")
    return body


@dataclass(frozen=True)
class DiffLine:
    kind: str  # "same", "added", "removed", "gap"
    text: str


def diff(before: str, after: str) -> list[DiffLine]:
    """What changed from one text to another, with three lines around each change; empty when nothing did."""
    lines = []
    for line in list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3))[2:]:
        kind = {"+": "added", "-": "removed", "@": "gap"}.get(line[:1], "same")
        lines.append(DiffLine(kind, "…" if kind == "gap" else line[1:]))
    return lines


_THINGS = {
    "unit": "单位", "person": "人员", "post": "任职", "rule": "规则", "file": "附件", "job": "后台任务", "regions": "公共表",
    "lead": "线索", "project": "项目", "phase": "分期", "milestone": "里程碑", "funds": "到位资金", "fact": "事实",
    "agreement": "协议", "ceremony": "集中活动", "claim": "首报", "list": "清单", "visit": "拜访", "listing": "列入名单",
    "document": "文档", "proposal": "识别建议", "evidence": "凭证", "enterprise": "企业", "chain": "产业链",
    "industry_group": "产业群", "review": "审查", "flag": "状态标记", "view": "视图", "audit": "审计",
    "doctor": "数据体检", "backup": "备份", "look": "查看日志", "team": "服务专班", "undertaking": "清单事项",
    "token": "接口令牌", "webhook": "变更推送", "bulletin": "通报", "statistics": "统计名单",
}  # fmt: skip
_VERBS = {
    "create": "新建", "add": "添加", "edit": "修改", "move": "移动", "remove": "移除", "delete": "删除",
    "deactivate": "停用", "reactivate": "恢复", "give": "授予", "end": "结束", "propose": "起草", "approve": "批准",
    "reset_password": "重置密码", "change_password": "修改密码", "language": "切换语言", "store": "入库",
    "attach": "归属", "clean": "清理", "load": "装入", "start": "提交", "finish": "完成", "fail": "失败",
    "declare": "填报", "verify": "审核", "return": "退回", "void": "作废", "raise": "设置", "lift": "解除",
    "promote": "转为项目", "screen": "研判", "drop": "放弃", "record": "记录", "accept": "采纳", "reject": "驳回",
    "take_in": "收入", "merge": "合并", "assign": "指派", "import": "导入", "undo": "撤销", "close": "关账",
    "export": "导出", "adjudicate": "裁定", "dispute": "争议", "lapse": "失效", "verify_chain": "核验",
    "add_contact": "添加联系人", "remove_contact": "删除联系人", "add_segment": "添加环节", "edit_segment": "修改环节",
    "add_title": "添加称号", "remove_title": "删除称号",
    "set_group": "设置集团", "set_uscc": "补登信用代码", "company": "变更项目公司",
    "investors": "变更投资方", "groups": "调整产业组群", "task_force": "调整专班", "source": "登记出处",
    "log": "登记", "hold": "登记", "follow": "关注", "unfollow": "取消关注", "merged": "被并入", "unmerge": "撤销合并",
    "unmerged": "撤销并入", "read_again": "重新读取", "run": "运行", "warn": "提醒",
    "effect": "生效", "review": "附审查结论", "make": "申报", "release": "释放", "form": "组建", "fill_seat": "落实席位",
    "vacate": "空出席位", "disband": "解散", "back_plan": "倒排", "complete": "办结", "cancel": "取消", "reopen": "重开",
    "pin": "置顶", "save": "保存", "share": "共享", "take": "完成", "restore": "恢复", "prune": "清理到期",
    "revoke": "停用", "draft": "拟稿", "rewrite": "改正文", "compute": "重新计算", "discard": "删除草稿", "check": "核对",
    "issue": "签发", "object": "提出异议", "decide": "答复异议", "correct": "拟更正", "share_credit": "登记分享",
    "withdraw": "撤回", "set_back": "恢复原值",
}  # fmt: skip


def verb_label(verb: str, say: Callable[[str], str] = str) -> str:
    """``unit.create`` as people read it, each word through ``say`` (gettext); what is not known stays as it is."""
    thing, _, rest = verb.partition(".")
    words = [_THINGS.get(thing, thing), _VERBS.get(rest, rest)] if rest else [thing]
    return " · ".join(map(say, words))


def thing_label(kind: str) -> str:
    return _THINGS.get(kind, kind)
