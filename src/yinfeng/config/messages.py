"""The catalogue of translations: what the house says, collected from its source, merged and compiled.

    python -m yinfeng.config.messages          collect anew, keep the translations, write django.po and django.mo
    python -m yinfeng.config.messages --check  write nothing; exit 1 where the catalogue is behind the source

Message ids are the Chinese words of the source (ADR 8). ``makemessages`` alone would miss the pure floors, whose
labels are plain strings that a page translates as it shows them, so the words are collected here: calls of gettext by
whatever name it was imported, the tags of templates, the tables and labels of the modules, and the labels of enums.
Needs neither xgettext nor msgfmt.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import pkgutil
import re
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[1]
CATALOGUE = Path(__file__).resolve().parent / "locale" / "en" / "LC_MESSAGES" / "django.po"

HAN = re.compile(r"[\u4e00-\u9fff]")
# gettext by each of its names -> how many of its first arguments are message ids
GETTEXT = {"gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2, "say": 1}
CONTEXTUAL = {"pgettext", "pgettext_lazy"}  # the context, then the id
SPEAKERS = {"django.utils.translation", "yinfeng.kernel.voice"}
# Calls within functions whose second argument is a label that a page translates.
LABELLED = {"Standard", "DoctorCheck"}
# Methods that translate the word they are given.
SAYING = {".word"}
# Chinese of these is no word of the interface: what is read, what is invented, what only a console prints.
APART = (
    "reading/",
    "kernel/",
    "portal/demo/",
    "importing/rules/spelling.py",
    "briefing/rules/arithmetic/",
    "briefing/paper/",
    "importing/rules/record_words.py",
    "importing/rules/synonyms.py",
    "importing/rules/header_words.py",
    "importing/rules/value_words.py",
    "importing/rules/dates.py",
    "importing/rules/numbers.py",
    "importing/rules/firms.py",
    "projects/rules/matching.py",
    "assessment/rules/standard.py",
    "projects/actions/phases.py",
    "settings/",
    "ui/showcase.py",
)
CONSOLE = ("management/commands/", "config/serve.py", "config/databases.py", "config/messages.py")

HEADER = (
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Language: en\n"
    "MIME-Version: 1.0\n"
    "Plural-Forms: nplurals=2; plural=(n != 1);\n"
)


@dataclass(frozen=True, order=True)
class Key:
    """A message: its id, the id of its plural where it counts something, and where it stands if that tells the sense."""

    msgid: str
    plural: str = ""
    context: str = ""


@dataclass
class Entry:
    """A translation: one text, or two (one, many); and whether somebody marked it as a guess."""

    texts: list[str]
    is_fuzzy: bool = False
    files: list[str] = field(default_factory=list)


Catalogue = dict[Key, Entry]


# ---------------------------------------------------------------------------------------------------- collecting


def collect() -> dict[Key, list[str]]:
    """Every message of the source, with the files that say it. Django must be set up."""
    found: dict[Key, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*")):
        place = path.relative_to(PACKAGE).as_posix()
        if path.suffix not in (".py", ".html", ".txt") or {"tests", "migrations", "lexicon"} & set(path.parts):
            continue
        if path.suffix == ".py" and path.name not in ("testing.py", "conftest.py"):
            keys: Iterable[Key] = in_python(path.read_text(encoding="utf-8"), place)
        elif "templates" in path.parts:
            keys = in_template(path.read_text(encoding="utf-8"), place)
        else:
            continue
        for key in keys:
            found.setdefault(key, set()).add(place)
    for msgid, place in labels():
        found.setdefault(Key(msgid), set()).add(place)
    counted = {key.msgid for key in found if key.plural}
    return {key: sorted(places) for key, places in sorted(found.items()) if key.plural or key.msgid not in counted}


def in_python(source: str, place: str) -> Iterator[Key]:
    """The messages of a module: arguments of gettext; and, apart from the console, the Chinese of its tables."""
    tree = ast.parse(source)
    names: dict[str, int] = {"gettext_noop": 1}
    placed: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in SPEAKERS:
            names |= {a.asname or a.name: GETTEXT[a.name] for a in node.names if a.name in GETTEXT}
            placed |= {a.asname or a.name for a in node.names if a.name in CONTEXTUAL}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name, texts = called(node), [a.value if isinstance(a, ast.Constant) else None for a in node.args]
        if name in placed:
            yield Key(str(texts[1]), context=str(texts[0]))
        elif name in names and names[name] == 2:
            yield Key(str(texts[0]), str(texts[1]))
        elif name in names and node.args:
            yield from (Key(text) for text in choices_of(node.args[0]))
        if name in SAYING and texts and isinstance(texts[0], str) and HAN.search(texts[0]):
            yield Key(texts[0])
        if name in LABELLED and len(texts) > 1 and isinstance(texts[1], str):
            yield Key(texts[1])
    if not place.startswith(APART) and not any(part in place for part in (*APART, *CONSOLE)):
        yield from (Key(text) for text in _tables(tree) if HAN.search(text) and not re.search(r"[\[\]|\\]", text))


def called(node: ast.Call) -> str:
    """The name of what is called; of a method with a dot before it."""
    if isinstance(node.func, ast.Name):
        return node.func.id
    return f".{node.func.attr}" if isinstance(node.func, ast.Attribute) else ""


def choices_of(argument: ast.expr) -> Iterator[str]:
    """The texts an argument may be: itself, either side of a condition, the values of a table that is looked into."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from choices_of(argument.body)
        yield from choices_of(argument.orelse)
    elif isinstance(argument, ast.Subscript) and isinstance(argument.value, ast.Dict):
        for value in argument.value.values:
            yield from choices_of(value)
    elif isinstance(argument, ast.Call) and called(argument) == ".get":  # {…}.get(key, other)
        table = getattr(argument.func, "value", None)
        for value in (*table.values, *argument.args[1:]) if isinstance(table, ast.Dict) else ():
            yield from choices_of(value)


def _tables(tree: ast.Module) -> Iterator[str]:
    """The plain strings of a module outside its functions: labels, tables, members of enums."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        body = getattr(node, "body", None)
        for child in ast.iter_child_nodes(node):
            is_docstring = isinstance(body, list) and child in body and isinstance(child, ast.Expr)
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.JoinedStr) or (
                is_docstring and isinstance(getattr(child, "value", None), ast.Constant)
            ):
                continue
            if isinstance(child, ast.Constant) and isinstance(child.value, str):
                yield child.value
            waiting.append(child)


_CALLED = re.compile(
    r"(?<!\w)(n?gettext|_)\(\s*(u?'(?:\\.|[^'\\])*'|u?\"(?:\\.|[^\"\\])*\")(?:\s*,\s*(u?'(?:\\.|[^'\\])*'|u?\"(?:\\.|[^\"\\])*\"))?"
)


def in_template(source: str, place: str) -> Iterator[Key]:
    """The messages of a template."""
    from django.utils.translation.template import templatize

    for called, first, second in _CALLED.findall(templatize(source, origin=place)):
        yield Key(ast.literal_eval(first), ast.literal_eval(second) if called == "ngettext" and second else "")


def labels() -> Iterator[tuple[str, str]]:
    """Labels that only the running house knows: of every enum, those put together from other words, and the words of
    the indicators that ship with the house."""
    from yinfeng.domain.indicators.rules.standard import standard_body
    from yinfeng.domain.projects.rules.view_words import WINDOWS
    from yinfeng.kernel.enums import LabelledEnum

    for module in pkgutil.walk_packages([str(PACKAGE)], "yinfeng."):
        if re.search(r"\.(rules|models|words|kernel)(\.|$)", module.name) and ".tests" not in module.name:
            importlib.import_module(module.name)
    waiting: list[type[LabelledEnum]] = [LabelledEnum]
    while waiting:
        kinds: list[type[LabelledEnum]] = waiting.pop().__subclasses__()
        waiting += kinds
        for kind in kinds:
            if kind.__module__.startswith("yinfeng.") and ".tests" not in kind.__module__:
                yield from ((member.label, kind.__module__.replace(".", "/")[8:] + ".py") for member in kind)
    yield from ((label, "domain/projects/rules/view.py") for _column, label in WINDOWS.values())
    waiting_words: list[tuple[str, Any]] = [("", standard_body()["indicators"])]
    while waiting_words:
        name, told = waiting_words.pop()
        if isinstance(told, str) and name in ("name", "words", "label") and HAN.search(told):
            yield told, "domain/indicators/data/standard.yaml"
        elif isinstance(told, dict | list):
            waiting_words += told.items() if isinstance(told, dict) else ((name, one) for one in told)


# ---------------------------------------------------------------------------------------------------- files


def read_po(text: str) -> Catalogue:
    """The entries of a .po file as :func:`write_po` writes it, or gettext's tools."""
    entries: Catalogue = {}
    for block in re.split(r"\n\s*\n", text):
        told: dict[str, str] = {}
        current, fuzzy = "", False
        for line in block.splitlines():
            if line.startswith("#"):
                fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            elif match := re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+(".*")\s*$', line):
                current, quoted = match.groups()
                told[current] = _unquote(quoted)
            elif line.startswith('"') and current:
                told[current] += _unquote(line)
        if told.get("msgid"):
            texts = [t for name, t in sorted(told.items()) if name.startswith("msgstr")]
            entries[Key(told["msgid"], told.get("msgid_plural", ""), told.get("msgctxt", ""))] = Entry(texts, fuzzy)
    return entries


def write_po(entries: Catalogue) -> str:
    blocks = ["# English of Yinfeng. Written by `python -m yinfeng.config.messages`; edit the msgstr lines.\n"]
    blocks.append('msgid ""\nmsgstr ""\n' + "".join(f"{_quote(line)}\n" for line in HEADER.splitlines(keepends=True)))
    for key, entry in entries.items():
        lines = [f"#: {file}" for file in entry.files]
        if entry.is_fuzzy:
            lines.append("#, fuzzy")
        if key.context:
            lines.append(f"msgctxt {_quote(key.context)}")
        lines.append(f"msgid {_quote(key.msgid)}")
        if key.plural:
            lines += [f"msgid_plural {_quote(key.plural)}"]
            lines += [f"msgstr[{n}] {_quote(text)}" for n, text in enumerate(entry.texts)]
        else:
            lines.append(f"msgstr {_quote(entry.texts[0])}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def compile_mo(entries: Catalogue) -> bytes:
    """The binary catalogue of GNU gettext: sorted ids, then texts, little-endian, without a hash table."""
    pairs = {"": HEADER}
    for key, entry in entries.items():
        if all(entry.texts) and not entry.is_fuzzy:
            place = f"{key.context}\4" if key.context else ""
            pairs[place + "\0".join(filter(None, (key.msgid, key.plural)))] = "\0".join(entry.texts)
    ids = sorted((k.encode(), v.encode()) for k, v in pairs.items())
    count, at = len(ids), 28 + 16 * len(ids)
    tables: list[int] = []
    for column in (0, 1):
        for pair in ids:
            tables += [len(pair[column]), at]
            at += len(pair[column]) + 1
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    texts = b"".join(pair[column] + b"\0" for column in (0, 1) for pair in ids)
    return head + struct.pack(f"<{len(tables)}I", *tables) + texts


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), text.strip()[1:-1])


# ---------------------------------------------------------------------------------------------------- command


def merged(found: dict[Key, list[str]], held: Catalogue) -> Catalogue:
    """What is found, each with the translation that is held for it, or an empty one."""
    by_id = {key.msgid: entry.texts[0] for key, entry in held.items()}
    merged_: Catalogue = {}
    for key, files in found.items():
        entry = held.get(key)
        if entry is None:  # the same words, now counted or no longer counted, keep their translation
            text = by_id.get(key.msgid, "")
            entry = Entry([text, text] if key.plural else [text])
        merged_[key] = Entry(entry.texts, entry.is_fuzzy, files)
    return merged_


def main(arguments: list[str] | None = None) -> int:
    """Update the catalogue; 1 where something is untranslated, or with ``--check`` where it is behind the source."""
    import django

    parser = argparse.ArgumentParser(prog="python -m yinfeng.config.messages", description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args(arguments).check
    django.setup()
    before = CATALOGUE.read_text(encoding="utf-8") if CATALOGUE.exists() else ""
    entries = merged(collect(), read_po(before))
    after, compiled = write_po(entries), compile_mo(entries)
    binary = CATALOGUE.with_suffix(".mo")
    if check:
        behind = after != before or not binary.exists() or binary.read_bytes() != compiled
    else:
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_text(after, encoding="utf-8")
        binary.write_bytes(compiled)
        behind = False
    waiting = [key.msgid for key, entry in entries.items() if not all(entry.texts) or entry.is_fuzzy]
    sys.stdout.write("".join(f"{msgid}\n" for msgid in waiting))
    sys.stderr.write(f"{len(entries)} messages, {len(waiting)} untranslated{', behind the source' * behind}\n")
    return 1 if waiting or behind else 0


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.config.settings.test")
    sys.exit(main())
