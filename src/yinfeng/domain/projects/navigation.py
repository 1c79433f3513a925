"""The groups of the navigation in the order of the work, for this app and those above it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

INTELLIGENCE = _("信息研判")  # entries 22–29
LEDGER = _("项目管理")  # 30–39
REPORTING = _("填报审核")  # 40–59
FIGURES = _("指标通报")  # 60–69
