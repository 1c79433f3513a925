"""The project's own evaluation set: from the compact sources beside this file to texts, dates and labels of the scorer's form.

    python -m bench.reading_set.build FOLDER [--set tuned|second|held|fresh|last|blind|blind2] [--draw N]

Writes NNN.txt, NNN.meta.json and NNN.gold.json (NNN.norm.txt too for garbled documents). The sources are written for
this set: every firm, person and figure in them is invented, and where a division is named stands a slot: `@C1` a city
with its ending, `@c1` without, `@X1` / `@x1` a county or district, `@S1` / `@s1` a province. `--draw N` fills the slots
with other divisions: what a reader says must not hang on them.

One document of a source file:

    ## id date categories          (garbled among the categories: the text is put through the noise of reposting machines)
    text, any number of lines
    --
    P name|investor;investor|amount|stage|place|date|mu=… out=… tax=…     (P? lenient, - for nothing)
    A measure|value|unit|threshold|scope|period|growth                    (A? lenient)
    M amounts                                                             (15亿 2亿USD 6-8亿)
"""

from __future__ import annotations

import argparse
import json
import random
import re
from pathlib import Path
from typing import Any

from yinfeng.kernel.tables import read_rows

HERE = Path(__file__).parent
MULTIPLES = {"": 1, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12}
AMOUNT = re.compile(
    r"(?P<low>[\d.]+)(?P<lm>千万|百万|万亿|亿|万|千)?(?:-(?P<high>[\d.]+)(?P<hm>千万|百万|万亿|亿|万|千)?)?(?P<unit>[A-Z]{3})?(?P<qualifier>[约超近余])?"
)
ENDINGS = re.compile(r"(?:(?:壮族|回族|维吾尔)?自治区|特别行政区|省|市|县|区)$")


def divisions() -> dict[str, list[str]]:
    """Names by kind: S provinces, C cities, X counties and districts with plain endings."""
    found: dict[str, list[str]] = {"S": [], "C": [], "X": []}
    for row in read_rows("divisions.csv"):
        name = row["name"]
        if row["level"] == "1" and name.endswith("省"):
            found["S"].append(name)
        elif row["level"] == "2" and name.endswith("市") and 3 <= len(name) <= 4:
            found["C"].append(name)
        elif row["level"] == "3" and name.endswith("县") and 3 <= len(name) <= 4:
            found["X"].append(name)
    return found


def fill(text: str, document: str, draw: int, names: dict[str, list[str]]) -> str:
    """The text with its slots filled; the same slot is the same division throughout a document."""
    rng = random.Random(f"{document}/{draw}")
    chosen: dict[str, str] = {}

    def name(match: re.Match[str]) -> str:
        kind, number = match[1].upper(), match[2]
        full = chosen.get(kind + number)
        while full is None:
            candidate = rng.choice(names[kind])
            full = candidate if candidate not in chosen.values() else None
        chosen[kind + number] = full
        return full if match[1].isupper() else ENDINGS.sub("", full)

    return re.sub(r"@([SCXscx])(\d)", name, text)


def amount(text: str) -> dict[str, Any] | None:
    """`15亿约` as value, unit and qualifier."""
    match = AMOUNT.fullmatch(text)
    if text in ("", "-") or match is None:
        if text not in ("", "-"):
            raise ValueError(text)
        return None
    multiple = match["hm"] or match["lm"] or ""
    low = round(float(match["low"]) * MULTIPLES[match["lm"] or multiple], 2)
    made = {"value": low, "unit": match["unit"] or "CNY", "qualifier": match["qualifier"]}
    if match["high"]:
        made["value_max"] = round(float(match["high"]) * MULTIPLES[multiple], 2)
    return made


def labels(lines: list[str]) -> dict[str, Any]:
    """The labels of one document."""
    gold: dict[str, Any] = {"projects": [], "aggregates": [], "money": []}
    for line in lines:
        kind, _, rest = line.partition(" ")
        entry: dict[str, Any] = {"lenient": True} if kind.endswith("?") else {}
        parts = [None if part in ("", "-") else part for part in rest.split("|")]
        if kind[0] == "P":
            parts += [None] * (7 - len(parts))
            entry |= dict(zip(("name", "investor"), parts, strict=False))
            entry |= {"investment": amount(parts[2] or ""), "stage": parts[3], "place": parts[4], "date": parts[5]}
            sizes = dict(re.findall(r"(\w+)=(\S+)", parts[6] or ""))
            entry["land_mu"] = float(sizes["mu"]) if "mu" in sizes else None
            for key, field in (("out", "expected_output_cny"), ("tax", "expected_tax_cny")):
                entry[field] = amount(sizes[key])["value"] if key in sizes else None
            gold["projects"].append(entry)
        elif kind[0] == "A":
            parts += [None] * (7 - len(parts))
            value = parts[1] or ""
            unit = parts[2] or "count"
            entry |= {"measure": parts[0], "unit": unit, "scope": parts[4], "period": parts[5]}
            entry["value"] = amount(value)["value"] if re.search("[亿万]", value) else float(value)
            entry["threshold_cny"] = amount(parts[3])["value"] if parts[3] else None
            entry["yoy_percent"] = float(parts[6]) if parts[6] else None
            gold["aggregates"].append(entry)
        elif kind[0] == "M":
            for text in rest.split():
                made = amount(text)
                assert made
                found = {"text": text, "value": made["value"], "currency": made["unit"]}
                if "value_max" in made:
                    found["value_max"] = made["value_max"]
                gold["money"].append(found)
    return gold


def garbled(text: str, seed: str) -> str:
    """The text as reposting machines show it: Traditional, the readings of some characters in brackets."""
    from opencc_pyo3 import OpenCC
    from pypinyin import Style, pinyin

    rng = random.Random(seed)
    shown = OpenCC("s2t").convert(text)
    annotated = {ch for ch in sorted(set(shown)) if "\u4e00" <= ch <= "\u9fff" and rng.random() < 0.14}
    parts = []
    for ch in shown:
        parts.append(ch)
        if ch in annotated:
            parts.append(f"({pinyin(ch, style=Style.TONE)[0][0]})")
    return "".join(parts)


def documents(which: str) -> list[tuple[str, str, list[str], str, list[str]]]:
    """(id, date, categories, text, label lines) of a source file."""
    found = []
    for block in re.split(r"^## ", (HERE / f"{which}.txt").read_text(encoding="utf-8"), flags=re.M)[1:]:
        head, _, body = block.partition("\n")
        name, day, categories = head.split()
        text, _, lines = body.partition("\n--\n")
        found.append((name, day, categories.split(","), text, [line for line in lines.split("\n") if line.strip()]))
    return found


def build(folder: Path, which: str, draw: int = 0) -> int:
    """Write all documents of a source; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    names = divisions()
    for name, day, categories, text, lines in documents(which):
        filled = fill(text + "\x00" + "\n".join(lines), name, draw, names)
        text, _, told = filled.partition("\x00")
        gold = labels(told.split("\n"))
        bad = "garbled" in categories
        meta = {"id": name, "doc_date": day, "categories": categories, "garbled": bad}
        (folder / f"{name}.txt").write_text(garbled(text, name) if bad else text, encoding="utf-8")
        if bad:
            (folder / f"{name}.norm.txt").write_text(text, encoding="utf-8")
        (folder / f"{name}.meta.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
        (folder / f"{name}.gold.json").write_text(json.dumps(gold, ensure_ascii=False, indent=1), encoding="utf-8")
    return len(documents(which))


def main() -> None:
    options = argparse.ArgumentParser(description="Build the project's own evaluation set.")
    options.add_argument("folder", type=Path)
    options.add_argument(
        "--set", choices=("tuned", "second", "held", "fresh", "last", "blind", "blind2"), default="tuned"
    )
    options.add_argument("--draw", type=int, default=0)
    arguments = options.parse_args()
    print(build(arguments.folder, arguments.set, arguments.draw), "documents")


if __name__ == "__main__":
    main()
