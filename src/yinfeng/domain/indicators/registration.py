"""What the indicators register with the floors below: their definitions and targets as rules."""

from yinfeng.foundation.rulebook.queries import add_standard
from yinfeng.foundation.rulebook.rules import Standard

from .queries.editions import DEFINITIONS, TARGETS
from .rules.parsing import parse_set
from .rules.standard import standard_body
from .rules.targets import check_targets


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    add_standard(Standard(DEFINITIONS, "指标定义", standard_body(), parse_set))
    add_standard(Standard(TARGETS, "年度目标", {}, check_targets))
