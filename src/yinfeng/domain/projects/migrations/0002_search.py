"""The tables of text search (see queries/search.py); they differ by engine."""

from django.db import migrations

KINDS = ("project", "lead")


def make(apps, schema_editor):
    for kind in KINDS:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"CREATE TABLE projects_search_{kind} (id integer PRIMARY KEY, words text NOT NULL)")
            schema_editor.execute(
                f"CREATE VIRTUAL TABLE projects_grams_{kind}"
                " USING fts5(grams, content='', tokenize='ascii', prefix='1')"
            )
        else:
            schema_editor.execute(
                f"CREATE TABLE projects_search_{kind}"
                " (id bigint PRIMARY KEY, words text NOT NULL, grams text[] NOT NULL)"
            )
            # The arrays are for the index only; kept out of line, the rows that a frequent word finds stay few pages.
            schema_editor.execute(f"ALTER TABLE projects_search_{kind} SET (toast_tuple_target = 128)")
            schema_editor.execute(f"ALTER TABLE projects_search_{kind} ALTER COLUMN grams SET STORAGE EXTERNAL")
            schema_editor.execute(
                f"CREATE INDEX projects_search_{kind}_grams ON projects_search_{kind} USING gin (grams)"
            )


def unmake(apps, schema_editor):
    for kind in KINDS:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TABLE projects_grams_{kind}")
        schema_editor.execute(f"DROP TABLE projects_search_{kind}")


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]
    operations = [migrations.RunPython(make, unmake)]
