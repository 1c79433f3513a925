"""Every word people see is Chinese in the source and has its English: complete, compiled, with the same values in it."""

from __future__ import annotations

import ast
import gettext
import io
import re
from pathlib import Path

import pytest

from yinfeng.config import messages

SOURCE = Path(__file__).resolve().parent.parent / "src" / "yinfeng"
PLACES = re.compile(r"%\(\w+\)|\{\w+")
# Chinese that stands in a template without a tag, and belongs there.
SAID_AS_IT_IS = ("引凤", "中文")


@pytest.fixture(scope="module")
def catalogue() -> messages.Catalogue:
    return messages.read_po(messages.CATALOGUE.read_text(encoding="utf-8"))


def test_the_catalogue_holds_what_the_source_says_and_nothing_else(catalogue: messages.Catalogue) -> None:
    """Run ``python -m yinfeng.config.messages`` and translate what it prints."""
    said = set(messages.collect())
    assert sorted(said - set(catalogue)) == []
    assert sorted(set(catalogue) - said) == []


def test_everything_is_translated_and_nothing_is_a_guess(catalogue: messages.Catalogue) -> None:
    assert [key.msgid for key, entry in catalogue.items() if not all(entry.texts) or entry.is_fuzzy] == []


def test_english_is_english(catalogue: messages.Catalogue) -> None:
    """Full-width signs and Chinese belong to the Chinese text; a unit or a term may be told with its Chinese."""
    told = {text for entry in catalogue.values() for text in entry.texts if re.search(r"[，。；：（）！？]", text)}
    assert told == set()
    allowed = re.compile(r"\([\u4e00-\u9fff]+\)|3600万元|、")
    chinese = [t for e in catalogue.values() for t in e.texts if messages.HAN.search(allowed.sub("", t))]
    assert chinese == []


def test_a_translation_fills_in_the_same_values(catalogue: messages.Catalogue) -> None:
    wrong = [
        (key.msgid, text)
        for key, entry in catalogue.items()
        for text in entry.texts
        if set(PLACES.findall(text)) != set(PLACES.findall(key.msgid))
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_that_of_the_text(catalogue: messages.Catalogue) -> None:
    binary = messages.CATALOGUE.with_suffix(".mo").read_bytes()
    assert binary == messages.compile_mo(catalogue), "run python -m yinfeng.config.messages"
    spoken = gettext.GNUTranslations(io.BytesIO(binary))
    for key, entry in catalogue.items():
        if key.plural:
            assert [spoken.ngettext(key.msgid, key.plural, n) for n in (1, 2)] == entry.texts
        elif key.context:
            assert spoken.pgettext(key.context, key.msgid) == entry.texts[0]
        else:
            assert spoken.gettext(key.msgid) == entry.texts[0]


def test_a_catalogue_survives_being_written_and_read() -> None:
    held = {
        messages.Key('“{a}”\n"b"\\c'): messages.Entry(["tab\there {a}"], False, ["x.py"]),
        messages.Key("%(n)s 项", "%(n)s 项"): messages.Entry(["%(n)s item", "%(n)s items"], True),
        messages.Key("线索", context="导航"): messages.Entry(["Leads"]),
    }
    read = messages.read_po(messages.write_po(held))
    assert {k: (e.texts, e.is_fuzzy) for k, e in read.items()} == {k: (e.texts, e.is_fuzzy) for k, e in held.items()}


# -- nothing is said past the catalogue


def templates() -> list[Path]:
    """Every template but the gallery of components, which shows invented text."""
    return [
        p for p in sorted(SOURCE.rglob("templates/**/*.html")) if "tests" not in p.parts and p.name != "gallery.html"
    ]


def bare_text(source: str) -> list[str]:
    """Chinese of a template outside its tags."""
    source = re.sub(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|<!--.*?-->", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%\s*blocktrans(late)?\b.*?endblocktrans(late)?\s*%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    for word in SAID_AS_IT_IS:
        source = source.replace(word, "")
    return [line.strip()[:80] for line in source.splitlines() if messages.HAN.search(line)]


def tagged_text(source: str) -> list[str]:
    """Chinese within a tag or a variable that no ``_()`` or translate marks: ``{% chip "红灯" %}``."""
    found = []
    for tag in re.findall(r"\{%.*?%\}|\{\{.*?\}\}", source, flags=re.DOTALL):
        if re.match(r"\{%\s*(translate|trans|blocktrans|comment|plural)", tag):
            continue
        rest = re.sub(r"""_\((?:"[^"]*"|'[^']*')\)""", "", tag)
        if messages.HAN.search(rest):
            found.append(tag)
    return found


@pytest.mark.parametrize("said", [bare_text, tagged_text])
def test_no_template_says_anything_past_the_catalogue(said) -> None:
    found = [f"{path.relative_to(SOURCE)}: {text}" for path in templates() for text in said(path.read_text())]
    assert found == []


def test_templates_are_looked_through() -> None:
    assert bare_text('<p title="题目">{% translate "好" %}</p>') == ['<p title="题目"></p>']
    assert bare_text("{# 注 #}{% blocktranslate %}好 {{ n }}{% endblocktranslate %}") == []
    assert tagged_text('{% chip "红灯" %}{{ _("好") }}{% translate "好" %}') == ['{% chip "红灯" %}']


# Modules whose Chinese is for a console, a log or a machine's description, or is data.
SPEAKING_PLAINLY = re.compile(
    r"/(tests|migrations|management|demo|rules)/|^(kernel|reading)/|rules\.py$|checks\.py$|showcase\.py$|testing\.py$"
    r"|^config/|/api\.py$|projects/api/|doctor\.py$|finders\.py$|apps\.py$|registration\.py$|audit/queries\.py$"
    r"|files/queries\.py$"
)


# Chinese that is stored or computed with: units of money, names of phases, the number of a source; a language's own name.
DATA = re.compile(r"^'(亿元|元|全部|一期|中)'$|期'$|（文档 ")


def test_no_page_or_action_says_anything_past_the_catalogue() -> None:
    """Chinese within a function goes through gettext, and never as an f-string: gettext cannot look that up. A word
    that is handed on to be translated there must at least be one that the catalogue knows."""
    known = {key.msgid for key in messages.collect()}
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE).as_posix()
        if SPEAKING_PLAINLY.search("/" + place) or SPEAKING_PLAINLY.search(place):
            continue
        said = unsaid(path.read_text(encoding="utf-8"))
        found += [
            f"{place}:{line}: {text}" for line, text in said if not DATA.search(text) and ast_text(text) not in known
        ]
    assert found == []


def unsaid(source: str) -> list[tuple[int, str]]:
    """Chinese strings within functions that are no argument of gettext: (line, text)."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    }
    found = []

    def look(node: ast.AST, inside: bool) -> None:
        if isinstance(node, ast.Call) and messages.called(node) in names | messages.SAYING:
            found.extend((a.lineno, ast.unparse(a)[:80]) for a in node.args if is_made_up(a))
            return
        if isinstance(node, ast.JoinedStr):
            if any(isinstance(v, ast.Constant) and messages.HAN.search(str(v.value)) for v in node.values):
                found.append((node.lineno, ast.unparse(node)[:80]))
            return
        if inside and isinstance(node, ast.Constant) and isinstance(node.value, str) and is_words(node.value):
            found.append((node.lineno, repr(node.value)[:80]))
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue  # a docstring
            look(child, inside)

    look(tree, False)
    return found


def is_made_up(argument: ast.expr) -> bool:
    """A text that gettext cannot find: put together before it is looked up."""
    if isinstance(argument, ast.JoinedStr):
        return True
    parts = [n.value for n in ast.walk(argument) if isinstance(n, ast.Constant)]
    return isinstance(argument, ast.BinOp) and any(isinstance(p, str) and messages.HAN.search(p) for p in parts)


def ast_text(literal: str) -> str:
    return literal[1:-1] if literal[:1] in "'\"" else literal


def is_words(text: str) -> bool:
    """Chinese, and not a mere bound of a range of characters."""
    return bool(messages.HAN.search(text)) and text not in ("一", "鿿", "龥")
