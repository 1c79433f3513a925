import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Indexes of keys by which nobody asks, or that another index begins with: each cost a large import tenths of a second
# of the write lock. Dropped by name: changing the fields would have SQLite copy the tables.
GONE = [
    ('accounts_accessgrant_person_id_43007343', 'accounts_accessgrant', 'person_id'),
    ('accounts_accessgrant_unit_id_e86c2909', 'accounts_accessgrant', 'unit_id'),
]


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f'DROP INDEX IF EXISTS "{name}"', f'CREATE INDEX "{name}" ON "{table}" ("{column}")')
                for name, table, column in GONE
            ],
            state_operations=[
            migrations.AlterField(
                model_name='accessgrant',
                name='person',
                field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='人员'),
            ),
            migrations.AlterField(
                model_name='accessgrant',
                name='unit',
                field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.unit', verbose_name='单位'),
            ),
            ],
        ),
    ]
