"""One POST to an address of the intranet: resolved once, checked, and that very address connected to; no redirects, no
proxies, and nothing of the answer but its status."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass

from .models import DeliveryOutcome
from .rules.addresses import Network, may_reach_all, parts

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class Sent:
    outcome: DeliveryOutcome
    status: int | None
    milliseconds: int


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host; none where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def allowed(host: str, port: int, more: Iterable[Network]) -> tuple[bool, str]:
    """Whether every address of the host may be reached, and the first one."""
    addresses = resolved(host, port)
    return may_reach_all(addresses, more), addresses[0] if addresses else ""


class PinnedConnection(http.client.HTTPConnection):
    """Connects to the checked address, whatever the name says a moment later."""

    def __init__(self, host: str, port: int, address: str, secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        self._address, self._secure = address, secure

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), TIMEOUT_SECONDS)
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def post(url: str, body: bytes, headers: dict[str, str], more: Iterable[Network]) -> Sent:
    """Deliver; never raises."""
    begun = time.monotonic()

    def sent(outcome: DeliveryOutcome, status: int | None = None) -> Sent:
        return Sent(outcome, status, int((time.monotonic() - begun) * 1000))

    try:
        scheme, host, port, path = parts(url)
    except ValueError:
        return sent(DeliveryOutcome.FORBIDDEN)
    good, address = allowed(host, port, more)
    if not address:
        return sent(DeliveryOutcome.UNREACHABLE)
    if not good:
        return sent(DeliveryOutcome.FORBIDDEN)
    connection = PinnedConnection(host, port, address, scheme == "https")
    try:
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError):
        return sent(DeliveryOutcome.UNREACHABLE)
    finally:
        connection.close()
    return sent(DeliveryOutcome.DELIVERED if 200 <= status < 300 else DeliveryOutcome.REFUSED, status)
