"""Pinyin annotations `業(yè)`: stripped only where the letters are a valid reading of the character before them.

So real brackets such as `2亿元(含)以上` or `(yes)` stay.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from .mapped import Mapped

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿê"
_ANNOTATION = re.compile(f"([㐀-鿿\U00020000-\U0003ffff])\\(([a-zɡ{_TONED}\u0300-\u0304\u030c]{{1,9}})\\)")


@lru_cache(maxsize=1)
def _readings() -> dict[int, str]:
    # the table alone: importing the package would load its phrases too, a quarter of a second for nothing
    package = find_spec("pypinyin")
    if package is None or not package.submodule_search_locations:
        return {}
    path = Path(package.submodule_search_locations[0]) / "pinyin_dict.py"
    spec = spec_from_file_location("yinfeng_pinyin_dict", path)
    if spec is None or spec.loader is None:
        return {}
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    table: dict[int, str] = module.pinyin_dict
    return table


@lru_cache(maxsize=65536)
def is_reading(character: str, letters: str) -> bool:
    """Whether `letters` (with tone marks) is a reading of the character or of its simplified form."""
    wanted = unicodedata.normalize("NFC", letters).replace("ɡ", "g")
    return wanted in readings(character)


@lru_cache(maxsize=65536)
def readings(character: str) -> frozenset[str]:
    """All readings of a character, those of its simplified form included."""
    from .traditional import to_simplified

    table: Any = _readings()
    found = table.get(ord(character), "").split(",")
    simple = to_simplified(character)
    if simple != character:
        found += table.get(ord(simple), "").split(",")
    return frozenset(reading for reading in found if reading)


def strip_annotations(page: Mapped) -> tuple[Mapped, int]:
    """(the page without valid annotations, how many there were)."""
    text = page.text
    if "(" not in text:
        return page, 0
    spans, at = [], 0
    for found in _ANNOTATION.finditer(text):
        if is_reading(found[1], found[2]):
            spans.append((at, found.end(1)))
            at = found.end()
    if not spans:
        return page, 0
    count = len(spans)
    spans.append((at, len(text)))
    return page.keep(spans), count
