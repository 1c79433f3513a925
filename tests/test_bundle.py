"""The bundle says what it holds and holds what it says. That it installs offline is proved by ``bundling/prove_offline.sh``."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
from pathlib import Path

import pytest
from bundling import make

HOUSE = Path(__file__).resolve().parent.parent


def wheel(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(name.encode())
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bundle of three small wheels."""
    made = tmp_path / "yinfeng-0-bundle"
    made.mkdir()
    make.put_together(
        made,
        [
            ("x86_64", wheel(tmp_path, "django-5.2-py3-none-any.whl")),
            ("x86_64", wheel(tmp_path, "lxml-6-cp311-cp311-manylinux_2_28_x86_64.whl")),
            ("aarch64", wheel(tmp_path, "lxml-6-cp311-cp311-manylinux_2_28_aarch64.whl")),
            ("aarch64", wheel(tmp_path, "django-5.2-py3-none-any.whl")),
        ],
    )
    make.seal(made, product="0", commit="abc", python="3.11", machines=["x86_64", "aarch64"])
    return made


def test_the_manifest_names_each_file_with_its_digest(folder: Path) -> None:
    told = json.loads((folder / "MANIFEST.json").read_text())
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(told["files"]) == there - {"MANIFEST.json", "SHA256SUMS"}
    assert {"wheels/any/django-5.2-py3-none-any.whl", "install.sh", "requirements.txt"} <= there
    assert sum("django" in name for name in there) == 1  # what runs anywhere lies there once
    for name, one in told["files"].items():
        content = (folder / name).read_bytes()
        assert (one["size"], one["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    checked = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=False)
    assert checked.returncode == 0


def test_the_archive_is_the_folder_and_the_same_each_time(folder: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.tar", tmp_path / "b.tar"
    make.pack(folder, first)
    make.pack(folder, second)
    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(first) as packed:
        names = {m.name.partition("/")[2] for m in packed.getmembers() if m.isfile()}
        assert all(m.uid == 0 for m in packed.getmembers())
    assert names == {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert list(tmp_path.glob("*.part")) == []


def test_a_harmed_bundle_installs_nothing(folder: Path, tmp_path: Path) -> None:
    (folder / "requirements.txt").write_text("django==0")
    target = tmp_path / "installed"
    done = subprocess.run(
        ["sh", str(folder / "install.sh"), str(target)], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 1
    assert "安装包损坏" in done.stderr or "需要 Python 3.11" in done.stderr
    assert list(target.iterdir()) == []


def test_the_front_end_of_the_wheel_is_what_the_house_serves(tmp_path: Path) -> None:
    from yinfeng.foundation.ui.finders import FILES
    from yinfeng.foundation.ui.icons import FOLDER, ICONS

    names = set(make.front_end_files())
    assert set(FILES.values()) <= names
    assert {f"{FOLDER}/{name}.svg" for name in ICONS} <= names
    assert make.pack_front_end(HOUSE / "node_modules", tmp_path) == len(names)
    assert all((tmp_path / name).is_file() for name in names)
    total = sum((tmp_path / name).stat().st_size for name in names)
    assert total < 5_000_000


def test_every_kind_of_file_of_the_source_is_packed_into_the_wheel() -> None:
    """A new ending that nobody lists in pyproject.toml would be missing in the installed house only."""
    listed = set(re.findall(r'"\*\.(\w+)"', (HOUSE / "pyproject.toml").read_text(encoding="utf-8")))
    found = {
        path.suffix[1:]
        for path in (HOUSE / "src").rglob("*")
        if path.is_file() and not {"__pycache__", "tests"} & set(path.parts) and ".egg-info" not in str(path)
    }
    assert found - {"py", "pyc", "md"} - listed == set()


@pytest.mark.parametrize("script", ["install.sh", "prove_offline.sh"])
def test_the_scripts_are_plain_shell(script: str) -> None:
    assert subprocess.run(["sh", "-n", str(HOUSE / "bundling" / script)], check=False).returncode == 0
