"""The one error of the reader: a message for people, in Chinese, naming what is wrong and what to do."""

from __future__ import annotations


class ReadingError(ValueError):
    """A file that cannot be read. `message` is for people; `code` is a short stable word for programs."""

    def __init__(self, message: str, code: str = "unreadable") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
