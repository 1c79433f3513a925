"""Opaque places in a list: written as letters a program hands back unread, refused when damaged. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from typing import Any

LONGEST = 400


class Damaged(ValueError):
    """This is no cursor of ours, or not of this list."""


def write(kind: str, values: Sequence[Any]) -> str:
    """``kind`` says of which list it is: a cursor of one is refused by another. ``values`` is JSON."""
    body = json.dumps([kind, *values], separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_check(body) + body).decode().rstrip("=")


def read(kind: str, text: str) -> list[Any]:
    """The values. Damaged where a letter was lost, or the cursor belongs to another list."""
    if len(text) > LONGEST or not text.isascii():
        raise Damaged
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        body = raw[4:]
        if raw[:4] != _check(body):
            raise Damaged
        told = json.loads(body)
    except (binascii.Error, ValueError, RecursionError) as fault:
        raise Damaged from fault
    if not isinstance(told, list) or not told or told[0] != kind:
        raise Damaged
    return told[1:]


def fingerprint(text: str) -> str:
    """A few letters that stand for a long text: the filters a cursor belongs to."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _check(body: bytes) -> bytes:
    # Against damage, not against forgery: a cursor opens nothing that the asker might not see anyhow.
    return hashlib.sha256(b"yinfeng cursor" + body).digest()[:4]
