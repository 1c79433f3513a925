"""What the portal shows in the navigation."""

from django.utils.translation import gettext_lazy as _

from yinfeng.foundation.ui.slots import NavItem, add_nav


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    add_nav(NavItem("workbench", _("工作台"), "portal:workbench", "home", 10, tab=1))
    add_nav(NavItem("cockpit", _("驾驶舱"), "portal:cockpit", "chart-bar", 20, needs=("project", "S"), tab=2))
