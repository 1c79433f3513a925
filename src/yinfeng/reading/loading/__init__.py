"""Loading 装载: a file or bytes in, decoded raw text out, judged by content and never by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..errors import ReadingError
from .dates import dateline
from .sniff import MAX_BYTES, sniff

__all__ = ["Source", "load"]

MAX_CHARACTERS = 5_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """What was loaded: raw_text as decoded (newlines untouched), its date where known, and the kind of file."""

    raw_text: str
    doc_date: date | None = None
    media: str = "txt"


def load(path_or_bytes: str | Path | bytes, *, name: str = "") -> Source:
    """Read a txt, html, docx, pdf, xlsx or eml file (or its bytes).

    The date comes from STEM.meta.json beside the file ({"doc_date": "YYYY-MM-DD"}), else from the file's own
    metadata, else from its dateline. Raises ReadingError with a message for people.
    """
    path = None if isinstance(path_or_bytes, bytes) else Path(path_or_bytes)
    data = path_or_bytes if isinstance(path_or_bytes, bytes) else _bytes_of(Path(path_or_bytes))
    if len(data) > MAX_BYTES:
        raise ReadingError(f"文件超过 {MAX_BYTES // 1_000_000} MB,请拆分后再上传", "too_large")
    media, opener = sniff(data)
    text, own_date = opener(data)
    if not text.strip():
        raise ReadingError("文件中没有可读的文字(扫描件请先识别文字)", "empty")
    if len(text) > MAX_CHARACTERS:
        raise ReadingError(f"文字超过 {MAX_CHARACTERS // 10_000} 万字,请拆分后再上传", "too_long")
    found = (_date_beside(path) if path is not None else None) or own_date or dateline(text)
    return Source(text, found, media)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ReadingError("这是一个文件夹,请给出文件", "folder")
        if path.stat().st_size > MAX_BYTES:
            raise ReadingError(f"文件超过 {MAX_BYTES // 1_000_000} MB,请拆分后再上传", "too_large")
        return path.read_bytes()
    except FileNotFoundError:
        raise ReadingError("找不到文件", "missing") from None
    except PermissionError:
        raise ReadingError("没有读取这个文件的权限", "forbidden") from None
    except OSError as error:
        raise ReadingError(f"无法读取文件:{error.strerror or error}", "unreadable") from None


def _date_beside(path: Path) -> date | None:
    meta = path.with_name(path.name.removesuffix(path.suffix) + ".meta.json")
    if not meta.is_file():
        return None
    try:
        value = json.loads(meta.read_text(encoding="utf-8")).get("doc_date")
        return date.fromisoformat(value) if value else None
    except (OSError, ValueError, AttributeError, TypeError):
        raise ReadingError(f"{meta.name} 不是有效的说明文件,doc_date 应为 YYYY-MM-DD", "bad_meta") from None
