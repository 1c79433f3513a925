"""Vocabulary of units, roles and rights, and the default policy. Pure: no Django, no database.

The policy is the table of who may do what (object kind x role -> verbs with their scope). It is a rule of the
rulebook (kind ``rights``), edited by the security administrator; what stands here is the standard edition.
"""

from __future__ import annotations

from yinfeng.kernel.enums import LabelledEnum


class UnitKind(LabelledEnum):
    CITY = "city", "市"
    DISTRICT = "district", "县（市、区）"
    PARK = "park", "园区管委会"
    BUREAU = "bureau", "招商机构"
    OUTPOST = "outpost", "驻点招商组"
    DEPARTMENT = "department", "部门"


class Role(LabelledEnum):
    LEADER = "leader", "分管领导"
    DIRECTOR = "director", "招商局长"
    OFFICER = "officer", "招商专员"
    OUTPOST = "outpost", "驻点人员"
    PARK = "park", "园区人员"
    AGENT = "agent", "部门代办"
    STEWARD = "steward", "数据管理员"
    SYSADMIN = "sysadmin", "系统管理员"
    SECADMIN = "secadmin", "安全管理员"
    AUDITOR = "auditor", "审计管理员"


ADMINISTRATORS = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})


class Verb(LabelledEnum):
    SEE = "S", "查看"
    ENTER = "E", "填报"
    VERIFY = "V", "审核"
    DECIDE = "D", "决定"
    EXPORT = "X", "导出"
    ADMINISTER = "A", "管理"


class Scope(LabelledEnum):
    ALL = "all", "全部"
    TREE = "tree", "本级及下级"
    OWN = "own", "本单位"
    LINKED = "linked", "本人联系"
    NAMED = "named", "被指名"
    ASSIGNED = "assigned", "交办本单位"
    ISSUED = "issued", "已印发"


class GrantWhy(LabelledEnum):
    """Why a unit or a person stands in the access table."""

    LEAD = "lead", "牵头单位"
    LANDING = "landing", "落地单位"
    OUTPOST = "outpost", "驻点组"
    OWNER = "owner", "填报单位"
    LEADER = "leader", "联系领导"
    TASK_FORCE = "task_force", "专班"
    NAMED = "named", "指名知悉"


# One line an object kind, one word group a role: "VERBS scope" joined by commas.
STANDARD_RIGHTS: dict[str, dict[str, str]] = {
    "lead": {
        "leader": "S all", "director": "SEVDX all", "officer": "SEX own", "outpost": "SE own", "park": "S own",
        "steward": "SVX all",
    },
    "project": {
        "leader": "S all, D linked", "director": "SEVDX all", "officer": "SEX own", "outpost": "S own",
        "park": "SEX own", "agent": "S own", "steward": "SVX all",
    },
    "confidential": {
        "leader": "S linked", "director": "S all", "officer": "S named", "outpost": "S named", "park": "S named",
        "agent": "S named", "steward": "S named",
    },
    "contact": {  # visits both ways
        "leader": "S all", "director": "SEVDX all", "officer": "SE own", "outpost": "SE own", "park": "SE own",
        "agent": "S own", "steward": "SV all",
    },
    "agreement": {
        "leader": "SD all", "director": "SEVDX all", "officer": "SE own", "outpost": "S own", "park": "S own",
        "steward": "SV all",
    },
    "list": {
        "leader": "S all, D linked", "director": "SEVDX all", "officer": "SE own", "outpost": "SE own",
        "park": "SEV own", "agent": "SE assigned", "steward": "S all",
    },
    "document": {
        "leader": "S all", "director": "SEVDX all", "officer": "SEV own", "outpost": "SE own", "park": "SE own",
        "steward": "SEV all",
    },
    "person_data": {  # contacts and townsmen: S is masked, V unmasks (logged)
        "leader": "S all", "director": "SVX all", "officer": "SV own", "outpost": "SV own", "park": "S own",
        "agent": "S own", "steward": "S all",
    },
    "enterprise": {
        "leader": "S all", "director": "SEVDX all", "officer": "SE all", "outpost": "SE all", "park": "SE all",
        "agent": "S all", "steward": "SEVX all",
    },
    "indicator": {
        "leader": "S all", "director": "SX all", "officer": "S tree", "outpost": "S own", "park": "S tree",
        "steward": "SX all",
    },
    "definition": {
        "leader": "S all", "director": "SD all", "officer": "S all", "outpost": "S all", "park": "S all",
        "steward": "SE all",
    },
    "bulletin": {
        "leader": "SD all", "director": "SEVDX all", "officer": "S issued", "outpost": "S issued",
        "park": "S issued", "steward": "SEV all",
    },
    "consultation": {  # departments' opinions and joint consultations; a chair concludes
        "leader": "S all, D linked", "director": "SEVDX all", "officer": "SE own", "outpost": "S own", "park": "SE own",
        "agent": "SE assigned", "steward": "S all",
    },
    "review": {"leader": "S all", "director": "SED all", "officer": "S own", "steward": "S all"},
    "import": {"director": "SD all", "officer": "SE own", "park": "SE own", "steward": "SEVD all"},
    "account": {"sysadmin": "SA all", "secadmin": "S all", "auditor": "S all"},
    "rights": {"secadmin": "SA all", "sysadmin": "S all", "auditor": "S all"},
    "audit": {"auditor": "SX all"},
    "setting": {"sysadmin": "SA all"},
}  # fmt: skip


def parse_rights(body: dict[str, dict[str, str]]) -> dict[tuple[str, str, str], Scope]:
    """The policy as ``(object kind, role, verb letter) -> scope``. ValueError names the cell that cannot be read."""
    table: dict[tuple[str, str, str], Scope] = {}
    if not isinstance(body, dict):
        raise ValueError("权限表应为“对象：岗位：权限”三层")
    for kind, roles in body.items():
        if kind not in STANDARD_RIGHTS:
            raise ValueError(f"没有“{kind}”这类对象，可用：{'、'.join(STANDARD_RIGHTS)}")
        if not isinstance(roles, dict):
            raise ValueError(f"{kind}：应逐个岗位写明权限")
        for role, cell in roles.items():
            if role not in Role:
                raise ValueError(f"{kind}：没有“{role}”这个岗位")
            if not isinstance(cell, str):
                raise ValueError(f"{kind} / {role}：“{cell}”无法识别，应写作“SE own”之类")
            for group in cell.split(","):
                letters, _, scope = group.strip().partition(" ")
                if not letters or scope not in Scope or any(v not in Verb for v in letters):
                    raise ValueError(f"{kind} / {role}：“{group.strip()}”无法识别，应写作“SE own”之类")
                for letter in letters:
                    table[kind, role, letter] = Scope(scope)
    # Without these two nobody could mend the table or the accounts again.
    for kind, role in (("rights", Role.SECADMIN), ("account", Role.SYSADMIN)):
        if not {(kind, role, "S"), (kind, role, "A")} <= table.keys():
            raise ValueError(f"{kind} / {role}：须保留“SA all”，否则再也无人能修改")
    return table


def may_hold_together(roles: set[str]) -> bool:
    """Rights of several posts add up, but each of the three administrators stands alone."""
    return len(roles) < 2 or not roles & {str(r) for r in ADMINISTRATORS}


DEEPEST = 12  # levels of the tree: twelve times "0001." fill the path column


def child_path(parent_path: str, number: int) -> str:
    """The path of the ``number``-th child (1–9999). ValueError, in words, where the tree has no such place."""
    if not 1 <= number <= 9999:
        raise ValueError("同一上级之下最多 9999 个单位。")
    if parent_path.count(".") >= DEEPEST:
        raise ValueError(f"单位层级最多 {DEEPEST} 级。")
    return f"{parent_path}{number:04d}."


def masked_phone(phone: str) -> str:
    """``138****12``: enough to recognise a number one knows, too little to call."""
    return f"{phone[:3]}****{phone[-2:]}" if len(phone) > 6 else "****" if phone else ""
