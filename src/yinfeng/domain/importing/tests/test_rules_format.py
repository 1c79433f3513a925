"""The published format says what the code does."""

from __future__ import annotations

import re

from yinfeng.domain.importing.rules.columns import BY_KEY, FORMAT_VERSION, IDENTIFYING, LEDGER
from yinfeng.domain.projects.rules.words import PROJECT_STAGES

from .making.tables import DOCUMENT, RECORDS, filled
from .reading import rows_of

TEXT = DOCUMENT.read_text(encoding="utf-8")


def test_the_document_has_the_tables_of_the_code() -> None:
    assert filled(TEXT) == TEXT, "python -m yinfeng.domain.importing.tests.making.tables"
    records = RECORDS.read_text(encoding="utf-8")
    assert filled(records) == records, "python -m yinfeng.domain.importing.tests.making.tables"
    assert f"Format version {FORMAT_VERSION}." in TEXT
    assert all(f"`{column.key}`" in TEXT for column in LEDGER)


def test_the_example_is_read_as_the_document_says() -> None:
    block = re.search(r"## Example\n\n(.*?)\n\n", TEXT, re.DOTALL)
    assert block is not None
    lines = [line.strip("|").split("|") for line in block[1].splitlines()]
    content = "\r\n".join("\t".join(cell.strip() for cell in line) for n, line in enumerate(lines) if n != 1)
    rows = rows_of(content.encode())
    assert [row.values["phase_number"] for row in rows if "phase_number" in row.values] == [1, 2]
    assert [str(row.values.get("signed_on")) for row in rows] == ["2023-05-31", "2024-03-31", "2023-06-30"]
    assert [row.values["investment_cny"] for row in rows] == [120_000_000, 120_000_000, 86_000_000]
    assert not any(row.has_errors for row in rows)


def test_keys_and_titles_are_unique_and_every_stage_has_its_date() -> None:
    assert len(BY_KEY) == len({column.title for column in LEDGER}) == len(LEDGER)
    dates = {column.stage for column in LEDGER if column.place == "milestone" and column.exported}
    assert dates == {stage.value for stage in PROJECT_STAGES}
    assert all(BY_KEY[key].imported for key in IDENTIFYING)
    assert all(column.unit for column in LEDGER if column.kind == "money")
    assert not any(column.imported for column in LEDGER if column.computed or column.place == "personal")
