"""gunicorn's own log lines, as JSON like ours: the pattern of what it says, never the address or the words of a request."""

import logging
import os
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from yinfeng.foundation.custody.logs import JsonFormatter


class JsonLogger(Logger):
    """For ``--logger-class``. With ``YINFENG_LOG=plain`` gunicorn's lines stay as they are."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        if os.environ.get("YINFENG_LOG", "json") == "json":
            self.error_log.propagate = False
            for handler in self.error_log.handlers:
                handler.setFormatter(JsonFormatter())
            logging.getLogger(
                "gunicorn.access"
            ).disabled = True  # our own middleware says each request, without its query
