"""What the ledger registers with the floors below: its rules and its proofs."""

from yinfeng.foundation.rulebook.queries import add_standard
from yinfeng.foundation.rulebook.rules import Standard
from yinfeng.foundation.ui import slots

from .rules.lights import STANDARD_LIGHTS, parse_lights
from .rules.stages import STANDARD_STAGES, parse_stages


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    from . import checks

    add_standard(Standard("stages", "阶段与门槛", STANDARD_STAGES, parse_stages))
    add_standard(Standard("lights", "进度灯", STANDARD_LIGHTS, parse_lights))
    slots.add_check(slots.DoctorCheck("projects.derived", "项目派生字段与事实一致", checks.derived_columns))
    slots.add_check(slots.DoctorCheck("projects.history", "项目历史与事实一致", checks.history))
    slots.add_check(slots.DoctorCheck("projects.access", "访问授权与项目一致", checks.access_rows))
