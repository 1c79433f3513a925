"""Where a request comes from, behind a proxy too.

``TRUSTED_PROXIES`` names the proxies (addresses or networks) whose ``X-Forwarded-For`` is believed. Of anybody else the
header is words, since whoever writes it could choose whom the lock-out hits.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.translation import gettext as _


@lru_cache(maxsize=4)
def _networks(told: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(one, strict=False) for one in told)
    except ValueError as fault:
        words = _("YINFENG_TRUSTED_PROXIES 只能是地址或网段，逗号分隔：{fault}").format(fault=fault)
        raise ImproperlyConfigured(words) from fault


def is_trusted(address: str) -> bool:
    """Whether this is one of our proxies. A server on a socket of the machine has no address: that is the proxy."""
    networks = _networks(tuple(settings.TRUSTED_PROXIES))
    if not networks:
        return False
    if not address:
        return True
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in networks)


def client_address(request: HttpRequest) -> str:
    """The address that the nearest proxy we do not trust, or the visitor, came from. Used by the lock-out (django-axes)."""
    near = str(request.META.get("REMOTE_ADDR") or "")
    if not is_trusted(near):
        return near
    for told in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        address = told.strip()
        try:
            ip_address(address)
        except ValueError:
            break
        near = address
        if not is_trusted(address):
            break
    return near or "127.0.0.1"
