"""One view of the ledger: filters, columns, sort, kind and page, as a value that is also an address. Pure.

``View.query()`` writes the query string in one canonical form, ``parse()`` reads it back; what cannot be read is left
out and told in words, never an error page. A saved view is nothing but this string under a name.

Lists of words are joined by commas (``stage=signed,started``); a form that sends the key several times is read alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, quote

from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.kernel.voice import say

from .view_values import (
    Unreadable,
    clean_text,
    last_of,
    read_cursor,
    read_day,
    read_whole,
    read_yi,
    short_text,
    split_words,
)
from .view_words import (
    COLUMNS,
    LONGEST_TEXT,
    NUMBERED_PAGES,
    SIZES,
    SORTS,
    STANDARD_COLUMNS,
    STANDARD_SIZE,
    STANDARD_SORT,
    WINDOWS,
    YI,
    Cursor,
    Density,
    E,
    GroupBy,
    ViewKind,
    Window,
)
from .words import PROJECT_STAGES, Channel, Light, Origin, ProjectKind, Stage


@dataclass(frozen=True)
class View:
    """What to show of the ledger, and how."""

    text: str = ""
    stages: tuple[Stage, ...] = ()  # the furthest present stage
    reached: Stage | None = None  # has this milestone, whatever came after
    kinds: tuple[ProjectKind, ...] = ()
    origins: tuple[Origin, ...] = ()
    capitals: tuple[CapitalKind, ...] = ()
    channels: tuple[Channel, ...] = ()
    lights: tuple[Light, ...] = ()
    lead_unit: int | None = None
    lead_alone: bool = False  # without the units below
    landing_unit: int | None = None
    landing_alone: bool = False
    chains: tuple[int, ...] = ()
    segments: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    low: Decimal | None = None  # 亿元
    low_open: bool = False  # above, not from
    high: Decimal | None = None
    high_open: bool = False  # below, not up to
    owner: int | str | None = None  # a person's number, or "me"
    leader: int | str | None = None
    followed: bool = False
    windows: tuple[Window, ...] = ()
    listing: str = ""
    stalled: bool | None = None
    ended: bool | None = None
    unverified: bool = False
    confidential: bool = False
    columns: tuple[str, ...] = STANDARD_COLUMNS
    sort: str = STANDARD_SORT
    kind: ViewKind = ViewKind.LIST
    by: GroupBy = GroupBy.UNIT
    density: Density = Density.NORMAL
    size: int = STANDARD_SIZE
    page: int = 1
    after: Cursor | None = None
    before: Cursor | None = None

    # -- reading

    @property
    def sort_key(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def low_cny(self) -> int | None:
        return None if self.low is None else int(self.low * YI)

    @property
    def high_cny(self) -> int | None:
        return None if self.high is None else int(self.high * YI)

    @property
    def is_filtered(self) -> bool:
        return self.conditions() != View().conditions()

    def window(self, stem: str) -> Window | None:
        return next((w for w in self.windows if w.stem == stem), None)

    # -- changing

    def with_(self, **changes: Any) -> View:
        """The same view with something else in it, on its first page."""
        return replace(self, **{"page": 1, "after": None, "before": None, **changes})

    def conditions(self) -> View:
        """Only what narrows: for links from a list to its board, its export, its figures."""
        return replace(
            self, columns=STANDARD_COLUMNS, sort=STANDARD_SORT, kind=ViewKind.LIST, by=GroupBy.UNIT,
            density=Density.NORMAL, size=STANDARD_SIZE, page=1, after=None, before=None,
        )  # fmt: skip

    def whole(self) -> View:
        """Without the page position: what is saved under a name."""
        return replace(self, page=1, after=None, before=None)

    def query(self, **changes: Any) -> str:
        """The canonical query string, without ``?``; empty for the standard view. ``changes`` as in :meth:`with_`."""
        view = self.with_(**changes) if changes else self
        return "&".join(
            [
                f"{f.key}={_quoted(told)}"
                for f in FIELDS
                if getattr(view, f.attribute) != _STANDARD[f.attribute] and (told := f.write(view))
            ]
        )


@lru_cache(maxsize=4_000)
def _quoted(value: str) -> str:
    return quote(value, safe=",~:")


@dataclass(frozen=True)
class Parsed:
    """A view as far as it could be read, and in words what could not."""

    view: View
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """How one key of the query string is read into, and written from, the view."""

    key: str
    label: str
    attribute: str  # of the view; while it is as in the standard view, nothing is written
    read: Callable[[Sequence[str]], dict[str, Any]]
    write: Callable[[View], str]


def parse(query: str | Mapping[str, Sequence[str]]) -> Parsed:
    """Read a query string, or the lists of a QueryDict. Never raises: faults are told and their keys left out."""
    if isinstance(query, str):
        # A lone surrogate or a broken escape is replaced, not refused: the value then reads as unreadable.
        query = parse_qs(query.removeprefix("?"), keep_blank_values=True, errors="replace", max_num_fields=None)
    told: dict[str, Any] = {}
    faults: list[str] = []
    for key in query:
        found = _BY_KEY.get(key)
        if found is None:
            faults.append(say("没有“{key}”这个条件，已忽略。", key=short_text(key)))
            continue
        parts = [clean for value in query[key] if (clean := clean_text(value))]
        if not parts:
            continue
        try:
            for name, value in found.read(parts).items():
                told[name] = told[name] + value if name == "windows" and name in told else value
        except ValueError as fault:
            given, label = short_text(",".join(parts)), say(found.label)
            if isinstance(fault, Unreadable) and str(fault):
                faults.append(say("“{label}”的值“{value}”：{why}，已忽略。", label=label, value=given, why=fault))
            else:
                faults.append(say("“{label}”的值“{value}”无法识别，已忽略。", label=label, value=given))
    view = View(**told)
    view, more = _mend(view)
    return Parsed(view, (*faults, *more))


def _mend(view: View) -> tuple[View, list[str]]:
    """Values that are each readable but do not go together."""
    faults = []
    if (
        view.low is not None
        and view.high is not None
        and (view.low > view.high or (view.low == view.high and (view.low_open or view.high_open)))
    ):
        faults.append(
            say(
                "投资额区间 {low}–{high} 亿元没有可能的值，已忽略。请核对起止。",
                low=f"{view.low:f}",
                high=f"{view.high:f}",
            )
        )
        view = replace(view, low=None, high=None)
    view = replace(
        view, low_open=view.low_open and view.low is not None, high_open=view.high_open and view.high is not None,
        lead_alone=view.lead_alone and view.lead_unit is not None,
        landing_alone=view.landing_alone and view.landing_unit is not None,
    )  # fmt: skip
    by_stem: dict[str, Window] = {}
    for window in view.windows:
        known = by_stem.get(window.stem, Window(window.stem, None, None))
        by_stem[window.stem] = Window(window.stem, window.start or known.start, window.end or known.end)
    for stem, window in list(by_stem.items()):
        if window.start and window.end and window.start > window.end:
            faults.append(
                say(
                    "{label}的起止颠倒（{start} 至 {end}），已忽略。",
                    label=say(WINDOWS[stem][1]),
                    start=window.start,
                    end=window.end,
                )
            )
            del by_stem[stem]
    view = replace(view, windows=tuple(by_stem[stem] for stem in WINDOWS if stem in by_stem))
    if view.after is not None and view.before is not None:
        view = replace(view, before=None)
    if view.after is not None or view.before is not None:
        cursor = view.after or view.before
        wanted = SORTS[view.sort_key][1]
        if cursor is not None and cursor.value is not None and type(cursor.value) is not wanted:
            faults.append(say("翻页位置与排序方式不符，已回到第一页。"))
            view = replace(view, after=None, before=None)
        view = replace(view, page=1)
    return view, faults


# ------------------------------------------------------------------------------------------------ the fields


def _words(key: str, label: str, attribute: str, vocabulary: type[E], allowed: Iterable[E] | None = None) -> Field:
    order = tuple(allowed if allowed is not None else vocabulary)

    def read(parts: Sequence[str]) -> dict[str, Any]:
        wanted = split_words(parts)
        if any(word not in [str(m) for m in order] for word in wanted):
            raise ValueError
        return {attribute: tuple(m for m in order if str(m) in wanted)}

    return Field(key, label, attribute, read, lambda view: ",".join(getattr(view, attribute)))


def _numbers(key: str, label: str, attribute: str) -> Field:
    def read(parts: Sequence[str]) -> dict[str, Any]:
        return {attribute: tuple(sorted({read_whole(word) for word in split_words(parts)}))}

    return Field(key, label, attribute, read, lambda view: ",".join(map(str, getattr(view, attribute))))


def _number(key: str, label: str, attribute: str) -> Field:
    return Field(
        key, label, attribute, lambda parts: {attribute: read_whole(last_of(parts))},
        lambda view: "" if getattr(view, attribute) is None else str(getattr(view, attribute)),
    )  # fmt: skip


def _person(key: str, label: str, attribute: str) -> Field:
    def read(parts: Sequence[str]) -> dict[str, Any]:
        word = last_of(parts)
        return {attribute: "me" if word == "me" else read_whole(word)}

    return Field(
        key,
        label,
        attribute,
        read,
        lambda view: "" if getattr(view, attribute) is None else str(getattr(view, attribute)),
    )


def _tick(key: str, label: str, attribute: str) -> Field:
    def read(parts: Sequence[str]) -> dict[str, Any]:
        if last_of(parts) not in ("1", "0"):
            raise ValueError
        return {attribute: last_of(parts) == "1"}

    return Field(key, label, attribute, read, lambda view: "1" if getattr(view, attribute) else "")


def _either(key: str, label: str, attribute: str) -> Field:
    """Yes, no, or (left out) both."""

    def read(parts: Sequence[str]) -> dict[str, Any]:
        if last_of(parts) not in ("1", "0"):
            raise ValueError
        return {attribute: last_of(parts) == "1"}

    return Field(key, label, attribute, read, lambda view: {True: "1", False: "0", None: ""}[getattr(view, attribute)])


def _amount(key: str, label: str, attribute: str) -> Field:
    return Field(
        key, label, attribute, lambda parts: {attribute: read_yi(last_of(parts))},
        lambda view: "" if getattr(view, attribute) is None else f"{getattr(view, attribute):f}",
    )  # fmt: skip


def _end(stem: str, side: str, label: str) -> Field:
    name = "start" if side == "from" else "end"

    def read(parts: Sequence[str]) -> dict[str, Any]:
        day = read_day(last_of(parts))
        return {"windows": (Window(stem, day, None) if side == "from" else Window(stem, None, day),)}

    def write(view: View) -> str:
        window = view.window(stem)
        day = getattr(window, name) if window else None
        return day.isoformat() if day else ""

    return Field(f"{stem}_{side}", label, "windows", read, write)


def _text(key: str, label: str, attribute: str, most: int) -> Field:
    def read(parts: Sequence[str]) -> dict[str, Any]:
        word = " ".join(last_of(parts).split())
        if len(word) > most:
            raise Unreadable(say("最多 {most} 字", most=most))
        return {attribute: word}

    return Field(key, label, attribute, read, lambda view: str(getattr(view, attribute)))


def _choice(key: str, label: str, attribute: str, vocabulary: type[E]) -> Field:
    standard = View.__dataclass_fields__[attribute].default

    def read(parts: Sequence[str]) -> dict[str, Any]:
        if last_of(parts) not in vocabulary:
            raise ValueError
        return {attribute: vocabulary(last_of(parts))}

    def write(view: View) -> str:
        value = getattr(view, attribute)
        return "" if value == standard or value is None else str(value)

    return Field(key, label, attribute, read, write)


def _columns() -> Field:
    def read(parts: Sequence[str]) -> dict[str, Any]:
        wanted = split_words(parts)
        if any(word not in COLUMNS for word in wanted):
            raise ValueError
        return {"columns": tuple(dict.fromkeys(["name", *wanted]))}

    return Field(
        "columns",
        "列",
        "columns",
        read,
        lambda view: "" if view.columns == STANDARD_COLUMNS else ",".join(view.columns),
    )


def _sort() -> Field:
    def read(parts: Sequence[str]) -> dict[str, Any]:
        word = last_of(parts)
        if word.removeprefix("-") not in SORTS or word.count("-") > 1:
            raise ValueError
        return {"sort": word}

    return Field("sort", "排序", "sort", read, lambda view: "" if view.sort == STANDARD_SORT else view.sort)


def _size() -> Field:
    def read(parts: Sequence[str]) -> dict[str, Any]:
        return {"size": read_whole(last_of(parts), max(SIZES))}

    return Field("size", "每页", "size", read, lambda view: "" if view.size == STANDARD_SIZE else str(view.size))


def _page() -> Field:
    def read(parts: Sequence[str]) -> dict[str, Any]:
        number = read_whole(last_of(parts))
        if number > NUMBERED_PAGES:
            raise Unreadable(say("第 {n} 页以后请逐页翻，或缩小范围", n=NUMBERED_PAGES))
        return {"page": number}

    return Field("page", "页码", "page", read, lambda view: "" if view.page == 1 else str(view.page))


def _at(key: str, label: str) -> Field:
    return Field(
        key, label, key, lambda parts: {key: read_cursor(last_of(parts))},
        lambda view: "" if getattr(view, key) is None else str(getattr(view, key)),
    )  # fmt: skip


FIELDS: tuple[Field, ...] = (
    _text("q", "关键词", "text", LONGEST_TEXT),
    _words("stage", "阶段", "stages", Stage, PROJECT_STAGES),
    _choice("reached", "已到达阶段", "reached", Stage),
    _words("kind", "项目类别", "kinds", ProjectKind),
    _words("origin", "项目来源", "origins", Origin),
    _words("capital", "资本属性", "capitals", CapitalKind),
    _words("channel", "招商方式", "channels", Channel),
    _words("light", "进度灯", "lights", Light),
    _number("unit", "牵头单位", "lead_unit"),
    _tick("unit_alone", "不含下级", "lead_alone"),
    _number("landing", "落地单位", "landing_unit"),
    _tick("landing_alone", "不含下级", "landing_alone"),
    _numbers("chain", "产业链", "chains"),
    _numbers("segment", "产业链环节", "segments"),
    _numbers("group", "产业组群", "groups"),
    _amount("min", "投资额下限", "low"),
    _tick("min_open", "不含下限", "low_open"),
    _amount("max", "投资额上限", "high"),
    _tick("max_open", "不含上限", "high_open"),
    _person("owner", "项目专员", "owner"),
    _person("leader", "联系领导", "leader"),
    _tick("followed", "我关注的", "followed"),
    *(_end(stem, side, label) for stem, (_, label) in WINDOWS.items() for side in ("from", "to")),
    _text("listing", "入选清单", "listing", 60),
    _either("stalled", "停滞", "stalled"),
    _either("ended", "已终止", "ended"),
    _tick("unverified", "有待审核事实", "unverified"),
    _tick("confidential", "保密项目", "confidential"),
    _columns(),
    _sort(),
    _choice("view", "显示方式", "kind", ViewKind),
    _choice("by", "分组方式", "by", GroupBy),
    _choice("density", "行距", "density", Density),
    _size(),
    _page(),
    _at("after", "翻页位置"),
    _at("before", "翻页位置"),
)
_BY_KEY = {f.key: f for f in FIELDS}
_STANDARD = {f.attribute: View.__dataclass_fields__[f.attribute].default for f in FIELDS}
