"""`yinfeng read FILE… [--date YYYY-MM-DD] [--jobs N] [--join]`: JSON Lines on stdout, progress and faults on stderr.

--join prints one line a project over all files instead of one a file.

Exit codes: 0 done; 1 at least one file is at fault (each on a line of its own; the others are read); 2 usage.
Dispatched before Django is imported, so that it starts at once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

_STEP = 200  # a plain progress line each so many files


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        self.print_usage(sys.stderr)
        print(f"{self.prog}: {message}", file=sys.stderr)  # noqa: T201
        raise SystemExit(2)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期应为 YYYY-MM-DD:{text}") from None


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"应为 1 到 256 的整数:{text}")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = _Parser(prog="yinfeng read", description="读取文档,输出带出处的项目、统计和金额(每个文件一行 JSON)")
    made.add_argument("files", nargs="+", metavar="FILE", help="txt、html、docx、pdf、xlsx 或 eml 文件")
    made.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="文档日期(优先于文件自带的日期)")
    made.add_argument("--jobs", type=_count, default=1, metavar="N", help="同时使用的进程数")
    made.add_argument(
        "--join", action="store_true", help="合并输出:同一项目在多份文档中只占一行,列出各处来源和不同说法"
    )
    return made


def main(argv: list[str]) -> int:
    """Run the command. `argv` is what follows `yinfeng read`; the exit code is returned."""
    try:
        options = parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    if options.join:
        return _join(options.files, options.date)
    tasks = [(name, options.date) for name in options.files]
    faults = 0
    progress = _Progress(len(tasks))
    try:
        for name, line, fault in _results(tasks, options.jobs):
            if fault is not None:
                faults += 1
                progress.clear()
                print(f"{name}: {fault}", file=sys.stderr)  # noqa: T201
            else:
                sys.stdout.write(line + "\n")
            progress.step()
        sys.stdout.flush()
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 1
    finally:
        progress.clear()
    return 1 if faults else 0


def _join(names: list[str], day: date | None) -> int:
    """One line a project over all files; faults as ever."""
    from .errors import ReadingError
    from .joining import join_documents
    from .loading import load
    from .reader import read_text

    readings, faults = [], 0
    progress = _Progress(len(names))
    for name in names:
        try:
            source = load(Path(name))
            readings.append(read_text(source.raw_text, doc_date=day or source.doc_date, doc_id=Path(name).stem))
        except ReadingError as error:
            faults += 1
            progress.clear()
            print(f"{name}: {error.message}", file=sys.stderr)  # noqa: T201
        progress.step()
    progress.clear()
    for candidate in join_documents(readings):
        line = json.dumps(candidate.to_json(), ensure_ascii=False)
        sys.stdout.write(line.encode("utf-8", "replace").decode() + "\n")
    return 1 if faults else 0


def _results(tasks: list[tuple[str, date | None]], jobs: int) -> Iterator[tuple[str, str, str | None]]:
    """(file, JSON line, fault) in the order of the files."""
    if jobs == 1 or len(tasks) == 1:
        yield from map(read_one, tasks)
        return
    from multiprocessing import get_context

    size = max(1, min(32, len(tasks) // (jobs * 4) or 1))
    with get_context("spawn" if sys.platform != "linux" else "fork").Pool(min(jobs, len(tasks))) as pool:
        yield from pool.imap(read_one, tasks, chunksize=size)


def read_one(task: tuple[str, date | None]) -> tuple[str, str, str | None]:
    """(file, its JSON line, None) or (file, "", what is wrong with it)."""
    from .errors import ReadingError
    from .loading import load
    from .reader import read_text

    name, day = task
    try:
        source = load(Path(name))
        reading = read_text(source.raw_text, doc_date=day or source.doc_date, doc_id=Path(name).stem)
        line = json.dumps(reading.to_json(), ensure_ascii=False)
        line.encode("utf-8")
    except ReadingError as error:
        return name, "", error.message
    except UnicodeEncodeError:
        return name, json.dumps(reading.to_json(), ensure_ascii=True), None
    except (MemoryError, RecursionError):
        return name, "", "文件过于复杂,无法读取"
    except Exception as error:  # one strange file must not stop the others
        return name, "", f"读取时出错({type(error).__name__}):{error}"
    return name, line, None


class _Progress:
    """A bar on a terminal, plain lines elsewhere; silent for a few files."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.drawn = total, 0, False
        self.terminal = sys.stderr.isatty()

    def step(self) -> None:
        self.done += 1
        if self.total < 10:
            return
        if self.terminal:
            filled = 30 * self.done // self.total
            sys.stderr.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {self.done}/{self.total}")
            sys.stderr.flush()
            self.drawn = True
        elif self.done % _STEP == 0 or self.done == self.total:
            print(f"read {self.done}/{self.total}", file=sys.stderr)  # noqa: T201

    def clear(self) -> None:
        if self.drawn:
            sys.stderr.write("\r" + " " * 60 + "\r")
            self.drawn = False
