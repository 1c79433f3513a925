"""``yinfeng worker``: one process that runs the queue and the clock."""

from __future__ import annotations

import os
import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_tasks_db.management.commands.db_worker import Worker

from yinfeng.foundation.jobs.actions import sign_off
from yinfeng.foundation.jobs.clockwork import Clock
from yinfeng.foundation.jobs.models import WorkerBeat


class Command(BaseCommand):
    help = "运行后台任务与定时任务（一个进程即可；make run 会自动启动）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", action="store_true", help="做完队列中的任务即退出")
        parser.add_argument("--interval", type=float, default=1.0, help="队列为空时的等待秒数")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TASKS["default"]["BACKEND"].endswith("DatabaseBackend"):
            raise CommandError("当前配置不使用数据库任务队列，不需要 worker。")
        WorkerBeat.objects.exists()  # a database without tables is told of in words, before anything starts
        name = f"{socket.gethostname()[:40]}-{os.getpid()}"
        worker = Worker(
            queue_names=["default"],
            interval=options["interval"],
            batch=options["batch"],
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=name,
            excluded_queue_names=[],
        )
        worker.configure_signals()
        clock = Clock(name)
        clock.start()
        try:
            worker.run()
        finally:
            clock.stop()
            sign_off(worker=name)
