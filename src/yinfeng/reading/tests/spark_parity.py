"""On Spark the reader says what it says at a desk: `make test-spark` (the extra `spark` and Java 17; not in the suite)."""

import json
import sys
from pathlib import Path

import pytest

from yinfeng.reading.spark import read_folder
from yinfeng.reading.tests.test_spark import PAGES, told


def test_a_folder_of_parquet_reads_as_at_a_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    import pandas
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[2]").appName("yinfeng").config("spark.ui.enabled", "false").getOrCreate()
    try:
        rows = [(f"{name}-{i}", text, day) for i in range(40) for name, text, day in PAGES]
        pandas.DataFrame(rows, columns=["id", "text", "doc_date"]).to_parquet(tmp_path / "in.parquet")
        frame = read_folder(spark, str(tmp_path / "in.parquet"), str(tmp_path / "out"))
        found = {row["id"]: row for row in frame.collect()}
    finally:
        spark.stop()
    assert set(found) == {row[0] for row in rows}
    for name, text, day in rows:
        plain = told(name, text, day)
        for key in ("projects", "aggregates", "money"):
            assert json.loads(found[name][key]) == plain[key]
