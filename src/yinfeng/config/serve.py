"""``yinfeng serve``: the web server and the worker of background jobs, as one thing to start and to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType

PATIENCE_SECONDS = 10


def main(arguments: list[str]) -> int:
    """Serve on ``PORT`` (8000) of ``YINFENG_BIND`` (127.0.0.1) until one part ends or a signal comes."""
    if arguments:
        print("用法：yinfeng serve（端口由 PORT 指定，监听地址由 YINFENG_BIND 指定）", file=sys.stderr)
        return 2
    command = [sys.executable, "-m", "yinfeng.config.cli"]
    if subprocess.run([*command, "ready", "--needed"], check=False).returncode:  # noqa: S603 - it has said what to do
        return 1
    address = f"{os.environ.get('YINFENG_BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
    workers = os.environ.get("WEB_WORKERS", "2")
    web = [
        sys.executable, "-m", "gunicorn", "yinfeng.config.wsgi", "--bind", address, "--workers", workers,
        "--threads", "4", "--timeout", "120", "--no-control-socket", "--log-level", "warning",
        "--logger-class", "yinfeng.config.gunicorn_log.JsonLogger",
    ]  # fmt: skip
    jobs = [*command, "worker"]
    parts = [subprocess.Popen(command) for command in (web, jobs)]  # noqa: S603
    print(f"引凤已启动：http://{address}/ （按 Ctrl+C 停止）", flush=True)

    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping and all(part.poll() is None for part in parts):
        time.sleep(0.3)
    failed = 0 if stopping else next((part.returncode or 1 for part in parts if part.returncode is not None), 1)
    for part in parts:
        if part.poll() is None:
            part.terminate()
    for part in parts:
        try:
            part.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            part.kill()
    return failed
