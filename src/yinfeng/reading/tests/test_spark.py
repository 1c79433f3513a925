"""A row of an archive is read as a page at a desk. The run on Spark itself is in `spark_parity.py`."""

import json
from datetime import date
from typing import Any

from yinfeng.reading import read_text
from yinfeng.reading.spark import SCHEMA, read_row

PAGES = [
    ("one", "5月6日,临溪市槐序新材料项目开工,总投资3亿元。", date(2024, 5, 20)),
    ("two", "1-6月,全市签约亿元以上项目41个,总投资160.7亿元,同比增长8.3%。", date(2024, 7, 9)),
    ("three", "沐嵐光電傳感器項(xiàng)目總投資3.6億元，已經(jīng)開工建設(shè)。", None),
]


def told(name: str, text: str, day: date | None) -> dict[str, Any]:
    return read_text(text, doc_date=day, doc_id=name).to_json()


def test_a_row_says_what_the_reader_says() -> None:
    for name, text, day in PAGES:
        row = read_row(name, text, day)
        plain = told(name, text, day)
        assert row[:2] == (name, plain["doc_date"])
        assert [json.loads(part) for part in row[2:5]] == [plain["projects"], plain["aggregates"], plain["money"]]
        assert row[5] is None
    assert len(SCHEMA.split(", ")) == len(row)


def test_a_page_without_text_tells_its_fault_and_dates_come_in_any_form() -> None:
    assert read_row("x", None, None)[2:] == ("[]", "[]", "[]", "没有文本")
    for day in ("2024-05-20", "2024-05-20T08:00:00", date(2024, 5, 20)):
        assert read_row("x", PAGES[0][1], day)[1] == "2024-05-20"
    for day in ("", "soon", None, float("nan")):
        assert read_row("x", PAGES[0][1], day)[1] is None
