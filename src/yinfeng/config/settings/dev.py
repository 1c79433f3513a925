"""For ``make run``: bound to this machine, with the demo city."""

from .base import *  # noqa: F403

DEMO_ALLOWED = True
