"""Nothing is counted without proof and a day."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("plan", "0005_programs_improvements_and_advice")]

    operations = [
        migrations.AddConstraint(
            model_name="countdownitem",
            constraint=models.CheckConstraint(
                condition=~Q(status="counted") | (Q(counted_on__isnull=False) & (~Q(proof="") | ~Q(proof_file=""))),
                name="plan_counted_with_proof",
            ),
        ),
    ]
