"""What this app registers with the floors below: its rules, its to-dos, its clock, its places in the navigation."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yinfeng.domain.projects.navigation import REPORTING
from yinfeng.foundation.jobs.registry import Periodic, add_periodic
from yinfeng.foundation.rulebook.queries import add_standard
from yinfeng.foundation.rulebook.rules import Standard
from yinfeng.foundation.ui import slots

from .rules.schedule import STANDARD_REPORTING, parse_reporting
from .rules.suspicions import STANDARD_SUSPICIONS, parse_suspicions

# The labels of the standard tasks, so that they are found by who translates.
LABELS = (
    gettext_noop("月度台账更新"), gettext_noop("到位资金月报"), gettext_noop("项目进展月报"), gettext_noop("季度项目核对"),
)  # fmt: skip


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    from .actions import tasks as verbs
    from .actions import urging
    from .queries import closing, tasks

    add_standard(Standard("reporting", "填报任务", STANDARD_REPORTING, parse_reporting))
    add_standard(Standard("suspicions", "审核疑点", STANDARD_SUSPICIONS, parse_suspicions))
    add_periodic(Periodic("reporting-tasks", _("下达填报任务"), timedelta(hours=1), verbs.issue_due))
    add_periodic(Periodic("reporting-reminders", _("提醒将到期的填报"), timedelta(hours=1), urging.remind_due))
    slots.add_todos("reporting.tasks", tasks.todos)
    slots.add_nav(
        slots.NavItem(
            "reporting",
            _("填报任务"),
            "reporting:tasks",
            "clipboard-list",
            40,
            REPORTING,
            needs=("project", "S"),
        )
    )
    slots.add_nav(
        slots.NavItem(
            "worklist",
            _("审核清单"),
            "reporting:worklist",
            "list-search",
            44,
            REPORTING,
            needs=("project", "V"),
        )
    )
    slots.add_nav(
        slots.NavItem("weekly", _("周变动"), "reporting:weekly", "calendar-week", 46, REPORTING, needs=("project", "S"))
    )
    slots.add_nav(
        slots.NavItem("closing", _("关账"), "reporting:closing", "lock", 50, REPORTING, needs=("project", "S"))
    )
    slots.add_nav(
        slots.NavItem(
            "quality",
            _("填报质量"),
            "reporting:quality",
            "clipboard-check",
            48,
            REPORTING,
            needs=("project", "S"),
        )
    )
    slots.add_panel(
        slots.Panel("project", "corrections", _("关账后更正"), 70, "reporting/_project_panel.html", closing.panel)
    )
    slots.add_todos("reporting.corrections", closing.todos)
