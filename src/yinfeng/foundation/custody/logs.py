"""Log lines for machines: JSON, one object a line, without personal data and without secrets.

Of our own messages the values are written, which are numbers and names of ours. Of a library's message only the pattern is
written ("Internal Server Error: %s"), and of an exception its kind and where it was raised, never its words: those
may repeat what somebody typed.
"""

from __future__ import annotations

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

OURS = ("yinfeng",)
# The request that a line belongs to; empty outside of one.
request_id: ContextVar[str] = ContextVar("yinfeng_request_id", default="")


class JsonFormatter(logging.Formatter):
    """``time, level, logger, message`` and, where there is one, ``request``, ``fault`` and the fields of ``extra["told"]``."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.partition(".")[0] in OURS
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage() if ours else _pattern(record),
        }
        if told := request_id.get():
            line["request"] = told
        line |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[0] is not None:
            line["fault"] = _fault(record.exc_info[0], record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _pattern(record: logging.LogRecord) -> str:
    """What a library's message says without its values; where it filled them in by itself, only where it was said."""
    return str(record.msg)[:200] if record.args else f"{record.module}:{record.lineno}"


def _fault(kind: type[BaseException], error: BaseException | None) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    told: dict[str, Any] = {"kind": f"{kind.__module__}.{kind.__qualname__}", "where": where}
    cause = error.__cause__ or error.__context__ if error is not None else None
    if cause is not None:
        told["because"] = type(cause).__qualname__
    return told
