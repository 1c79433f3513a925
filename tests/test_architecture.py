"""The house is as it says: floors, writers, names, sizes."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "yinfeng"
TRANSLATORS = {"pages", "queries", "access", "rules", "forms", "charts", "api"}
WRITING = {"save", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
# Past this a file is split by noun. A table of data may be longer.
MOST_LINES = 500


def modules(*, tests: bool = False) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts or (("tests" in path.parts or path.name == "testing.py") and not tests):
            continue
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(SOURCE)}{line}"


def test_imports_go_down_only() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([program], cwd=SOURCE.parents[1], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-3000:]


def is_translator(path: Path) -> bool:
    return path.stem in TRANSLATORS or bool(TRANSLATORS & set(path.relative_to(SOURCE).parts[:-1]))


def test_only_actions_write() -> None:
    """A page, a query, a rule or a form that writes is a side door."""
    found = []
    for path, tree in modules():
        if not is_translator(path):
            continue
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in WRITING
                and "session" not in ast.unparse(node.func)
            ):
                found.append(f"{place(path, node)} {ast.unparse(node.func)}()")
    assert found == []


def test_no_hidden_ways() -> None:
    """No signals, no save() overrides, no generic keys, no utils."""
    found = []
    for path, tree in modules():
        if path.name in ("utils.py", "helpers.py", "misc.py"):
            found.append(place(path))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.dispatch"):
                found.append(f"{place(path, node)} signals")
            if isinstance(node, ast.FunctionDef) and node.name == "save" and "models" in (*path.parts, path.stem):
                found.append(f"{place(path, node)} save override")
            if isinstance(node, ast.Name) and node.id == "GenericForeignKey":
                found.append(f"{place(path, node)} generic key")
    assert found == []


def public_verbs() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path, tree in modules():
        if path.stem == "actions" or path.parent.name == "actions":
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield path, node


def test_each_verb_takes_its_actor_and_moment_by_name() -> None:
    """An action that knows its actor also knows its moment, and both only by name."""
    wrong = []
    for path, verb in public_verbs():
        by_name = {a.arg for a in verb.args.kwonlyargs}
        by_place = {a.arg for a in verb.args.args}
        if "actor" in by_place or ("actor" in by_name and "at" not in by_name):
            wrong.append(f"{place(path, verb)} {verb.name}")
    assert wrong == []


def test_files_stay_readable() -> None:
    long = []
    for path, _tree in modules():
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > MOST_LINES:
            long.append(f"{place(path)}: {lines} lines")
    assert long == []


def test_every_package_says_what_it_is() -> None:
    silent = [
        place(path)
        for path, tree in modules()
        if path.name == "__init__.py" and path.read_text().strip() and not ast.get_docstring(tree)
    ]
    assert silent == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX", "HACK"])
def test_nothing_is_left_as_a_note_to_oneself(word: str) -> None:
    assert [place(path) for path, _ in modules() if word in path.read_text(encoding="utf-8")] == []
