"""Numbers in an address: what no row can have is no address."""

from __future__ import annotations

from django.urls import register_converter


class IdConverter:
    """1 to 15 digits: every such number fits every column and every program."""

    regex = "[0-9]{1,15}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: object) -> str:
        return str(value)


def register() -> None:
    register_converter(IdConverter, "id")
