"""Enums whose members carry a Chinese label, fit for Django's ``choices`` without importing Django.

    class Stage(LabelledEnum):
        SIGNED = "signed", "签约", "Signed"

``Stage.SIGNED == "signed"``, ``Stage.SIGNED.label == "签约"``, ``Stage.choices == [("signed", "签约")]``.
The label is a plain Chinese string: it is the message id that the user interface translates.
Hand Django ``choices=Stage.choices``, not the class: it would try to call it.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, TypeVar, cast

from yinfeng.kernel.errors import DomainError

_Member = TypeVar("_Member", bound="LabelledEnum")


class LabelledEnumType(enum.EnumMeta):
    """Adds ``choices``, ``values`` and ``labels`` to the enum class, and ``"signed" in Stage``."""

    @property
    def choices(cls) -> list[tuple[str, str]]:
        """``[(value, label), …]`` in the order of definition."""
        return [(member.value, member.label) for member in cls._labelled()]

    @property
    def values(cls) -> list[str]:
        return [member.value for member in cls._labelled()]

    @property
    def labels(cls) -> list[str]:
        return [member.label for member in cls._labelled()]

    def _labelled(cls) -> list[LabelledEnum]:
        return cast("list[LabelledEnum]", list(cls))

    def __contains__(cls, value: object) -> bool:
        # Python 3.11 raises TypeError for a plain value; from 3.12 on it answers, as we do.
        if isinstance(value, cls):
            return True
        return isinstance(value, str) and value in cls._value2member_map_


class LabelledEnum(enum.StrEnum, metaclass=LabelledEnumType):
    """A string enum defined as ``NAME = value, label[, English]``."""

    if TYPE_CHECKING:
        _value_: str
        label: str
        label_en: str
    else:
        # Django's templates call what is callable: {{ Stage.SIGNED.label }} would create a member.
        do_not_call_in_templates = enum.nonmember(True)

    def __new__(cls, value: str, label: str = "", label_en: str = "") -> Any:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value
        member.label_en = label_en
        return member

    @classmethod
    def from_label(cls: type[_Member], label: str) -> _Member:
        """The member with this Chinese label (or value, or English label, case ignored).

        Raises DomainError listing the labels that are possible.
        """
        wanted = label.strip()
        for member in cls:
            if wanted in (member.label, member.value):
                return member
        for member in cls:
            if wanted and wanted.casefold() in (member.label_en.casefold(), member.value.casefold()):
                return member
        raise DomainError(
            f"“{label}”不是可选的值",
            code="enum.unknown_label",
            fix="可选：" + "、".join(member.label for member in cls) + "。",
        )
