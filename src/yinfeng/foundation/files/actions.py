"""Taking files in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from . import vault
from .models import StoredFile
from .queries import orphans
from .rules import Refused, Why, fit_name, judge


class Upload(Protocol):
    """What Django hands a page: an uploaded file."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]: ...


def store(
    *,
    content: bytes | BinaryIO | Path | Upload,
    name: str,
    owner_kind: str,
    owner_id: int | None,
    actor: Person,
    at: datetime,
) -> StoredFile:
    """Judge a content, keep it, and write its row. DomainError names the file and the mend where it is refused.

    The content is on disk before the row, so call this before opening a transaction of your own where you can: the
    disk is slow, and on SQLite a transaction holds the only write lock. ``owner_id`` None until :func:`attach`.
    """
    most: int = settings.FILES_MAX_BYTES
    try:
        with vault.receive(_chunks(content), most) as incoming:
            with incoming.path.open("rb") as stream:
                judged = judge(stream, incoming.size, name)
            kept_name = fit_name(name, judged.endings)
            vault.keep(incoming)
    except vault.TooBig as fault:
        raise _refusal(name, Refused(Why.TOO_BIG)) from fault
    except Refused as fault:
        raise _refusal(name, fault) from fault
    with transaction.atomic():
        file = StoredFile.objects.create(
            sha256=incoming.sha256, size=incoming.size, name=kept_name, media_type=judged.media_type,
            owner_kind=owner_kind, owner_id=owner_id, uploaded_by=actor, at=at,
        )  # fmt: skip
        record(
            actor=actor, at=at, verb="file.store", kind="file", object_id=file.pk,
            after={
                "name": kept_name, "sha256": incoming.sha256, "size": incoming.size, "media_type": judged.media_type,
                "owner_kind": owner_kind, "owner_id": owner_id,
            },
        )  # fmt: skip
    return file


@transaction.atomic
def attach(*, file: StoredFile, owner_kind: str, owner_id: int, actor: Person, at: datetime) -> StoredFile:
    """Give a file without an owner to an object. A file that has one stays where it is."""
    file = StoredFile.objects.select_for_update().get(pk=file.pk)
    if file.owner_id is not None:
        raise DomainError(_("“{name}”已归属其他对象。").format(name=file.name), code="file.owned")
    if file.uploaded_by_id != actor.pk:
        raise DomainError(_("只能使用本人上传的附件。"), code="file.not_yours")
    file.owner_kind, file.owner_id = owner_kind, owner_id
    file.save(update_fields=["owner_kind", "owner_id"])
    record(
        actor=actor, at=at, verb="file.attach", kind="file", object_id=file.pk,
        after={"owner_kind": owner_kind, "owner_id": owner_id},
    )  # fmt: skip
    return file


def clean(*, at: datetime, older_than: timedelta) -> list[Path]:
    """Delete contents that no row names and temporary files, both older than ``older_than``; what was deleted."""
    before = (at - older_than).timestamp()
    gone = []
    for path in [*orphans(), *vault.leftovers()]:
        if os.stat(path).st_mtime < before:
            path.unlink()
            gone.append(path)
    if gone:
        record(
            actor=None, at=at, verb="file.clean", kind="file", object_id=None,
            after={"contents": [path.name for path in gone[:100]], "count": len(gone)},
        )  # fmt: skip
    return gone


def _chunks(content: bytes | BinaryIO | Path | Upload) -> Iterable[bytes]:
    if isinstance(content, bytes):
        return [content]
    if isinstance(content, Path):
        return _of_path(content)
    if hasattr(content, "chunks"):
        return content.chunks()
    return iter(lambda: content.read(1 << 20), b"")


def _of_path(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        yield from iter(lambda: stream.read(1 << 20), b"")


def _refusal(name: str, fault: Refused) -> DomainError:
    """The words for people. The name is shown without its tricks."""
    shown = "".join(c if c.isprintable() else "·" for c in name)[:80] or _("未命名文件")
    most = settings.FILES_MAX_BYTES // (1024 * 1024)
    message, fix = {
        Why.EMPTY: (_("是空文件"), _("请确认文件已保存完整后重新上传。")),
        Why.TOO_BIG: (_("超过 {most} MB").format(most=most), _("请压缩图片、拆分文件或删去无关页后再上传。")),
        Why.NAME: (
            _("的文件名含有路径、隐藏字符或过长"), _("请改用 180 字以内、只含文字、数字和常用标点的文件名后再上传。")
        ),
        Why.UNKNOWN: (
            _("的内容不是可以接收的类型"),
            _("可上传 PDF、OFD、Word、Excel、PPT、WPS、图片（PNG、JPG、WEBP、HEIC）、文本、CSV、网页和邮件。"),
        ),
        Why.ARCHIVE: (_("是压缩包"), _("请解压后逐个上传其中的文件。")),
        Why.EXECUTABLE: (_("是可执行程序"), _("平台不接收程序，请上传文档本身。")),
        Why.MACROS: (_("含有宏"), _("请在 Office 或 WPS 中另存为不含宏的 .docx、.xlsx 或 .pptx 后再上传。")),
        Why.BOMB: (_("解压后体积异常，可能是恶意文件"), _("请用 Office 或 WPS 重新打开并另存后再上传。")),
        Why.DAMAGED: (_("已损坏或不完整，无法打开"), _("请用原软件打开核对，另存后再上传。")),
        Why.ENCRYPTED: (_("设有打开密码"), _("请取消密码保护后再上传。")),
        Why.EXTERNAL: (_("引用了外部内容（外部实体或远程模板）"), _("请去掉外部引用，另存后再上传。")),
    }[fault.why]  # fmt: skip
    return DomainError(
        _("文件“{name}”{message}。").format(name=shown, message=message),
        code=f"file.{fault.why}",
        field="file",
        fix=fix,
    )
