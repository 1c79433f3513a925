"""How a token looks, and what of it is kept. Pure but for the randomness it is handed.

``yf_PUBLIC_SECRET``: the public part finds the row, the secret part is kept as a digest only. A secret of 256 random
bits needs no slow hash: nobody can try them through.
"""

from __future__ import annotations

import hashlib
import hmac
import re

TOKEN = re.compile(r"yf_([0-9a-z]{12})_([0-9A-Za-z_-]{43})", re.ASCII)


def written(public: str, secret: str) -> str:
    return f"yf_{public}_{secret}"


def split(token: str) -> tuple[str, str] | None:
    """(public, secret), or None where this is no token of ours."""
    found = TOKEN.fullmatch(token.strip())
    return (found[1], found[2]) if found else None


def digest_of(secret: str, algorithm: str = "sha256") -> str:
    """``algorithm$hex``: the algorithm is written beside, so that an installation may change it."""
    return f"{algorithm}${hashlib.new(algorithm, secret.encode()).hexdigest()}"


def matches(secret: str, kept: str) -> bool:
    algorithm, _, _told = kept.partition("$")
    return hmac.compare_digest(digest_of(secret, algorithm), kept)


def signature(secret: str, moment: int, body: bytes, algorithm: str = "sha256") -> str:
    """What stands in ``Yinfeng-Signature``: ``t=MOMENT,sha256=HEX`` over ``MOMENT.BODY``."""
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, algorithm).hexdigest()
    return f"t={moment},{algorithm}={mac}"


def is_signed(secret: str, header: str, body: bytes, *, now: int, tolerance_seconds: int = 300) -> bool:
    """What a receiver asks: signed with our secret, and not an old message sent again."""
    told = dict(part.partition("=")[::2] for part in header.split(","))
    moment = told.pop("t", "")
    if not moment.isdigit() or len(moment) > 12 or abs(now - int(moment)) > tolerance_seconds or len(told) != 1:
        return False
    algorithm = next(iter(told))
    if algorithm not in hashlib.algorithms_available:
        return False
    return hmac.compare_digest(signature(secret, int(moment), body, algorithm), header)
