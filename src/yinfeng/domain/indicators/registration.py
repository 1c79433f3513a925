"""What the indicators register with the floors below: definitions and targets as rules, a place in the navigation."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinfeng.domain.projects.navigation import FIGURES
from yinfeng.foundation.custody.tables import add_rebuilt
from yinfeng.foundation.jobs.registry import Periodic, add_periodic
from yinfeng.foundation.rulebook.queries import add_standard
from yinfeng.foundation.rulebook.rules import Standard
from yinfeng.foundation.ui.slots import DoctorCheck, NavItem, add_check, add_nav

from .queries.editions import DEFINITIONS, RANKING, TARGETS
from .rules.parsing import parse_set
from .rules.standard import standard_body
from .rules.targets import check_ranking, check_targets


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    from . import checks
    from .mirror import keeping

    add_check(DoctorCheck("indicators.mirror", _("指标镜像与台账一致"), checks.mirror))
    add_periodic(Periodic("indicator-mirror", _("更新指标镜像"), timedelta(minutes=5), keeping.keep))
    add_rebuilt("indicator-mirror", (), keeping.forget)
    add_standard(Standard(DEFINITIONS, "指标定义", standard_body(), parse_set))
    add_standard(Standard(TARGETS, "年度目标", {}, check_targets))
    add_standard(
        Standard(RANKING, "单位排名", {"shown": False, "to": ["leader", "director", "steward"]}, check_ranking)
    )
    add_nav(
        NavItem(
            "indicators",
            pgettext_lazy("导航", "指标"),
            "indicators:index",
            "chart-dots",
            60,
            FIGURES,
            needs=("indicator", "S"),
        )
    )
