"""The tables of text search (see queries/search.py); they differ by engine."""

from django.db import migrations

KINDS = ("project", "lead")

# All single characters and pairs of neighbours within a line. Dear (COST), so that the planner reads them off the
# index and does not compute them row by row.
GRAMS = """
CREATE FUNCTION projects_grams(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 2000 AS $$
  SELECT coalesce(array_agg(DISTINCT gram), ARRAY[]::text[])
  FROM (
    SELECT substr(words, place, size) AS gram
    FROM generate_series(1, length(words)) AS place, generate_series(1, 2) AS size
  ) AS grams
  WHERE strpos(gram, chr(10)) = 0
$$
"""


def make(apps, schema_editor):
    sqlite = schema_editor.connection.vendor == "sqlite"
    if not sqlite:
        schema_editor.execute(GRAMS, None)
    for kind in KINDS:
        table = f"projects_search_{kind}"
        if sqlite:
            schema_editor.execute(f"CREATE TABLE {table} (id integer PRIMARY KEY, words text NOT NULL)")
            schema_editor.execute(
                f"CREATE VIRTUAL TABLE projects_grams_{kind} USING fts5(grams, content='', tokenize='ascii', prefix='1')"
            )
        else:
            schema_editor.execute(f"CREATE TABLE {table} (id bigint PRIMARY KEY, words text NOT NULL)")
            schema_editor.execute(f"CREATE INDEX {table}_grams ON {table} USING gin (projects_grams(words))")


def unmake(apps, schema_editor):
    sqlite = schema_editor.connection.vendor == "sqlite"
    for kind in KINDS:
        if sqlite:
            schema_editor.execute(f"DROP TABLE projects_grams_{kind}")
        schema_editor.execute(f"DROP TABLE projects_search_{kind}")
    if not sqlite:
        schema_editor.execute("DROP FUNCTION projects_grams(text)")


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]
    operations = [migrations.RunPython(make, unmake)]
