from members.tests.support import MemberTestCase

SETTINGS = {
    "lock_screen_enabled": False,
    "quiet_hours": None,
    "language": "ko",
    "wifi_only_images": True,
}


class SettingsOfMembersTests(MemberTestCase):
    path = "/api/v1/app/devices/phone-of-u1/settings"

    def test_a_registered_phone_alone_reads_and_writes_its_settings(self):
        phone = self.phone("u1")
        self.assertEqual(phone.send("put", self.path, SETTINGS).status_code, 200)
        self.assertEqual(phone.get(self.path).json()["language"], "ko")

        other = self.phone("u2")
        for stranger in (other, self.client):
            self.assert_unauthorized(stranger.get(self.path))
        self.assert_unauthorized(other.send("put", self.path, SETTINGS))
        self.assert_unauthorized(self.send("put", self.path, {}))

    def test_a_phone_that_never_registered_needs_no_token(self):
        self.assertEqual(self.client.get(self.path).status_code, 200)
        self.assertEqual(self.send("put", self.path, SETTINGS).status_code, 200)

    def test_what_was_set_before_registering_stays(self):
        self.send("put", self.path, SETTINGS)
        self.assertFalse(self.phone("u1").get(self.path).json()["lock_screen_enabled"])
