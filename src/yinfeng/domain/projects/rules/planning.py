"""Back-planning 倒排: from the day of production or start backwards, in working days. Pure.

A template is a list of lines: what, for which stage, on which side the responsibility lies, how many working days before
the anchor it must be done, and after which other line. Templates are a rule of the rulebook ("undertaking_templates");
the numbers that ship are defaults [K]: each bureau has its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yinfeng.kernel.working_days import Calendar, Override, OverrideKind

from .words import PROJECT_STAGES, ProjectKind, ServiceRole, SiteRoute, Stage

# A line's side: the lead unit, the landing unit, or the department that fills a role of the service team.
LEAD_SIDE, LANDING_SIDE = "lead", "landing"
SIDES: dict[str, str] = {
    LEAD_SIDE: "牵头单位",
    LANDING_SIDE: "落地单位",
    **{role.value: role.label for role in ServiceRole if role.value not in ("leader", "lead_unit", "park")},
}
ANCHORS = (Stage.REGISTERED, Stage.STARTED, Stage.PRODUCING)


def _line(key: str, what: str, stage: str, side: str, days_before: int, after: str = "") -> dict[str, Any]:
    return {"key": key, "what": what, "stage": stage, "side": side, "days_before": days_before, "after": after}


STANDARD_UNDERTAKING_TEMPLATES: dict[str, dict[str, Any]] = {
    "land": {
        "label": "供地建设项目（按投产日倒排）",
        "kinds": ["manufacturing", "agriculture", "culture_tourism", "infrastructure", "research", "service"],
        "site_route": "land",
        "anchor": "producing",
        "lines": [
            _line("contract", "签订投资合同", "signed", "lead", 300),
            _line("company", "注册项目公司", "registered", "landing", 285, "contract"),
            _line("filing", "项目备案并取得在线平台代码", "registered", "approval", 280, "company"),
            _line("clearing", "完成净地交付条件", "site_secured", "land", 262, "contract"),
            _line("land", "签订土地出让合同", "site_secured", "land", 240, "clearing"),
            _line("planning", "规划方案审查与用地规划许可", "started", "approval", 228, "land"),
            _line("assessments", "环评、能评、水保等并联审批", "started", "approval", 222, "filing"),
            _line("works", "工程规划许可与图审", "started", "approval", 216, "planning"),
            _line("permit", "取得施工许可证", "started", "approval", 208, "works"),
            _line("utilities", "临时水电与进场道路到位", "started", "elements", 206, "land"),
            _line("start", "主体工程开工", "started", "landing", 200, "permit"),
            _line("enrol", "入统资料上报", "stat_enrolled", "statistics", 180, "start"),
            _line("structure", "主体结构封顶", "completed", "landing", 90, "start"),
            _line("power", "正式供电、供水、供气接入", "completed", "elements", 50, "structure"),
            _line("equipment", "主要设备进场安装", "completed", "landing", 30, "structure"),
            _line("acceptance", "竣工验收", "completed", "approval", 15, "equipment"),
            _line("workers", "用工招聘与培训", "producing", "talent", 10),
            _line("production", "投产", "producing", "landing", 0, "acceptance"),
        ],
    },
    "lease": {
        "label": "租赁厂房项目（按投产日倒排）",
        "kinds": ["manufacturing", "agriculture", "research", "service"],
        "site_route": "lease",
        "anchor": "producing",
        "lines": [
            _line("contract", "签订投资合同", "signed", "lead", 100),
            _line("company", "注册项目公司", "registered", "landing", 92, "contract"),
            _line("filing", "项目备案并取得在线平台代码", "registered", "approval", 90, "company"),
            _line("lease", "签订厂房租赁合同并交付", "site_secured", "landing", 85, "contract"),
            _line("assessments", "环评、能评等审批", "started", "approval", 70, "filing"),
            _line("design", "装修方案与消防设计审查", "started", "approval", 68, "lease"),
            _line("fitting", "装修进场", "started", "landing", 65, "design"),
            _line("power", "用电增容", "started", "elements", 40, "lease"),
            _line("equipment", "设备进场安装", "started", "landing", 30, "fitting"),
            _line("enrol", "入统资料上报", "stat_enrolled", "statistics", 22, "equipment"),
            _line("fire", "消防验收", "completed", "approval", 12, "equipment"),
            _line("workers", "用工招聘与培训", "producing", "talent", 8),
            _line("production", "投产", "producing", "landing", 0, "fire"),
        ],
    },
    "start": {
        "label": "开工攻坚（按开工日倒排）",
        "kinds": ["manufacturing", "agriculture", "culture_tourism", "infrastructure", "research", "service"],
        "site_route": "land",
        "anchor": "started",
        "lines": [
            _line("clearing", "完成净地交付条件", "site_secured", "land", 60),
            _line("land", "签订土地出让合同", "site_secured", "land", 40, "clearing"),
            _line("planning", "规划方案审查与用地规划许可", "started", "approval", 28, "land"),
            _line("assessments", "环评、能评、水保等并联审批", "started", "approval", 22),
            _line("works", "工程规划许可与图审", "started", "approval", 16, "planning"),
            _line("permit", "取得施工许可证", "started", "approval", 8, "works"),
            _line("utilities", "临时水电与进场道路到位", "started", "elements", 5, "land"),
            _line("start", "主体工程开工", "started", "landing", 0, "permit"),
        ],
    },
    "registration": {
        "label": "税源、外贸与人才项目（按注册日倒排）",
        "kinds": ["tax_source", "trade", "talent"],
        "site_route": "",
        "anchor": "registered",
        "lines": [
            _line("review", "协议合规审查", "approved", "lead", 20),
            _line("contract", "签订合作协议", "signed", "lead", 10, "review"),
            _line("office", "办公场所落实", "registered", "landing", 6, "contract"),
            _line("company", "注册公司并开户", "registered", "approval", 0, "contract"),
        ],
    },
}


@dataclass(frozen=True)
class TemplateLine:
    key: str
    what: str
    stage: Stage
    side: str
    days_before: int
    after: str


@dataclass(frozen=True)
class Template:
    """A parsed template; its lines stand in an order in which no line comes before the one it waits for."""

    key: str
    label: str
    kinds: tuple[str, ...]
    site_route: str
    anchor: Stage
    lines: tuple[TemplateLine, ...]


@dataclass(frozen=True)
class PlannedLine:
    """A line with its day. ``days_late`` is how many calendar days that day lies in the past (0: it does not)."""

    line: TemplateLine
    due_on: date
    days_late: int


def back_plan(template: Template, anchor_on: date, today: date, calendar: Calendar) -> list[PlannedLine]:
    """Each line's last working day, counted backwards from the anchor; days in the past are flagged, never moved.

    An anchor on a holiday is met on the working day before it. Lines come in the template's order.
    """
    anchor = calendar.on_or_before(anchor_on)
    planned = []
    for line in template.lines:
        due = calendar.add(anchor, -line.days_before)
        planned.append(PlannedLine(line, due, max(0, (today - due).days)))
    return planned


def templates_for(kind: str, site_route: str, templates: Iterable[Template]) -> list[Template]:
    """The templates that fit a phase: its class, and its way to a site where both say one."""
    return [
        t for t in templates if kind in t.kinds and (not t.site_route or not site_route or t.site_route == site_route)
    ]


def parse_templates(body: Any) -> dict[str, Template]:
    """The templates of a rule body by key. ValueError names template and line that cannot be used."""
    if not isinstance(body, Mapping) or not body:
        raise ValueError("至少要有一个模板")
    return {str(key): _template(str(key), entry) for key, entry in body.items()}


def _template(key: str, entry: Any) -> Template:
    if not isinstance(entry, Mapping):
        raise ValueError(f"{key}：应写明 label、kinds、anchor 和 lines")
    kinds = entry.get("kinds") or []
    if unknown := [k for k in kinds if k not in ProjectKind]:
        raise ValueError(f"{key}：没有“{unknown[0]}”这个项目类别，可用：{'、'.join(ProjectKind.values)}")
    route = entry.get("site_route") or ""
    if route and route not in SiteRoute:
        raise ValueError(f"{key}：没有“{route}”这种用地方式，可用：{'、'.join(SiteRoute.values)}")
    anchor = entry.get("anchor")
    if anchor not in [a.value for a in ANCHORS]:
        raise ValueError(f"{key}：倒排基准“{anchor}”不可用，可用：{'、'.join(a.value for a in ANCHORS)}")
    rows = entry.get("lines")
    if not isinstance(rows, list) or not rows:
        raise ValueError(f"{key}：lines 至少要有一行")
    lines = [_parse_line(key, number, row) for number, row in enumerate(rows, start=1)]
    return Template(key, str(entry.get("label") or key), tuple(kinds), route, Stage(anchor), _in_order(key, lines))


def _parse_line(key: str, number: int, row: Any) -> TemplateLine:
    where = f"{key} 第 {number} 行"
    if not isinstance(row, Mapping):
        raise ValueError(f"{where}：应写明 key、what、stage、side、days_before")
    what = str(row.get("what") or "").strip()
    if not row.get("key") or not what or len(what) > 80:
        raise ValueError(f"{where}：key 和 what 必填，what 最多 80 个字")
    stage = row.get("stage")
    if stage not in PROJECT_STAGES:
        raise ValueError(f"{where}：没有“{stage}”这个阶段")
    if row.get("side") not in SIDES:
        raise ValueError(f"{where}：没有“{row.get('side')}”这一方，可用：{'、'.join(SIDES)}")
    days = row.get("days_before")
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= 2_000:
        raise ValueError(f"{where}：days_before 应为 0 至 2000 的整数（工作日）")
    return TemplateLine(str(row["key"]), what, Stage(str(stage)), str(row["side"]), days, str(row.get("after") or ""))


def _in_order(key: str, lines: list[TemplateLine]) -> tuple[TemplateLine, ...]:
    """The lines so that each follows what it waits for; otherwise as written."""
    by_key = {line.key: line for line in lines}
    if len(by_key) < len(lines):
        raise ValueError(f"{key}：有两行的 key 相同")
    for line in lines:
        if line.after and line.after not in by_key:
            raise ValueError(f"{key}：“{line.what}”的前置事项“{line.after}”不存在")
        if line.after and by_key[line.after].days_before < line.days_before:
            raise ValueError(f"{key}：“{line.what}”须先于其前置事项“{by_key[line.after].what}”完成，请核对天数")
    placed: dict[str, TemplateLine] = {}
    waiting = list(lines)
    while waiting:
        ready = [line for line in waiting if not line.after or line.after in placed]
        if not ready:
            raise ValueError(f"{key}：“{waiting[0].what}”与其前置事项互为前置")
        placed[ready[0].key] = ready[0]
        waiting.remove(ready[0])
    return tuple(placed.values())


# -- the bureau's own holidays and make-up days, before the public table


def parse_overrides(body: Any) -> tuple[Override, ...]:
    """The rule ``working_days``: a list of ``{date, kind, name, notice}``. ValueError names the line at fault."""
    if not isinstance(body, list):
        raise ValueError("内容应为一个列表，每行写 date、kind、name、notice")
    found = []
    for number, row in enumerate(body, start=1):
        try:
            day = row["date"] if isinstance(row["date"], date) else date.fromisoformat(row["date"])
            kind = OverrideKind(row["kind"])
        except (KeyError, TypeError, ValueError) as fault:
            raise ValueError(
                f"第 {number} 行：date 应为日期（2027-01-01），kind 可用：{'、'.join(OverrideKind.values)}"
            ) from fault
        found.append(Override(day, kind, str(row.get("name") or ""), str(row.get("notice") or "")))
    return tuple(found)
