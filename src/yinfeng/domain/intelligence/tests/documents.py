"""Documents for tests: an invented page with known records, so that these tests do not hang on the reader's skill."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from itertools import count
from typing import Any

from django.utils import timezone

from yinfeng.domain.intelligence.models import Document, Proposal
from yinfeng.foundation.accounts import actions as accounts
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.rules import GrantWhy

AT = datetime(2026, 3, 20, 10, 0, tzinfo=timezone.get_fixed_timezone(480))
_numbers = count(1)

PAGE = (
    "星澜储能电池项目总投资25亿元，由星澜新能源有限公司投资，分两期建设，其中一期投资10亿元，二期投资15亿元，"
    "落户东湾高新区，占地120亩，2026年3月5日正式开工。达产后年产值40亿元。今年以来全区新签约项目17个。"
)
FIELDS: dict[str, Any] = {
    "name": "星澜储能电池项目", "investor": "星澜新能源有限公司",
    "investment": {"value": 2_500_000_000, "unit": "CNY", "qualifier": None}, "stage": "started",
    "place": "东湾高新区", "industry": "新能源", "date": "2026-03-05", "land_mu": 120, "plant_area_sqm": None,
    "expected_output_cny": 4_000_000_000, "expected_tax_cny": None,
    "phases": [
        {"name": "一期", "investment": {"value": 1_000_000_000, "unit": "CNY", "qualifier": None}, "stage": None, "date": None},
        {"name": "二期", "investment": {"value": 1_500_000_000, "unit": "CNY", "qualifier": None}, "stage": None, "date": None},
    ],
    "stage_dates": {},
}  # fmt: skip
QUOTES = {
    "星澜储能电池项目": ["name"], "25亿元": ["invest"], "星澜新能源有限公司": ["investor"], "一期投资10亿元": ["phases"],
    "二期投资15亿元": ["phases"], "120亩": ["land_mu"], "2026年3月5日正式开工": ["stage", "date"], "40亿元": ["output"],
}  # fmt: skip


def spans_of(text: str, quotes: dict[str, list[str]], *, repaired: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    made = []
    for quote, fields in quotes.items():
        start = text.index(quote)
        made.append(
            {"start": start, "end": start + len(quote), "quote": quote, "fields": fields, "readable_start": start,
             "readable_end": start + len(quote), "repaired": quote in repaired}
        )  # fmt: skip
    return made


def make_document(
    unit: Unit,
    *,
    text: str = PAGE,
    fields: dict[str, Any] | None = None,
    certain: bool = True,
    repaired: tuple[str, ...] = (),
    records: int = 1,
    by: Person | None = None,
    title: str = "",
) -> Document:
    """A document with ``records`` like records and one statistic."""
    number = next(_numbers)
    text = f"{text}（{number}）"
    document = Document.objects.create(
        title=title or f"测试文档{number}", media="txt", raw_text=text, sha256=hashlib.sha256(text.encode()).hexdigest(),
        size=len(text), unit=unit, uploaded_by=by, at=AT, reading={}, reader_version="test", doc_date=date(2026, 3, 6),
    )  # fmt: skip
    accounts.grant("document", document.pk, units=[(unit.pk, GrantWhy.OWNER)])
    for place in range(1, records + 1):
        Proposal.objects.create(
            document=document, number=place, kind="project", fields={**FIELDS, **(fields or {})},
            spans=spans_of(text, QUOTES if text.startswith(PAGE) else {}, repaired=repaired), confidence="0.900",
            certain=certain, status="open",
        )  # fmt: skip
    figure = {"measure": "signed_count", "value": 17, "unit": "count", "scope": "全区", "period": "今年以来"}
    Proposal.objects.create(
        document=document, number=records + 1, kind="aggregate", fields=figure, status="kept", confidence="0.700",
        spans=spans_of(text, {"新签约项目17个": ["value"]}) if text.startswith(PAGE) else [], certain=True,
    )  # fmt: skip
    return document


def first(document: Document) -> Proposal:
    return document.proposals.order_by("number").select_related("document")[0]
