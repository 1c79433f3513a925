"""What this app registers with the floors below."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinfeng.foundation.administration.health import add_sign
from yinfeng.foundation.jobs.registry import Periodic, add_periodic
from yinfeng.foundation.rulebook.queries import add_standard
from yinfeng.foundation.rulebook.rules import Standard
from yinfeng.foundation.ui.slots import NavItem, add_nav, add_todos

from .retention import KIND
from .rules.keeping import STANDARD_KEEPING, parse_keeping


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    from . import jobs, queries
    from .actions import keeping

    add_standard(Standard(KIND, "备份与日志保留", STANDARD_KEEPING, parse_keeping))
    jobs.register_all()
    add_periodic(Periodic("backup", _("每日备份"), timedelta(minutes=10), keeping.daily_backup))
    add_periodic(Periodic("look-log", _("清理到期的查看日志"), timedelta(days=1), keeping.forget_looks))
    add_sign(queries.sign)
    add_todos("custody.backup", queries.todos)
    group = _("系统管理")
    add_nav(
        NavItem("backups", pgettext_lazy("导航", "备份"), "custody:backups", "database", 965, group, ("setting", "S"))
    )
