"""统一社会信用代码, the eighteen-character code of every legal unit: GB 32100-2015.

Positions: 1 registering department, 2 kind of unit, 3–8 division, 9–17 organisation code (GB 11714, with a
check character of its own at 17), 18 check character. The check is modulo 31 with weights 3^(i-1); 31 is
prime, so every single wrong character and every swap of two different neighbours is found. Not found is a
swap of the first and the last character, whose weights are equal.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from yinfeng.kernel.errors import DomainError

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters: digits and capital letters without I, O, S, V, Z."""

LENGTH: Final = 18

_VALUE: Final = {char: value for value, char in enumerate(ALPHABET)}
_WEIGHTS: Final = tuple(3**i % 31 for i in range(LENGTH - 1))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_LOOKS_LIKE: Final = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}

# GB 32100-2015 table 1: only what an investment bureau meets; rarer prefixes are valid too.
_KINDS: Final = {
    "11": "机关", "12": "事业单位", "13": "群团组织", "51": "社会团体", "52": "民办非企业单位",
    "53": "基金会", "91": "企业", "92": "个体工商户", "93": "农民专业合作社",
}  # fmt: skip


class UsccError(DomainError):
    """A code that is no credit code. ``position`` counts from 1; None when the length is wrong."""

    def __init__(self, message: str, *, code: str, position: int | None = None, fix: str | None = None) -> None:
        super().__init__(message, code=code, field="uscc", fix=fix)
        self.position = position


def normalise(code: str) -> str:
    """Full-width to ASCII, capitals, and no spaces or invisible characters. Nothing is guessed: an O stays an
    O.
    """
    folded = unicodedata.normalize("NFKC", code).upper()
    return "".join(char for char in folded if not char.isspace() and unicodedata.category(char) not in ("Cf", "Cc"))


def check_character(first17: str) -> str:
    """The eighteenth character that belongs to the first seventeen. Raises UsccError for a character out of
    place.
    """
    if len(first17) != LENGTH - 1:
        raise UsccError(f"应给出前 17 位，实为 {len(first17)} 位", code="uscc.length")
    total = 0
    for position, (char, weight) in enumerate(zip(first17, _WEIGHTS, strict=True), start=1):
        if char not in _VALUE:
            raise _wrong_character(char, position)
        total += _VALUE[char] * weight
    return ALPHABET[-total % 31]


def validate(code: str) -> str:
    """The normalised code (18 capitals and digits), or UsccError naming the wrong position and the mend.

    The organisation code's own check (position 17) is not demanded: ask ``organisation_code_is_valid``.
    """
    found = normalise(code)
    if len(found) != LENGTH:
        raise UsccError(
            f"统一社会信用代码应为 18 位，实为 {len(found)} 位",
            code="uscc.length",
            fix="请对照营业执照核对，是否多输或漏输。" if found else "请填写营业执照上的 18 位代码。",
        )
    for position, char in enumerate(found, start=1):
        if char not in _VALUE:
            raise _wrong_character(char, position)
        if 3 <= position <= 8 and not char.isdigit():
            raise UsccError(
                f"统一社会信用代码第 {position} 位“{char}”应为数字（第 3 至 8 位是登记地的行政区划代码）",
                code="uscc.division_digit",
                position=position,
                fix="请对照营业执照核对。",
            )
    wanted = check_character(found[:-1])
    if found[-1] != wanted:
        raise UsccError(
            f"统一社会信用代码校验不符：第 18 位为“{found[-1]}”，按前 17 位推算应为“{wanted}”",
            code="uscc.check_character",
            position=LENGTH,
            fix="前 17 位也可能有误，请对照营业执照逐位核对。",
        )
    return found


def is_valid(code: str) -> bool:
    try:
        validate(code)
    except UsccError:
        return False
    return True


def _wrong_character(char: str, position: int) -> UsccError:
    guess = _LOOKS_LIKE.get(char)
    if guess:
        return UsccError(
            f"统一社会信用代码第 {position} 位“{char}”不在字符集中（不使用 I、O、S、V、Z）",
            code="uscc.character",
            position=position,
            fix=f"是否应为“{guess}”？请对照营业执照核对。",
        )
    shown = char if char.isprintable() else f"U+{ord(char):04X}"
    return UsccError(
        f"统一社会信用代码第 {position} 位“{shown}”不是数字或大写字母",
        code="uscc.character",
        position=position,
        fix="请对照营业执照核对。",
    )


# ------------------------------------------------------------------------------------- parts of the code


def organisation_check_character(first8: str) -> str:
    """The ninth character of a 组织机构代码 by GB 11714: modulo 11, 10 written X.

    Letters count 10 to 35 (all of A–Z, unlike in the credit code). Raises UsccError for anything else.
    """
    if len(first8) != 8:
        raise UsccError(f"组织机构代码本体应为 8 位，实为 {len(first8)} 位", code="uscc.organisation_length")
    total = 0
    for position, (char, weight) in enumerate(zip(first8, _ORGANISATION_WEIGHTS, strict=True), start=1):
        if not (char.isascii() and char.isalnum()) or char != char.upper():
            raise UsccError(
                f"组织机构代码第 {position} 位“{char}”不是数字或大写字母",
                code="uscc.organisation_character",
                position=position,
            )
        total += int(char, 36) * weight
    return "0123456789X"[-total % 11]


def organisation_code(code: str) -> str:
    """Positions 9 to 17 of a valid credit code: the old 组织机构代码 without its hyphen."""
    return validate(code)[8:17]


def organisation_code_is_valid(code: str) -> bool:
    """Whether positions 9 to 17 of a valid credit code carry the right check character of GB 11714."""
    own = organisation_code(code)
    return organisation_check_character(own[:8]) == own[8]


def division_code(code: str) -> str:
    """Positions 3 to 8 of a valid credit code: where the unit was first registered. It may since be
    abolished.
    """
    return validate(code)[2:8]


def kind_of_unit(code: str) -> str:
    """企业, 个体工商户, 事业单位 … from the first two positions of a valid code; "" for a rarer one."""
    return _KINDS.get(validate(code)[:2], "")
