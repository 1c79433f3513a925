"""Reading a set of definitions: whatever is wrong is said with its place and its mend. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from yinfeng.kernel.tables import currencies

from .definition import (
    ATTRIBUTIONS,
    DERIVED,
    INDIRECT,
    MEASURES,
    MONTHLY,
    NOT_MONEY,
    SUMMED,
    Definition,
    DefinitionSet,
)
from .node import DefinitionError, Node
from .parts import bands_of, base_of, check_where, numerator_of
from .sources import SOURCES

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_Check = tuple[Callable[[Definition], bool], str, str]


# ------------------------------------------------------------------------------------------------ a definition


def _refs(node: Node, measure: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The indicators it is computed from, and the weight of each where they are weighted."""
    if measure in ("quotient", "average"):
        return (node.text("numerator"), node.text("denominator")), ()
    if measure in ("total", "check"):
        return node.choices("parts", None), ()
    if measure == "weighted":
        parts = node.node("parts")
        if parts is None or len(parts.body) < 2:
            raise DefinitionError(node.at("parts"), "没有列出各部分的权重", "如 {signed_completion: 50, 另一指标: 50}")
        names = tuple(str(name) for name in parts.body)
        weights = tuple(parts.number(name, None, 1, 100) or 0 for name in names)
        if sum(weights) != 100:
            raise DefinitionError(parts.place, f"权重之和为 {sum(weights)}，不是 100", "请核对各部分的权重")
        return names, weights
    if measure in ("completion", "ahead", "gap", "change", "vintage", "streak"):
        return (node.text("of"),), ()
    return (), ()


def _currency(node: Node, measure: str, of: str, sums_own_currency: bool, money: bool) -> str:
    if not money:
        return "original"
    default = "original" if measure == "sum" else None
    if not sums_own_currency:
        default = "CNY"  # only kept in yuan
    given = node.take("currency", default)
    if given is None:
        raise DefinitionError(
            node.at("currency"), "金额相除须写明币种口径", "请写 converted（按登记的汇率折算）或某一币种，如 CNY"
        )
    if given not in ("original", "converted") and given not in currencies():
        raise DefinitionError(
            node.at("currency"), f"“{given}”无法识别", f"可选：original、converted、{'、'.join(currencies())}"
        )
    if given == "original" and measure != "sum":
        raise DefinitionError(node.at("currency"), "不同币种不能相除", "请写 converted 或某一币种，如 CNY")
    return str(given)


def _counted(node: Node, measure: str, label: str) -> dict[str, Any]:
    """The fields of a measure that counts rows: base, numerator, what is summed, bands, months."""
    base_node = node.node("base")
    if base_node is None:
        raise DefinitionError(node.at("base"), "没有底数", "请写明 base：按什么日期、在什么期间取哪些项目")
    base = base_of(base_node, label)
    numerator = None
    if measure in ("ratio", "cohort", "duration") or (measure == "share" and "numerator" in node.body):
        numerator_node = node.node("numerator")
        if numerator_node is None:
            raise DefinitionError(node.at("numerator"), "没有分子", "请写明 numerator")
        of_leads = base.records is not None and base.records.source == "leads"
        numerator = numerator_of(numerator_node, label, ("screened_on",) if of_leads else ())
        if base.funds and (numerator.funds or numerator.reached):
            raise DefinitionError(numerator_node.place, "到位资金的部分只能按项目属性取", "请改写 where")
        if base.records is not None:
            if numerator.funds:
                raise DefinitionError(numerator_node.at("funds"), "这种记录没有到位资金", "请删去")
            if base.records.source == "visits" or (base.records.source == "phases" and numerator.reached):
                raise DefinitionError(numerator_node.at("reached"), "这种记录没有分子", "请改用 quotient")
            check_where(numerator.where, SOURCES[base.records.source].where, numerator_node.at("where"))
    of = node.take("of", "") or ""
    sums: Mapping[str, Any] = SOURCES[base.records.source].sums if base.records else SUMMED
    if of and of not in sums:
        raise DefinitionError(node.at("of"), f"“{of}”无法识别", f"可选：{'、'.join(sums)}")
    if base.funds and of:
        raise DefinitionError(node.at("of"), "到位资金本身就是金额", "请删去 of")
    if measure == "sum" and not of and not base.funds:
        raise DefinitionError(node.at("of"), "没有写明合计什么", f"可选：{'、'.join(sums)}")
    if measure in ("count", "cohort", "duration") and of:
        raise DefinitionError(node.at("of"), "计数不合计金额", "请改 measure: sum，或删去 of")
    if numerator is not None and numerator.funds and not of:
        raise DefinitionError(node.at("of"), "资金到位率的分母须是金额", "请写 of: investment")
    bands_node = node.node("bands")
    if bands_node is not None and base.records is not None and base.records.source == "visits":
        raise DefinitionError(bands_node.place, "往来记录没有投资规模", "请删去")
    if measure in ("cohort", "duration") and (
        base.window == "all"
        or base.date in INDIRECT
        or base.funds
        or base.records
        or not numerator
        or len(numerator.reached) != 1
    ):
        raise DefinitionError(
            node.place, "同期群和时长按一个发生日期起算，看何时达到另一个", "请核对 base.date 与 reached"
        )
    own = (not of or bool(base.records is None and SUMMED[of][0])) and bool(of or base.funds or _by_funds(numerator))
    money = bool(base.funds or _by_funds(numerator) or (of and of not in NOT_MONEY))
    return {
        "base": base, "numerator": numerator, "of": of, "bands": bands_of(bands_node) if bands_node else None,
        "months": _months(node) if measure == "cohort" else (),
        "currency": _currency(node, measure, of, own, money),
    }  # fmt: skip


def _by_funds(numerator: Any) -> bool:
    return numerator is not None and numerator.funds is not None


def _months(node: Node) -> tuple[int, ...]:
    given = node.take("months", [3, 6, 12, 18, 24])
    if not isinstance(given, list) or not given or any(isinstance(m, bool) or not isinstance(m, int) for m in given):
        raise DefinitionError(node.at("months"), "应为一列月数", "如 [3, 6, 12]")
    if given != sorted(set(given)) or given[0] < 0 or given[-1] > 240:
        raise DefinitionError(node.at("months"), "月数应自小至大、互不相同", "如 [3, 6, 12]")
    return tuple(given)


def _settings(node: Node, measure: str) -> dict[str, Any]:
    """What only some measures know."""
    if measure == "change":
        return {"against": node.choice("against", ("last_year", "previous"))}
    if measure == "gap":
        return {"against": node.choice("against", ("target", "pro_rata"), "target")}
    if measure == "check":
        return {"at_least": node.number("at_least", 1, 1, 1_000_000) or 1}
    if measure == "streak":
        return {"direction": node.choice("direction", ("falling", "rising"))}
    if measure == "average":
        return {"per": node.text("per")}
    return {}


def parse_one(name: str, body: Any) -> Definition:
    """One definition. DefinitionError names the place and the mend."""
    if not NAME.fullmatch(name):
        raise DefinitionError(f"indicators.{name}", "代号应为小写英文字母、数字和下划线", "请改名")
    node = Node(body, f"indicators.{name}")
    label = node.text("name", longest=60)
    measure = node.choice("measure", MEASURES)
    refs, weights = _refs(node, measure)
    counted: dict[str, Any] = {}
    if measure not in DERIVED and measure != "time_progress":
        counted = _counted(node, measure, label)
    whole = measure in ("count", "gap", "total", *MONTHLY)
    definition = Definition(
        name=name,
        label=label,
        label_en=node.text("name_en", ""),
        group=node.text("group"),
        words=node.text("words"),
        source=node.text("source", ""),
        measure=measure,
        refs=refs,
        weights=weights,
        facts=node.choice("facts", ("declared", "verified"), "declared"),
        attribution=node.choice("attribution", ATTRIBUTIONS, "lead"),
        places=node.number("places", 0 if whole else 2 if measure in ("sum", "average") else 1, 0, 6) or 0,
        scale=node.choice("scale", ("auto", "元", "万元", "亿元"), "auto"),
        note=node.text("note", ""),
        **counted,
        **_settings(node, measure),
    )
    node.done()
    _sound_records(definition, node)
    return definition


def _sound_records(definition: Definition, node: Node) -> None:
    records = definition.base.records if definition.base else None
    if records is None or records.source in ("agreements", "phases"):
        if records and records.source == "agreements" and definition.facts == "verified":
            raise DefinitionError(node.at("facts"), "协议没有审核状态", "请删去 facts")
        return
    if definition.attribution != "lead":
        raise DefinitionError(node.at("attribution"), "这种记录归填报单位", "请删去 attribution")
    if definition.facts == "verified":
        raise DefinitionError(node.at("facts"), "这种记录没有审核状态", "请删去 facts")


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
    named: dict[str, str] = {}
    for definition in by_name.values():
        if (first := named.setdefault(definition.label, definition.name)) != definition.name:
            raise DefinitionError(
                f"indicators.{definition.name}.name", f"名称“{definition.label}”已由 {first} 使用", "请换一个名称"
            )
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


def _what(definition: Definition, by_name: Mapping[str, Definition]) -> tuple[str, str, Any]:
    """What the numbers of a sum or a count are: the unit, the currency, and of arrivals which ones."""
    while definition.measure == "total":
        definition = by_name[definition.refs[0]]
    base = definition.base
    funds = base.funds if base else None
    if definition.measure != "sum" and funds is None:
        return "count", base.records.source if base and base.records else "", None
    if definition.of in NOT_MONEY:
        return definition.of, "", None
    currency = "CNY" if definition.currency == "converted" else definition.currency
    return "money", currency, (funds.value_kind, funds.basis) if funds else None


def _alike(place: str, parts: Iterable[Definition], by_name: Mapping[str, Definition], *, may_divide: bool) -> None:
    """Yuan and dollars, money and heads, estimates and arrivals are never put together; a quotient may set two kinds of
    number against each other, but no two currencies."""
    first, *others = parts
    unit, currency, funds = _what(first, by_name)
    for other in others:
        its_unit, its_currency, its_funds = _what(other, by_name)
        named = f"“{first.label}”与“{other.label}”"
        if unit == its_unit == "money" and currency != its_currency:
            raise DefinitionError(
                place,
                f"{named}币种不同（{currency}、{its_currency}），不能相加、相除",
                "请引用同一币种或折算口径的指标",
            )
        if not may_divide and unit != its_unit:
            raise DefinitionError(place, f"{named}单位不同，不能相加", "请引用同一种数量或金额")
        if not may_divide and funds != its_funds and funds is not None and its_funds is not None:
            raise DefinitionError(
                place, f"{named}口径不同，预计值与实际值、不同口径的资金不能相加", "请引用同一性质、同一口径的资金"
            )


def _sound_references(definition: Definition, by_name: Mapping[str, Definition]) -> None:
    """What is put together must be of one kind: rates are not added, currencies neither."""
    parts = [by_name[r] for r in definition.refs]
    place = f"indicators.{definition.name}"
    one_currency: _Check = (
        lambda d: d.measure != "sum" or d.currency != "original" or d.of in NOT_MONEY,
        "含多种币种", "请引用写明单一币种或折算口径的指标",
    )  # fmt: skip
    plain: _Check = (
        lambda d: d.measure in ("count", "sum", "total"), "不是数量或金额", "比率不能相加、相除或设定目标数",
    )  # fmt: skip
    counts: _Check = (lambda d: d.measure in ("count", "sum"), "不是数量或金额", "逐月查看的只能是数量或金额")
    checks: dict[str, list[_Check]] = {
        "quotient": [plain, one_currency],
        "average": [plain, one_currency],
        "total": [plain, one_currency],
        "completion": [plain, one_currency],
        "ahead": [(lambda d: d.measure == "completion", "不是完成率", "序时进度只与完成率比较")],
        "gap": [(lambda d: d.measure == "completion", "不是完成率", "差额按完成率的目标计算")],
        "weighted": [(lambda d: d.is_rate, "不是比率", "加权的各部分须是比率")],
        "vintage": [
            (lambda d: d.measure == "ratio" and not d.of, "不是项目数之比", "年份目标只看按项目数计算的比率"),
            (lambda d: d.base is not None and d.base.date not in INDIRECT, "不能按年份分列", "请引用按发生日期取底数的比率"),
        ],
        "check": [counts, one_currency],
        "streak": [counts, one_currency],
        "change": [
            (
                lambda d: d.measure in ("count", "sum", "total", "ratio", "share", "quotient", "average", "completion",
                                        "weighted"),
                "不能再作比较", "请引用原指标",
            ),
            one_currency,
        ],
    }  # fmt: skip
    if definition.measure in ("total", "quotient"):
        _alike(place, parts, by_name, may_divide=definition.measure == "quotient")
    for part in parts:
        for sound, wrong, mend in checks.get(definition.measure, []):
            if not sound(part):
                raise DefinitionError(place, f"引用的“{part.label}”{wrong}", mend)
        if (
            definition.measure in MONTHLY
            and part.base
            and (part.base.window not in ("period", "ytd") or part.base.date in INDIRECT)
        ):
            raise DefinitionError(
                place, f"引用的“{part.label}”不能按月分列", "请引用按发生日期取底数、按期间计算的指标"
            )
