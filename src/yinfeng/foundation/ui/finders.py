"""The front-end packages that the browser may have: an allow-list, nothing else of ``node_modules`` is served."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

# name under static/ -> file inside settings.FRONT_END_PACKAGES
FILES = {
    "vendor/tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "vendor/echarts/echarts.min.js": "echarts/dist/echarts.min.js",
    "vendor/sortable/Sortable.min.js": "sortablejs/Sortable.min.js",
    "vendor/tom-select/tom-select.base.min.js": "tom-select/dist/js/tom-select.base.min.js",
    "vendor/tom-select/tom-select.bootstrap5.min.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
}
_SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*$")


class PackageStorage(FileSystemStorage):
    """Reads the allowed files under their static names. Source maps are not served, so no file may point to one."""

    def path(self, name: str) -> str:
        if name not in FILES:
            raise SuspiciousFileOperation(f"{name} is not on the list of front-end files.")
        return str(Path(settings.FRONT_END_PACKAGES) / FILES[name])

    def _open(self, name: str, mode: str = "rb") -> File:
        return ContentFile(_SOURCE_MAP.sub(b"\n", Path(self.path(name)).read_bytes()), name=name)


class PackageFinder(BaseFinder):
    """Static files out of the front-end packages, by the allow-list `FILES`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = PackageStorage(location=str(settings.FRONT_END_PACKAGES))

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        missing = [name for name in FILES.values() if not (Path(settings.FRONT_END_PACKAGES) / name).is_file()]
        if not missing:
            return []
        return [
            Error(
                f"前端文件缺失：{', '.join(missing)}",
                hint=f"请运行 npm ci --ignore-scripts，或用 YINFENG_FRONT_END 指明其所在（现为 {settings.FRONT_END_PACKAGES}）。",
                id="ui.E001",
            )
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> str | list[str]:  # type: ignore[override]
        find_all = find_all or bool(kwargs.get("all"))
        if path not in FILES or not Path(self.storage.path(path)).is_file():
            return []
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, PackageStorage]]:
        for name in FILES:
            if Path(self.storage.path(name)).is_file():
                yield name, self.storage
