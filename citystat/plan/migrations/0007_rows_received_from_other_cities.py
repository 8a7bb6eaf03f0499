"""What another city worked out and this one cannot stays readable."""

from django.db import migrations, models

import citystat.core.clock


class Migration(migrations.Migration):
    dependencies = [("plan", "0006_counted_items_have_proof")]

    operations = [
        migrations.CreateModel(
            name="ReceivedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=40)),
                ("measure", models.CharField(db_index=True, max_length=60)),
                ("row", models.JSONField(help_text="Cells by column, as in the file.")),
                ("received_at", models.DateTimeField(default=citystat.core.clock.now, editable=False)),
            ],
            options={"ordering": ("id",)},
        ),
    ]
