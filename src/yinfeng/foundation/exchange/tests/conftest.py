"""What tests of the interface begin with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.exchange import limiting
from yinfeng.foundation.exchange.actions.tokens import make_token


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    """Counts are kept a process: a test begins with none."""
    limiting.forget()


@pytest.fixture
def token_of(city: Any) -> Callable[..., str]:
    """``token_of("officer", "project:E", …)``: the text of a token."""

    def made(key: str, *scopes: str, days: int = 30) -> str:
        person = city.people[key]
        viewer = viewer_of(person, timezone.localdate())
        return make_token(
            viewer=viewer, name="试用", scopes=scopes or ["project:S"], days=days, actor=person, at=timezone.now()
        ).text

    return made


@pytest.fixture
def program(token_of: Callable[..., str]) -> Callable[..., Client]:
    """A client that shows a token with each request."""

    def made(key: str, *scopes: str) -> Client:
        return Client(headers={"Authorization": f"Bearer {token_of(key, *scopes)}"})

    return made
