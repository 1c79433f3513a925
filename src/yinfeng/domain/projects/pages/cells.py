"""The cells of the ledger: for each column what the page shows and what Excel gets.

Rows are written here and not by a template: fifty rows of a dozen cells cost a template some 20 ms, this 2 ms. Every
text of a user goes through :func:`esc`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape as esc
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.foundation.ui.templatetags.yf import ago_words, middle
from yinfeng.foundation.workbook.write import CellKind, Column

from ..queries.choices import Units
from ..queries.ledger_list import HOME
from ..queries.project_phases import STAGE_TONES
from ..rules.lights import LightOf, LightRule, light_of
from ..rules.view_words import COLUMNS, SORTS
from ..rules.words import Channel, Light, Origin, ProjectKind, Stage

YI = 10**8
LIGHT_TONES = {Light.RED: "red", Light.YELLOW: "amber", Light.GREEN: "green", Light.NONE: "grey"}
NOTHING = "—"

Row = Mapping[str, Any]


@dataclass
class Look:
    """What cells need besides their row: today, the rule of lights, names of units, and words translated once."""

    today: date
    rule: LightRule
    units: Units
    query: str = ""  # the view's, carried to the project page for previous and next
    words: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    lights: dict[tuple[Any, ...], LightOf] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.now = timezone.localtime()
        address = reverse("projects:project", args=[0])
        self.address = address[: address.rindex("0")], address[address.rindex("0") + 1 :]
        self.tail = f"?{esc(self.query)}" if self.query else ""

    def word(self, text: str) -> str:
        """A label of the trade in the viewer's language, escaped."""
        found = self.words.get(text)
        if found is None:
            found = self.words[text] = esc(_(text))
        return found

    def plain(self, text: str) -> str:
        """The same for Excel, as it is."""
        found = self.said.get(text)
        if found is None:
            found = self.said[text] = _(text)
        return found

    def url(self, pk: int) -> str:
        return f"{self.address[0]}{pk}{self.address[1]}{self.tail}"

    def light(self, row: Row) -> LightOf:
        key = (row["next_due_on"], row["stalled_on"], row["ended_on"], row["furthest_stage"])
        found = self.lights.get(key)
        if found is None:
            found = self.lights[key] = light_of(*key, self.today, self.rule)
        return found


# ------------------------------------------------------------------------------------------------ pieces


def yi(yuan: int | None, places: int = 2) -> str:
    """Yuan as 亿元 with separators, rounded half up; what is above zero never prints as zero."""
    if yuan is None:
        return NOTHING
    unit = YI // 10**places
    rounded = (2 * yuan + unit) // (2 * unit)
    if yuan and not rounded:
        return f"<{1 / 10**places:.{places}f}"
    return f"{rounded // 10**places:,}.{rounded % 10**places:0{places}d}"


def cut(text: str, room: int) -> str:
    """A long name cut in its middle, escaped."""
    return esc(text if len(text) <= room else middle(text, room))


def day(on: date | None, today: date) -> str:
    if on is None:
        return NOTHING
    told = on.isoformat()
    return f'<time class="yf-num" datetime="{told}">{told if on.year != today.year else told[5:]}</time>'


def due(on: date | None, look: Look) -> str:
    if on is None:
        return f'<span class="yf-dim">{look.word("未排期")}</span>'
    left = (on - look.today).days
    if left < 0:
        tone, text = "late", ngettext("逾期%(n)d天", "逾期%(n)d天", -left) % {"n": -left}
    elif left == 0:
        tone, text = "today", _("今天到期")
    else:
        tone = "soon" if on <= look.rule.soon_until(look.today) else "ahead"
        text = ngettext("还剩%(n)d天", "还剩%(n)d天", left) % {"n": left}
    return f'<span class="yf-due yf-due--{tone}">{esc(text)}</span>'


def light_mark(found: LightOf, look: Look) -> str:
    return (
        f'<span class="yf-light yf-light--{LIGHT_TONES[found.light]}"><span class="yf-light__word">'
        f'<i aria-hidden="true"></i><span>{look.word(found.light.label)}</span></span></span>'
    )


def chip(label: str, tone: str) -> str:
    return f'<span class="yf-chip yf-chip--{tone}">{label}</span>'


def bar(value: int, whole: int | None) -> str:
    if not whole:
        return ""
    width = min(100, value * 100 // whole)
    full = " yf-bar--full" if width >= 100 else ""
    return f'<span class="yf-bar{full} yf-desk" aria-hidden="true"><i style="width:{width}%"></i></span>'


# ------------------------------------------------------------------------------------------------ cells of the page


def _name(row: Row, look: Look) -> str:
    name = row["name"]
    secret = f" {chip(look.word('保密'), 'red')}" if row["is_confidential"] else ""
    firm = row["investor_name"]
    sub = esc(row["code"]) + (f" · {cut(firm, 12)}" if firm else "")
    return (
        f'<a class="yf-name" href="{look.url(row["pk"])}" title="{esc(name)}">{cut(name, 22)}</a>{secret}'
        f'<span class="yf-sub" title="{esc(firm)}">{sub}</span>'
    )


def _stage(row: Row, look: Look) -> str:
    stage = Stage(row["furthest_stage"])
    told = chip(look.word(stage.label), STAGE_TONES[stage])
    if row["phase_count"] > 1:
        least = look.word(Stage(row["least_stage"]).label)
        told += f'<span class="yf-sub">{row["phase_count"]}{look.word("期")} · {look.word("最后")} {least}</span>'
    return told


def _investment(row: Row, look: Look) -> str:
    told = f'<span class="yf-amount">{yi(row["investment_cny"])}</span><span class="yf-unit yf-phone"> {look.word("亿元")}</span>'
    if row["investment_currency"] != HOME and row["investment_amount"] is not None:
        told += f'<span class="yf-sub">{esc(row["investment_currency"])} {yi(row["investment_amount"])} {look.word("亿")}</span>'
    return told


def _funds(row: Row, look: Look) -> str:
    return f'<span class="yf-num">{yi(row["funds_cny"])}</span>' + bar(row["funds_cny"], row["investment_cny"])


def _light(row: Row, look: Look) -> str:
    found = look.light(row)
    mark = light_mark(found, look)
    why = esc(found.reason)
    return (
        f'<details class="yf-why yf-reason"><summary title="{why}">{mark}</summary>'
        f'<div class="yf-why__text">{why}</div></details>'
    )


def _due(row: Row, look: Look) -> str:
    if row["ended_on"]:
        return f'<span class="yf-dim">{look.word("已终止")} {day(row["ended_on"], look.today)}</span>'
    if row["next_due_on"] is None:
        return due(None, look)
    return (
        f'{due(row["next_due_on"], look)} <span class="yf-dim">{day(row["next_due_on"], look.today)}</span>'
        f'<span class="yf-sub yf-desk" title="{esc(row["next_due_text"])}">{esc(row["next_due_text"][:12])}</span>'
    )


def _changed(row: Row, look: Look) -> str:
    then = row["changed_at"].astimezone(look.now.tzinfo)
    told = then.strftime("%Y-%m-%d %H:%M:%S")
    return f'<time datetime="{told}" title="{told}">{esc(ago_words(then, look.now))}</time>'


def _segment(row: Row, look: Look) -> str:
    if not row["segment__name"]:
        return NOTHING
    return f'{esc(row["segment__chain__name"])}<span class="yf-sub">{esc(row["segment__name"])}</span>'


def _plain(name: str) -> Callable[[Row, Look], str]:
    return lambda row, look: esc(str(row[name])) if row[name] not in (None, "") else NOTHING


def _number(name: str) -> Callable[[Row, Look], str]:
    return lambda row, look: f'<span class="yf-num">{row[name]:,}</span>' if row[name] is not None else NOTHING


def _sum(name: str) -> Callable[[Row, Look], str]:
    return lambda row, look: f'<span class="yf-num">{yi(row[name])}</span>'


def _date(name: str) -> Callable[[Row, Look], str]:
    return lambda row, look: day(row[name], look.today)


def _unit(name: str) -> Callable[[Row, Look], str]:
    return lambda row, look: esc(look.units.name(row[name])) or NOTHING


def _units(row: Row, look: Look) -> str:
    """The lead unit, and below it where the project lands, where that is another one."""
    told = esc(look.units.name(row["lead_unit_id"])) or NOTHING
    landing = row["landing_unit_id"]
    if landing and landing != row["lead_unit_id"]:
        told += f'<span class="yf-sub">{look.word("落地：")}{esc(look.units.name(landing))}</span>'
    return told


def _label(name: str, vocabulary: Any) -> Callable[[Row, Look], str]:
    labels = {m.value: m.label for m in vocabulary}
    return lambda row, look: look.word(labels[row[name]]) if row[name] in labels else NOTHING


CELLS: dict[str, tuple[Callable[[Row, Look], str], str]] = {
    "name": (_name, "yf-c-title"),
    "kind": (_label("kind", ProjectKind), ""),
    "segment": (_segment, ""),
    "stage": (_stage, "yf-c-chip"),
    "investment": (_investment, "yf-r yf-c-amount"),
    "funds": (_funds, "yf-r"),
    "light": (_light, "yf-c-light"),
    "due": (_due, "yf-c-wide"),
    "lead_unit": (_units, ""),
    "landing_unit": (_unit("landing_unit_id"), ""),
    "leader": (_plain("leader__name"), ""),
    "owner": (_plain("owner__name"), ""),
    "capital": (_label("capital_kind", CapitalKind), ""),
    "channel": (_label("channel", Channel), ""),
    "origin": (_label("origin", Origin), ""),
    "product": (_plain("product"), ""),
    "phases": (_number("phase_count"), "yf-r"),
    "least_stage": (_label("least_stage", Stage), ""),
    "signed": (_date("signed_on"), ""),
    "started": (_date("started_on"), ""),
    "enrolled": (_date("enrolled_on"), ""),
    "producing": (_date("producing_on"), ""),
    "fixed_investment": (_sum("fixed_investment_cny"), "yf-r"),
    "land_area": (_number("land_area_mu"), "yf-r"),
    "jobs": (_number("jobs"), "yf-r"),
    "platform_code": (_plain("platform_code"), ""),
    "unverified": (_number("unverified_count"), "yf-r"),
    "changed": (_changed, "yf-c-end"),
}
# On a phone these stand without their name: what they are is plain.
_UNNAMED = {"name", "stage", "investment", "light", "due"}


def table_rows(rows: Sequence[Row], columns: Sequence[str], look: Look, *, may_pick: bool) -> SafeString:
    """The body of the table."""
    cells = []
    for key in columns:
        draw, css = CELLS[key]
        name = "" if key in _UNNAMED else f' data-label="{look.word(short(key))}"'
        first = " yf-first yf-first--name" if key == "name" else ""
        cells.append((draw, f'<td class="{css}{first}"{name}>'))
    pick_word = look.word("选择")
    out = []
    for row in rows:
        out.append("<tr>")
        if may_pick:
            out.append(
                f'<td class="yf-first yf-first--pick yf-c-hide"><input type="checkbox" class="form-check-input yf-pick" name="id"'
                f' value="{row["pk"]}" aria-label="{pick_word} {esc(row["name"])}"></td>'
            )
        for draw, opening in cells:
            out += (opening, draw(row, look), "</td>")
        out.append("</tr>")
    return mark_safe("".join(out))


@dataclass(frozen=True)
class Head:
    """A column's head: its name, and where clicking it leads."""

    key: str
    label: str
    unit: str
    css: str
    sort_url: str
    state: str  # ascending, descending, none, or "" where it does not sort


def short(key: str) -> str:
    """A column's label without its unit."""
    return COLUMNS[key][0].partition("（")[0]


def heads(view: Any) -> list[Head]:
    found = []
    for key in view.columns:
        css = " ".join(c for c in CELLS[key][1].split() if c == "yf-r")
        if key == "name":
            css = "yf-first yf-first--name"
        state = url = ""
        if key in SORTS:
            state = {f"-{key}": "descending", key: "ascending"}.get(view.sort, "none")
            url = "?" + view.query(sort=key if view.sort == f"-{key}" else f"-{key}")
        label, _bracket, unit = _(COLUMNS[key][0]).partition("（")
        found.append(Head(key, label, unit.rstrip("）"), css, url, state))
    return found


# ------------------------------------------------------------------------------------------------ cells of Excel

Value = Callable[[Row, Look], Any]


def _raw(name: str) -> Value:
    return lambda row, look: row[name]


def _named(name: str, vocabulary: Any) -> Value:
    labels = {m.value: m.label for m in vocabulary}
    return lambda row, look: look.plain(labels[row[name]]) if row[name] in labels else None


def _moment(row: Row, look: Look) -> datetime:
    return timezone.localtime(row["changed_at"])


def _overdue_days(row: Row, look: Look) -> int | None:
    if row["ended_on"] or row["next_due_on"] is None or row["next_due_on"] >= look.today:
        return None
    return int((look.today - row["next_due_on"]).days)


def _chain(row: Row, look: Look) -> str | None:
    return f"{row['segment__chain__name']} · {row['segment__name']}" if row["segment__name"] else None


def _money(label: str, name: str) -> tuple[Column, Value]:
    return Column(label, CellKind.MONEY, divide_by=YI, summed=True), _raw(name)


def export_columns(columns: Sequence[str]) -> list[tuple[Column, Value]]:
    """The columns of Excel for those of the page: the same figures unrounded, two-line cells side by side."""
    text, number, on = CellKind.TEXT, CellKind.INTEGER, CellKind.DATE
    table: dict[str, list[tuple[Column, Value]]] = {
        "name": [
            (Column(_("项目编号")), _raw("code")),
            (Column(_("项目名称"), width=36), _raw("name")),
            (Column(_("投资方"), width=30), _raw("investor_name")),
        ],
        "stage": [(Column(_("阶段")), _named("furthest_stage", Stage))],
        "investment": [
            _money(_("总投资（亿元）"), "investment_cny"),
            (Column(_("协议金额（原币，亿）"), CellKind.MONEY, divide_by=YI), _raw("investment_amount")),
            (Column(_("币种"), width=8), _raw("investment_currency")),
        ],
        "funds": [_money(_("到位资金（亿元）"), "funds_cny")],
        "fixed_investment": [_money(_("固定资产投资（亿元）"), "fixed_investment_cny")],
        "light": [
            (Column(_("进度灯"), width=10), lambda row, look: look.plain(look.light(row).light.label)),
            (Column(_("亮灯原因"), width=40), lambda row, look: look.light(row).reason),
        ],
        "due": [
            (Column(_("节点时限"), on), _raw("next_due_on")),
            (Column(_("下一节点")), _raw("next_due_text")),
            (Column(_("逾期（天）"), number), _overdue_days),
        ],
        "segment": [(Column(_("产业链环节")), _chain)],
        "changed": [(Column(_("最近更新"), CellKind.MOMENT), _moment)],
        "land_area": [(Column(_("用地面积（亩）"), CellKind.NUMBER), _raw("land_area_mu"))],
    }
    for key, name in (("leader", "leader__name"), ("owner", "owner__name"), ("product", "product"),
                      ("platform_code", "platform_code")):  # fmt: skip
        table[key] = [(Column(_(COLUMNS[key][0]), text), _raw(name))]
    for key, name in (("phases", "phase_count"), ("jobs", "jobs"), ("unverified", "unverified_count")):
        table[key] = [(Column(_(COLUMNS[key][0]), number), _raw(name))]
    for key in ("signed", "started", "enrolled", "producing"):
        table[key] = [(Column(_(COLUMNS[key][0]), on), _raw(f"{key}_on"))]
    for key, name, words in (
        ("kind", "kind", ProjectKind), ("capital", "capital_kind", CapitalKind), ("channel", "channel", Channel),
        ("origin", "origin", Origin), ("least_stage", "least_stage", Stage),
    ):  # fmt: skip
        table[key] = [(Column(_(COLUMNS[key][0]), text), _named(name, words))]
    for key in ("lead_unit", "landing_unit"):
        table[key] = [(Column(_(COLUMNS[key][0]), text), _unit_name(f"{key}_id"))]
    return [pair for key in columns for pair in table[key]]


def _unit_name(name: str) -> Value:
    return lambda row, look: look.units.name(row[name]) or None
