"""Words and pieces of the house's pages; built into every template, no ``{% load %}`` needed.

Filters take ``None`` and print —: a missing figure is never a zero.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from typing import Any
from urllib.parse import quote_plus

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.template.defaultfilters import stringfilter
from django.utils import timezone
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from yinfeng.foundation.ui.icons import icon_body
from yinfeng.kernel import money as kernel_money

register = template.Library()

NOTHING = "—"
TONES = ("grey", "slate", "blue", "indigo", "violet", "teal", "cyan", "amber", "orange", "green", "red")

Number = int | Decimal | Fraction | float


# ------------------------------------------------------------------------------------------------ numbers


def _exact(value: object) -> Decimal | Fraction | None:
    """The number as it is, or None for what has no value. Text is read; a float is taken as it prints."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    if isinstance(value, Fraction):
        return value
    try:
        number = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@register.filter
def number(value: Any, places: int | None = None) -> str:
    """``12345.6`` → ``12,345.6``; with ``places`` rounded half up to that many digits. Separators in every language."""
    exact = _exact(value)
    if exact is None:
        return NOTHING
    if places is not None or isinstance(exact, Fraction):
        return format(kernel_money.round_half_up(exact, 2 if places is None else int(places)), ",f")
    return kernel_money.plain(exact)


@register.filter
def money(value: Any, places: int | None = None) -> str:
    """Yuan as people say them: ``360000000`` → ``3.6 亿元``. Exact unless ``places`` asks for rounding."""
    if isinstance(value, kernel_money.Money):
        return value.display(places=places if places is None else int(places))
    exact = _exact(value)
    if not isinstance(exact, Decimal):
        return NOTHING
    return kernel_money.display(exact, places=places if places is None else int(places))


@register.filter
def money_yi(value: Any, places: int = 2) -> str:
    """Yuan → 亿元 without the unit, for columns whose head says 亿元: ``123456789000`` → ``1,234.57``."""
    exact = _exact(value)
    if exact is None:
        return NOTHING
    return format(kernel_money.round_half_up(Fraction(exact) / 10**8, int(places)), ",f")


@register.filter
def money_wan(value: Any, places: int = 0) -> str:
    """Yuan → 万元 without the unit."""
    exact = _exact(value)
    if exact is None:
        return NOTHING
    return format(kernel_money.round_half_up(Fraction(exact) / 10**4, int(places)), ",f")


@register.filter
def percent(value: Any, places: int = 1) -> str:
    """A ratio as a percentage: ``0.473`` → ``47.3%``."""
    exact = _exact(value)
    if exact is None:
        return NOTHING
    return f"{kernel_money.round_half_up(Fraction(exact) * 100, int(places)):,f}%"


@register.filter
def points(value: Any, places: int = 1) -> str:
    """A difference of two ratios in percentage points, with its sign: ``-0.014`` → ``−1.4个百分点``."""
    exact = _exact(value)
    if exact is None:
        return NOTHING
    rounded = kernel_money.round_half_up(Fraction(exact) * 100, int(places))
    return _("%(n)s个百分点") % {"n": _signed(rounded)}


def _signed(value: Decimal) -> str:
    if value == 0:
        return format(value, ",f")
    return ("+" if value > 0 else "−") + format(abs(value), ",f")


@register.filter
def share(value: Any, whole: Any = 1) -> int:
    """Whole percents from 0 to 100 of ``whole``, for the width of a bar."""
    part, all_of_it = _exact(value), _exact(whole)
    if part is None or not all_of_it:
        return 0
    return int(max(Fraction(0), min(Fraction(100), Fraction(part) * 100 / Fraction(all_of_it))))


@register.filter
def capped(count: Any, cap: int = 10_000) -> str:
    """A count that was taken up to ``cap``: ``10001`` → ``10,000+``."""
    exact = _exact(count)
    if exact is None:
        return NOTHING
    return f"{int(cap):,}+" if exact > int(cap) else f"{int(exact):,}"


# ------------------------------------------------------------------------------------------------ time


def _local_date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and value:
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    return None


_WEEKDAYS = (
    gettext_noop("星期一"), gettext_noop("星期二"), gettext_noop("星期三"), gettext_noop("星期四"), gettext_noop("星期五"),
    gettext_noop("星期六"), gettext_noop("星期日"),
)  # fmt: skip


def _weekday(day: date) -> str:
    return _(_WEEKDAYS[day.weekday()])


@register.filter(name="day")
def day_(value: Any, style: str = "") -> SafeString | str:
    """A date: ``11-22`` in this year, ``2025-11-22`` otherwise; ``"full"`` always with the year, ``"long"`` in words."""
    found = _local_date(value)
    if found is None:
        return NOTHING
    whole = found.isoformat()
    if style == "long":
        text = _("%(y)d年%(m)d月%(d)d日") % {"y": found.year, "m": found.month, "d": found.day}
    elif style == "full" or found.year != timezone.localdate().year:
        text = whole
    else:
        text = whole[5:]
    return format_html(
        '<time class="yf-num" datetime="{}" title="{} {}">{}</time>', whole, whole, _weekday(found), text
    )


@register.filter
def moment(value: Any) -> SafeString | str:
    """Date and minute, year always."""
    if not isinstance(value, datetime):
        return day_(value, "full")
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return format_html(
        '<time class="yf-num" datetime="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        local.strftime("%Y-%m-%d %H:%M"),
    )


@register.filter
def ago(value: Any) -> SafeString | str:
    """How long ago, in words, with the full time on hover and for readers."""
    if not isinstance(value, datetime):
        return day_(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    now = timezone.localtime() if timezone.is_aware(value) else datetime.now()  # noqa: DTZ005
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        local.strftime("%Y-%m-%d %H:%M:%S"),
        ago_words(local, now),
    )


def ago_words(then: datetime, now: datetime) -> str:
    seconds = int((now - then).total_seconds())
    if seconds < 0:
        return then.strftime("%Y-%m-%d %H:%M")
    days = (now.date() - then.date()).days
    if seconds < 60:
        return _("刚刚")
    if seconds < 3600:
        return ngettext("%(n)d分钟前", "%(n)d分钟前", seconds // 60) % {"n": seconds // 60}
    if days == 0 or seconds < 6 * 3600:
        return ngettext("%(n)d小时前", "%(n)d小时前", seconds // 3600) % {"n": seconds // 3600}
    if days == 1:
        return _("昨天 %(time)s") % {"time": then.strftime("%H:%M")}
    if days <= 30:
        return ngettext("%(n)d天前", "%(n)d天前", days) % {"n": days}
    return then.strftime("%m-%d" if then.year == now.year else "%Y-%m-%d")


@register.filter
def overdue(due: Any, today: date | None = None) -> SafeString | str:
    """A due date as what it means today: 逾期22天 / 今天到期 / 还剩5天, with the date on hover."""
    found = _local_date(due)
    if found is None:
        return ""
    left = (found - (today or timezone.localdate())).days
    if left < 0:
        tone, text = "late", ngettext("逾期%(n)d天", "逾期%(n)d天", -left) % {"n": -left}
    elif left == 0:
        tone, text = "today", _("今天到期")
    else:
        tone, text = "soon" if left <= 7 else "ahead", ngettext("还剩%(n)d天", "还剩%(n)d天", left) % {"n": left}
    return format_html('<span class="yf-due yf-due--{}" title="{}">{}</span>', tone, found.isoformat(), text)


# ------------------------------------------------------------------------------------------------ small pieces


@register.simple_tag
@cache
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """The drawing ``name`` of the Tabler set, inline. ``label`` makes it speak; without it is decoration."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="yf-icon {}" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor"'
        ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" focusable="false" {}>{}</svg>',
        css,
        spoken,
        mark_safe(icon_body(name)),
    )


def _light_word(colour: str) -> str:
    return {"red": _("红灯"), "amber": _("黄灯"), "green": _("绿灯"), "grey": _("未评")}[colour]


@register.simple_tag
def light(colour: str, word: str = "", reason: str = "") -> SafeString:
    """A light: colour, word and, where known, the reason; never colour alone."""
    colour = {"yellow": "amber", "": "grey"}.get(str(colour), str(colour))
    if colour not in ("red", "amber", "green", "grey"):
        raise template.TemplateSyntaxError(f"light: {colour!r} is none of red, amber, green, grey")
    because = format_html('<span class="yf-light__why">{}</span>', reason) if reason else ""
    return format_html(
        '<span class="yf-light yf-light--{}"><span class="yf-light__word"><i aria-hidden="true"></i>{}</span>{}</span>',
        colour,
        word or _light_word(colour),
        because,
    )


@register.simple_tag
def chip(text: Any, tone: str = "", title: str = "", css: str = "") -> SafeString:
    """A word with a colour. ``tone`` is one of `TONES`; stages, kinds, states."""
    tone = tone or "grey"
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"chip: {tone!r} is none of {', '.join(TONES)}")
    hover = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="yf-chip yf-chip--{} {}"{}>{}</span>', tone, css, hover, text)


@register.simple_tag
def bar(value: Any, whole: Any = 1, label: str = "") -> SafeString:
    """A progress bar; the figure itself stands beside it, so this is silent unless ``label`` is given."""
    width = share(value, whole)
    tone = " yf-bar--full" if width >= 100 else ""
    return format_html(
        '<span class="yf-bar{}" {}><i style="width:{}%"></i></span>',
        tone,
        format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"'),
        width,
    )


@register.filter
@stringfilter
def middle(value: str, room: int = 22) -> str:
    """A long name cut in its middle, so that both the name and the kind of firm stay readable."""
    room = int(room)
    if len(value) <= room:
        return value
    tail = max(4, room // 3)
    return f"{value[: room - tail - 1]}…{value[-tail:]}"


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The address's query with some values replaced (``None`` or "" removes): ``{% query page=2 sort=None %}``."""
    told = dict(_held(context.get("request")))
    for key, value in changes.items():
        if value is None or value == "":
            told.pop(key, None)
        else:
            told[key] = _pairs(key, [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)])
    return "?" + "&".join(told.values())


def _held(request: Any) -> dict[str, str]:
    """The parts of the address's query by key, written once a request: a list prints some twenty addresses of them."""
    if request is None:
        return {}
    held: dict[str, str] | None = getattr(request, "_yf_held", None)
    if held is None:
        held = request._yf_held = {key: _pairs(key, values) for key, values in request.GET.lists() if values}
    return held


def _pairs(key: str, values: Sequence[str]) -> str:
    name = quote_plus(key)
    return "&".join([f"{name}={quote_plus(value)}" for value in values])


@register.simple_tag(takes_context=True)
def sort_link(context: template.Context, key: str, label: str, current: str = "") -> SafeString:
    """A table head that sorts: first down, then up, then not at all. ``current`` is ``-key``, ``key`` or other."""
    following = {f"-{key}": key, key: ""}.get(current, f"-{key}")
    state = {f"-{key}": "descending", key: "ascending"}.get(current, "none")
    drawn = {"descending": "chevron-down", "ascending": "chevron-up"}.get(state, "arrows-sort")
    return format_html(
        '<a class="yf-sort yf-sort--{}" href="{}" aria-label="{}">{}{}</a>',
        state,
        query(context, sort=following, page=None, after=None, before=None),
        _("按%(label)s排序") % {"label": label},
        label,
        icon(drawn),
    )


_chart_ids = itertools.count(1)


@register.simple_tag
def chart(option: Mapping[str, Any], height: int = 280, label: str = "", key: str = "") -> SafeString:
    """An ECharts option (plain data) as a chart that charts.js draws. ``label`` says in words what it shows."""
    name = f"yf-chart-{key or next(_chart_ids)}"
    return format_html(
        '<div class="yf-chart" data-chart="{0}-data" id="{0}" role="img" aria-label="{1}" style="height:{2}px"></div>{3}',
        name,
        label,
        int(height),
        json_script(option, f"{name}-data", encoder=DjangoJSONEncoder),
    )


@register.filter
def as_json(value: Any) -> str:
    """Plain data for a ``data-`` attribute."""
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
