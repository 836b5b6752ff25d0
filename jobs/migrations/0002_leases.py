"""Leases instead of marks in the result, and who started a job."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def leave_to_recovery(apps, schema_editor):
    """Who ran a job was kept in its result. Nobody holds a lease yet: what is under way will be
    found lost, and goes on where workers do the work."""
    unfinished = apps.get_model("jobs", "Job").objects.filter(state__in=["queued", "running"])
    unfinished.update(result={}, for_worker=bool(settings.REDIS_URL))
    if not settings.REDIS_URL:
        unfinished.filter(state="queued").update(state="running")


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="for_worker",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="job",
            name="host",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="job",
            name="lease",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="owner",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="job",
            name="pid",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="process_began",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="job",
            name="sent_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="started_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "running"])),
                fields=["state"],
                name="jobs_unfinished",
            ),
        ),
        migrations.RunPython(leave_to_recovery, migrations.RunPython.noop),
    ]
