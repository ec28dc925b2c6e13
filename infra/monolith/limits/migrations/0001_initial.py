from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AttemptCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=64)),
                ("window_start", models.BigIntegerField()),
                ("window_end", models.BigIntegerField(db_index=True)),
                ("attempts", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "window_start"), name="attempt_count_once_in_window"
                    )
                ],
            },
        ),
    ]
