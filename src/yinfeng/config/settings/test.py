"""For the suite: quick hashes, files in a throw-away folder, tasks run at once."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("YINFENG_HOME", tempfile.mkdtemp(prefix="yinfeng-test-"))
os.environ.setdefault("YINFENG_SECRET_KEY", "not-secret-only-for-tests")

from .base import *  # noqa: F403

HOME.mkdir(parents=True, exist_ok=True)  # noqa: F405
DEMO_ALLOWED = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
API_REQUESTS_A_MINUTE = 10**6  # the suite asks faster than any program
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
DATABASES["default"].setdefault("TEST", {})  # noqa: F405
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A real file: threads and processes of the concurrency tests must meet the real locks.
    DATABASES["default"]["TEST"]["NAME"] = str(Path(os.environ["YINFENG_HOME"]) / "test.sqlite3")  # noqa: F405

if "YINFENG_LOG" not in os.environ:  # a person looks on: lines for eyes, and none for each request
    LOGGING["handlers"]["console"]["formatter"] = "plain"  # type: ignore[index]  # noqa: F405
    LOGGING["loggers"]["yinfeng.requests"] = {"level": "WARNING"}  # type: ignore[index]  # noqa: F405
