from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_links_for_one_act")]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="to_index",
            field=models.CharField(blank=True, db_index=True, help_text="Keyed checksum of the address or number.", max_length=32),
        ),
    ]
