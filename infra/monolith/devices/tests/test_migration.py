from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import TransactionTestCase
from django.utils import timezone

BEFORE = [("devices", "0002_labels"), ("members", "0001_initial")]
AFTER = [("devices", "0003_settings_of_registrations"), ("members", "0002_keys_and_pairing")]


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


class SettingsMigrationTests(TransactionTestCase):
    def setUp(self):
        self.addCleanup(migrate, MigrationExecutor(connection).loader.graph.leaf_nodes())

    def test_settings_stay_with_their_phones_forth_and_back(self):
        old = migrate(BEFORE)
        now = timezone.now()
        member = old.get_model("members", "Member").objects.create(
            user_id="u1", registered_at=now, updated_at=now
        )
        old.get_model("members", "MemberDevice").objects.create(
            member=member, device_id="registered", token_id="1", registered_at=now
        )
        for device_id, language in (("registered", "ko"), ("other", "fr")):
            old.get_model("devices", "DeviceSettings").objects.create(device_id=device_id, language=language)

        new = migrate(AFTER)
        rows = new.get_model("devices", "DeviceSettings").objects.order_by("pk")
        found = rows.values_list("device_id", "registration__device_id", "language")
        self.assertEqual(list(found), [(None, "registered", "ko"), ("other", None, "fr")])

        back = migrate(BEFORE)
        rows = back.get_model("devices", "DeviceSettings").objects.order_by("pk")
        found = list(rows.values_list("device_id", "language"))
        self.assertEqual(found, [("registered", "ko"), ("other", "fr")])
