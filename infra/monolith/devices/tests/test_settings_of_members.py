from django.test import override_settings

from members.tests.support import KeyPair, MemberTestCase, Phone

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
        self.assert_unauthorized(other.get(self.path))
        self.assert_unauthorized(other.send("put", self.path, SETTINGS))
        # Without a token the path is of the phone that never registered, whatever its ID is.
        self.assertEqual(self.client.get(self.path).json()["language"], "en")
        self.send("put", self.path, {**SETTINGS, "language": "fr"})
        self.assertEqual(phone.get(self.path).json()["language"], "ko")

    @override_settings(PROOF_OF_POSSESSION="require")
    def test_where_proof_is_required_no_settings_are_without_a_token(self):
        self.assert_unauthorized(self.client.get(self.path))
        self.assert_unauthorized(self.send("put", self.path, {}))
        phone = self.phone_with(KeyPair(), "u1")
        self.assertEqual(phone.send("put", self.path, SETTINGS).status_code, 200)
        self.assert_unauthorized(self.client.get(self.path))

    def test_who_registers_anothers_device_id_does_not_lock_the_owner_out_of_its_settings(self):
        self.send("put", self.path, SETTINGS)
        attacker = self.phone("u1")
        attacker.send("put", self.path, {**SETTINGS, "language": "fr"})
        self.assertEqual(self.client.get(self.path).json()["language"], "ko")
        self.assertEqual(self.send("put", self.path, SETTINGS).status_code, 200)
        attacker.send("delete", "/api/v1/app/members/me")
        self.assertEqual(self.client.get(self.path).json()["language"], "ko")

    def test_a_wrong_token_does_not_fall_back_to_the_id(self):
        self.assert_unauthorized(self.client.get(self.path, headers={"authorization": "Bearer x"}))

    def test_two_phones_with_one_id_have_settings_of_their_own(self):
        one, two = self.phone("u1"), Phone(self.register("u2", "phone-of-u1").json()["token"])
        one.send("put", self.path, SETTINGS)
        self.assertTrue(two.get(self.path).json()["lock_screen_enabled"])

    def test_a_phone_that_never_registered_needs_no_token(self):
        self.assertEqual(self.client.get(self.path).status_code, 200)
        self.assertEqual(self.send("put", self.path, SETTINGS).status_code, 200)

    def test_what_was_set_before_registering_stays(self):
        self.send("put", self.path, SETTINGS)
        self.assertFalse(self.phone("u1").get(self.path).json()["lock_screen_enabled"])
