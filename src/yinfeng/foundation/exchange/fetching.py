"""Reading from an address: resolved once, checked, that very address connected to, so much and no more, so long and no
longer, few redirects, each checked anew, no proxies."""

from __future__ import annotations

import http.client
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urljoin

from django.utils.translation import gettext as _

from yinfeng.kernel.errors import DomainError

from . import settings
from .rules.addresses import may_read_all, parts
from .sending import TIMEOUT_SECONDS, PinnedConnection, resolved

MOST_REDIRECTS = 3
WHOLE_SECONDS = 60.0
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Fetched:
    """``status`` 200 with its ``body``, or 304 without; ``url`` is where the redirects ended."""

    status: int
    body: bytes
    url: str
    etag: str
    modified: str


def checked_address(host: str, port: int) -> str:
    """The address of ``host`` to connect to. DomainError where it may not be reached, or has none."""
    addresses = resolved(host, port)
    if not addresses:
        raise DomainError(_("找不到主机“{host}”。").format(host=host), code="address.unknown", fix=_("请核对地址。"))
    if not may_read_all(host, addresses, settings.collect_hosts(), settings.collect_networks()):
        raise DomainError(
            _("主机“{host}”不在允许采集的范围内。").format(host=host), code="address.forbidden",
            fix=_("内网地址可直接采集；其他主机须由系统管理员列入 YINFENG_COLLECT_HOSTS。"),
        )  # fmt: skip
    return addresses[0]


def get(url: str, *, most_bytes: int, etag: str = "", modified: str = "") -> Fetched:
    """The content of an http(s) address. DomainError says in words why there is none."""
    ends = time.monotonic() + WHOLE_SECONDS
    for _hop in range(MOST_REDIRECTS + 1):
        try:
            scheme, host, port, path = parts(url)
        except ValueError:
            raise DomainError(
                _("地址应以 http:// 或 https:// 开头，且不含账号、口令和空格。"), code="address.form", field="address"
            ) from None
        connection = PinnedConnection(host, port, checked_address(host, port), scheme == "https")
        try:
            headers = {"User-Agent": "Yinfeng-Collector/1", "Accept-Encoding": "identity"}
            headers |= {"If-None-Match": etag} if etag else {}
            headers |= {"If-Modified-Since": modified} if modified else {}
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            place = answer.headers.get("Location")
            if answer.status in _REDIRECTS and place:
                url = urljoin(url, place)
                continue
            if answer.status == 304:
                return Fetched(304, b"", url, etag, modified)
            if answer.status != 200:
                raise DomainError(
                    _("对方返回 {status}，没有取到内容。").format(status=answer.status), code="address.status",
                    fix=_("请核对地址，或稍后再试。"),
                )  # fmt: skip
            body = _read(answer, most_bytes, ends)
            return Fetched(200, body, url, answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""))
        except TimeoutError:
            raise _slow(TIMEOUT_SECONDS) from None
        except (OSError, ssl.SSLError, http.client.HTTPException, ValueError) as fault:
            raise DomainError(
                _("连接“{host}”失败（{kind}）。").format(host=host, kind=type(fault).__name__),
                code="address.unreachable", fix=_("请核对地址和网络，稍后再试。"),
            ) from fault  # fmt: skip
        finally:
            connection.close()
    raise DomainError(_("跳转超过 {n} 次，已放弃。").format(n=MOST_REDIRECTS), code="address.redirects")


def _read(answer: http.client.HTTPResponse, most: int, ends: float) -> bytes:
    held, size = [], 0
    while chunk := answer.read1(1 << 16):
        size += len(chunk)
        if size > most:
            raise DomainError(
                _("内容超过 {n} MB，已放弃。").format(n=max(1, most // 1_000_000)), code="address.too_large"
            )
        if time.monotonic() > ends:
            raise _slow(WHOLE_SECONDS)
        held.append(chunk)
    return b"".join(held)


def _slow(seconds: float) -> DomainError:
    return DomainError(
        _("对方在 {n} 秒内没有答完。").format(n=int(seconds)), code="address.slow", fix=_("请稍后再试。")
    )
