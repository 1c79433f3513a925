"""The public tables, read lazily from ``kernel/data`` and kept: divisions, industries, currencies.

Each loader returns one immutable object for the life of the process. Files and their columns are described in
``docs/formats/kernel-tables.md``, their origins and licences in ``THIRD_PARTY_NOTICES.md``.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files

from yinfeng.kernel.errors import DomainError


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of a file in ``kernel/data``; lines that begin with ``#`` (attribution) are skipped."""
    text = files("yinfeng.kernel").joinpath("data", name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return list(csv.DictReader(lines))


# ---------------------------------------------------------------------------------------------- divisions

# Longest first. 街道 and the like do not occur: the table ends with counties.
_DIVISION_SUFFIXES = (
    "特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州", "自治县", "自治旗",
    "林区", "特区", "地区", "新区", "矿区", "省", "市", "盟", "州", "区", "县", "旗",
)  # fmt: skip
_PEOPLES = re.compile(
    "(?:蒙古族|蒙古|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族"
    "|黎族|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族"
    "|仡佬族|锡伯|塔吉克|怒族|裕固族|保安族|独龙族|普米族|各族)+$"
)


@dataclass(frozen=True, slots=True)
class Division:
    """One administrative division. ``level`` 1 province, 2 prefecture, 3 county; ``parent`` "" at the top.

    ``lng``, ``lat`` in degrees as the source has them, None for 143 divisions. A county may hang directly
    under a province, and a prefecture may have no counties: do not assume three levels.
    """

    code: str
    name: str
    level: int
    parent: str
    lng: Decimal | None
    lat: Decimal | None

    @property
    def short_name(self) -> str:
        """The name as it is spoken: 浙江, 宁波, 鼓楼; 恩施 for 恩施土家族苗族自治州; never one character."""
        return _short_name(self.name)


def _short_name(name: str) -> str:
    for suffix in _DIVISION_SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            core = name[: -len(suffix)]
            break
    else:
        return name
    if not suffix.startswith("自治"):
        return core
    without = _PEOPLES.sub("", core)
    return without if len(without) >= 2 else core


class Divisions:
    """All divisions in the order of their codes."""

    def __init__(self, rows: list[Division]) -> None:
        self._all = tuple(rows)
        self._by_code = {row.code: row for row in rows}
        self._children: dict[str, list[Division]] = {}
        self._by_name: dict[str, list[Division]] = {}
        for row in rows:
            self._children.setdefault(row.parent, []).append(row)
            for name in {row.name, row.short_name}:
                self._by_name.setdefault(name, []).append(row)
        self._longest = max(len(name) for name in self._by_name)

    def __iter__(self) -> Iterator[Division]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def get(self, code: str) -> Division | None:
        """None for a code that is unknown or abolished (old credit codes carry abolished ones)."""
        return self._by_code.get(code)

    def by_code(self, code: str) -> Division:
        """Raises DomainError where ``get`` answers None."""
        found = self._by_code.get(code)
        if found is None:
            raise DomainError(
                f"行政区划代码 {code} 不在 2026 年 9 月的区划表中",
                code="division.unknown_code",
                fix="请核对是否为六位代码，或是否已撤并。",
            )
        return found

    def children(self, code: str = "") -> tuple[Division, ...]:
        """The divisions directly below; without a code, the provinces."""
        return tuple(self._children.get(code, ()))

    def path(self, code: str) -> tuple[Division, ...]:
        """From the province down to the division itself: two or three of them, one for a province."""
        chain = [self.by_code(code)]
        while chain[-1].parent:
            chain.append(self.by_code(chain[-1].parent))
        return tuple(reversed(chain))

    def full_name(self, code: str) -> str:
        """``"浙江省宁波市奉化区"``; unique, where the name alone is not."""
        return "".join(division.name for division in self.path(code))

    def descendants(self, code: str) -> tuple[Division, ...]:
        """All divisions below, depth first, without the division itself."""
        below: list[Division] = []
        for child in self.children(code):
            below += [child, *self.descendants(child.code)]
        return tuple(below)

    def find(self, name: str) -> tuple[Division, ...]:
        """Every division that the name may mean, in the order of codes; empty when none.

        The name may be full (奉化区), spoken (奉化), or a path with steps left out or spoken (浙江宁波奉化,
        宁波市奉化区). County names repeat: 鼓楼区 has four answers, 福州市鼓楼区 one. An exact full name at
        the end goes before a spoken one: 江苏 finds the province only, 南昌县 the county only, 南昌 both city
        and county.
        """
        wanted = "".join(unicodedata.normalize("NFKC", name).split())
        found = [division for division, rest in self._endings(wanted) if self._leads_to(division.parent, rest)]
        exact = [division for division in found if wanted.endswith(division.name)]
        return tuple(sorted(exact or found, key=lambda division: division.code))

    def _endings(self, text: str) -> Iterator[tuple[Division, str]]:
        seen: set[tuple[str, str]] = set()
        for length in range(min(len(text), self._longest), 0, -1):
            for division in self._by_name.get(text[-length:], ()):
                rest = text[:-length]
                if (division.code, rest) not in seen:
                    seen.add((division.code, rest))
                    yield division, rest

    def _leads_to(self, code: str, text: str) -> bool:
        """Whether the text names ancestors, from ``code`` upwards, with steps left out at will."""
        if not text:
            return True
        while code:
            division = self._by_code[code]
            for name in (division.name, division.short_name):
                if text.endswith(name) and self._leads_to(division.parent, text[: -len(name)]):
                    return True
            code = division.parent
        return False


@lru_cache(maxsize=1)
def divisions() -> Divisions:
    """The administrative divisions of 2026-09 (34 provinces, 333 prefectures, 2,847 counties)."""
    return Divisions(
        [
            Division(
                code=row["code"],
                name=row["name"],
                level=int(row["level"]),
                parent=row["parent"],
                lng=Decimal(row["lng"]) if row["lng"] else None,
                lat=Decimal(row["lat"]) if row["lat"] else None,
            )
            for row in read_rows("divisions.csv")
        ]
    )


# --------------------------------------------------------------------------------------------- industries


@dataclass(frozen=True, slots=True)
class Industry:
    """One entry of GB/T 4754-2017. ``code`` carries the letter (``C39``, ``C3982``); ``parent`` "" at the
    top.
    """

    code: str
    name: str
    parent: str

    @property
    def level(self) -> int:
        """1 门类, 2 大类, 3 中类, 4 小类."""
        return max(1, len(self.code) - 1)

    @property
    def level_name(self) -> str:
        return ("门类", "大类", "中类", "小类")[self.level - 1]

    @property
    def number(self) -> str:
        """The code without its letter, leading zeros kept (``0111``); for a 门类 the letter itself."""
        return self.code[1:] or self.code


class Industries:
    """GB/T 4754-2017 in the order of its codes."""

    def __init__(self, rows: list[Industry]) -> None:
        self._all = tuple(rows)
        self._by_code = {row.code: row for row in rows} | {row.number: row for row in rows}
        self._children: dict[str, list[Industry]] = {}
        self._by_name: dict[str, list[Industry]] = {}
        for row in rows:
            self._children.setdefault(row.parent, []).append(row)
            self._by_name.setdefault(row.name, []).append(row)

    def __iter__(self) -> Iterator[Industry]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self.get(code) is not None

    def get(self, code: str) -> Industry | None:
        """By code with or without its letter (``C3982`` or ``3982``), either case."""
        return self._by_code.get(code.strip().upper())

    def by_code(self, code: str) -> Industry:
        """Raises DomainError where ``get`` answers None."""
        found = self.get(code)
        if found is None:
            raise DomainError(
                f"国民经济行业代码 {code} 不在 GB/T 4754-2017 中",
                code="industry.unknown_code",
                fix="请填写门类字母加数字的代码，如 C3982；前导零不能省略。",
            )
        return found

    def children(self, code: str = "") -> tuple[Industry, ...]:
        """The entries directly below; without a code, the 20 门类."""
        return tuple(self._children.get(self.by_code(code).code if code else "", ()))

    def path(self, code: str) -> tuple[Industry, ...]:
        """From 门类 down to the entry itself."""
        chain = [self.by_code(code)]
        while chain[-1].parent:
            chain.append(self.by_code(chain[-1].parent))
        return tuple(reversed(chain))

    def full_name(self, code: str) -> str:
        """``"制造业 / 计算机、通信和其他电子设备制造业 / …"``."""
        return " / ".join(industry.name for industry in self.path(code))

    def find(self, name: str) -> tuple[Industry, ...]:
        """Every entry of exactly this name (a name often repeats from 大类 down to 小类), else every one
        holding it.
        """
        wanted = name.strip()
        if not wanted:
            return ()
        exact = self._by_name.get(wanted)
        return tuple(exact or (row for row in self._all if wanted in row.name))


@lru_cache(maxsize=1)
def industries() -> Industries:
    """The code table of GB/T 4754-2017 (20 / 97 / 473 / 1,381)."""
    return Industries([Industry(**row) for row in read_rows("gbt4754_2017.csv")])


# --------------------------------------------------------------------------------------------- currencies


@dataclass(frozen=True, slots=True)
class Currency:
    """One currency. ``unit`` is the word behind an amount (元, 美元); ``decimals`` the places of its small
    unit.
    """

    code: str
    numeric: str
    name: str
    name_en: str
    unit: str
    aliases: tuple[str, ...]
    decimals: int

    @property
    def label(self) -> str:
        return self.name


@lru_cache(maxsize=1)
def currencies() -> dict[str, Currency]:
    """ISO 4217 code → currency, the renminbi first. Do not change the dictionary."""
    return {
        row["code"]: Currency(
            code=row["code"],
            numeric=row["numeric"],
            name=row["name"],
            name_en=row["name_en"],
            unit=row["unit"],
            aliases=tuple(alias for alias in row["aliases"].split("/") if alias),
            decimals=int(row["decimals"]),
        )
        for row in read_rows("currencies.csv")
    }


def currency(code: str) -> Currency:
    """By ISO code, either case. Raises DomainError naming the currencies that are known."""
    found = currencies().get(code.strip().upper())
    if found is None:
        known = "、".join(f"{item.code}（{item.name}）" for item in currencies().values())
        raise DomainError(f"币种“{code}”不在可用范围", code="money.unknown_currency", fix=f"可用：{known}。")
    return found
