"""Words of projects that a load under way has indexed ahead (see queries/search.py); SQLite only."""

from django.db import migrations


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            "CREATE TABLE projects_search_ahead (id integer PRIMARY KEY, words text NOT NULL, at real NOT NULL)"
        )


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE projects_search_ahead")


class Migration(migrations.Migration):
    dependencies = [("projects", "0010_fewer_indexes")]
    operations = [migrations.RunPython(make, unmake)]
