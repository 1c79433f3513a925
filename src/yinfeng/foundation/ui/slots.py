"""Where an upper app shows itself on a lower app's pages: the only way up.

An app registers in its ``AppConfig.ready``; pages ask the registry. Everything registered is a plain function or a
frozen dataclass, so that what a page is made of can be listed (`yinfeng doctor` prints it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from yinfeng.foundation.accounts.viewer import Viewer

Text = str | Promise


@dataclass(frozen=True)
class NavItem:
    """One entry of the sider, and of the phone's tab bar if ``tab`` says so.

    ``needs`` is a (object kind, verb) pair of the rights table; without it every signed-in person sees the entry.
    """

    key: str
    label: Text
    url_name: str
    icon: str  # a Tabler icon name
    order: int
    group: Text = ""
    needs: tuple[str, str] | None = None
    tab: int = 0  # place in the phone's tab bar, 0 = not there


@dataclass(frozen=True)
class Todo:
    """One thing somebody should do; the workbench sorts by ``due_on``."""

    text: Text
    url: str
    due_on: date | None = None
    kind: Text = ""
    where: str = ""


@dataclass(frozen=True)
class Hit:
    """One search result: also what the Ctrl+K palette shows."""

    title: str
    url: str
    kind: Text
    detail: str = ""


@dataclass(frozen=True)
class Panel:
    """A part of a page, drawn from ``template`` with what ``build(viewer, subject)`` returns (None = not shown)."""

    place: str  # "project", "enterprise", "workbench", "cockpit" …
    key: str
    title: Text
    order: int
    template: str
    build: Callable[[Viewer, Any], Any]


@dataclass(frozen=True)
class DoctorCheck:
    """One proof that stored figures agree with the facts. ``run`` yields one line per fault, in words."""

    key: str
    label: Text
    run: Callable[[], Iterable[str]]


@dataclass
class _Registry:
    nav: dict[str, NavItem] = field(default_factory=dict)
    panels: dict[tuple[str, str], Panel] = field(default_factory=dict)
    todos: dict[str, Callable[[Viewer, date], Sequence[Todo]]] = field(default_factory=dict)
    searches: dict[str, Callable[[Viewer, str, int], Sequence[Hit]]] = field(default_factory=dict)
    checks: dict[str, DoctorCheck] = field(default_factory=dict)
    bell: Bell | None = None
    unread: Callable[[Viewer], int] = lambda viewer: 0
    drawn: dict[Any, SafeString] = field(default_factory=dict)  # navigation as pages print it (context.py)


registry = _Registry()


def add_nav(item: NavItem) -> None:
    registry.nav[item.key] = item
    registry.drawn.clear()


def add_panel(panel: Panel) -> None:
    registry.panels[panel.place, panel.key] = panel


def add_todos(key: str, provider: Callable[[Viewer, date], Sequence[Todo]]) -> None:
    registry.todos[key] = provider


def add_search(key: str, provider: Callable[[Viewer, str, int], Sequence[Hit]]) -> None:
    """``provider(viewer, words, limit)`` returns at most ``limit`` hits that the viewer may see."""
    registry.searches[key] = provider


def add_check(check: DoctorCheck) -> None:
    registry.checks[check.key] = check


def set_unread(count: Callable[[Viewer], int]) -> None:
    """How many notices this person has not read: the number on the bell."""
    registry.unread = count


def navigation(viewer: Viewer) -> list[NavItem]:
    """The entries this person may open, in order."""
    shown = [i for i in registry.nav.values() if i.needs is None or viewer.may(*i.needs)]
    return sorted(shown, key=lambda i: i.order)


def panels_of(place: str, viewer: Viewer, subject: Any) -> list[tuple[Panel, Any]]:
    """Each panel of ``place`` that has something to show, with what it shows."""
    built = ((p, p.build(viewer, subject)) for p in registry.panels.values() if p.place == place)
    return sorted(((p, b) for p, b in built if b is not None), key=lambda pair: pair[0].order)


def todos_of(viewer: Viewer, today: date) -> list[Todo]:
    """Everything to do for this person, the most pressing first."""
    found = [t for provide in registry.todos.values() for t in provide(viewer, today)]
    return sorted(found, key=lambda t: (t.due_on or date.max, str(t.text)))


def search(viewer: Viewer, words: str, limit: int = 8) -> list[Hit]:
    """What this person may see that matches ``words``, each provider's best first."""
    return [hit for provide in registry.searches.values() for hit in provide(viewer, words, limit)]


@dataclass(frozen=True)
class Bell:
    """The bell in the top bar: where it leads, and how many notices a person has not read (one query at most)."""

    url_name: str
    unread: Callable[[Viewer], int]


def set_bell(bell: Bell) -> None:
    registry.bell = bell
