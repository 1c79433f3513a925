"""What the indicators register with the floors below: definitions and targets as rules, a place in the navigation."""

from django.utils.translation import pgettext_lazy

from yinfeng.foundation.rulebook.queries import add_standard
from yinfeng.foundation.rulebook.rules import Standard
from yinfeng.foundation.ui.slots import NavItem, add_nav

from .queries.editions import DEFINITIONS, RANKING, TARGETS
from .rules.parsing import parse_set
from .rules.standard import standard_body
from .rules.targets import check_ranking, check_targets


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    add_standard(Standard(DEFINITIONS, "指标定义", standard_body(), parse_set))
    add_standard(Standard(TARGETS, "年度目标", {}, check_targets))
    add_standard(
        Standard(RANKING, "单位排名", {"shown": False, "to": ["leader", "director", "steward"]}, check_ranking)
    )
    add_nav(
        NavItem(
            "indicators", pgettext_lazy("导航", "指标"), "indicators:index", "chart-dots", 40, needs=("indicator", "S")
        )
    )
