"""Mails: subject, body (plain before html), date of sending. Attachments are files of their own and are not read."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage

from ..errors import ReadingError
from .text import decode
from .web import open_html


def open_mail(data: bytes) -> tuple[str, date | None]:
    """(subject and body, date of the Date header)."""
    try:
        mail = message_from_bytes(data, policy=policy.default)
        if not isinstance(mail, EmailMessage):
            raise ReadingError("邮件已损坏,无法打开", "broken")
        sent = mail["Date"].datetime if mail["Date"] is not None else None
        body = mail.get_body(preferencelist=("plain", "html"))
        payload = body.get_payload(decode=True) if body is not None else b""
    except (MessageError, ValueError, LookupError, AttributeError, TypeError):
        raise ReadingError("邮件已损坏,无法打开", "broken") from None
    text = ""
    if isinstance(payload, bytes) and body is not None:
        charset = body.get_content_charset() or ""
        if body.get_content_type() == "text/html":
            text = open_html(payload)[0]
        else:
            try:
                text = payload.decode(charset or "utf-8")
            except (LookupError, UnicodeDecodeError):
                text = decode(payload)
    subject = str(mail["Subject"] or "").strip()
    return "\n".join(part for part in (subject, text) if part), sent.date() if sent else None
