"""Password rules beyond Django's own."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

KINDS = [re.compile(p) for p in (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]")]


class ThreeKindsValidator:
    """At least three of: small letters, capitals, digits, signs (MLPS level-2 habit)."""

    def validate(self, password: str, user: Any = None) -> None:
        if sum(bool(kind.search(password)) for kind in KINDS) < 3:
            raise ValidationError(self.get_help_text(), code="password_too_simple")

    def get_help_text(self) -> str:
        return _("密码须含小写字母、大写字母、数字、符号中的至少三种。")


# No 0 O 1 l I: a one-time password is read out over the telephone.
_LETTERS = "abcdefghijkmnpqrstuvwxyz"
_CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"


def one_time_password() -> str:
    """A random first password of 14 signs, about 75 bits, that passes every rule of ours."""
    groups = [_LETTERS, _CAPITALS, _DIGITS]
    signs = [secrets.choice(group) for group in groups] + [secrets.choice("".join(groups)) for _n in range(9)]
    secrets.SystemRandom().shuffle(signs)
    whole = "".join(signs)
    return f"{whole[:4]}-{whole[4:8]}-{whole[8:]}"
