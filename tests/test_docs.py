"""What the documents say is so: links lead somewhere, commands exist, every page is told of, nothing names a machine."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from argparse import ArgumentParser
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from django.core.management import get_commands, load_command_class

from yinfeng.foundation.rulebook.queries import standards
from yinfeng.foundation.ui import slots

HOUSE = Path(__file__).resolve().parent.parent
GUIDE = HOUSE / "docs" / "user" / "README.md"
PICTURES = HOUSE / "docs" / "user" / "images"
# Served before Django's own dispatch (``config/cli.py``), or by it.
OUTSIDE_DJANGO = {"read", "serve", "help"}
LEFT_OUT = {".git", ".venv", "node_modules", "var", "build", "dist", "__pycache__"}

FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@cache
def committed() -> tuple[Path, ...]:
    """The files of the house: what git knows of, or, without git, what lies there."""
    if (HOUSE / ".git").exists():
        told = subprocess.run(
            ["git", "-c", f"safe.directory={HOUSE}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=HOUSE, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        found = [HOUSE / name for name in told.split("\0") if name]
    else:
        found = [
            Path(folder) / name
            for folder, below, names in os.walk(HOUSE)
            if not below.__setitem__(slice(None), [b for b in below if b not in LEFT_OUT])  # type: ignore[func-returns-value]
            for name in names
        ]
    return tuple(sorted(p for p in found if p.is_file()))


def pages() -> list[Path]:
    return [p for p in committed() if p.suffix == ".md"]


def name_of(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def code_of(page: Path) -> list[str]:
    """The lines of code on a page: in fenced blocks and in spans; what stands behind a # is a remark."""
    text = page.read_text(encoding="utf-8")
    blocks = [line for block in FENCE.findall(text) for line in block.splitlines()]
    return [line.split(" #")[0] for line in blocks] + SPAN.findall(FENCE.sub("", text))


def slug(heading: str) -> str:
    """The anchor that a heading gets where Markdown is shown."""
    words = re.sub(r"`|\*|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return {slug(heading) for heading in re.findall(r"^#{1,6} +(.+)$", text, re.MULTILINE)}


def test_every_link_inside_the_house_leads_somewhere() -> None:
    lost = []
    for page in pages():
        for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = unquote(target).partition("#")
            there = (page.parent / path).resolve() if path else page
            if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
                lost.append(f"{name_of(page)} -> {target}")
    assert lost == []


def options_of(parser: ArgumentParser) -> set[str]:
    """What a command takes, its own commands included."""
    found = set(parser._option_string_actions)
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for below in action.choices.values():
                found |= options_of(below)
    return found


def test_every_command_that_is_told_exists_with_its_options() -> None:
    known = get_commands()
    faults = []
    for page in pages():
        for line in code_of(page):
            for name, rest in re.findall(r"(?<![\w./-])(?:\S*\.venv/bin/)?yinfeng ([a-z_]+)([^|;&]*)", line):
                if name not in known and name not in OUTSIDE_DJANGO:
                    faults.append(f"{name_of(page)}: yinfeng {name}")
                elif name in known:
                    app = known[name]
                    command = load_command_class(app, name) if isinstance(app, str) else app
                    options = options_of(command.create_parser("yinfeng", name))
                    told = re.findall(r"(?<!\S)\[?(--[a-z-]+)", rest)
                    faults += [f"{name_of(page)}: yinfeng {name} {o}" for o in told if o not in options]
    assert faults == []


def parsers_of(parser: ArgumentParser) -> list[ArgumentParser]:
    below = [p for a in parser._actions if isinstance(a.choices, dict) for p in a.choices.values()]
    return [parser, *(one for p in below for one in parsers_of(p))]


def test_every_command_of_ours_says_how_it_is_used() -> None:
    ours = {name: app for name, app in get_commands().items() if isinstance(app, str) and app.startswith("yinfeng.")}
    assert "indicator" in ours
    for name, app in ours.items():
        for parser in parsers_of(load_command_class(app, name).create_parser("yinfeng", name)):
            assert "usage:" in parser.format_help(), name


def test_every_make_target_that_is_told_exists() -> None:
    known = set(re.findall(r"^([a-z-]+):", (HOUSE / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    told = {
        (name_of(page), target)
        for page in pages()
        for line in code_of(page)
        for target in re.findall(r"(?<![\w./-])make ([a-z][a-z-]*)(?=$|[\s`/;&])", line)
    }
    assert {("README.md", "run"), ("README.md", "test")} <= told
    assert {one for one in told if one[1] not in known} == set()


def test_every_setting_that_is_told_is_read_somewhere() -> None:
    source = "\n".join(p.read_text(encoding="utf-8") for p in committed() if p.suffix == ".py" and p != Path(__file__))
    told = {
        name
        for page in pages()
        for name in re.findall(r"\bYINFENG_[A-Z_]+\b", page.read_text(encoding="utf-8"))
        if not name.endswith("_")
    }
    assert "YINFENG_HOSTS" in told
    assert {name for name in told if not re.search(rf"\b{name}\b", source)} == set()


def test_the_guide_tells_of_every_page_of_the_navigation() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    labels = {str(item.label) for item in slots.registry.nav.values()}
    assert len(labels) >= 12
    assert {label for label in labels if label not in guide} == set()


def test_the_architecture_names_the_floors_as_the_contracts_have_them() -> None:
    contracts = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    floors = {
        c["containers"][0].rpartition(".")[2]: [f.strip("()") for f in c["layers"]] for c in contracts if "layers" in c
    }
    drawn = (HOUSE / "docs" / "architecture.md").read_text(encoding="utf-8").split("```")[1]
    for floor in ("domain", "foundation"):
        told = re.search(rf"^{floor} +((?:[a-z]+[ >\n]+)+?)(?=^[a-z]+ {{3}})", drawn, re.MULTILINE)
        assert told is not None
        assert re.findall(r"[a-z]+", told[1]) == floors[floor]


def test_the_pictures_of_the_guide_are_there_small_and_used() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    files = sorted(PICTURES.glob("*"))
    assert {f.name for f in files} == set(re.findall(r"""[("]images/([^)"]+)[)"]""", guide))
    assert len(files) <= 24
    assert [f.name for f in files if f.stat().st_size > 120 * 1024] == []
    assert sum(f.stat().st_size for f in files) < 2_200_000


def test_the_rulebook_takes_the_bodies_that_its_format_shows() -> None:
    text = (HOUSE / "docs" / "formats" / "rulebook.md").read_text(encoding="utf-8")
    known = {rule.kind: rule for rule in standards()}
    assert set(known) <= set(SPAN.findall(text))
    shown = re.findall(r"^## (\w+)\n.*?^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(shown) >= 9
    for kind, body in shown:
        known[kind].check(yaml.safe_load(body))


# Spelt in pieces, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a registry or its mirror": [
        "pypi" + ".org", "python" + "hosted.org", "registry." + "npmjs", "npm" + "mirror.com", "tuna." + "tsinghua",
        "mirrors." + "aliyun", "mirrors." + "ustc", "mirrors." + "cloud.tencent", "registry." + "yarnpkg",
    ],
    "a path of one machine": ["/work" + "/main", "/work" + "/shared", "/opt" + "/pypi", "/root" + "/", "/home" + "/user"],
    "a tool of one machine": ["farm-" + "studio", "farm-" + "bench"],
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(FORBIDDEN))
def test_no_file_names(what: str) -> None:
    wanted = re.compile("|".join(re.escape(w) for w in FORBIDDEN[what]).encode())
    found = {name_of(path): hit[0].decode() for path in committed() if (hit := wanted.search(path.read_bytes()))}
    assert found == {}
