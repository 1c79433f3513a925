"""A mailbox 邮箱 by IMAP: each letter, and each of its attachments, is a document. Letters stay unread and unmoved.

The password is never in the database: it is read from ``YINFENG_MAIL_PASSWORD_<number of the source>`` or from the file
``YINFENG_HOME/mail_passwords/<number>``.
"""

from __future__ import annotations

import base64
import imaplib
import os
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.foundation.exchange.fetching import checked_address
from yinfeng.foundation.exchange.sending import TIMEOUT_SECONDS
from yinfeng.kernel.errors import DomainError

from ..models import Source
from .found import Found, Piece

MOST_LETTERS = 100  # a look; the rest waits for the next
MOST_ATTACHMENTS = 30
FIRST_LOOK_DAYS = 30
_PORTS = {"imaps": 993, "imap": 143}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def password_of(source: Source) -> str:
    """DomainError says where the password belongs."""
    if told := os.environ.get(f"YINFENG_MAIL_PASSWORD_{source.pk}"):
        return told
    with suppress(OSError):
        if told := (Path(settings.MAIL_PASSWORDS) / str(source.pk)).read_text(encoding="utf-8").strip():
            return told
    raise DomainError(
        _("还没有设置邮箱口令。"), code="mailbox.no_password",
        fix=_("请系统管理员写入环境变量 YINFENG_MAIL_PASSWORD_{n}，或文件 mail_passwords/{n}。").format(n=source.pk),
    )  # fmt: skip


def look(source: Source) -> Iterator[Found]:
    """Letters that came since the last look (at first those of the last month), the oldest first."""
    password = password_of(source)
    try:
        box = _open(source)
        try:
            yield from _letters(source, box, password)
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                box.logout()
    except TimeoutError:
        raise _refused(_("邮件服务器没有应答。"), "mailbox.slow", _("请稍后再试。")) from None
    except imaplib.IMAP4.error:
        raise _refused(_("邮件服务器中断了对话。"), "mailbox.protocol", _("请稍后再试。")) from None
    except (OSError, ssl.SSLError) as fault:
        raise _refused(
            _("连接邮件服务器失败（{kind}）。").format(kind=type(fault).__name__), "mailbox.unreachable",
            _("请核对地址、端口和证书。"),
        ) from None  # fmt: skip


class _Pinned(imaplib.IMAP4):
    """Connects to the checked address, whatever the name says a moment later."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self._address = address
        super().__init__(host, port, TIMEOUT_SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return socket.create_connection((self._address, self.port), timeout)


class _PinnedSecure(_Pinned):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = super()._create_socket(timeout)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def _open(source: Source) -> imaplib.IMAP4:
    told = urlsplit(source.address)
    host, port = told.hostname or "", told.port or _PORTS.get(told.scheme, 993)
    address = checked_address(host, port)
    if told.scheme == "imaps":
        return _PinnedSecure(host, port, address)
    box = _Pinned(host, port, address)
    if "STARTTLS" in box.capabilities:
        box.starttls(ssl.create_default_context())
    return box


def _letters(source: Source, box: imaplib.IMAP4, password: str) -> Iterator[Found]:
    try:
        box.login(source.account, password)
    except imaplib.IMAP4.error:
        raise _refused(
            _("邮箱账号或口令不对，或该账号没有开通 IMAP。"), "mailbox.login", _("请核对账号，并请系统管理员核对口令。")
        ) from None
    if "ID" in box.capabilities:  # several domestic servers refuse to open a folder before a client has named itself
        with suppress(imaplib.IMAP4.error):
            box.xatom("ID", '("name" "yinfeng" "version" "1")')
    folder = unquote(urlsplit(source.address).path.strip("/")) or "INBOX"
    answer, _data = box.select(f'"{_folder_name(folder)}"', readonly=True)
    if answer != "OK":
        raise _refused(_("邮箱中没有“{folder}”文件夹。").format(folder=folder), "mailbox.folder", _("请核对地址。"))
    validity = (box.response("UIDVALIDITY")[1] or [b""])[0]
    era = validity.decode() if isinstance(validity, bytes) else ""
    last = int(source.position.get("last", 0)) if source.position.get("era") == era else 0
    if last:
        found = _uids(box.uid("SEARCH", f"UID {last + 1}:*"))
    else:
        since = timezone.localdate() - timedelta(days=FIRST_LOOK_DAYS)
        found = _uids(box.uid("SEARCH", f"SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}"))
    for uid in [u for u in found if u > last][:MOST_LETTERS]:
        yield from _letter(source, box, era, uid)
        source.position = {"era": era, "last": uid}


def _letter(source: Source, box: imaplib.IMAP4, era: str, uid: int) -> Iterator[Found]:
    lasting = f"{era}:{uid}"
    size = re.search(rb"RFC822\.SIZE (\d+)", _bytes(box.uid("FETCH", str(uid), "(RFC822.SIZE)")))
    if size is None:
        return  # expunged in between
    if int(size[1]) > settings.FILES_MAX_BYTES:
        yield Found(lasting, _("第 {n} 封邮件").format(n=uid), _too_large)
        return
    raw = _literal(box.uid("FETCH", str(uid), "(BODY.PEEK[])"))
    try:
        letter: Any = message_from_bytes(raw, policy=policy.default)
        subject = " ".join(str(letter["Subject"] or "").split())[:150] or _("无主题邮件")
        sent = letter["Date"].datetime.date() if letter["Date"] is not None else None
        attached = list(_attachments(letter))
        body = letter.get_body(preferencelist=("plain", "html"))
        has_text = body is not None and bool(str(body.get_content()).strip())
    except (MessageError, LookupError, ValueError, AttributeError, TypeError):
        yield Found(lasting, _("第 {n} 封邮件").format(n=uid), _broken)
        return
    told = _("邮件：{subject}").format(subject=subject)[:300]
    if has_text or not attached:
        yield Found(lasting, subject, partial(Piece, raw, f"{subject[:60]}.eml", subject, told, sent))
    for number, (name, content) in enumerate(attached, 1):
        piece = partial(Piece, content, name, "", told, sent)
        yield Found(f"{lasting}:{number}", f"{subject[:100]} · {name}"[:200], piece)


def _attachments(letter: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """Files people attached; pictures of signatures, calendars and certificates are none."""
    for number, part in enumerate(letter.iter_attachments(), 1):
        if number > MOST_ATTACHMENTS:
            return
        if part.get_content_maintype() in ("image", "audio", "video") or part.get_content_subtype() in (
            "calendar", "pkcs7-signature", "pgp-signature",
        ):  # fmt: skip
            continue
        content = part.get_payload(decode=True)
        name = "".join(c if c.isprintable() and c not in "/\\" else "_" for c in part.get_filename() or "")[-120:]
        if isinstance(content, bytes) and content:
            yield name or _("附件{n}").format(n=number), content


def _too_large() -> Piece:
    most = settings.FILES_MAX_BYTES // (1024 * 1024)
    raise DomainError(_("邮件超过 {n} MB。").format(n=most), code="mailbox.too_large", fix=_("请下载后单独上传附件。"))


def _broken() -> Piece:
    raise DomainError(_("邮件已损坏，无法打开。"), code="mailbox.broken")


def _uids(answer: tuple[str, list[Any]]) -> list[int]:
    words = b" ".join(line for line in answer[1] if isinstance(line, bytes)).split()
    return sorted(int(word) for word in words if word.isdigit())


def _bytes(answer: tuple[str, list[Any]]) -> bytes:
    return b" ".join(part if isinstance(part, bytes) else b" ".join(part) for part in answer[1] if part)


def _literal(answer: tuple[str, list[Any]]) -> bytes:
    return next((part[1] for part in answer[1] if isinstance(part, tuple) and len(part) > 1), b"")


def _folder_name(name: str) -> str:
    """Modified UTF-7 (RFC 3501 5.1.3), in which IMAP writes names of folders."""

    def coded(run: re.Match[str]) -> str:
        return "&" + base64.b64encode(run[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    return re.sub(r"[^\x20-\x7e]+", coded, name.replace("&", "&-")).replace("\\", "").replace('"', "")


def _refused(message: str, code: str, fix: str) -> DomainError:
    return DomainError(message, code=code, fix=fix)
