from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _only_the_shell(settings: Any) -> None:
    settings.ROOT_URLCONF = "yinfeng.foundation.ui.tests.urls"
