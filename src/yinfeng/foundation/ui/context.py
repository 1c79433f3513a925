"""What the shell around every page shows. Nothing is asked of the database until a template asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from . import slots
from .addresses import address

MOST_DRAWN = 600  # pieces of navigation kept: some roles, each on some pages, in two languages; 10 kB each


@dataclass(frozen=True)
class NavLink:
    """One entry of the sider or the tab bar, ready to be drawn."""

    key: str
    label: slots.Text
    url: str
    icon: str
    active: bool
    tab: int


@dataclass(frozen=True)
class NavGroup:
    label: slots.Text
    links: tuple[NavLink, ...]


class Shell:
    """Lazy: a part of a page (htmx) and the log-in page cost nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def viewer(self) -> Any:
        return getattr(self._request, "viewer", None)

    @cached_property
    def product(self) -> slots.Text:
        return settings.PRODUCT_NAME

    @cached_property
    def standing_line(self) -> slots.Text:
        return settings.STANDING_LINE

    @cached_property
    def version(self) -> str:
        return _version()

    @cached_property
    def now(self) -> datetime:
        """The data time: pages show the facts as they are at this moment unless they say otherwise."""
        return timezone.localtime()

    @cached_property
    def html_lang(self) -> str:
        """``zh-Hans`` or Chinese text falls to Japanese glyphs."""
        return "zh-Hans" if (translation.get_language() or "").startswith("zh") else "en"

    @cached_property
    def other_language(self) -> dict[str, str]:
        if self.html_lang == "en":
            return {"code": "zh-hans", "short": "中", "name": "简体中文"}
        return {"code": "en", "short": "EN", "name": "English"}

    @cached_property
    def path(self) -> str:
        return self._request.get_full_path()

    @cached_property
    def person_name(self) -> str:
        return self.viewer.person.name if self.viewer else ""

    @cached_property
    def unit_name(self) -> str:
        posts = self.viewer.posts if self.viewer else ()
        return posts[0].unit_name if posts else ""

    @cached_property
    def links(self) -> tuple[NavLink, ...]:
        if not self.viewer:
            return ()
        known = [(item, url) for item in slots.navigation(self.viewer) if (url := _url(item.url_name))]
        here = self._request.path
        # the longest entry that the address begins with is the one we are in
        fitting = [url for _, url in known if here == url or (url != "/" and here.startswith(url.rstrip("/") + "/"))]
        current = max(fitting, key=len, default=None)
        return tuple(NavLink(i.key, i.label, url, i.icon, url == current, i.tab) for i, url in known)

    @cached_property
    def groups(self) -> tuple[NavGroup, ...]:
        return tuple(self._groups())

    def _groups(self) -> Iterator[NavGroup]:
        order = {item.key: str(item.group) for item in slots.registry.nav.values()}
        for label, links in groupby(self.links, key=lambda link: order[link.key]):
            yield NavGroup(label, tuple(links))

    @cached_property
    def tabs(self) -> tuple[NavLink, ...]:
        """The tab bar of the phone: at most five places for the thumb."""
        return tuple(sorted((link for link in self.links if link.tab), key=lambda link: link.tab)[:5])

    # The entries are the same on every visit of a page: what is drawn of them is kept for each set of entries.

    @cached_property
    def sider(self) -> SafeString:
        return self._drawn("ui/partials/sider.html", groups=lambda: self.groups)

    @cached_property
    def tab_bar(self) -> SafeString:
        return self._drawn("ui/partials/tab_bar.html", tabs=lambda: self.tabs)

    @cached_property
    def palette(self) -> SafeString:
        return self._drawn("ui/partials/palette.html", links=lambda: self.links, palette_url=lambda: self.palette_url)

    def _drawn(self, template: str, **parts: Callable[[], Any]) -> SafeString:
        kept = slots.registry.drawn
        key = (template, translation.get_language(), tuple((link.url, link.active) for link in self.links))
        found = kept.get(key)
        if found is None:
            if len(kept) >= MOST_DRAWN:
                kept.clear()
            found = kept[key] = render_to_string(template, {name: part() for name, part in parts.items()})
        return found

    @cached_property
    def bell_url(self) -> str:
        return _url(slots.registry.bell.url_name) if slots.registry.bell else ""

    @cached_property
    def unread(self) -> int:
        bell = slots.registry.bell
        return bell.unread(self.viewer) if bell and self.viewer else 0

    @cached_property
    def unread_label(self) -> str:
        return "99+" if self.unread > 99 else str(self.unread)

    @cached_property
    def palette_url(self) -> str:
        return _url("portal:palette") or "/search/palette"

    @cached_property
    def htmx_headers(self) -> SafeString:
        from django.middleware.csrf import get_token

        return format_html('{{"X-CSRFToken":"{}"}}', get_token(self._request))


@cache
def _version() -> str:
    """Read from the package's file, once."""
    try:
        return version("yinfeng")
    except PackageNotFoundError:
        return ""


def _url(name: str) -> str:
    try:
        return address(name)
    except NoReverseMatch:
        return ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell``."""
    return {"shell": Shell(request)}
