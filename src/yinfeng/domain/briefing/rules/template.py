"""Kinds of bulletins as data: blocks of sentences with figures in them. Pure.

A sentence holds places in braces: ``{place}``, ``{period}``, ``{from}``, ``{to}``, ``{as_of}``, ``{year}``,
``{project name|code|kind|investment|unit|stage}`` and ``{indicator NAME [words|formula|name]}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yinfeng.domain.indicators.rules.definition import DIMENSIONS
from yinfeng.kernel.periods import Period

PLACES = ("place", "period", "from", "to", "as_of", "year")
PROJECT = ("name", "code", "investors", "kind", "investment", "unit", "stage", "next")
ASPECTS = ("value", "words", "formula", "name")
PERIODS = ("week", "month", "first_half", "year_to_date")
RESERVED = ("check", "kinds", "correction")  # words of the command, and a kind of its own
TEXTS = ("heading", "subheading", "text", "note")
LISTS = ("milestones", "signed", "leaders", "arrivals", "visits")
_PLACE = re.compile(r"\{([^{}]*)\}")
_MOST_BLOCKS = 200


@dataclass(frozen=True)
class Piece:
    """A piece of a sentence: ``text``, ``place``, ``project`` or ``indicator``; ``aspect`` of an indicator."""

    kind: str
    value: str
    aspect: str = "value"


@dataclass(frozen=True)
class Block:
    """``kind`` is one of TEXTS, LISTS, table, chart, formulas."""

    kind: str
    pieces: tuple[Piece, ...] = ()
    by: str = ""
    indicators: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of bulletin. ``about`` is empty or "project"."""

    key: str
    name: str
    period: str
    title: tuple[Piece, ...]
    blocks: tuple[Block, ...]
    about: str = ""
    name_en: str = ""

    def span(self, as_of: date) -> Period:
        if self.period == "week":
            return Period.span(as_of - timedelta(days=6), as_of)
        if self.period == "month":
            return Period.month(as_of.year, as_of.month)
        if self.period == "first_half":
            return Period.half(as_of.year, 1)
        return Period.ytd(as_of)


def standard_body() -> dict[str, Any]:
    """The kinds that ship with the house."""
    found: dict[str, Any] = yaml.safe_load(
        (Path(__file__).resolve().parent.parent / "data" / "templates.yaml").read_text(encoding="utf-8")
    )
    return found


def parse_kinds(body: Any) -> dict[str, Kind]:
    """The kinds of a rule body. ValueError names the kind, the block and the mend."""
    if not isinstance(body, Mapping) or not isinstance(body.get("kinds"), Mapping) or not body["kinds"]:
        raise ValueError("模板应有 kinds，下列各种通报。")
    _only(body, ("format", "kinds"), "模板")
    return {str(key): _kind(str(key), value) for key, value in body["kinds"].items()}


def indicators_of(kind: Kind) -> Iterator[tuple[str, str, str]]:
    """Where in a kind, which indicator and by what it is broken down: all that its blocks ask for."""
    for piece in kind.title:
        if piece.kind == "indicator":
            yield f"{kind.key} 的标题", piece.value, ""
    for number, block in enumerate(kind.blocks, 1):
        where = f"{kind.key} 第 {number} 段"
        yield from ((where, piece.value, "") for piece in block.pieces if piece.kind == "indicator")
        yield from ((where, name, block.by) for name in block.indicators)


def _only(value: Mapping[Any, Any], names: tuple[str, ...], where: str) -> None:
    """A misspelt field would silently change the bulletin."""
    if left := [str(name) for name in value if name not in names]:
        raise ValueError(f"{where}：没有“{left[0]}”这一项，可用 {'、'.join(names)}。")


def _kind(key: str, value: Any) -> Kind:
    if key in RESERVED:
        raise ValueError(f"“{key}”不能作种类代号：系统已用。请换一个。")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", key):
        raise ValueError(f"“{key}”不能作种类代号：请用小写字母、数字和下划线。")
    if not isinstance(value, Mapping):
        raise ValueError(f"{key}：应有 name、title、period 和 blocks。")
    _only(value, ("name", "name_en", "title", "period", "about", "blocks"), key)
    for field in ("name", "title"):
        if not isinstance(value.get(field), str) or not value[field].strip():
            raise ValueError(f"{key}：缺少 {field}。")
    period = value.get("period", "year_to_date")
    if period not in PERIODS:
        raise ValueError(f"{key}：period 应为 {'、'.join(PERIODS)} 之一，现为“{period}”。")
    name_en = value.get("name_en", "")
    if not isinstance(name_en, str):
        raise ValueError(f"{key}：name_en 应为文字。")
    about = value.get("about", "")
    if about not in ("", "project"):
        raise ValueError(f"{key}：about 只能是 project。")
    blocks = value.get("blocks")
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= _MOST_BLOCKS:
        raise ValueError(f"{key}：blocks 应为 1 至 {_MOST_BLOCKS} 段。")
    title = pieces(value["title"], f"{key} 的标题", about)
    told = tuple(_block(key, n, b, about) for n, b in enumerate(blocks, 1))
    return Kind(key, value["name"], period, title, told, about, name_en)


def _block(key: str, number: int, value: Any, about: str) -> Block:
    where = f"{key} 第 {number} 段"
    if not isinstance(value, Mapping) or len(value) != 1:
        raise ValueError(f"{where}：每段只写一项，如 text: ……。")
    ((kind, inside),) = value.items()
    if kind in (*TEXTS, *LISTS) and (not isinstance(inside, str) or not inside.strip()):
        raise ValueError(f"{where}：{kind} 没有文字，请补上；数字和日期请加引号。")
    if kind in TEXTS:
        return Block(kind, pieces(inside, where, about))
    if kind in LISTS:
        if kind in ("leaders", "signed") and about:
            raise ValueError(f"{where}：{kind} 只用于全部项目的通报，请删去。")
        if kind in ("arrivals", "visits") and not about:
            raise ValueError(f"{where}：{kind} 只用于关于一个项目的通报（about: project）。")
        return Block(kind, title=inside)
    if kind not in ("table", "chart", "formulas") or not isinstance(inside, Mapping):
        raise ValueError(
            f"{where}：没有“{kind}”这种段落，可用 {'、'.join((*TEXTS, *LISTS, 'table', 'chart', 'formulas'))}。"
        )
    told = {"table": "columns", "chart": "indicator", "formulas": "indicators"}[kind]
    _only(inside, ("by", told, "title"), f"{where}的 {kind}")
    names = [inside.get(told)] if kind == "chart" else inside.get(told)
    if not isinstance(names, list) or not names or not all(isinstance(n, str) and n for n in names):
        raise ValueError(f"{where}：请写明指标代号。")
    if not isinstance(inside.get("by"), str):
        raise ValueError(f"{where}：请写明按什么分列（by）。")
    if inside["by"] not in DIMENSIONS:
        raise ValueError(f"{where}：不能按“{inside['by']}”分列，可选 {'、'.join(DIMENSIONS)}。")
    return Block(kind, by=inside["by"], indicators=tuple(names), title=str(inside.get("title", "")))


def pieces(text: str, where: str, about: str = "") -> tuple[Piece, ...]:
    """A sentence taken apart. ValueError names a place that does not exist."""
    return tuple(_pieces(text, where, about))


def _pieces(text: str, where: str, about: str) -> Iterator[Piece]:
    at = 0
    for match in _PLACE.finditer(text):
        if match.start() > at:
            yield Piece("text", text[at : match.start()])
        at = match.end()
        words = match[1].split()
        if len(words) == 1 and words[0] in PLACES:
            yield Piece("place", words[0])
        elif len(words) == 2 and words[0] == "project" and words[1] in PROJECT and about:
            yield Piece("project", words[1])
        elif len(words) in (2, 3) and words[0] == "indicator" and (len(words) == 2 or words[2] in ASPECTS):
            yield Piece("indicator", words[1], words[2] if len(words) == 3 else "value")
        else:
            raise ValueError(f"{where}：不认识“{match[0]}”。可用 {{indicator 代号}}、{{period}}、{{place}} 等。")
    if re.search(r"[{}]", text[at:]):
        raise ValueError(f"{where}：大括号没有成对。")
    if at < len(text):
        yield Piece("text", text[at:])


@lru_cache(maxsize=8)
def _kept(digest: str) -> list[dict[str, Kind]]:
    return []


def kinds_of(body: Any, digest: str) -> dict[str, Kind]:
    """The same, parsed once an edition."""
    kept = _kept(digest)
    if not kept:
        kept.append(parse_kinds(body))
    return kept[0]
