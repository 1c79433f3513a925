"""RSS and Atom 订阅源: bytes of a feed in, its items out. Pure; entities and external references are refused."""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.voice import say

MOST_ITEMS = 200
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^\s*<\?xml.*?\?>", re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class FeedItem:
    """``key`` names the item for ever (its guid, else its link, else its words); ``markup`` is what the feed itself
    gives of the text."""

    key: str
    title: str
    link: str
    on: date | None
    markup: str

    @property
    def text_length(self) -> int:
        return len(_TAGS.sub("", self.markup).strip())


def parse_feed(data: bytes, base: str = "") -> list[FeedItem]:
    """The items, at most 200, as the feed orders them. DomainError where it is no feed; ``base`` completes links."""
    try:
        root = ElementTree.fromstring(_decoded(data))
    except DefusedXmlException:
        raise _refused("feed.entities", say("订阅内容含有实体或外部引用，已拒绝。"), say("请核对地址。")) from None
    except (ParseError, ValueError, LookupError):
        raise _no_feed() from None
    found = [e for e in root.iter() if _local(e) in ("item", "entry")]
    if not found and _local(root) not in ("rss", "feed", "RDF"):
        raise _no_feed()
    return [_item(e, base) for e in found[:MOST_ITEMS]]


def as_page(item: FeedItem) -> bytes:
    """The item as a small web page, for the reader."""
    head = f"<html><head><meta charset=utf-8><title>{html.escape(item.title)}</title></head>"
    return f"{head}<body><h1>{html.escape(item.title)}</h1><div>{item.markup}</div></body></html>".encode()


def _decoded(data: bytes) -> str:
    """Expat knows no multi-byte Chinese encoding: the text is decoded here, by the declaration."""
    declared = _DECLARED.match(data[:200].lstrip(b"\xef\xbb\xbf"))
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if name in ("gb2312", "gbk", "gb18030"):
        name = "gb18030"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = "utf-16"
    text = data.decode("utf-8-sig" if name == "utf-8" else name, "replace")
    return _DECLARATION.sub("", text, count=1)


def _item(entry: Element, base: str) -> FeedItem:
    def text(*names: str) -> str:
        for name in names:
            for child in entry:
                if _local(child) == name and (told := "".join(child.itertext()).strip()):
                    return told
        return ""

    link = text("link")
    if not link:
        links = [c for c in entry if _local(c) == "link" and c.get("href")]
        chosen = next((c for c in links if c.get("rel", "alternate") == "alternate"), links[0] if links else None)
        link = (chosen.get("href") or "") if chosen is not None else ""
    link = urljoin(base, link) if link else ""
    title = " ".join(html.unescape(_TAGS.sub("", text("title"))).split())[:200]
    markup = max(text("encoded"), text("content"), text("description", "summary"), key=len)
    key = text("guid", "id") or link or hashlib.sha256(f"{title}{markup}".encode()).hexdigest()
    return FeedItem(key[:2000], title, link, _day(text("pubDate", "published", "date", "updated")), markup)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).date()
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text).date()
    except (TypeError, ValueError, IndexError):
        found = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _no_feed() -> DomainError:
    return _refused("feed.unreadable", say("地址返回的不是 RSS 或 Atom 订阅内容。"), say("请核对订阅地址。"))


def _refused(code: str, message: str, fix: str) -> DomainError:
    return DomainError(message, code=code, field="address", fix=fix)
