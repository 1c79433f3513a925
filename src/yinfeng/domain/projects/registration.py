"""What the ledger registers with the floors below: its rules and its proofs."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinfeng.foundation.custody.tables import add_rebuilt
from yinfeng.foundation.exchange.feed import add_source
from yinfeng.foundation.files import owners as file_owners
from yinfeng.foundation.jobs.registry import Periodic, add_periodic
from yinfeng.foundation.rulebook.queries import add_standard
from yinfeng.foundation.rulebook.rules import Standard
from yinfeng.foundation.ui import slots

from .navigation import INTELLIGENCE, LEDGER, REPORTING
from .rules.lights import STANDARD_LIGHTS, parse_lights
from .rules.matching import STANDARD_DUPLICATES, parse_duplicates
from .rules.planning import STANDARD_UNDERTAKING_TEMPLATES, parse_overrides, parse_templates
from .rules.protection import STANDARD_PROTECTION, parse_protection
from .rules.stages import STANDARD_STAGES, parse_stages
from .rules.teams import STANDARD_SERVICE_TEAMS, parse_teams


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    from . import checks
    from .actions import claims, searching
    from .queries import feed, finding, page_rights, undertakings

    add_standard(Standard("stages", "阶段与门槛", STANDARD_STAGES, parse_stages))
    add_standard(Standard("lights", "进度灯", STANDARD_LIGHTS, parse_lights))
    add_standard(Standard("protection", "首报首谈保护期", STANDARD_PROTECTION, parse_protection))
    add_standard(Standard("undertaking_templates", "三张清单倒排模板", STANDARD_UNDERTAKING_TEMPLATES, parse_templates))
    add_standard(Standard("service_teams", "服务专班模式", STANDARD_SERVICE_TEAMS, parse_teams))
    add_standard(Standard("duplicates", "查重提示", STANDARD_DUPLICATES, parse_duplicates))
    add_standard(Standard("working_days", "放假与调休（本地补充）", [], parse_overrides))
    slots.add_check(slots.DoctorCheck("projects.derived", "项目派生字段与事实一致", checks.derived_columns))
    slots.add_check(slots.DoctorCheck("projects.history", "项目历史与事实一致", checks.history))
    slots.add_check(slots.DoctorCheck("projects.access", "访问授权与项目一致", checks.access_rows))
    slots.add_check(slots.DoctorCheck("projects.closed", "关账月份未经更正不变", checks.closed_periods))
    slots.add_check(slots.DoctorCheck("projects.search", "检索与项目、线索一致", checks.search_rows))
    searched = [f"projects_{t}_{k}" for k in ("project", "lead") for t in ("search", "grams")]
    add_rebuilt("search", [*searched, "projects_search_ahead"], searching.rebuild)
    slots.add_todos("projects.undertakings", undertakings.todos)
    add_periodic(
        Periodic("claims-clock", _("首报保护期提醒与到期"), timedelta(hours=1), lambda at: claims.lapse_due(at=at))
    )
    slots.add_nav(
        slots.NavItem("ledger", _("项目台账"), "projects:ledger", "table", 30, LEDGER, needs=("project", "S"), tab=3)
    )
    slots.add_nav(
        slots.NavItem("board", _("阶段看板"), "projects:board", "layout-kanban", 31, LEDGER, needs=("project", "S"))
    )
    slots.add_search("projects", finding.projects)
    slots.add_search("leads", finding.leads)
    slots.add_nav(
        slots.NavItem(
            "leads",
            pgettext_lazy("导航", "线索"),
            "projects:leads",
            "bulb",
            24,
            INTELLIGENCE,
            needs=("lead", "S"),
        )
    )
    slots.add_nav(
        slots.NavItem("verify", _("审核"), "projects:verify", "checks", 42, REPORTING, needs=("project", "V"))
    )
    slots.add_nav(slots.NavItem("enter", _("录入"), "projects:enter", "plus", 34, LEDGER, needs=("lead", "E"), tab=4))
    slots.add_nav(
        slots.NavItem(
            "ceremonies",
            pgettext_lazy("导航", "集中活动"),
            "projects:ceremonies",
            "calendar-event",
            32,
            LEDGER,
            needs=("agreement", "S"),
        )
    )
    file_owners.register("project", page_rights.may_see_file)
    add_source(feed.PROJECTS)
    add_source(feed.LEADS)
    slots.add_todos("projects.verify", page_rights.verify_todos)
