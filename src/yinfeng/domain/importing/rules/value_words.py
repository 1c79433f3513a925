"""Words in cells that are no values: blanks, yes and no, names of currencies.

Told apart from the words of the interface: these are read, never shown.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOTHING = _words(
    "/ \\ - -- --- — —— – ― ~ 无 暂无 没有 待定 未定 n/a na null none nan 空 不详 未知 … …… ... 待填 略 不适用 未填 "
    "未提供 暂未确定 暂未定 待确定 × . 。 # *"
) | {""}
DITTO = _words("同上 〃 ″ '' \" 同前 ” “")
YES = _words("是 √ ✓ ✔ y yes true 1 有 保密 涉密 对 需要 ☑ ■ v 是的 已")
NO = _words("否 × x ✗ ✘ n no false 0 无 不保密 公开 非 不是 不 ☐ □ 没有 非保密")
WHOLE = _words("全部 整体 不分期 全期 整个项目 一次性建设 一次性 单期 否")
CURRENCY_CHOICES = "人民币、美元、港币、欧元、日元"
ERRORS = re.compile(
    r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|FIELD!|BLOCKED!)|Err:\d{3}", re.IGNORECASE
)
# What a wrong encoding leaves: replacement and private characters, control characters, and the well-known words of it.
GARBLED = re.compile(
    "[\ufffd\ud800-\udfff\ue000-\uf8ff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|锟斤拷|烫烫烫|屯屯屯|Ã[¤¥¦§¨©]|ï»¿"
)
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
# One look at a cell of words: whether any of the above may be in it.
ODD = re.compile(f"#|Err:|{GARBLED.pattern}|{INVISIBLE.pattern}", re.IGNORECASE)
FORMULA = re.compile(r"^\s*[=@]|^\s*[+\-](?=[A-Za-z@=(])")
PHASE = re.compile(
    r"(?:第|项目|项目第)?(?P<n>\d{1,2}|[一二三四五六七八九十]{1,3}|首|[ivx]{1,4})(?:期|阶段)?(?:工程|项目|建设)?",
    re.IGNORECASE,
)
PHASE_NUMERALS = {"首": 1, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
