"""What is wrong with an input, in the house's words: the checker's own are English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .problem import readable

# Words for the kinds of fault that the checker knows; the rest are told as "cannot be read".
WORDS: dict[str, str] = {
    "missing": gettext_noop("必填"),
    "extra_forbidden": gettext_noop("没有这个字段"),
    "string_type": gettext_noop("应为文字"),
    "string_too_long": gettext_noop("最多 {max_length} 个字"),
    "string_too_short": gettext_noop("至少 {min_length} 个字"),
    "int_type": gettext_noop("应为整数"),
    "int_parsing": gettext_noop("应为整数"),
    "int_parsing_size": gettext_noop("数字过大"),
    "int_from_float": gettext_noop("应为整数"),
    "float_type": gettext_noop("应为数字"),
    "float_parsing": gettext_noop("应为数字"),
    "decimal_type": gettext_noop("应为数字"),
    "decimal_parsing": gettext_noop("应为数字"),
    "decimal_max_digits": gettext_noop("最多 {max_digits} 位数字"),
    "decimal_max_places": gettext_noop("最多 {decimal_places} 位小数"),
    "decimal_whole_digits": gettext_noop("整数部分最多 {whole_digits} 位"),
    "finite_number": gettext_noop("应为有限的数字"),
    "bool_type": gettext_noop("应为 true 或 false"),
    "bool_parsing": gettext_noop("应为 true 或 false"),
    "date_type": gettext_noop("应为日期（2026-03-01）"),
    "date_parsing": gettext_noop("应为日期（2026-03-01）"),
    "date_from_datetime_parsing": gettext_noop("应为日期（2026-03-01）"),
    "date_from_datetime_inexact": gettext_noop("应为日期（2026-03-01），不含时间"),
    "greater_than": gettext_noop("应大于 {gt}"),
    "greater_than_equal": gettext_noop("应不小于 {ge}"),
    "less_than": gettext_noop("应小于 {lt}"),
    "less_than_equal": gettext_noop("应不大于 {le}"),
    "enum": gettext_noop("应为 {expected} 之一"),
    "literal_error": gettext_noop("应为 {expected} 之一"),
    "list_type": gettext_noop("应为列表"),
    "too_long": gettext_noop("最多 {max_length} 项"),
    "too_short": gettext_noop("至少 {min_length} 项"),
    "dict_type": gettext_noop("应为对象"),
    "model_type": gettext_noop("应为对象"),
    "model_attributes_type": gettext_noop("应为对象"),
}


def told(errors: Sequence[Mapping[str, Any]]) -> tuple[str, str | None, list[dict[str, str]]]:
    """(all faults in a sentence, the first field, each fault with its field)."""
    faults = []
    for error in errors[:50]:
        place = ".".join(str(p) for p in error["loc"] if p not in ("body", "query", "path", "data"))
        pattern = WORDS.get(error["type"])
        words = _(pattern).format(**error.get("ctx", {})) if pattern else _("无法识别")
        faults.append({"field": readable(place, 100), "detail": readable(words, 300)})
    sentence = _("；").join(f"{f['field']}{_('：')}{f['detail']}" if f["field"] else f["detail"] for f in faults)
    return sentence or _("请求内容无法识别。"), faults[0]["field"] if faults else None, faults
