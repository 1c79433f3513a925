"""Makes the workbooks of the tests: one small one for each oddity that bureaus' ledgers have, one for each hostile file.

    python -m yinfeng.domain.importing.tests.making FOLDER      writes them all, to be looked at

Nothing is committed as a binary; nothing names a real firm, person or place.
"""

from .books import ODDITIES, Book, book
from .hostile import HOSTILE

__all__ = ["HOSTILE", "ODDITIES", "Book", "book"]
