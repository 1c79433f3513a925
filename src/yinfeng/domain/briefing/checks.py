"""What ``yinfeng doctor`` asks of bulletins: an issued one is what was frozen, and so are its files."""

from __future__ import annotations

from collections.abc import Iterator

from .models import Bulletin
from .rules.words import BulletinState
from .rules.writing import digest_of


def frozen() -> Iterator[str]:
    """One line per issued bulletin that is not what it was."""
    for one in Bulletin.objects.filter(state=BulletinState.ISSUED).order_by("pk").iterator(chunk_size=100):
        if digest_of(one.title, one.blocks, one.figures, one.stamps) != one.digest:
            yield f"通报 {one.pk}“{one.title}”：内容与印发时的摘要不符，请从备份核对"
