"""What the values of a row must be, whatever the ledger holds."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from yinfeng.domain.projects.models.ledger import SUM_LIMIT

from ..rules.columns import BY_KEY
from ..rules.values import ESTIMATE, FUNDS_KEYS
from .staged import Staged

_LENGTHS = {
    "name": 120, "product": 120, "platform_code": 40, "referrer": 60, "task_force": 80, "exchange_rate_source": 80,
    "phase_name": 60, "company": 120, "funds_voucher": 80,
}  # fmt: skip
_ALL_FUNDS = FUNDS_KEYS | {ESTIMATE}


def check_sizes(row: Staged) -> None:
    """What is too long to be kept, and figures that cannot be."""
    for key, most in _LENGTHS.items():
        text = row.values.get(key)
        if isinstance(text, str) and len(text) > most:
            row.blame(key, "text.long", _("{title}有 {size} 个字，最多 {most} 个。").format(
                title=BY_KEY[key].title, size=len(text), most=most), _("请删短。"))  # fmt: skip
    for key, value in row.values.items():
        kind = BY_KEY[key].kind
        if kind == "money" and not 0 < value < SUM_LIMIT and not (value == 0 and key in _ALL_FUNDS):
            row.blame(key, "sum.range", _("{title} {value} 不在可登记的范围内。").format(
                title=BY_KEY[key].title, value=value), _("金额须大于零、小于 1000 万亿元；请核对数字和单位。"))  # fmt: skip
        elif kind == "number" and not 0 < Decimal(value) < 10**8:
            row.blame(key, "number.range", _("{title} {value} 须大于零。").format(title=BY_KEY[key].title, value=value),
                      _("请核对数字和单位。"))  # fmt: skip
        elif kind == "integer" and not 0 <= value < 2**31:
            row.blame(key, "number.range", _("{title} {value} 不在可登记的范围内。").format(
                title=BY_KEY[key].title, value=value), _("请核对数字和单位。"))  # fmt: skip
