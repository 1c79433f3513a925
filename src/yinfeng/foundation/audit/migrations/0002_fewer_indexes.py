import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Indexes of keys by which nobody asks, or that another index begins with: each cost a large import tenths of a second
# of the write lock. Dropped by name: changing the fields would have SQLite copy the tables.
GONE = [
    ('audit_auditrow_actor_id_302c307a', 'audit_auditrow', 'actor_id'),
]


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f'DROP INDEX IF EXISTS "{name}"', f'CREATE INDEX "{name}" ON "{table}" ("{column}")')
                for name, table, column in GONE
            ],
            state_operations=[
            migrations.AlterField(
                model_name='auditrow',
                name='actor',
                field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='操作人'),
            ),
            ],
        ),
    ]
