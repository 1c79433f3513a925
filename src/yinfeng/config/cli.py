"""The one console script, ``yinfeng``. Commands that need no database are served before Django is imported."""

import os
import sys

# What may run while a restore is unfinished: what finishes it, and what only looks.
BESIDE_A_RESTORE = {"restore", "backup", "ready", "check", "help", "--help", "-h", "version", "--version"}


def main() -> None:
    """Dispatch ``yinfeng COMMAND …`` and exit with 0 done, 1 the data is at fault, 2 usage."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["read"]:
        from yinfeng.reading.cli import main as read

        sys.exit(read(arguments[1:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.config.settings.dev")
    if arguments and arguments[0] not in BESIDE_A_RESTORE:
        _refuse_behind_the_barrier()
    if arguments[:1] == ["serve"]:
        from yinfeng.config.serve import main as serve

        sys.exit(serve(arguments[1:]))
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    try:
        execute_from_command_line(["yinfeng", *arguments])
    except DatabaseError as fault:
        if (words := _why(fault)) is None:
            raise
        sys.stderr.write(f"{words}\n")
        sys.exit(1)


def _refuse_behind_the_barrier() -> None:
    """Whatever is done now would be lost when the restored data takes its place."""
    from yinfeng.foundation.custody import barrier

    if standing := barrier.standing():
        sys.stderr.write(f"{standing.words}（要放弃它、继续用原有数据，运行 yinfeng restore --abandon）\n")
        sys.exit(1)


def _why(fault: Exception) -> str | None:
    """What to do about a database that has no tables yet, lags behind, or does not answer; None for any other fault."""
    from django.apps import apps
    from django.db import DatabaseError, InterfaceError, OperationalError, connection

    if not apps.ready:
        return None
    from yinfeng.foundation.custody.health import waiting_migrations

    try:
        if connection.in_atomic_block:
            return None
        waiting = waiting_migrations()
    except (DatabaseError, InterfaceError):
        if isinstance(fault, OperationalError):
            return f"连不上数据库：{str(fault).splitlines()[0]}。请检查 DATABASE_URL 和数据库服务是否已启动。"
        return None
    if waiting:
        return f"数据库还没有建表或表结构待更新（{len(waiting)} 个迁移未执行）。请先运行 yinfeng migrate。"
    return None


if __name__ == "__main__":
    main()
