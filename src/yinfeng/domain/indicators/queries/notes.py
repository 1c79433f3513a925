"""What a reader must know beside a figure: settings are printed, never silent."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..rules.definition import Definition
from .asking import Ask
from .dimensions import Dimension


def notes_of(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> list[str]:
    """In their order, each once."""
    notes = []
    parts = ask.definitions.chain_of(definition)
    bases = [d for d in parts if d.base is not None]
    if bases:
        verified = all(d.facts == "verified" for d in bases)
        notes.append(_("仅计已审核事实。") if verified else _("含已申报、未审核事实。"))
        notes.append(_attributed(bases[0]))
    for part in bases:
        if part.base and part.base.where.terminated != "in":
            notes.append(_("已终止项目不在其内。") if part.base.where.terminated == "out" else _("仅计已终止项目。"))
        elif part.numerator is not None and part.base and part.base.records is None:
            notes.append(_("分母含已终止项目。"))
        if part.base and part.base.where.origins == ("expansion",):
            notes.append(_("增资扩产只计新增的投资额。"))
        if part.base and part.base.grace_days:
            notes.append(_("签约不足 {n} 天的项目不计入底数。").format(n=part.base.grace_days))
        if part.currency == "converted":
            notes.append(_("外币按登记时注明来源和日期的汇率折合人民币。"))
        elif part.currency == "original" and (part.measure == "sum"):
            notes.append(_("各币种分列，不相加。"))
        funds = (part.numerator and part.numerator.funds) or (part.base and part.base.funds)
        if funds and funds.value_kind == "estimate":
            notes.append(_("预计数，不与实际数相加。"))
        if part.bands is not None and any(d.name == "band" for d in dimensions):
            notes.append(_("规模档为累计口径，各档不相加。") if part.bands.cumulative else _("规模档互不重叠。"))
    if any(not d.partition for d in dimensions):
        notes.append(_("一个项目可属几个组群，各行之和可大于合计。"))
    if any(part.measure in ("ahead", "gap") for part in parts):
        notes.append(_("序时进度按截止月份 ÷ 12，另设进度曲线的按曲线。"))
    if any(part.measure == "completion" for part in parts) and not ask.sees_all_of(None):
        notes.append(_("目标只与看得到全部项目的单位比较，其余不计完成率。"))
    if not ask.sees_everything:
        notes.append(_("本人可见范围。"))
    if definition.note:
        notes.append(definition.note)
    return list(dict.fromkeys(notes))


def _attributed(definition: Definition) -> str:
    records = definition.base.records if definition.base else None
    if records is not None and records.source in ("visits", "leads"):
        return _("按填报单位归属。")
    return {
        "lead": _("按牵头单位归属。"), "landing": _("按落地单位归属。"), "outpost": _("按引进的驻点组归属。"),
        "split": _("按分享比例归属，只用于考核，不改变统计数据。"),
    }[definition.attribution]  # fmt: skip
