"""What this app registers with the floors below."""

from django.utils.translation import pgettext_lazy

from yinfeng.domain.projects.navigation import LEDGER
from yinfeng.foundation.files import owners as file_owners
from yinfeng.foundation.jobs.registry import register as register_job
from yinfeng.foundation.ui import slots


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    from . import access, jobs

    for kind in jobs.KINDS:
        register_job(kind)
    file_owners.register("import", access.may_see_file)
    slots.add_nav(
        slots.NavItem(
            "importing",
            pgettext_lazy("导航", "导入导出"),
            "importing:index",
            "table-import",
            36,
            LEDGER,
            needs=("import", "S"),
        )
    )
