"""The edition that ships with the house: ``data/standard.yaml``, read once. Pure."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@lru_cache(maxsize=1)
def standard_body() -> Any:
    """As the rulebook keeps it. Do not change it."""
    text = files("yinfeng.domain.indicators").joinpath("data", "standard.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def starter_text() -> str:
    """What the form of a new definition begins with."""
    return files("yinfeng.domain.indicators").joinpath("data", "starter.yaml").read_text(encoding="utf-8")
