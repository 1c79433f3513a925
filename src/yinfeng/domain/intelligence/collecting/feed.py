"""A feed 订阅源: RSS or Atom; the text of an item from the feed itself, else from the page it links to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from yinfeng.foundation.exchange.fetching import get
from yinfeng.kernel.errors import DomainError

from ..models import Source
from ..rules.feeds import FeedItem, as_page, parse_feed
from .found import Found, Piece

FEED_BYTES = 5_000_000
PAGE_BYTES = 20_000_000
WHOLE_TEXT = 200  # characters from which the feed's own text is taken for the whole news


def look(source: Source) -> Iterator[Found]:
    """The items of the feed, the oldest first; none where it says that nothing changed."""
    held = source.position
    answer = get(source.address, most_bytes=FEED_BYTES, etag=held.get("etag", ""), modified=held.get("modified", ""))
    if answer.status == 304:
        return
    for item in reversed(parse_feed(answer.body, answer.url)):
        yield Found(item.key, item.title[:200] or item.link[:200], partial(_piece, source, item), item.link[:500])
    # Only now: a look that broke off asks for the whole feed again.
    source.position = {"etag": answer.etag[:200], "modified": answer.modified[:100]}


def _piece(source: Source, item: FeedItem) -> Piece:
    told = (item.link or source.name)[:300]
    own = Piece(as_page(item), "", item.title, told, item.on)
    if item.text_length >= WHOLE_TEXT or not item.link:
        return own
    try:
        page = get(item.link, most_bytes=PAGE_BYTES)
    except DomainError:
        # Two lines of summary are better than nothing; where there is not even that, the page's fault is told.
        if item.text_length < 40:
            raise
        return own
    return Piece(page.body, PurePosixPath(urlsplit(page.url).path).name[:80], item.title, told, item.on)
