"""Why a file is not taken."""

from __future__ import annotations

from yinfeng.kernel.enums import LabelledEnum


class Why(LabelledEnum):
    EMPTY = "empty", "空文件"
    TOO_BIG = "too_big", "文件过大"
    NAME = "name", "文件名异常"
    UNKNOWN = "unknown", "类型不支持"
    ARCHIVE = "archive", "压缩包"
    EXECUTABLE = "executable", "可执行程序"
    MACROS = "macros", "含有宏"
    BOMB = "bomb", "压缩炸弹"
    DAMAGED = "damaged", "文件损坏"
    ENCRYPTED = "encrypted", "设有密码"
    EXTERNAL = "external", "引用外部内容"


class Refused(Exception):
    """The content or the name is refused; ``detail`` names the part at fault, if one can be named."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"{why} {detail}")
        self.why = why
        self.detail = detail
