"""Plain text: UTF-8 (with or without a byte-order mark), UTF-16, GB 18030."""

from __future__ import annotations

from datetime import date

from ..errors import ReadingError


def decode(data: bytes) -> str:
    """The text of bytes in UTF-8, UTF-16 or GB 18030. Raises ReadingError when it is none of them."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise ReadingError("文件以 UTF-16 开头但内容损坏", "encoding") from None
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if len(data) > 3 and data[:512].count(0) * 3 > min(len(data), 512):
        for encoding in ("utf-16-le", "utf-16-be"):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if _han_share(text) > 0.3:
                return text
    try:
        return _checked(data.decode("gb18030"))
    except UnicodeDecodeError as error:
        text = data.decode("gb18030", "replace")
        if len(text) > 200 and text.count("\ufffd") * 200 < len(text) and _han_share(text) > 0.3:
            return text  # a few broken bytes in a long page
        if len(data) % 2 == 0 and (text := data.decode("utf-16-le", "replace")) and _han_share(text) > 0.5:
            return text
        raise ReadingError(f"无法识别文字编码(第 {error.start} 字节起),请另存为 UTF-8 文本", "encoding") from None


def open_text(data: bytes) -> tuple[str, date | None]:
    return decode(data), None


def _checked(text: str) -> str:
    if text.count("\x00") > 0 and text.count("\x00") * 100 > len(text):
        raise ReadingError("这不是文本文件(含有大量空字节)", "binary")
    return text


def _han_share(text: str) -> float:
    sample = text[:4000]
    return sum("\u4e00" <= ch <= "\u9fff" for ch in sample) / max(len(sample), 1)
