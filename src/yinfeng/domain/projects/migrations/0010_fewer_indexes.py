from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation


# Indexes of keys by which nobody asks, or that another index begins with: each cost a large import tenths of a second
# of the write lock. Dropped by name: changing the fields would have SQLite copy the tables.
GONE = [
    ('projects_evidence_added_by_id_05e3be47', 'projects_evidence', 'added_by_id'),
    ('projects_evidence_agreement_id_430f93a6', 'projects_evidence', 'agreement_id'),
    ('projects_evidence_arrival_id_51254c22', 'projects_evidence', 'arrival_id'),
    ('projects_evidence_flag_id_9206556c', 'projects_evidence', 'flag_id'),
    ('projects_evidence_milestone_id_4e02f953', 'projects_evidence', 'milestone_id'),
    ('projects_flag_declared_by_id_e69fd072', 'projects_flag', 'declared_by_id'),
    ('projects_flag_ended_by_id_29a7002e', 'projects_flag', 'ended_by_id'),
    ('projects_flag_project_id_03a54896', 'projects_flag', 'project_id'),
    ('projects_flag_replaces_id_743899c1', 'projects_flag', 'replaces_id'),
    ('projects_flag_verified_by_id_0cbd3415', 'projects_flag', 'verified_by_id'),
    ('projects_fundsarrival_declared_by_id_3e7f602d', 'projects_fundsarrival', 'declared_by_id'),
    ('projects_fundsarrival_ended_by_id_923923ab', 'projects_fundsarrival', 'ended_by_id'),
    ('projects_fundsarrival_project_id_31028994', 'projects_fundsarrival', 'project_id'),
    ('projects_fundsarrival_replaces_id_71386cf0', 'projects_fundsarrival', 'replaces_id'),
    ('projects_fundsarrival_verified_by_id_0199cedd', 'projects_fundsarrival', 'verified_by_id'),
    ('projects_milestone_declared_by_id_f5831637', 'projects_milestone', 'declared_by_id'),
    ('projects_milestone_ended_by_id_86b83ff1', 'projects_milestone', 'ended_by_id'),
    ('projects_milestone_project_id_eb7f7808', 'projects_milestone', 'project_id'),
    ('projects_milestone_replaces_id_e56429d3', 'projects_milestone', 'replaces_id'),
    ('projects_milestone_verified_by_id_39a80e31', 'projects_milestone', 'verified_by_id'),
    ('projects_phase_project_id_7c8a4399', 'projects_phase', 'project_id'),
    ('projects_project_company_id_66b5c58b', 'projects_project', 'company_id'),
    ('projects_project_created_by_id_c49d7b6d', 'projects_project', 'created_by_id'),
    ('projects_project_industry_id_73ac7df9', 'projects_project', 'industry_id'),
    ('projects_project_landing_unit_id_46e49404', 'projects_project', 'landing_unit_id'),
    ('projects_project_lead_unit_id_b40a0092', 'projects_project', 'lead_unit_id'),
    ('projects_project_leader_id_9e9c9b71', 'projects_project', 'leader_id'),
    ('projects_project_merged_into_id_e4510aa1', 'projects_project', 'merged_into_id'),
    ('projects_project_outpost_id_cb9360be', 'projects_project', 'outpost_id'),
    ('projects_project_owner_id_b940de39', 'projects_project', 'owner_id'),
    ('projects_project_segment_id_27719aae', 'projects_project', 'segment_id'),
    ('projects_projectstate_landing_unit_id_07eb14fb', 'projects_projectstate', 'landing_unit_id'),
    ('projects_projectstate_lead_unit_id_075ced0b', 'projects_projectstate', 'lead_unit_id'),
    ('projects_projectstate_project_id_4e8ac015', 'projects_projectstate', 'project_id'),
]


class Unindexed(Operation):
    """The same in the models' state: as AlterField for each key, but all at once. Field by field, Django would render the
    models anew 34 times, on each fresh database."""

    reduces_to_sql = False

    def state_forwards(self, app_label, state):
        for _name, table, column in GONE:
            fields = state.models[app_label, table.removeprefix("projects_")].fields
            key = column.removesuffix("_id")
            fields[key] = fields[key].clone()
            fields[key].db_index = False
        state.__dict__.pop("apps", None)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_fewer_indexes'),
        ('chains', '0001_initial'),
        ('enterprises', '0001_initial'),
        ('files', '0001_initial'),
        ('projects', '0009_indicator_edition'),
        ('regions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f'DROP INDEX IF EXISTS "{name}"', f'CREATE INDEX "{name}" ON "{table}" ("{column}")')
                for name, table, column in GONE
            ],
            state_operations=[Unindexed()],
        ),
        migrations.AddIndex(
            model_name='evidence',
            index=models.Index(condition=models.Q(('milestone__isnull', False)), fields=['milestone'], name='evidence_of_milestone'),
        ),
        migrations.AddIndex(
            model_name='evidence',
            index=models.Index(condition=models.Q(('arrival__isnull', False)), fields=['arrival'], name='evidence_of_arrival'),
        ),
        migrations.AddIndex(
            model_name='evidence',
            index=models.Index(condition=models.Q(('flag__isnull', False)), fields=['flag'], name='evidence_of_flag'),
        ),
        migrations.AddIndex(
            model_name='evidence',
            index=models.Index(condition=models.Q(('agreement__isnull', False)), fields=['agreement'], name='evidence_of_agreement'),
        ),
        migrations.AddIndex(
            model_name='flag',
            index=models.Index(condition=models.Q(('replaces__isnull', False)), fields=['replaces'], name='flag_replacing'),
        ),
        migrations.AddIndex(
            model_name='fundsarrival',
            index=models.Index(condition=models.Q(('replaces__isnull', False)), fields=['replaces'], name='funds_replacing'),
        ),
        migrations.AddIndex(
            model_name='milestone',
            index=models.Index(condition=models.Q(('replaces__isnull', False)), fields=['replaces'], name='milestone_replacing'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(condition=models.Q(('company__isnull', False)), fields=['company'], name='project_of_company'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(condition=models.Q(('industry__isnull', False)), fields=['industry'], name='project_of_industry'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(condition=models.Q(('segment__isnull', False)), fields=['segment'], name='project_of_segment'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(condition=models.Q(('outpost__isnull', False)), fields=['outpost'], name='project_of_outpost'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(condition=models.Q(('leader__isnull', False)), fields=['leader'], name='project_of_leader'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='project_of_merged_into'),
        ),
    ]
