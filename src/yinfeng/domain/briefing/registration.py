"""What this app registers with the floors below."""

from django.utils.translation import gettext_lazy, pgettext_lazy

from yinfeng.domain.projects.navigation import FIGURES
from yinfeng.foundation.files import owners
from yinfeng.foundation.rulebook.queries import add_standard
from yinfeng.foundation.rulebook.rules import Standard
from yinfeng.foundation.ui import slots

from .rules.template import standard_body


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    from . import access, checks
    from .queries import kinds

    add_standard(Standard(kinds.TEMPLATES, "通报模板", standard_body(), kinds.check))
    slots.add_nav(
        slots.NavItem(
            "briefing",
            pgettext_lazy("导航", "通报"),
            "briefing:index",
            "file-text",
            62,
            FIGURES,
            needs=("bulletin", "S"),
        )
    )
    slots.add_check(slots.DoctorCheck("bulletins.frozen", gettext_lazy("已印发的通报没有改动"), checks.frozen))
    owners.register("bulletin", access.can_see_file)
