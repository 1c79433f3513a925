"""What the page tests of the indicators share."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def own_mirror(settings: Any, tmp_path: Any) -> None:
    """The files of a mirror are of one test: others run beside it."""
    settings.HOME = tmp_path


@pytest.fixture
def as_person(city: Any) -> Any:
    def signed_in(who: str) -> Client:
        client = Client()
        client.force_login(city.people[who], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
