"""What a file is, by its content, and which files the house takes. Pure: a stream and a name go in.

A refusal is a :class:`Refused` with a code; the words for people are made where the file is stored.
"""

from .judging import Judged, judge
from .naming import fit_name
from .refusal import Refused, Why

__all__ = ["Judged", "Refused", "Why", "fit_name", "judge"]
