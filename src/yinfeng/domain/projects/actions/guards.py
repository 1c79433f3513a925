"""What many verbs ask before they write."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from yinfeng.kernel.errors import DomainError

from ..models import Project


def day_of(at: datetime) -> date:
    """The day of a moment as the bureau's calendar has it."""
    return timezone.localtime(at).date()


def kept(message: str, **values: object) -> str:
    """Words that are stored or sent to somebody: in the house's language, whatever language their author reads."""
    with override(settings.LANGUAGE_CODE):
        return _(message).format(**values)


def happened(on: date, at: datetime, what: str, noun: str, field: str) -> None:
    """Refuse a day in the future: only what has happened is put on record."""
    if on > day_of(at):
        raise DomainError(
            _("{what} {on} 晚于今天（{today}）。").format(what=what, on=on, today=day_of(at)), code=f"{noun}.future",
            field=field, fix=_("只登记已经发生的事；将来的安排请写入时间清单。"),
        )  # fmt: skip


def told(text: str, label: str, most: int, noun: str, field: str) -> str:
    """The text without spaces around it. Refused when empty, too long, or of characters that cannot be stored."""
    clean = text.strip()
    if not clean:
        raise DomainError(_("请填写{label}。").format(label=label), code=f"{noun}.{field}", field=field)
    return short(clean, label, most, noun, field)


def short(text: str, label: str, most: int, noun: str, field: str) -> str:
    """As :func:`told`, but may be empty."""
    clean = text.strip()
    if len(clean) > most:
        raise DomainError(
            _("{label}最多 {most} 个字，现有 {size} 个字。").format(label=label, most=most, size=len(clean)),
            code=f"{noun}.too_long", field=field,
        )  # fmt: skip
    if any("\ud800" <= char <= "\udfff" or char == "\0" for char in clean):
        raise DomainError(
            _("{label}中有无法保存的字符，请重新输入。").format(label=label), code=f"{noun}.broken", field=field
        )
    return clean


def alive(project: Project) -> None:
    if project.merged_into_id:
        raise DomainError(
            _("“{name}”已并入另一项目，不能再改。").format(name=project.name), code="project.merged",
            fix=_("请到所并入的项目上登记。"),
        )  # fmt: skip
