"""What ``yinfeng doctor`` asks of indicators: the mirror, where there is one, is the ledger."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .mirror import keeping
from .mirror.building import part_of
from .mirror.columns import COLUMNS, Array, Part, nothing


def mirror() -> Iterator[str]:
    """One line per column of the mirror, as it would be used now, that differs from one that is made anew."""
    held = keeping.current()
    if held is None:
        return
    made = part_of()
    if keeping.edition() != held.edition:
        return  # somebody wrote meanwhile: two moments cannot be compared
    for name, columns in COLUMNS.items():
        ours, theirs = _order(held.parts, name), _order((made,), name)
        sizes = [sum(len(_values(part, name, "id")) for part in parts) for parts in (held.parts, (made,))]
        if sizes[0] != sizes[1]:
            yield f"镜像 {name}：有 {sizes[0]:,} 行，台账有 {sizes[1]:,} 行，请运行 yinfeng indicator mirror 重建"
            continue
        for column in columns:
            one = np.concatenate([_values(part, name, column) for part in held.parts])[ours]
            other = _values(made, name, column)[theirs]
            if wrong := int((one != other).sum()):
                yield f"镜像 {name}.{column}：{wrong:,} 行与台账不符，请运行 yinfeng indicator mirror 重建"


def _values(part: Part, name: str, column: str) -> Array:
    table = part.tables[name]
    values = table.arrays[column]
    if table.form(column) == "word":
        words = np.array([*table.words[column], ""], dtype=object)
        values = words[np.where(values == nothing("word"), len(words) - 1, values)]
    return values if part.alive is None else values[part.alive[name]]


def _order(parts: tuple[Part, ...], name: str) -> Array:
    return np.argsort(np.concatenate([_values(part, name, "id") for part in parts]), kind="stable")
