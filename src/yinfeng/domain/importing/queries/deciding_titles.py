"""What a row tells of its investors' titles and of lists of key projects, held against the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from yinfeng.domain.projects.actions.bulk_plans import NewListing, NewTitle
from yinfeng.domain.projects.actions.entries import InvestorData
from yinfeng.kernel.text import squeeze

from .staged import Rules, Staged

KEY = "investor_titles"
EARLIEST = 1990


def new_titles(
    told: Sequence[list[Any]], row: Staged, firms: Sequence[list[Any]], base: Mapping[str, Any], *, year: int, last: int,
    take: Callable[..., bool],
) -> list[NewTitle]:  # fmt: skip
    """The titles that the investors are to be given. ``firms`` are those there will be, ``base`` is what the ledger has;
    ``year`` is meant where none is told. What a firm has it keeps:
    nothing is changed and nothing is taken away."""
    if not firms:
        row.blame(KEY, "title.no_firm", _("没有投资方，称号没有登记。"), _("请填写投资方。"), severity="warning")
        return []
    held: list[list[Any]] = list(base.get(KEY) or ())
    standing: dict[tuple[str, str], set[int]] = {}
    for firm, kind, since, *_rest in held:
        standing.setdefault((squeeze(firm or base["investors"][0][0]), kind), set()).add(since)
    found: list[tuple[NewTitle, list[Any]]] = []
    for firm, kind, on, rank, level, source in told:
        if on is not None and not EARLIEST <= on <= last:
            row.blame(KEY, "title.year", _("称号年度 {year} 不在 {first} 至 {last} 之间。").format(
                year=on, first=EARLIEST, last=last), _("请核对年度。"))  # fmt: skip
            continue
        whose = _whose(firm, firms)
        if whose is None:
            row.blame(KEY, "title.stranger", _("投资方中没有“{firm}”，其称号没有登记。").format(firm=firm[:60]),
                      _("请写投资方栏中的企业名称。"), severity="warning")  # fmt: skip
            continue
        name, _share, code = whose
        years = standing.get((squeeze(name), kind), set())
        if on in years or (years and on is None):
            continue
        if not firm and len(firms) > 1:
            row.blame(KEY, "title.first", _("投资方有 {count} 家，没有写明称号是哪一家的，按“{firm}”登记。").format(
                count=len(firms), firm=name), _("请写成“甲公司：世界500强；乙公司：央企”。"), severity="warning")  # fmt: skip
        found.append((
            NewTitle(InvestorData(name, code or ""), kind, on or year, on is not None, rank, level, source),
            [name if len(firms) > 1 else "", kind, on or year, rank, level, source],
        ))  # fmt: skip
    if found:
        take(row, KEY, held or None, [shown for _title, shown in found], added=True)
    return [title for title, _shown in found]


def new_listings(
    told: Sequence[list[Any]], row: Staged, base: Mapping[str, Any], rules: Rules, *, take: Callable[..., bool]
) -> list[NewListing]:
    """The lists that the project is to be put on; it is taken off none. Without a paper the workbook is the paper."""
    held: list[list[Any]] = list(base.get("listings") or ())
    standing: dict[str, set[int]] = {}
    for name, _level, year, _document in held:
        standing.setdefault(squeeze(name), set()).add(year)
    found = []
    last = rules.today.year + 1
    for name, level, year, document in told:
        if year is not None and not EARLIEST <= year <= last:
            row.blame("listings", "listing.year", _("清单年度 {year} 不在 {first} 至 {last} 之间。").format(
                year=year, first=EARLIEST, last=last), _("请核对年度。"))  # fmt: skip
            continue
        years = standing.setdefault(squeeze(name), set())
        if year in years or (years and year is None):
            continue
        years.add(year or rules.as_of.year)
        found.append(NewListing(name, level, year or rules.as_of.year, document or rules.workbook))
    if found:
        shown = [[one.name, one.level, one.year, ""] for one in found]
        take(row, "listings", held or None, shown, added=True)
    return found


def _whose(firm: str, firms: Sequence[list[Any]]) -> list[Any] | None:
    if not firm:
        return firms[0]
    wanted = squeeze(firm)
    alike = [one for one in firms if squeeze(one[0]) == wanted] or [one for one in firms if wanted in squeeze(one[0])]
    return alike[0] if len(alike) == 1 else None
