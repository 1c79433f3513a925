"""Write the backup of this version that later versions must take up: ``python -m tests.upgrades.make NAME``."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MOST_BYTES = 200_000
PAPER = (
    "栖梧市投资促进局工作简报（虚构）\n2026年3月2日\n"
    "本周签约项目1个：栖梧云梯科技有限公司智能电梯部件项目，总投资3.6亿元，拟用地60亩。\n"
)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m tests.upgrades.make NAME", file=sys.stderr)
        return 2
    target = HERE / f"{arguments[0]}.yfb"
    with tempfile.TemporaryDirectory(prefix="yinfeng-upgrade-") as home:
        environment = os.environ | {
            "YINFENG_HOME": home, "DATABASE_URL": f"sqlite:///{home}/yinfeng.sqlite3",
            "DJANGO_SETTINGS_MODULE": "yinfeng.config.settings.dev",
        }  # fmt: skip

        def yinfeng(*words: str) -> None:
            command = [sys.executable, "-m", "yinfeng.config.cli", *words]
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)

        yinfeng("migrate", "--verbosity", "0")
        yinfeng("demo", "--projects", "6")
        paper = Path(home) / "简报.txt"
        paper.write_text(PAPER, encoding="utf-8")
        yinfeng("ingest", str(paper))
        yinfeng("backup", str(target), "--level", "9")
        yinfeng("backup", "--check", str(target))
    size = target.stat().st_size
    print(f"{target.relative_to(HERE.parent.parent)}: {size:,} bytes")
    if size > MOST_BYTES:
        print(f"more than {MOST_BYTES:,} bytes: too large to commit", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
