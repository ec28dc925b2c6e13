from datetime import time

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import TestCase

from devices.models import DeviceSettings

FORM = {"device_id": "device-1", "language": "ko", "lock_screen_enabled": "on"}
ADD = "/admin/devices/devicesettings/add/"


class DeviceSettingsAdminTests(TestCase):
    def setUp(self):
        self.client.force_login(User.objects.create_superuser("operator"))

    def test_settings_are_made_found_and_changed(self):
        self.client.post(ADD, {**FORM, "device_id": 'a/b"한'})
        settings = DeviceSettings.objects.get()

        found = self.client.get("/admin/devices/devicesettings/", {"q": "한"})
        self.assertContains(found, "a/b&quot;한")
        change = self.client.get(f"/admin/devices/devicesettings/{settings.pk}/change/")
        self.assertContains(change, "a/b&quot;한")

    def test_a_form_is_held_to_the_rules_of_the_api(self):
        wrong = (
            {"device_id": "white space"},
            {"language": "Korean!"},
            {"quiet_from": "22:00"},
            {"quiet_from": "22:00", "quiet_until": "22:00"},
        )
        for fields in wrong:
            with self.subTest(fields=fields):
                response = self.client.post(ADD, {**FORM, **fields})
                self.assertEqual(response.status_code, 200)
                self.assertTrue(response.context["errors"])
        self.assertFalse(DeviceSettings.objects.exists())

    def test_the_database_itself_refuses_half_of_the_quiet_hours(self):
        with self.assertRaises(IntegrityError), transaction.atomic():
            DeviceSettings.objects.create(device_id="device-1", quiet_from=time(22))

    def test_a_form_in_korean_names_the_missing_time_in_korean(self):
        fields = {**FORM, "quiet_from": "22:00"}
        response = self.client.post(ADD, fields, headers={"accept-language": "ko"})
        self.assertContains(response, "방해 금지 시작과 종료 시각을 서로 다르게 설정하거나")
