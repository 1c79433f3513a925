"""Each word the ledger shows stands in the glossary, under the identifier the code uses."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

import yinfeng
from yinfeng.kernel.enums import LabelledEnum

GLOSSARY = Path(__file__).resolve().parent.parent / "docs" / "glossary.md"
ROW = re.compile(r"^\| ([^|]+?) \| `([^`]+)` \| ([^|]+?) \| ([^|]*?) \|$", re.MULTILINE)


def enums() -> Iterator[type[LabelledEnum]]:
    for module in pkgutil.walk_packages(yinfeng.__path__, "yinfeng."):
        if re.search(r"\.(rules|models|words)(\.|$)|kernel\.", module.name) and ".tests" not in module.name:
            importlib.import_module(module.name)
    seen, waiting = set(), [LabelledEnum]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            if kind not in seen and kind.__module__.startswith("yinfeng.") and ".tests" not in kind.__module__:
                seen.add(kind)
                waiting.append(kind)
                yield kind


def wanted() -> set[tuple[str, str]]:
    """(word, identifier) of every model and every enum member."""
    words = {(str(m._meta.verbose_name), m.__name__) for m in apps.get_models() if m.__module__.startswith("yinfeng.")}
    for kind in enums():
        words |= {(member.label, f"{kind.__name__}.{member.name}") for member in kind}
    return words


def test_every_word_of_the_ledger_stands_in_the_glossary() -> None:
    there = {(word.strip(), identifier) for word, identifier, _, _ in ROW.findall(GLOSSARY.read_text(encoding="utf-8"))}
    assert sorted(wanted() - there) == []


def test_the_glossary_explains_each_word_once() -> None:
    rows = ROW.findall(GLOSSARY.read_text(encoding="utf-8"))
    identifiers = [identifier for _, identifier, _, _ in rows]
    assert sorted({i for i in identifiers if identifiers.count(i) > 1}) == []
    assert [identifier for _, identifier, meaning, _ in rows if not meaning.strip()] == []


def test_the_glossary_names_nothing_that_is_gone() -> None:
    known = {identifier for _, identifier in wanted()}
    named = {
        i
        for _, i, _, _ in ROW.findall(GLOSSARY.read_text(encoding="utf-8"))
        if re.fullmatch(r"[A-Z]\w*(\.[A-Z_0-9]+)?", i)
    }
    assert sorted(named - known) == []
