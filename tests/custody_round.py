"""The demo city: SQLite → backup → restore into PostgreSQL → export equals the first export, and an export brought in again
differs in nothing.

    python -m tests.custody_round

Prints what it compared; ends with 1 and the first differences where anything is not equal.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.kill_custody import Broken, Place
from tests.postgres import cluster

WHAT_MAY_DIFFER = {"数据截至"}  # the line of the head that tells when it was made


def cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=False)
    return {
        sheet.title: [
            tuple(row)
            for row in sheet.iter_rows(values_only=True)
            if not any(isinstance(v, str) and any(word in v for word in WHAT_MAY_DIFFER) for v in row)
        ]
        for sheet in book.worksheets
    }


def differences(one: Path, other: Path) -> list[str]:
    first, second = cells(one), cells(other)
    found = [f"sheets {list(first)} and {list(second)}"] if list(first) != list(second) else []
    for sheet, rows in first.items():
        others = second.get(sheet, [])
        if len(rows) != len(others):
            found.append(f"{sheet}: {len(rows)} rows and {len(others)}")
        found += [
            f"{sheet} row {n}: {a} and {b}" for n, (a, b) in enumerate(zip(rows, others, strict=False), 1) if a != b
        ]
    return found


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="yinfeng-round-"))
    try:
        here = Place(folder / "here", f"sqlite:///{folder / 'here' / 'city.sqlite3'}")
        for words in (["migrate", "--verbosity", "0"], ["setup"], ["demo"]):
            here.run(*words)
        first, again, backup = (folder / name for name in ("first.xlsx", "again.xlsx", "city.yfb"))
        here.run("ledger", "export", str(first))
        here.run("backup", str(backup))
        with cluster("city") as url:
            there = Place(folder / "there", url)
            print(there.run("restore", str(backup)).stdout.strip().splitlines()[-1])
            there.run("doctor")
            there.run("ledger", "export", str(again))
            if found := differences(first, again):
                raise Broken("\n".join(["the exports differ:", *found[:5]]))
            rows = {sheet: len(found) for sheet, found in cells(first).items()}
            print(f"SQLite → backup → restore into PostgreSQL → export: equal, rows {rows}")
            for place in (there, here):
                said = place.run("ledger", "import", str(first)).stdout
                print("export → import: " + "；".join(said.strip().splitlines()[-3:]))
                last = folder / "last.xlsx"
                last.unlink(missing_ok=True)
                place.run("ledger", "export", str(last))
                if found := differences(first, last):
                    raise Broken("\n".join(["brought in again, it differs:", *found[:5]]))
            print("and exported again after that: equal on both engines")
    except Broken as fault:
        print(fault, file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
