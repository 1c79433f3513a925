"""kill -9 at random points of backup and restore; what is left must be whole, and nothing may be lost.

    python -m tests.kill_custody [--backups 25] [--restores 25] [--engine sqlite|postgresql|both] [--seed N]

After each kill of a backup: the file of before (or a whole new one) passes its check. After each kill of a restore over
existing data: every table is, to the digest, either as before or as in the backup; a killed restore leaves the barrier
up; the same command again finishes, and then the tables are those of the backup. Any other outcome ends the run with 1.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EARLIER = ROOT / "tests" / "upgrades" / "session-1.yfb"
SWAP = "换上恢复的数据"
# The restore's own record, and the record of the backups that look.
RECORDS = {"audit_auditrow", "jobs_job"}
CHANGE = 'from yinfeng.foundation.accounts.models import Person\nPerson.objects.update(phone="000")'


class Broken(Exception):
    """Something was half-done or lost."""


def killed_after(
    command: list[str], environment: dict[str, str], *, seconds: float, line: str = "", file: Path | None = None
) -> bool:
    """Run, kill -9 so many seconds after the start (after a line of output, after a file is there); whether the kill was in
    time."""
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    assert process.stdout is not None
    if line:
        for said in process.stdout:
            if line in said:
                break
    else:
        threading.Thread(target=process.stdout.read, daemon=True).start()
        while file is not None and not file.exists() and process.poll() is None:
            time.sleep(0.001)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return process.returncode == -signal.SIGKILL


class Place:
    """An installation to harm."""

    def __init__(self, home: Path, url: str) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.environment = os.environ | {
            "YINFENG_HOME": str(home), "DATABASE_URL": url, "YINFENG_SECRET_KEY": "only-for-tests",
            "DJANGO_SETTINGS_MODULE": "yinfeng.config.settings.dev",
        }  # fmt: skip

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "yinfeng.config.cli", *words]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(self.command(*words), env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Broken(f"{' '.join(words)}: {done.stderr[-500:]}")
        return done

    def python(self, program: str) -> None:
        whole = "import django; django.setup()\n" + program
        subprocess.run([sys.executable, "-c", whole], env=self.environment, check=True, capture_output=True)

    def contents(self) -> dict[str, str]:
        """Table -> digest of its rows, read by a backup that is thrown away."""
        path = self.home / "look.yfb"
        self.run("backup", str(path), "--overwrite")
        return contents_of(path)


def contents_of(path: Path) -> dict[str, str]:
    from yinfeng.foundation.custody.archive import Reader

    with Reader(path) as backup:
        return {t.plan.name: t.content for t in backup.manifest.tables if t.plan.name not in RECORDS}


def kill_backups(place: Place, count: int, dice: random.Random) -> Counter[str]:
    """Backups over an older file, killed."""
    told: Counter[str] = Counter()
    path = place.home / "kept.yfb"
    began = time.monotonic()
    place.run("backup", str(path), "--overwrite")
    whole, before = time.monotonic() - began, contents_of(path)
    part = path.with_name(path.name + ".part")
    for number in range(count):
        old = path.read_bytes()
        words = place.command("backup", str(path), "--overwrite")
        if number % 4:  # most of the time goes into starting: three of four kills fall into the writing
            part.unlink(missing_ok=True)
            in_time = killed_after(words, place.environment, seconds=dice.uniform(0, 0.15), file=part)
        else:
            in_time = killed_after(words, place.environment, seconds=dice.uniform(0.2, whole * 1.05))
        told["killed" if in_time else "came through"] += 1
        told["left a part"] += part.exists()
        place.run("backup", "--check", str(path))
        if in_time and path.read_bytes() == old:
            told["old file untouched"] += 1
        elif contents_of(path) != before:
            raise Broken(f"{path}: neither the old backup nor a whole new one")
    place.run("backup", str(path), "--overwrite")  # what kills left is in nobody's way
    if part.exists():
        raise Broken("a part is left after a whole backup")
    return told


def kill_restores(place: Place, backup: Path, count: int, dice: random.Random, whole: float = 0) -> Counter[str]:
    """Restores over other data, killed; then run again. ``whole``: seconds that one takes, 0 to find out."""
    told: Counter[str] = Counter()
    wanted = contents_of(backup)
    barrier = place.home / "restore-unfinished"
    if not whole:
        began = time.monotonic()
        place.run("restore", str(backup), "--replace")
        whole = time.monotonic() - began
        if (now := place.contents()) != wanted:
            raise Broken(f"restored, and not equal: {[t for t in wanted if now.get(t) != wanted[t]]}")
    for number in range(count):
        place.python(CHANGE)
        old = place.contents()
        words = place.command("restore", str(backup), "--replace")
        at_swap = number % 3 == 0  # every third kill is aimed at the moment when the new takes the old one's place
        seconds = dice.uniform(0, 0.15) if at_swap else dice.uniform(0.5, whole * 1.05)
        in_time = killed_after(words, place.environment, seconds=seconds, line=SWAP if at_swap else "")
        told["killed" if in_time else "came through"] += 1
        now = place.contents()
        if now == old:
            told["old data whole"] += 1
        elif now == wanted:
            told["new data whole"] += 1
        else:
            raise Broken(f"half restored: {[t for t in wanted if now.get(t) not in (old[t], wanted[t])]}")
        if now == old and not in_time:
            raise Broken("the restore ended and restored nothing")
        told["barrier up"] += barrier.exists()
        place.run("restore", str(backup), "--replace")
        if barrier.exists() or place.contents() != wanted:
            raise Broken("the second run did not finish the restore")
        told["finished by the second run"] += 1
    return told


@contextmanager
def places(engine: str) -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="yinfeng-kill-"))
    try:
        with ExitStack() as stack:
            if engine == "postgresql":
                from tests.postgres import cluster

                url = stack.enter_context(cluster("kill"))
            else:
                url = f"sqlite:///{folder / 'home' / 'kill.sqlite3'}"
            yield Place(folder / "home", url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backups", type=int, default=25)
    parser.add_argument("--restores", type=int, default=25)
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    dice = random.Random(options.seed)
    for engine in ("sqlite", "postgresql") if options.engine == "both" else (options.engine,):
        with places(engine) as place:
            try:
                place.run("restore", str(EARLIER))
                first = place.home / "first.yfb"
                place.run("backup", str(first))
                for what, told in (
                    ("backup", kill_backups(place, options.backups, dice)),
                    ("restore", kill_restores(place, first, options.restores, dice)),
                ):
                    print(
                        f"{engine} {what}: " + ", ".join(f"{n} {word}" for word, n in sorted(told.items())), flush=True
                    )
            except Broken as fault:
                print(f"{engine}: {fault}", file=sys.stderr)
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
