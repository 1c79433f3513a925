"""Only the listed front-end files are served; icons come from one list."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template import Context, Template

import yinfeng
from yinfeng.foundation.ui import slots
from yinfeng.foundation.ui.finders import FILES, PackageFinder
from yinfeng.foundation.ui.icons import ICONS, IconMissing, icon_body, icon_file

HOUSE = Path(yinfeng.__file__).parent


@pytest.mark.parametrize("name", sorted(FILES))
def test_listed_files_are_found(name: str) -> None:
    found = finders.find(name)
    assert isinstance(found, str)
    assert Path(found).stat().st_size > 1000


@pytest.mark.parametrize(
    "name",
    [
        "vendor/echarts/package.json",
        "vendor/tabler/../../package.json",
        "vendor/../package.json",
        "@tabler/core/dist/css/tabler.min.css",
        "vendor/echarts/echarts.js",
        "package.json",
        "",
    ],
)
def test_nothing_else_of_the_packages_is_found(name: str) -> None:
    finder = PackageFinder()
    assert not finder.find(name)
    assert finder.find(name, find_all=True) == []
    with pytest.raises(SuspiciousFileOperation):
        finder.storage.path(name)


def test_collected_files_are_the_list_and_point_to_no_source_map() -> None:
    collected = dict(PackageFinder().list(None))
    assert set(collected) == set(FILES)
    for name, storage in collected.items():
        with storage.open(name) as opened:
            assert b"sourceMappingURL" not in opened.read()


def test_missing_packages_are_said_with_the_mend(settings: object, tmp_path: Path) -> None:
    settings.FRONT_END_PACKAGES = tmp_path  # type: ignore[attr-defined]
    faults = PackageFinder().check()
    assert len(faults) == 1
    assert "npm ci" in str(faults[0].hint)


def test_every_listed_icon_can_be_drawn() -> None:
    empty = [name for name in sorted(ICONS) if "<path" not in icon_body(name)]
    assert empty == []


def test_a_missing_icon_says_what_to_do() -> None:
    with pytest.raises(IconMissing, match="npm ci"):
        icon_file("no-such-thing-at-all")
    with pytest.raises(IconMissing, match="no icon name"):
        icon_file("../../../package")


def test_icon_is_silent_unless_it_is_given_a_word() -> None:
    assert 'aria-hidden="true"' in Template("{% icon 'home' %}").render(Context())
    assert 'aria-label="首页"' in Template("{% icon 'home' label='首页' %}").render(Context())


def test_every_icon_that_the_house_uses_is_listed() -> None:
    used: dict[str, str] = {}
    for page in HOUSE.rglob("templates/**/*.html"):
        for name in re.findall(r"""\{%-?\s*icon\s+["']([^"']+)["']""", page.read_text(encoding="utf-8")):
            used[name] = str(page.relative_to(HOUSE))
    for item in slots.registry.nav.values():
        used[item.icon] = f"navigation entry {item.key}"
    missing = {name: where for name, where in used.items() if name not in ICONS}
    assert not missing, f"add these to foundation/ui/icons.py: {missing}"
    assert settings.FRONT_END_PACKAGES
