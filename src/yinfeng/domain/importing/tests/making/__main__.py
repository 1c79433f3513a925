"""Writes every fixture into a folder."""

import sys
from pathlib import Path

from . import HOSTILE, ODDITIES

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "fixtures")
folder.mkdir(parents=True, exist_ok=True)
for name, make in {**ODDITIES, **HOSTILE}.items():
    (folder / name).write_bytes(make())
    print(folder / name)
