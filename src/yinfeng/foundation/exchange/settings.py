"""What an installation may set, each with its default. Read when asked, so that a test may change it."""

from __future__ import annotations

from django.conf import settings

from .rules.addresses import Network, networks


def requests_a_minute() -> int:
    """``YINFENG_API_REQUESTS_A_MINUTE``: of one token, or of one signed-in person."""
    return int(getattr(settings, "API_REQUESTS_A_MINUTE", 600))


def most_token_days() -> int:
    return int(getattr(settings, "API_TOKEN_DAYS", 366))


def answers_kept_hours() -> int:
    return int(getattr(settings, "API_ANSWERS_KEPT_HOURS", 24))


def webhook_networks() -> tuple[Network, ...]:
    """``YINFENG_WEBHOOK_NETWORKS``: addresses beside the private ones that may be sent to."""
    return networks(getattr(settings, "WEBHOOK_NETWORKS", ""))


def collect_hosts() -> tuple[str, ...]:
    """``YINFENG_COLLECT_HOSTS``: hosts beyond the intranet from which documents may be collected."""
    return tuple(h.strip().lower() for h in getattr(settings, "COLLECT_HOSTS", "").split(",") if h.strip())


def collect_networks() -> tuple[Network, ...]:
    """``YINFENG_COLLECT_NETWORKS``: addresses beside the private ones that may be collected from."""
    return networks(getattr(settings, "COLLECT_NETWORKS", ""))


def digest() -> str:
    """SHA-256, or ``YINFENG_DIGEST = "sm3"`` where the house uses 国密."""
    return str(getattr(settings, "YINFENG_DIGEST", "sha256"))
