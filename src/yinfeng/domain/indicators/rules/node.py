"""Reading one mapping of a definition, field by field: each fault is said with its place and its mend. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import Money


class DefinitionError(ValueError):
    """A definition that cannot be used. ``place`` is the path to what is at fault."""

    def __init__(self, place: str, wrong: str, mend: str) -> None:
        super().__init__(f"{place}：{wrong}。{mend}。")
        self.place = place


class Node:
    """A mapping of the body that remembers where it stands and which of its fields were read."""

    def __init__(self, body: Any, place: str) -> None:
        if not isinstance(body, Mapping):
            raise DefinitionError(place, "应为一组“字段: 值”", "请按 docs/formats/indicators.md 的格式书写")
        self.body, self.place = body, place
        self.read: set[str] = set()

    def at(self, name: str) -> str:
        return f"{self.place}.{name}"

    def take(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return self.body.get(name, default)

    def text(self, name: str, default: str | None = None, longest: int = 400) -> str:
        value = self.take(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise DefinitionError(self.at(name), "没有填写文字", "请补上")
        if len(value.strip()) > longest:
            raise DefinitionError(self.at(name), f"有 {len(value.strip()):,} 个字，超过 {longest} 个字", "请缩短")
        return value.strip()

    def choice(self, name: str, options: Iterable[str], default: str | None = None) -> str:
        options = tuple(options)
        value = self.take(name, default)
        if value is None:
            raise DefinitionError(self.at(name), "没有填写", f"请写明，可选：{'、'.join(options)}")
        if not isinstance(value, str) or value not in options:
            raise DefinitionError(self.at(name), f"“{value}”无法识别", f"可选：{'、'.join(options)}")
        return value

    def choices(self, name: str, options: Iterable[str] | None) -> tuple[str, ...]:
        """A list of values; a single value stands for a list of one. An empty list would let nothing through."""
        self.read.add(name)  # also where it is absent: what may stand here is told in full
        if name not in self.body:
            return ()
        value = self.take(name)
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            raise DefinitionError(self.at(name), "应为一个值或一列值", "请写成 [甲, 乙]")
        if not values:
            raise DefinitionError(self.at(name), "是空的一列，底数将永远为空", "请列出取值，或删去这一字段")
        if options is not None:
            known = tuple(options)
            for one in values:
                if one not in known:
                    raise DefinitionError(self.at(name), f"“{one}”无法识别", f"可选：{'、'.join(known)}")
        return tuple(values)

    def number(self, name: str, default: int | None, low: int, high: int) -> int | None:
        value = self.take(name, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise DefinitionError(self.at(name), f"“{value}”不是 {low} 至 {high} 的整数", "请改正")
        return value

    def flag(self, name: str, default: bool | None = None) -> bool:
        value = self.take(name, default)
        if value is None:
            raise DefinitionError(self.at(name), "没有填写", "请写 true 或 false")
        if not isinstance(value, bool):
            raise DefinitionError(self.at(name), f"“{value}”应为 true 或 false", "请改正")
        return value

    def amount(self, name: str) -> int | None:
        """A sum with its unit, in yuan."""
        value = self.take(name)
        if value is None:
            return None
        try:
            money = Money.parse(str(value))
        except DomainError as fault:
            raise DefinitionError(self.at(name), str(fault).rstrip("。"), "规模以人民币计") from fault
        if money.currency != "CNY" or money.amount != int(money.amount):
            raise DefinitionError(self.at(name), f"“{value}”不是整数元的人民币金额", "规模以折合人民币划分，如 1 亿元")
        return int(money.amount)

    def node(self, name: str) -> Node | None:
        value = self.take(name)
        return None if value is None else Node(value, self.at(name))

    def done(self) -> None:
        """Nothing may be left over: a misspelt field would silently change the figure."""
        left = [str(k) for k in self.body if k not in self.read]
        if left:
            raise DefinitionError(
                f"{self.place}.{left[0]}", "没有这个字段", f"此处可用：{'、'.join(sorted(self.read))}"
            )
