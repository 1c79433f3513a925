"""What administration puts into the registries of the house: set-up steps, proofs, navigation."""

from __future__ import annotations

from datetime import datetime

from yinfeng.foundation.regions import actions as regions

from .setup import SetupStep, add_step


def register() -> None:
    """Called once, when every model is known."""
    add_step(SetupStep("regions", "行政区划与国民经济行业", 10, _load_regions))


def _load_regions(at: datetime) -> str:
    loaded = regions.load(at=at)
    return f"区划 {loaded.divisions} 条，行业 {loaded.industries} 条，本次写入 {loaded.written} 条"
