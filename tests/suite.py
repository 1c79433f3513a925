"""What ``make test`` runs: the suite on SQLite, then what touches the database again on a throw-away PostgreSQL.

Arguments go to pytest of the first run (``make test ARGS="-k gate"``). With ``YINFENG_NOTHING_SKIPPED=1`` a skipped
test is a failure: continuous integration sets it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKERS = os.environ.get("YINFENG_TEST_WORKERS", "2")


def pytest(*arguments: str, **environment: str) -> int:
    """Run pytest in a process of its own with a home of its own; its exit code."""
    home = tempfile.mkdtemp(prefix="yinfeng-test-")
    try:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *arguments],
            cwd=ROOT,
            env=os.environ | {"YINFENG_HOME": home} | environment,
            check=False,
        ).returncode
    finally:
        shutil.rmtree(home, ignore_errors=True)


def say(text: str) -> None:
    print(f"\n=== {text}", flush=True)


def main() -> int:
    began = time.monotonic()
    arguments = sys.argv[1:]
    say("SQLite：全部测试")
    failed = pytest("-n", WORKERS, "--dist", "worksteal", *(arguments or ["-m", "not browser"]))
    if arguments:
        return failed
    say("浏览器：Chromium 中的测试")
    failed = pytest("-n", WORKERS, "--dist", "worksteal", "-m", "browser") or failed
    from tests.postgres import cluster, where

    if where() is None:
        say("跳过 PostgreSQL：这台机器上没有 initdb")
        failed = failed or int(os.environ.get("YINFENG_NOTHING_SKIPPED") == "1")
    else:
        with cluster() as url:
            say("PostgreSQL：与数据库有关的测试")
            failed = (
                pytest(
                    "-n",
                    WORKERS,
                    "-m",
                    "not browser and not sqlite",
                    "src/yinfeng/domain",
                    "src/yinfeng/foundation",
                    "src/yinfeng/portal",
                    DATABASE_URL=url,
                    YINFENG_EXAMPLES="25",  # the same properties on another engine: a quarter of the tries
                )
                or failed
            )
    say(f"用时 {time.monotonic() - began:.0f} 秒；{'有失败' if failed else '全部通过'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
