"""Backup of a loaded database, quiet and while somebody writes.

    DATABASE_URL=… python -m bench.custody [--restore URL]

Printed are the seconds of a backup alone, of one with a writer beside it (a transaction of one row every 20 ms, with the
longest that one had to wait), of the check, and of a restore into the empty database of ``--restore``. The limit is 60 s
for 100,000 projects (``python -m bench.run --keep FOLDER`` makes them).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

LIMIT_SECONDS = 60


class Writer(threading.Thread):
    """Declares a notice every few milliseconds, as a person would a fact, and remembers the longest wait."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.stopped, self.waits = threading.Event(), [0.0]

    def run(self) -> None:
        from django.db import connection, transaction
        from django.utils import timezone

        from yinfeng.foundation.audit.actions import record

        while not self.stopped.wait(0.02):
            began = time.monotonic()
            with transaction.atomic():
                record(actor=None, at=timezone.now(), verb="bench.write", kind="bench", object_id=1, after={"n": 1})
            self.waits.append(time.monotonic() - began)
        connection.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--restore", metavar="URL", help="DATABASE_URL of an empty database")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.config.settings.test")
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from yinfeng.domain.projects.models import Project
    from yinfeng.foundation.audit.models import AuditRow
    from yinfeng.foundation.custody.actions.backing_up import faults_of, make_backup

    with tempfile.TemporaryDirectory(prefix="yinfeng-custody-") as folder:
        path, projects = Path(folder) / "bench.yfb", Project.objects.count()

        def backup() -> tuple[float, float]:
            began, own = time.monotonic(), time.process_time()
            make_backup(path=path, actor=None, at=timezone.now(), overwrite=True)
            return time.monotonic() - began, time.process_time() - own

        quiet = backup()
        writer = Writer()
        writer.start()
        busy = backup()
        writer.stopped.set()
        writer.join()
        began = time.monotonic()
        faults = list(faults_of(path))
        checked = time.monotonic() - began
        print(
            f"{connection.vendor}, {projects:,} projects: backup {quiet[0]:.1f} s ({quiet[1]:.1f} s CPU of ours), "
            f"{path.stat().st_size / 1e6:.0f} MB; beside a writer {busy[0]:.1f} s, {len(writer.waits):,} writes, the longest "
            f"{max(writer.waits) * 1000:.0f} ms; check {checked:.1f} s, {len(faults)} faults; limit {LIMIT_SECONDS} s"
        )
        AuditRow.objects.filter(verb="bench.write").delete()
        if options.restore:
            environment = os.environ | {"DATABASE_URL": options.restore, "YINFENG_HOME": folder}
            began = time.monotonic()
            command = [sys.executable, "-m", "yinfeng.config.cli", "restore", str(path)]
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
            print(f"restore into {options.restore.partition(':')[0]}: {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
