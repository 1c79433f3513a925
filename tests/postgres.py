"""A throw-away PostgreSQL cluster for the suite and the bench: made in a moment, gone at the end.

    with cluster() as url:            # postgresql://yinfeng@127.0.0.1:PORT/yinfeng
        ...

``initdb`` refuses root, so the cluster then runs as ``nobody``. Nothing is written to disk safely on purpose.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


def where() -> Path | None:
    """The folder of PostgreSQL's programs, or None where it is not installed."""
    if found := shutil.which("initdb"):
        return Path(os.path.realpath(found)).parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return places[-1].parent if places else None


def _as_other_user() -> tuple[list[str], int | None]:
    """The words before a command, and the user's number, where we are root."""
    if os.geteuid() != 0:
        return [], None
    other = pwd.getpwnam("nobody")
    return [
        "setpriv", f"--reuid={other.pw_uid}", f"--regid={other.pw_gid}", "--clear-groups", "--reset-env", "--",
    ], other.pw_uid  # fmt: skip


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster(database: str = "yinfeng", settings: tuple[str, ...] = (), *, by_socket: bool = False) -> Iterator[str]:
    """A running cluster with an empty UTF-8 database; the URL for DATABASE_URL, by TCP or by the server's socket."""
    programs = where()
    if programs is None:
        raise FileNotFoundError("PostgreSQL 未安装：找不到 initdb")
    prefix, user = _as_other_user()
    home = Path(tempfile.mkdtemp(prefix="yinfeng-pg-"))
    home.chmod(0o755)
    data = home / "data"
    data.mkdir(mode=0o700)
    if user is not None:
        os.chown(home, user, -1)
        os.chown(data, user, -1)
    port = _free_port()
    log = home / "log"
    options = [
        "listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={home}", "fsync=off",
        "synchronous_commit=off", "full_page_writes=off", "shared_buffers=256MB", "work_mem=32MB",
        "max_wal_size=4GB", "autovacuum=off", "max_connections=60", "jit=off", *settings,
    ]  # fmt: skip

    def run(*command: str) -> None:
        done = subprocess.run([*prefix, *command], cwd=home, capture_output=True, text=True, check=False)
        if done.returncode:
            said = log.read_text() if log.exists() else ""
            raise RuntimeError(f"{command[0]}：{done.stderr.strip() or done.stdout.strip()}\n{said}")

    server = None
    try:
        run(str(programs / "initdb"), "-D", str(data), "-U", "yinfeng", "-A", "trust", "-E", "UTF8",
            "--no-locale", "-N", "--no-instructions")  # fmt: skip
        with log.open("wb") as out:
            server = subprocess.Popen(
                [*prefix, str(programs / "postgres"), "-D", str(data), *(w for o in options for w in ("-c", o))],
                cwd=home, stdout=out, stderr=out,
            )  # fmt: skip
        _wait(server, programs, port, log)
        run(str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "yinfeng", database)
        if by_socket:
            yield f"postgresql://yinfeng@/{database}?host={home}&port={port}"
        else:
            yield f"postgresql://yinfeng@127.0.0.1:{port}/{database}"
    finally:
        if server is not None:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(home, ignore_errors=True)


def _wait(server: subprocess.Popen[bytes], programs: Path, port: int, log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        if subprocess.run(ready, check=False).returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL 未能启动：\n{log.read_text()}")
