from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("adops", "0006_archived_units_rates_channels"),
    ]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="lends_to_devices",
            field=models.BooleanField(
                default=False,
                help_text="What a device was answered counts for the user's other devices, until it was shown or is"
                " over. Costs one more question to Redis for each answer.",
                verbose_name="caps hold over all devices of a user",
            ),
        ),
    ]
