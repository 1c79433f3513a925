"""Addresses of pages without arguments: every page prints dozens of them, so each is reversed once a process."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse


@lru_cache(maxsize=2_000)
def _reversed(name: str, _urlconf: object, _prefix: str) -> str:
    return reverse(name)


def address(name: str) -> str:
    """``reverse(name)``; raises its NoReverseMatch."""
    return _reversed(name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
