"""For ``make run``: bound to this machine, with the demo city; static files straight from where they lie."""

import os

from .base import *  # noqa: F403

DEMO_ALLOWED = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

if "YINFENG_LOG" not in os.environ:  # a person looks on: lines for eyes, and none for each request
    LOGGING["handlers"]["console"]["formatter"] = "plain"  # type: ignore[index]  # noqa: F405
    LOGGING["loggers"]["yinfeng.requests"] = {"level": "WARNING"}  # type: ignore[index]  # noqa: F405
