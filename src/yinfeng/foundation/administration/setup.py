"""What a database needs before the first person signs in; each step can be repeated at will.

Upper apps add their steps in ``AppConfig.ready``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise


@dataclass(frozen=True)
class SetupStep:
    """``run(at)`` brings its part in order and says in one line what stands there now."""

    key: str
    label: str | Promise
    order: int
    run: Callable[[datetime], str]


_steps: dict[str, SetupStep] = {}


def add_step(step: SetupStep) -> None:
    _steps[step.key] = step


def steps() -> list[SetupStep]:
    return sorted(_steps.values(), key=lambda step: (step.order, step.key))
