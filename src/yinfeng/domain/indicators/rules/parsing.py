"""Reading a set of definitions: whatever is wrong is said with its place and its mend. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from itertools import combinations
from typing import Any

from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.domain.projects.rules.words import (
    DATE_COLUMNS,
    Channel,
    FundsBasis,
    FundsBoundary,
    Origin,
    ProjectKind,
    ValueKind,
)
from yinfeng.kernel.tables import currencies

from .definition import (
    DERIVED,
    MEASURES,
    NOT_MONEY,
    PLANNED_START,
    SUMMED,
    WINDOWS,
    Band,
    Bands,
    Base,
    Definition,
    DefinitionSet,
    Funds,
    Numerator,
    Where,
)
from .node import DefinitionError, Node

DATES = tuple(DATE_COLUMNS.values())
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


# ------------------------------------------------------------------------------------------------ parts


def _band(node: Node, key: str = "") -> Band:
    low, above = node.amount("at_least"), node.amount("above")
    high, below = node.amount("at_most"), node.amount("below")
    if (low is not None and above is not None) or (high is not None and below is not None):
        raise DefinitionError(node.place, "同一端写了两个界限", "含本数写 at_least / at_most，不含写 above / below")
    bottom, top = low if low is not None else above, high if high is not None else below
    if bottom is None and top is None:
        raise DefinitionError(node.place, "没有界限", "请写 at_least、above、at_most 或 below")
    band = Band(key, node.text("label", "") or "", bottom, low is not None, top, high is not None)
    node.done()
    if (
        bottom is not None
        and top is not None
        and (bottom > top or (bottom == top and not (band.low_in and band.high_in)))
    ):
        raise DefinitionError(node.place, "下限不低于上限，底数将永远为空", "请核对两个界限")
    return band


def _overlap(a: Band, b: Band) -> bool:
    """Whether some amount lies in both."""
    lows = [(x.low, not x.low_in) for x in (a, b) if x.low is not None]
    highs = [(x.high, x.high_in) for x in (a, b) if x.high is not None]
    if not lows or not highs:
        return True
    low, high = max(lows), min(highs)  # the stricter end of each side
    return low[0] < high[0] or (low[0] == high[0] and not low[1] and high[1])


def _bands(node: Node) -> Bands:
    cumulative = node.flag("cumulative")
    steps = node.take("steps")
    node.done()
    if not isinstance(steps, list) or not steps:
        raise DefinitionError(node.at("steps"), "没有列出规模档", "请至少列一档")
    bands = tuple(_band(Node(s, f"{node.at('steps')}[{n}]"), f"band{n}") for n, s in enumerate(steps, 1))
    for band, n in zip(bands, range(1, len(bands) + 1), strict=True):
        if not band.label:
            raise DefinitionError(f"{node.at('steps')}[{n}].label", "没有填写文字", "请写明档名，并注明（含）")
    if cumulative:
        if any(b.high is not None or b.low is None for b in bands):
            raise DefinitionError(node.place, "累计的规模档只有下限", "请删去上限，或写 cumulative: false")
        thresholds = [(b.low or 0, not b.low_in) for b in bands]
        if thresholds != sorted(set(thresholds), reverse=True):
            raise DefinitionError(node.place, "累计的规模档须自大至小、互不相同", "请重排或删去重复的一档")
        return Bands(True, bands)
    for (m, a), (n, b) in combinations(enumerate(bands, 1), 2):
        if _overlap(a, b):
            raise DefinitionError(
                f"{node.at('steps')}[{n}]", f"“{b.label}”与第 {m} 档“{a.label}”重叠",
                "不累计的规模档不得重叠，请改界限的（含）与否，或写 cumulative: true",
            )  # fmt: skip
    return Bands(False, bands)


def _where(node: Node | None) -> Where:
    if node is None:
        return Where()
    band = node.node("band")
    where = Where(
        kinds=node.choices("kinds", ProjectKind.values),
        not_kinds=node.choices("not_kinds", ProjectKind.values),
        capital_kinds=node.choices("capital_kinds", CapitalKind.values),
        origins=node.choices("origins", Origin.values),
        not_origins=node.choices("not_origins", Origin.values),
        channels=node.choices("channels", Channel.values),
        groups=node.choices("groups", None),
        chains=node.choices("chains", None),
        band=_band(band) if band else None,
        terminated=node.choice("terminated", ("in", "out", "only"), "in"),
        stalled=node.choice("stalled", ("in", "out", "only"), "in"),
        reached=node.choices("reached", DATES),
        not_reached=node.choices("not_reached", DATES),
    )
    node.done()
    for all_of, but, name in (
        (set(where.kinds or ProjectKind.values), where.not_kinds, "not_kinds"),
        (set(where.origins or Origin.values), where.not_origins, "not_origins"),
    ):
        if not all_of - set(but):
            raise DefinitionError(node.at(name), "把所有取值都排除了，底数将永远为空", "请核对包含与排除的取值")
    if where.reached and set(where.reached) <= set(where.not_reached):
        raise DefinitionError(node.at("not_reached"), "既要达到又要未达到，底数将永远为空", "请删去其一")
    return where


def _funds(node: Node | None) -> Funds | None:
    if node is None:
        return None
    funds = Funds(
        value_kind=node.choice("value_kind", ValueKind.values, "actual"),
        basis=node.choice("basis", FundsBasis.values, "capital"),
        boundaries=node.choices("boundaries", FundsBoundary.values),
    )
    node.done()
    return funds


def _base(node: Node, default_label: str) -> Base:
    funds_node = node.node("funds")
    funds = _funds(funds_node)
    window = node.choice("window", WINDOWS, "period")
    since = node.take("since")
    if isinstance(since, str):
        try:
            since = date.fromisoformat(since)
        except ValueError:
            raise DefinitionError(node.at("since"), f"“{since}”不是日期", "请写成 2021-01-01") from None
    elif since is not None:
        raise DefinitionError(node.at("since"), f"“{since}”不是文字", '请加引号，写成 "2021-01-01"')
    if (window == "since") != (since is not None):
        raise DefinitionError(node.at("since"), "只有 window: since 才有起始日期，且必须有", "请补上或删去")
    base = Base(
        label=node.text("label", default_label),
        date="" if funds else node.choice("date", (*DATES, PLANNED_START), None if window != "all" else DATES[0]),
        window=window,
        since=since,
        grace_days=node.number("grace_days", 0, 0, 3650) or 0,
        undated=node.flag("undated", False),
        where=_where(node.node("where")),
        funds=funds,
    )
    node.done()
    if base.date and base.date in base.where.not_reached and base.window != "all":
        raise DefinitionError(node.at("where"), "底数按这一日期取，又要求未达到它，将永远为空", "请删去其一")
    return base


def _numerator(node: Node, default_label: str) -> Numerator:
    funds = _funds(node.node("funds"))
    numerator = Numerator(
        label=node.text("label", default_label),
        reached=node.choices("reached", DATES),
        until=node.choice("until", ("as_of", "window"), "as_of"),
        where=_where(node.node("where")),
        funds=funds,
    )
    node.done()
    if not numerator.reached and not funds and numerator.where == Where():
        raise DefinitionError(node.place, "与底数没有区别，比率将永远为 100%", "请写 reached、where 或 funds")
    return numerator


# ------------------------------------------------------------------------------------------------ a definition


def _refs(node: Node, measure: str) -> tuple[str, ...]:
    if measure == "quotient":
        return node.text("numerator"), node.text("denominator")
    if measure == "total":
        return node.choices("parts", None)
    if measure in ("completion", "ahead", "change"):
        return (node.text("of"),)
    return ()


def _currency(node: Node, measure: str, of: str, funds: bool) -> str:
    money = funds or (of and of not in NOT_MONEY)
    if not money:
        return "original"
    default = "original" if measure == "sum" and (funds or SUMMED[of][0]) else None
    if of and not funds and not SUMMED[of][0]:
        default = "CNY"  # only kept in yuan
    given = node.take("currency", default)
    if given is None:
        raise DefinitionError(
            node.at("currency"), "金额相除须写明币种口径", "请写 converted（按登记的汇率折算）或某一币种，如 CNY"
        )
    if given not in ("original", "converted") and given not in currencies():
        raise DefinitionError(node.at("currency"), f"“{given}”无法识别", "可选：original、converted 或币种代码，如 CNY")
    if given == "original" and measure != "sum":
        raise DefinitionError(node.at("currency"), "不同币种不能相除", "请写 converted 或某一币种，如 CNY")
    return str(given)


def parse_one(name: str, body: Any) -> Definition:
    """One definition. DefinitionError names the place and the mend."""
    place = f"indicators.{name}"
    if not NAME.fullmatch(name):
        raise DefinitionError(place, "代号应为小写英文字母、数字和下划线", "请改名")
    node = Node(body, place)
    label = node.text("name")
    measure = node.choice("measure", MEASURES)
    refs = _refs(node, measure)
    base_node = numerator_node = None
    of, base, numerator, bands = "", None, None, None
    if measure not in DERIVED and measure != "time_progress":
        base_node = node.node("base")
        if base_node is None:
            raise DefinitionError(node.at("base"), "没有底数", "请写明 base：按什么日期、在什么期间取哪些项目")
        base = _base(base_node, label)
        if measure in ("ratio", "cohort") or (measure == "share" and "numerator" in node.body):
            numerator_node = node.node("numerator")
            if numerator_node is None:
                raise DefinitionError(node.at("numerator"), "没有分子", "请写明 numerator")
            numerator = _numerator(numerator_node, label)
            if base.funds and (numerator.funds or numerator.reached):
                raise DefinitionError(numerator_node.place, "到位资金的部分只能按项目属性取", "请改写 where")
        of = node.take("of", "") or ""
        if of and of not in SUMMED:
            raise DefinitionError(node.at("of"), f"“{of}”无法识别", f"可选：{'、'.join(SUMMED)}")
        if base.funds and of:
            raise DefinitionError(node.at("of"), "到位资金本身就是金额", "请删去 of")
        if measure == "sum" and not of and not base.funds:
            raise DefinitionError(node.at("of"), "没有写明合计什么", f"可选：{'、'.join(SUMMED)}")
        if measure in ("count", "cohort") and of:
            raise DefinitionError(node.at("of"), "计数不合计金额", "请改 measure: sum，或删去 of")
        if numerator is not None and numerator.funds and not of:
            raise DefinitionError(node.at("of"), "资金到位率的分母须是金额", "请写 of: investment")
        if (bands_node := node.node("bands")) is not None:
            bands = _bands(bands_node)
        if measure == "cohort" and (
            base.window == "all"
            or base.date == PLANNED_START
            or base.funds
            or not numerator
            or len(numerator.reached) != 1
        ):
            raise DefinitionError(
                node.place, "同期群按一个发生日期起算，看何时达到另一个", "请核对 base.date 与 reached"
            )
    funds = bool((base and base.funds) or (numerator and numerator.funds))
    months: tuple[int, ...] = ()
    if measure == "cohort":
        given = node.take("months", [3, 6, 12, 18, 24])
        if (
            not isinstance(given, list)
            or not given
            or any(isinstance(m, bool) or not isinstance(m, int) for m in given)
        ):
            raise DefinitionError(node.at("months"), "应为一列月数", "如 [3, 6, 12]")
        if given != sorted(set(given)) or given[0] < 0 or given[-1] > 240:
            raise DefinitionError(node.at("months"), "月数应自小至大、互不相同", "如 [3, 6, 12]")
        months = tuple(given)
    is_rate = measure in ("ratio", "share", "cohort", "completion", "time_progress", "ahead", "change", "quotient")
    definition = Definition(
        name=name,
        label=label,
        label_en=node.text("name_en", ""),
        group=node.text("group"),
        words=node.text("words"),
        source=node.text("source"),
        measure=measure,
        base=base,
        numerator=numerator,
        of=of,
        currency=_currency(node, measure, of, funds) if base else "original",
        facts=node.choice("facts", ("declared", "verified"), "declared"),
        attribution=node.choice("attribution", ("lead", "landing"), "lead"),
        places=node.number("places", 1 if is_rate else 2 if measure == "sum" else 0, 0, 6) or 0,
        scale=node.choice("scale", ("auto", "元", "万元", "亿元"), "auto"),
        bands=bands,
        refs=refs,
        against=node.choice("against", ("last_year", "previous")) if measure == "change" else "",
        months=months,
        note=node.text("note", ""),
    )
    node.done()
    return definition


def parse_set(body: Any) -> DefinitionSet:
    """A whole edition: ``{format: 1, groups: {…}, indicators: {…}}``. DefinitionError for the first fault."""
    node = Node(body, "indicators")
    if node.take("format") != 1:
        raise DefinitionError("format", "不是本系统能读的格式", "请写 format: 1")
    groups_node, found = node.node("groups"), node.take("indicators")
    node.done()
    if groups_node is None or not isinstance(found, Mapping) or not found:
        raise DefinitionError("indicators", "没有分组或没有指标", "请写 groups 和 indicators")
    groups: dict[str, tuple[str, str]] = {}
    for key, names in groups_node.body.items():
        if not isinstance(names, list) or len(names) != 2 or not all(isinstance(n, str) and n for n in names):
            raise DefinitionError(f"groups.{key}", "应为中文和英文两个名称", "如 rates: [推进率, Rates]")
        groups[str(key)] = (names[0], names[1])
    by_name = {str(name): parse_one(str(name), one) for name, one in found.items()}
    for definition in by_name.values():
        if definition.group not in groups:
            raise DefinitionError(
                f"indicators.{definition.name}.group", f"没有“{definition.group}”这一组", f"可选：{'、'.join(groups)}"
            )
        for ref in definition.refs:
            if ref not in by_name:
                raise DefinitionError(f"indicators.{definition.name}", f"引用的指标“{ref}”不存在", "请核对代号")
    _no_circles(by_name)
    for definition in by_name.values():
        _sound_references(definition, by_name)
    return DefinitionSet(by_name, groups)


def _no_circles(by_name: Mapping[str, Definition]) -> None:
    done: set[str] = set()

    def walk(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            way = " → ".join((*above[above.index(name) :], name))
            raise DefinitionError(f"indicators.{above[-1]}", f"循环引用：{way}", "请断开其中一处引用")
        if name not in done:
            for ref in by_name[name].refs:
                walk(ref, (*above, name))
            done.add(name)

    for name in by_name:
        walk(name, ())


def _sound_references(definition: Definition, by_name: Mapping[str, Definition]) -> None:
    """What is put together must be of one kind: rates are not added, currencies neither."""
    parts = [by_name[r] for r in definition.refs]
    place = f"indicators.{definition.name}"
    check: list[tuple[Callable[[Definition], bool], str, str]] = []
    if definition.measure in ("quotient", "total", "completion"):
        check.append(
            (lambda d: d.measure in ("count", "sum", "total"), "不是数量或金额", "比率不能相加、相除或设定目标数")
        )
        check.append(
            (
                lambda d: d.measure != "sum" or d.currency != "original",
                "含多种币种",
                "请引用写明单一币种或折算口径的指标",
            )
        )
    if definition.measure == "ahead":
        check.append((lambda d: d.measure == "completion", "不是完成率", "序时进度只与完成率比较"))
    if definition.measure == "change":
        check.append(
            (lambda d: d.measure not in ("change", "cohort", "time_progress", "ahead"), "不能再作比较", "请引用原指标")
        )
        check.append(
            (
                lambda d: d.measure != "sum" or d.currency != "original",
                "含多种币种",
                "请引用写明单一币种或折算口径的指标",
            )
        )
    for part in parts:
        for sound, wrong, mend in check:
            if not sound(part):
                raise DefinitionError(place, f"引用的“{part.label}”{wrong}", mend)
