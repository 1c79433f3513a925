"""Web pages: main text and tables, through trafilatura; the date from the page's metadata."""

from __future__ import annotations

import re
from datetime import date

from ..errors import ReadingError
from .text import decode

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]+)", re.IGNORECASE)


def html_text(data: bytes) -> str:
    """The decoded markup: the declared charset first, then by content."""
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        name = declared[1].decode("ascii").lower()
        name = "gb18030" if name in ("gb2312", "gbk", "gb_2312-80", "gb18030") else name
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def open_html(data: bytes) -> tuple[str, date | None]:
    """(main text with tables as lines of ` | `, publication date)."""
    from trafilatura import bare_extraction

    markup = html_text(data)
    try:
        page = bare_extraction(
            markup, include_tables=True, include_comments=False, include_links=False, favor_recall=True,
            with_metadata=True,
        )  # fmt: skip
    except (ValueError, TypeError, RecursionError):
        page = None
    found, text, title = None, "", ""
    if page is not None and not isinstance(page, dict):
        text, title = page.text or "", page.title or ""
        try:
            found = date.fromisoformat(page.date[:10]) if page.date else None
        except ValueError:
            found = None
    if len(text) < 40:
        plain = _bare_text(markup)
        text = plain if len(plain) > len(text) else text
    if not text.strip():
        raise ReadingError("网页中没有正文", "empty")
    if title and title.strip() not in text[:400]:
        text = f"{title.strip()}\n{text}"
    return text, found


def _bare_text(markup: str) -> str:
    """All visible text, a line for each block: for pages that are too small for main-text extraction."""
    from lxml import html as lxml_html  # type: ignore[import-untyped]
    from lxml.etree import ParserError  # type: ignore[import-untyped]

    try:
        tree = lxml_html.document_fromstring(markup.encode("utf-8"), parser=lxml_html.HTMLParser(encoding="utf-8"))
    except (ParserError, ValueError):
        return ""
    for element in tree.xpath("//script|//style|//noscript|//head"):
        element.drop_tree()
    for element in tree.xpath("//p|//div|//br|//li|//tr|//h1|//h2|//h3|//h4"):
        element.tail = "\n" + (element.tail or "")
    for element in tree.xpath("//td|//th"):
        element.tail = " | " + (element.tail or "")
    lines = (line.strip() for line in tree.text_content().splitlines())
    return "\n".join(line for line in lines if line)
