from django.db import transaction

from devices.models import DeviceSettings
from publishing.catalog import SNAPSHOT
from web.tests.concurrency_test_case import ConcurrencyTestCase


class SnapshotTests(ConcurrencyTestCase):
    databases = {"default", SNAPSHOT}

    def test_a_snapshot_sees_one_moment_and_lets_others_write(self):
        DeviceSettings.objects.create(device_id="before")
        seen = DeviceSettings.objects.using(SNAPSHOT)
        with transaction.atomic(using=SNAPSHOT):
            self.assertEqual(seen.count(), 1)
            DeviceSettings.objects.create(device_id="meanwhile")
            DeviceSettings.objects.filter(device_id="before").update(language="ko")
            self.assertEqual([each.language for each in seen.all()], ["en"])
        self.assertEqual(seen.count(), 2)
