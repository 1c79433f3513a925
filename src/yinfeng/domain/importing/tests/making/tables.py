"""The tables of docs/formats/ledger.md, from the code that reads by them.

python -m yinfeng.domain.importing.tests.making.tables      writes them into the document
"""

from __future__ import annotations

import re
from pathlib import Path

from yinfeng.domain.importing.rules.columns import LEDGER, LedgerColumn
from yinfeng.domain.importing.rules.faults import WORDINGS
from yinfeng.domain.importing.rules.record_columns import LEADS, VISITS
from yinfeng.foundation.workbook.refusing import REASONS

DOCUMENT = Path(__file__).resolve().parents[6] / "docs" / "formats" / "ledger.md"
RECORDS = DOCUMENT.with_name("records.md")
_MARKS = "<!-- {name}: made by making/tables.py -->"

_PLACES = {
    "row": "row number", "project": "project", "phase": "phase", "milestone": "milestone", "event": "event", "flag": "flag",
    "funds": "funds",
    "agreement": "agreement", "aside": "kept aside", "personal": "never taken in", "computed": "computed",
}  # fmt: skip


def _columns(wanted: list[LedgerColumn], *, of_projects: bool = True) -> list[str]:
    lines = ["| 列名 | key | kind | goes to | 说明 |", "|---|---|---|---|---|"]
    if not of_projects:
        lines = ["| 列名 | key | kind | 说明 |", "|---|---|---|---|"]
    for column in wanted:
        needed = " *" if column.required_for_create else ""
        choices = "、".join(label for _value, label in column.choices) if column.key != "stage" else ""
        note = "；".join(part for part in (column.note, choices) if part)
        place = f" {_PLACES[column.place]} |" if of_projects else ""
        lines.append(f"| {column.header}{needed} | `{column.key}` | {column.kind} |{place} {note} |")
    return lines


def tables() -> dict[str, str]:
    """Name -> the lines of a table."""
    computed = [column for column in LEDGER if column.exported and column.computed]
    written = [column for column in LEDGER if column.exported and not column.computed]
    read = [column for column in LEDGER if not column.exported]
    faults = ["| code | 级别 | 提示 | 怎样改 |", "|---|---|---|---|"]
    for code, (severity, message, mend) in WORDINGS.items():
        faults.append(f"| `{code}` | {'错误' if severity == 'error' else '提醒'} | {message} | {mend} |")
    refusals = ["| code | 提示 | 怎样改 |", "|---|---|---|"]
    for code, (what, fix) in REASONS.items():
        if code != "unreadable":
            refusals.append(f"| `workbook.{code}` | 文件“…”{what}。 | {fix} |")
    limit = "“…”的工作表“…”有 … 行、… 列，超过 200,000 行、500 列的上限。"
    refusals.append(f"| `workbook.too_many_rows` | {limit} | 请删去空白行列，或拆分后分批导入。 |")
    return {
        "columns": "\n".join(_columns(written)),
        "computed": "\n".join(_columns(computed)),
        "understood": "\n".join(_columns(read)),
        "leads": "\n".join(_columns(list(LEADS), of_projects=False)),
        "visits": "\n".join(_columns(list(VISITS), of_projects=False)),
        "faults": "\n".join(faults),
        "refusals": "\n".join(refusals),
    }


def filled(text: str) -> str:
    """The document with its tables brought up to date."""
    for name, table in tables().items():
        start, end = _MARKS.format(name=name), f"<!-- /{name} -->"
        text = re.sub(
            re.escape(start) + r".*?" + re.escape(end),
            lambda _m, t=table, s=start, e=end: f"{s}\n\n{t}\n\n{e}",
            text,
            flags=re.S,
        )
    return text


if __name__ == "__main__":
    for document in (DOCUMENT, RECORDS):
        document.write_text(filled(document.read_text(encoding="utf-8")), encoding="utf-8")
