"""Write the bundle: ``python -m bundling.make [--out FOLDER]``. Prints what it holds, its size and the seconds it took."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MACHINES = ("x86_64", "aarch64")
PYTHON = "3.11"
# glibc 2.28 and later: Kylin V10, openEuler 20.03, Debian 10, RHEL 8.
TAGS = ("manylinux2014", "manylinux_2_17", "manylinux_2_24", "manylinux_2_26", "manylinux_2_27", "manylinux_2_28")
DOCS = ("docs/howto/install.md", "docs/howto/administrators.md", "LICENSE", "THIRD_PARTY_NOTICES.md", "CHANGELOG.md")
# Beside src: what the wheel is built from.
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE", "THIRD_PARTY_NOTICES.md")


def front_end_files() -> list[str]:
    """The files of ``node_modules`` that the house serves or reads, and the licences of their packages."""
    sys.path.insert(0, str(ROOT / "src"))
    from yinfeng.foundation.ui.finders import FILES
    from yinfeng.foundation.ui.icons import FOLDER, ICONS

    wanted = {*FILES.values(), *(f"{FOLDER}/{name}.svg" for name in ICONS)}
    packages = {"/".join(name.split("/")[: 2 if name.startswith("@") else 1]) for name in wanted}
    for package in packages:
        for name in ("LICENSE", "LICENSE.md", "LICENSE.txt", "NOTICE", "package.json"):
            if (ROOT / "node_modules" / package / name).is_file():
                wanted.add(f"{package}/{name}")
    return sorted(wanted)


def pack_front_end(source: Path, target: Path) -> int:
    """Copy them; how many. FileNotFoundError names what is missing."""
    names = front_end_files()
    for name in names:
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, place)
    return len(names)


def build_wheel(into: Path) -> Path:
    """Yinfeng's own wheel, with the front-end files inside."""
    with tempfile.TemporaryDirectory(prefix="yinfeng-wheel-") as made:
        tree = Path(made) / "tree"
        ignored = shutil.ignore_patterns("tests", "__pycache__", "*.egg-info")
        shutil.copytree(ROOT / "src", tree / "src", ignore=ignored)
        for name in BUILT_FROM:
            shutil.copyfile(ROOT / name, tree / name)
        pack_front_end(ROOT / "node_modules", tree / "src" / "yinfeng" / "front_end")
        run(sys.executable, "-m", "pip", "wheel", *QUIET, "--no-deps", "--wheel-dir", str(into), str(tree))
    (wheel,) = into.glob("yinfeng-*.whl")
    return wheel


QUIET = ("--quiet", "--disable-pip-version-check")


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:6])} …:\n{done.stderr[-3000:]}")


def download(machine: str, into: Path) -> None:
    """The wheels for one kind of machine, by the committed digests; fails where one has no wheel for it."""
    platforms = [word for tag in TAGS for word in ("--platform", f"{tag}_{machine}")]
    run(
        sys.executable, "-m", "pip", "download", *QUIET, "--only-binary=:all:", "--python-version", PYTHON,
        "--implementation", "cp", "--abi", "cp311", "--abi", "abi3", "--abi", "none", *platforms,
        "--require-hashes", "--requirement", "requirements/base.txt", "--dest", str(into),
    )  # fmt: skip


def is_for_any(wheel: str) -> bool:
    return wheel.endswith("-any.whl")


def digest_of(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def described(folder: Path, **more: object) -> dict[str, object]:
    """The manifest of a folder: every file in it but the two that tell of the others."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name not in ("MANIFEST.json", "SHA256SUMS"))
    return {
        "format": "yinfeng-bundle", "version": 1, **more,
        "files": {p.relative_to(folder).as_posix(): {"size": p.stat().st_size, "sha256": digest_of(p)} for p in files},
    }  # fmt: skip


def seal(folder: Path, **more: object) -> dict[str, object]:
    """Write MANIFEST.json and SHA256SUMS into the folder."""
    told = described(folder, **more)
    (folder / "MANIFEST.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    files: dict[str, dict[str, object]] = told["files"]  # type: ignore[assignment]
    sums = [f"{one['sha256']}  {name}" for name, one in files.items()]
    (folder / "SHA256SUMS").write_text("\n".join([*sums, f"{digest_of(folder / 'MANIFEST.json')}  MANIFEST.json", ""]))
    return told


def put_together(folder: Path, wheels: Iterable[tuple[str, Path]]) -> None:
    """The bundle's folder out of (machine, wheel): what runs anywhere lies there once."""
    for machine, wheel in wheels:
        place = folder / "wheels" / ("any" if is_for_any(wheel.name) else machine)
        place.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(wheel, place / wheel.name)
    shutil.copyfile(ROOT / "requirements" / "base.txt", folder / "requirements.txt")
    shutil.copyfile(ROOT / "bundling" / "install.sh", folder / "install.sh")
    for name in DOCS:
        place = folder / "docs" / Path(name).name
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, place)


def pack(folder: Path, target: Path) -> None:
    """A tar of the folder, the same bytes for the same content. Wheels are packed already: no second compression."""

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = 0
        info.uname = info.gname = "root"
        info.mtime = 0
        info.mode = 0o755 if info.isdir() or info.name.endswith(".sh") else 0o644
        return info

    part = target.with_name(target.name + ".part")
    with tarfile.open(part, "w") as out:
        out.add(folder, arcname=folder.name, filter=plain)
    part.replace(target)


def version() -> str:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bundling.make", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder of the archive (dist/)")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    options.out.mkdir(parents=True, exist_ok=True)
    name = f"yinfeng-{version()}-bundle"
    with tempfile.TemporaryDirectory(prefix="yinfeng-bundle-", dir=os.environ.get("TMPDIR")) as made:
        folder, found = Path(made) / name, []
        folder.mkdir()
        for machine in MACHINES:
            print(f"wheels for {machine} …", flush=True)
            download(machine, Path(made) / machine)
            found += [(machine, wheel) for wheel in sorted((Path(made) / machine).glob("*.whl"))]
        print("the wheel of Yinfeng …", flush=True)
        found.append(("any", build_wheel(Path(made) / "own")))
        put_together(folder, found)
        told = seal(folder, product=version(), commit=commit(), python=PYTHON, machines=list(MACHINES))
        target = options.out / f"{name}.tar"
        pack(folder, target)
    counts = {kind: sum(f"wheels/{kind}/" in n for n in told["files"]) for kind in ("any", *MACHINES)}  # type: ignore[attr-defined]
    wheels = ", ".join(f"{n} for {kind}" for kind, n in counts.items())
    print(f"{target}: {target.stat().st_size / 1e6:.0f} MB, wheels {wheels}, {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
