"""What administration puts into the registries of the house: set-up steps, proofs, long work, navigation."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinfeng.foundation.audit.queries import broken_seals
from yinfeng.foundation.regions import actions as regions
from yinfeng.foundation.ui.slots import DoctorCheck, NavItem, add_check, add_nav

from . import doctor, jobs
from .setup import SetupStep, add_step


def register() -> None:
    """Called once, when every model is known."""
    add_step(SetupStep("regions", _("行政区划与国民经济行业"), 10, _load_regions))
    add_check(DoctorCheck("audit", _("审计链完整"), broken_seals))
    add_check(DoctorCheck("grants", _("访问授权指向在用单位"), doctor.grants_to_closed_units))
    add_check(DoctorCheck("posts", _("在任岗位属于在用的单位和人员"), doctor.posts_in_closed_units))
    add_check(DoctorCheck("units", _("单位路径与上级相符"), doctor.paths_that_disagree))
    jobs.register_all()
    group = _("系统管理")
    for item in (
        NavItem(
            "units",
            pgettext_lazy("导航", "单位"),
            "administration:units",
            "building-community",
            910,
            group,
            ("account", "S"),
        ),
        NavItem("people", _("人员与岗位"), "administration:people", "users", 920, group, ("account", "S")),
        NavItem("rulebook", _("规则库"), "administration:rulebook", "book", 930, group, ("definition", "S")),
        NavItem("rights", _("权限策略"), "administration:rights", "shield-lock", 940, group, ("rights", "S")),
        NavItem("trail", _("审计日志"), "administration:trail", "shield-check", 950, group, ("audit", "S")),
        NavItem("system", _("系统状态"), "administration:system", "activity", 960, group, ("setting", "S")),
    ):
        add_nav(item)


def _load_regions(at: datetime) -> str:
    loaded = regions.load(at=at)
    return f"区划 {loaded.divisions} 条，行业 {loaded.industries} 条，本次写入 {loaded.written} 条"
