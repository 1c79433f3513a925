"""What this app registers with the floors below."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinfeng.foundation.ui.slots import NavItem, add_nav

from . import converters, jobs


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    converters.register()
    jobs.register_all()
    add_nav(NavItem("tokens", _("全部令牌"), "exchange:every", "key", 945, _("系统管理"), ("rights", "S")))
