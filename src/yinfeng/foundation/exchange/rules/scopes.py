"""What a token may be good for: object kinds of the rights table, and verbs on each. Pure.

A token never reaches further than the person it acts for: its scopes only take away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from yinfeng.kernel.enums import LabelledEnum


class ApiKind(LabelledEnum):
    """The kinds of the rights table that the interface serves."""

    LEAD = "lead", "线索"
    PROJECT = "project", "项目与事实"
    CONFIDENTIAL = "confidential", "保密项目"
    AGREEMENT = "agreement", "协议"
    LIST = "list", "三张清单"
    DOCUMENT = "document", "文档"


class ApiVerb(LabelledEnum):
    """Letters of the rights table. To verify, decide and administer is for people at a screen."""

    SEE = "S", "读取"
    ENTER = "E", "填报"
    EXPORT = "X", "变更流"


# Confidential is not a kind of its own to write on: it only opens what else would be left out.
OFFERED: dict[str, str] = {kind.value: "SEX" for kind in ApiKind} | {ApiKind.CONFIDENTIAL.value: "S"}


def pack(chosen: Iterable[str]) -> dict[str, str]:
    """``["project:S", "project:E"]`` as ``{"project": "SE"}``. ValueError names what is not offered."""
    told: dict[str, set[str]] = {}
    for word in chosen:
        kind, _, verb = word.partition(":")
        if len(verb) != 1 or verb not in OFFERED.get(kind, ""):
            raise ValueError(word)
        told.setdefault(kind, set()).add(verb)
    for kind, verbs in told.items():
        if verbs - {"S"}:
            told[kind] = verbs | {"S"}  # who enters or exports sees
    return {kind: "".join(v for v in "SEX" if v in told[kind]) for kind in OFFERED if kind in told}


def unpack(scopes: Mapping[str, str]) -> list[str]:
    return [f"{kind}:{verb}" for kind, verbs in scopes.items() for verb in verbs]


def covers(scopes: Mapping[str, str], kind: str, verb: str) -> bool:
    return verb in scopes.get(kind, "")
