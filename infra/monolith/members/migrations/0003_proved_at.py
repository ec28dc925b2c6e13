"""When a member first proved a key. Members with a key have it since the registration of that phone."""

from django.db import migrations, models


def set_proved_at(apps, _schema_editor):
    devices = apps.get_model("members", "MemberDevice").objects.filter(key_id__isnull=False)
    members = apps.get_model("members", "Member").objects
    # The earliest phone of a member is the last that writes.
    for member_id, registered_at in (
        devices.order_by("-registered_at").values_list("member_id", "registered_at").iterator()
    ):
        members.filter(pk=member_id).update(proved_at=registered_at)


class Migration(migrations.Migration):
    dependencies = [("members", "0002_keys_and_pairing")]

    operations = [
        migrations.AddField(
            model_name="member",
            name="proved_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(set_proved_at, migrations.RunPython.noop),
    ]
