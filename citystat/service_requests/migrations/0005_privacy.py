import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import citystat.service_requests.models.contacts


class Migration(migrations.Migration):
    dependencies = [
        ("service_requests", "0004_notices_emergency_campaigns"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="serviceform",
            name="keeps_photo_days",
            field=models.PositiveIntegerField(default=1825, help_text="Photos are removed so long after closing; 0 never."),
        ),
        migrations.AddField(
            model_name="serviceform",
            name="keeps_text_days",
            field=models.PositiveIntegerField(default=1825, help_text="Free text is removed so long after closing; 0 never."),
        ),
        migrations.AlterField(
            model_name="serviceform",
            name="keeps_contact_days",
            field=models.PositiveIntegerField(default=730, help_text="Contact data are removed so long after closing; 0 never."),
        ),
        migrations.CreateModel(
            name="PendingFollow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("service_slug", models.CharField(blank=True, max_length=200)),
                ("place_kind", models.CharField(blank=True, max_length=60)),
                ("place_code", models.CharField(blank=True, max_length=60)),
                ("token", models.CharField(default=citystat.service_requests.models.contacts.new_token, max_length=32, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("contact", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="pending_follows", to="service_requests.contact")),
                ("request", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="pending_follows", to="service_requests.servicerequest")),
            ],
            options={"ordering": ("id",)},
        ),
        migrations.CreateModel(
            name="RemovalHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField()),
                ("placed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("placed_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("request", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="removal_holds", to="service_requests.servicerequest")),
            ],
            options={
                "ordering": ("-placed_at", "-id"),
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("ended_at__isnull", True)), fields=("request",), name="service_requests_one_hold_at_a_time")
                ],
            },
        ),
    ]
