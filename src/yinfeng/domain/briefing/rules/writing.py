"""A bulletin as plain data: blocks and figures, its text, and the text as people edit it. Pure.

A block is a dict: ``{"type": "text", "runs": [["text", "…"], ["figure", 3]]}`` (also heading, subheading, note),
``{"type": "table", "head": […], "rows": [[run, …], …]}``, ``{"type": "chart", "title", "labels", "values"}``. A figure
is a dict with its number ``n``, what is ``shown``, and where it comes from.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from yinfeng.kernel.voice import say

Block = dict[str, Any]
Figure = dict[str, Any]
_TOKEN = re.compile(r"\[(\d{1,4})\]")
_MARKS = {"heading": "# ", "subheading": "## ", "note": "> ", "text": ""}


def run_text(run: Sequence[Any], figures: Mapping[int, Figure]) -> str:
    """What a run prints."""
    kind, value = run
    return str(figures[value]["shown"]) if kind == "figure" else str(value)


def plain_text(title: str, blocks: Sequence[Block], figures: Sequence[Figure]) -> str:
    """The bulletin as its reader reads it, tables with bars between the cells: what the prover is given."""
    return laid_out(title, blocks, figures)[0]


def laid_out(title: str, blocks: Sequence[Block], figures: Sequence[Figure]) -> tuple[str, list[tuple[int, int]]]:
    """The same, and where in it the computed figures stand: everything else was typed, by a template or a person."""
    by_number = {figure["n"]: figure for figure in figures}
    pieces, spans, at = [title], list[tuple[int, int]](), len(title)

    def put(text: str) -> None:
        nonlocal at
        pieces.append(text)
        at += len(text)

    def put_runs(runs: Sequence[Sequence[Any]]) -> None:
        for run in runs:
            text = run_text(run, by_number)
            if run[0] == "figure":
                spans.append((at, at + len(text)))
            put(text)

    for block in blocks:
        if block["type"] in _MARKS:
            put("\n")
            put_runs(block["runs"])
        elif block["type"] == "table":
            put("\n" + " | ".join(block["head"]))
            for row in block["rows"]:
                for number, cell in enumerate(row):
                    put(" | " if number else "\n")
                    put_runs(cell)
    return "".join(pieces), spans


def table_lines(blocks: Sequence[Block]) -> set[int]:
    """The lines of :func:`plain_text` that are a table's, from 1 (the title)."""
    found: set[int] = set()
    line = 1
    for block in blocks:
        if block["type"] in _MARKS:
            line += 1
        elif block["type"] == "table":
            height = 1 + len(block["rows"])
            found |= set(range(line + 1, line + 1 + height))
            line += height
    return found


def printed(blocks: Sequence[Block], figures: Sequence[Figure]) -> list[Figure]:
    """The figures that still stand in the text: what an editor took out is told and corrected nowhere."""
    there: set[int] = set()
    for block in blocks:
        cells = [block["runs"]] if block["type"] in _MARKS else [c for row in block.get("rows", ()) for c in row]
        there |= {value for runs in cells for kind, value in runs if kind == "figure"}
    return [figure for figure in figures if figure["n"] in there]


def as_source(blocks: Sequence[Block]) -> str:
    """The blocks as people edit them: a line a paragraph, # and ## for headings, > for notes, [n] for a figure,
    {{n}} for a table or chart that stands there."""
    lines = []
    for number, block in enumerate(blocks):
        if block["type"] in _MARKS:
            words = "".join(f"[{v}]" if kind == "figure" else str(v) for kind, v in block["runs"])
            lines.append(_MARKS[block["type"]] + words)
        else:
            lines.append(f"{{{{{number}}}}}")
    return "\n".join(lines)


def from_source(source: str, blocks: Sequence[Block], figures: Sequence[Figure]) -> list[Block]:
    """The blocks that the edited text means. ValueError names the line whose figure or table does not exist."""
    known = {figure["n"] for figure in figures}
    made: list[Block] = []
    for number, line in enumerate(source.replace("\r", "").split("\n"), 1):
        words = line.strip()
        if not words:
            continue
        kept = re.fullmatch(r"\{\{(\d+)\}\}", words)
        if kept:
            place = int(kept[1])
            if place >= len(blocks) or blocks[place]["type"] in _MARKS:
                raise ValueError(say("第 {line} 行：没有表格或图 {mark}。", line=number, mark=words))
            made.append(blocks[place])
            continue
        kind = next((k for k in ("subheading", "heading", "note") if words.startswith(_MARKS[k].strip() + " ")), "text")
        words = words.removeprefix(_MARKS[kind].strip()).strip() if kind != "text" else words
        runs: list[list[Any]] = []
        at = 0
        for token in _TOKEN.finditer(words):
            if int(token[1]) not in known:
                raise ValueError(say("第 {line} 行：没有数字 {mark}。", line=number, mark=token[0]))
            if token.start() > at:
                runs.append(["text", words[at : token.start()]])
            runs.append(["figure", int(token[1])])
            at = token.end()
        if at < len(words):
            runs.append(["text", words[at:]])
        made.append({"type": kind, "runs": runs})
    if not made:
        raise ValueError(say("正文不能为空。"))
    return made


def digest_of(title: str, blocks: Sequence[Block], figures: Sequence[Figure], stamps: Mapping[str, str]) -> str:
    """SHA-256 over all that an issued bulletin keeps."""
    body = json.dumps([title, list(blocks), list(figures), dict(stamps)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


def changed(frozen: Sequence[Figure], now: Sequence[Figure]) -> list[tuple[Figure, Figure]]:
    """The figures whose printed value is no longer what was issued, paired by what they are."""

    def key(figure: Figure) -> tuple[Any, ...]:
        return figure["indicator"], figure["aspect"], figure.get("line", "")

    later = {key(figure): figure for figure in now}
    return [(f, later[key(f)]) for f in frozen if key(f) in later and later[key(f)]["shown"] != f["shown"]]
