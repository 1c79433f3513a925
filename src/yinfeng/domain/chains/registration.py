"""What chains register with the floors below: their place in the navigation."""

from django.utils.translation import gettext_lazy as _

from yinfeng.foundation.ui.slots import NavItem, add_nav


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    add_nav(NavItem("chains", _("产业链与组群"), "chains:index", "sitemap", 925, _("系统管理"), ("definition", "S")))
