"""How values are spelled in a sheet that this system writes, and what names of units tell. Pure."""

from __future__ import annotations

YES, NO = "是", "否"
AND = "、"
OF_THE_COLUMNS = "按表中人民币与原币之比"
FRAMEWORK_TITLE = "框架协议"
_PARKS = ("开发区", "高新区", "新区", "园区", "产业园", "工业园", "管委会", "保税区", "集聚区", "示范区")


def unit_kind(name: str) -> str:
    """What a unit probably is, by its name: a value of ``UnitKind``; an administrator may change it."""
    if name.endswith(_PARKS):
        return "park"
    if name.endswith(("区", "县", "市", "旗")):
        return "district"
    if name.endswith(("组", "驻点")):
        return "outpost"
    return "bureau" if "招商" in name or "投资" in name else "department"


def words_of(text: str) -> list[str]:
    """Several names in one cell."""
    return [word for part in text.replace("，", AND).replace("\n", AND).split(AND) if (word := part.strip())]


def firm_words(firms: list[list[str | None]]) -> str:
    """Investors in one cell: 甲公司（60%）、乙公司（40%）; one a line where a name itself holds the sign between them."""
    between = "\n" if len(firms) > 1 and any(AND in (name or "") for name, _share, _code in firms) else AND
    return between.join(f"{name}（{share}%）" if share else f"{name}" for name, share, _code in firms)
