"""Where a message may be sent: private addresses only, unless the installation names others. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# The intranet. Not this machine itself (127/8), nor the link-local range where clouds keep their secrets.
PRIVATE: tuple[Network, ...] = tuple(
    ipaddress.ip_network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)


def networks(text: str) -> tuple[Network, ...]:
    """``"203.0.113.0/24, 127.0.0.1"`` as networks. ValueError names what is none."""
    return tuple(ipaddress.ip_network(word.strip()) for word in text.split(",") if word.strip())


def may_reach(address: str, more: Iterable[Network] = ()) -> bool:
    """Whether a resolved address may be connected to."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.scope_id:
            return False
        found = found.ipv4_mapped or found
    return any(found.version == n.version and found in n for n in (*PRIVATE, *more))


def may_reach_all(addresses: Sequence[str], more: Iterable[Network] = ()) -> bool:
    """Whether every address of a name may be connected to: which one a connection takes is not ours to hope for."""
    allowed = tuple(more)
    return bool(addresses) and all(may_reach(a, allowed) for a in addresses)


def may_read_all(host: str, addresses: Sequence[str], hosts: Sequence[str], more: Iterable[Network] = ()) -> bool:
    """Whether documents may be collected from a host: on the intranet, or named by the administrator. A named host whose
    name leads to this machine itself or to a link-local address is refused all the same."""
    if may_reach_all(addresses, allowed := tuple(more)):
        return True
    if host.lower() not in hosts:
        return False
    return all(_is_public(a) or may_reach(a, allowed) for a in addresses)


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def parts(url: str) -> tuple[str, str, int, str]:
    """(scheme, host, port, path with query). ValueError where it is no plain http(s) address."""
    if len(url) > 300 or not url.isascii() or any(c.isspace() or not c.isprintable() for c in url):
        raise ValueError(url)
    told = urlsplit(url)
    host = told.hostname
    if told.scheme not in ("http", "https") or not host or told.username or told.password or told.fragment:
        raise ValueError(url)
    path = (told.path or "/") + (f"?{told.query}" if told.query else "")
    return told.scheme, host, told.port or (443 if told.scheme == "https" else 80), path


WAITS_MINUTES = (1, 2, 5, 10, 30, 60, 120, 240, 480, 720)


def wait_minutes(failures: int) -> int:
    """How long after so many failures in a row the next try comes."""
    return WAITS_MINUTES[min(max(failures, 1), len(WAITS_MINUTES)) - 1]
