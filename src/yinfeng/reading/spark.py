"""The reader on Spark: a province's archive as a cluster job, not a scheduler of our own (extra `spark`).

    from yinfeng.reading.spark import SCHEMA, read_batches, read_folder

    spark.read.parquet("archive").mapInPandas(read_batches, SCHEMA)      # columns id, text, doc_date (date or ISO text)
    read_folder(spark, "archive", "records")                             # the same, written as Parquet

One row out for one row in: `id`, `doc_date`, and the three lists of `yinfeng read` as JSON; a page that cannot be read
has its reason in `fault` and stops no other. `read_batches` is a plain function of pandas frames and needs no Spark.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from importlib import import_module
from typing import Any

SCHEMA = "id string, doc_date string, projects string, aggregates string, money string, fault string"


def read_batches(batches: Iterator[Any]) -> Iterator[Any]:
    """Frames with id, text, doc_date in; frames of `SCHEMA` out. For `mapInPandas`."""
    pandas: Any = import_module("pandas")
    for batch in batches:
        days = batch["doc_date"] if "doc_date" in batch else [None] * len(batch)
        rows = [read_row(name, text, day) for name, text, day in zip(batch["id"], batch["text"], days, strict=True)]
        yield pandas.DataFrame(rows, columns=[part.split()[0] for part in SCHEMA.split(", ")], dtype=object)


def read_row(name: Any, text: Any, day: Any) -> tuple[str, str | None, str, str, str, str | None]:
    """One row of `SCHEMA`. day: a date, a time stamp, ISO text, or nothing."""
    from .reader import read_text

    told = str(name)
    if not isinstance(text, str):
        return told, None, "[]", "[]", "[]", "没有文本"
    try:
        reading = read_text(text, doc_date=_day(day), doc_id=told).to_json()
    except Exception as error:  # one strange page must not stop a cluster
        return told, None, "[]", "[]", "[]", f"{type(error).__name__}:{error}"
    lists = [json.dumps(reading[key], ensure_ascii=False) for key in ("projects", "aggregates", "money")]
    return told, reading["doc_date"], lists[0], lists[1], lists[2], None


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):  # pandas' own time stamps are datetimes too, and NaT is not equal to itself
        return value.date() if value == value else None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) and value else None
    except ValueError:
        return None


def read_folder(spark: Any, source: str, target: str) -> Any:
    """Read a folder of Parquet (id, text, doc_date) into another; the frame of what was written."""
    spark.read.parquet(source).mapInPandas(read_batches, SCHEMA).write.mode("error").parquet(target)
    return spark.read.parquet(target)
