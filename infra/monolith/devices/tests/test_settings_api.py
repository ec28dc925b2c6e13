import json
from datetime import datetime, timezone
from typing import Any

from devices.models import DeviceSettings
from web.json_body import BODY_BYTES_MAX
from web.tests.api_test_case import ApiTestCase, Response

SETTINGS = {
    "lock_screen_enabled": False,
    "quiet_hours": {"from": "22:30", "until": "07:00"},
    "language": "ko",
    "wifi_only_images": True,
}


class SettingsTestCase(ApiTestCase):
    def path(self, device_id: str = "device-1") -> str:
        return f"/api/v1/app/devices/{device_id}/settings"

    def put(self, body: object, path: str = "", **extra: Any) -> Response:
        return self.send("put", path or self.path(), body, **extra)


class DeviceSettingsTests(SettingsTestCase):
    def test_a_device_that_never_set_anything_has_defaults_and_no_row(self):
        response = self.client.get(self.path())

        self.assertEqual(response.status_code, 200)
        self.assertEqual(
            response.json(),
            {
                "device_id": "device-1",
                "lock_screen_enabled": True,
                "quiet_hours": None,
                "language": "en",
                "wifi_only_images": False,
                "updated_at": None,
            },
        )
        self.assertEqual(response["cache-control"], "no-store")
        self.assertFalse(DeviceSettings.objects.exists())

    def test_what_was_put_is_what_is_got(self):
        put = self.put({**SETTINGS, "unknown": "is ignored"})
        got = self.client.get(self.path())

        self.assertEqual(put.status_code, 200)
        self.assertEqual(put.json(), got.json())
        updated_at = got.json()["updated_at"]
        self.assertEqual(got.json(), {**SETTINGS, "device_id": "device-1", "updated_at": updated_at})
        age = datetime.now(timezone.utc) - datetime.fromisoformat(updated_at.replace("Z", "+00:00"))
        self.assertLess(abs(age.total_seconds()), 60)

    def test_putting_again_replaces_everything(self):
        self.put(SETTINGS)
        self.put({**SETTINGS, "quiet_hours": None, "language": "en"})

        settings = self.client.get(self.path()).json()
        self.assertIsNone(settings["quiet_hours"])
        self.assertEqual(settings["language"], "en")
        self.assertEqual(DeviceSettings.objects.count(), 1)

    def test_one_devices_settings_are_not_anothers(self):
        self.put(SETTINGS)
        self.assertTrue(self.client.get(self.path("device-2")).json()["lock_screen_enabled"])

    def test_a_device_id_may_have_any_visible_characters(self):
        for encoded, device_id in (("a%2Fb", "a/b"), ("%ED%95%9C", "한"), ("a%3Fb%25", "a?b%")):
            with self.subTest(device_id=device_id):
                response = self.put(SETTINGS, self.path(encoded))
                self.assertEqual(response.json()["device_id"], device_id)

    def test_head_is_get_without_a_body(self):
        response = self.client.head(self.path())
        self.assertEqual((response.status_code, response.content), (200, b""))


class BadInputTests(SettingsTestCase):
    def test_a_device_id_must_be_1_to_128_visible_characters(self):
        for encoded in ("%20", "a%00b", "a%0Ab", "%EF%BF%BD", "%C2%A0", "a" * 129, ""):
            with self.subTest(encoded=encoded):
                self.assert_invalid_fields(self.client.get(self.path(encoded)), "device_id")
                self.assert_invalid_fields(self.put(SETTINGS, self.path(encoded)), "device_id")

    def test_bytes_of_a_path_that_are_not_utf_8_do_no_harm(self):
        self.assertLess(self.client.get(self.path("%FF")).status_code, 500)

    def test_every_invalid_field_is_named_at_once(self):
        response = self.put({"lock_screen_enabled": 1, "quiet_hours": "22-7", "language": "\x00", "extra": 1})
        names = ("lock_screen_enabled", "quiet_hours", "language", "wifi_only_images")
        self.assert_invalid_fields(response, *names)
        self.assertFalse(DeviceSettings.objects.exists())

    def test_a_field_of_the_wrong_kind_is_refused(self):
        wrong: dict[str, list[object]] = {
            "lock_screen_enabled": ["true", 0, None, [], {}],
            "wifi_only_images": ["", 1.5, None],
            "language": [None, 5, "", "k", "korean-kr", "k\u00f6", "ko\n", "\ud800", ["ko"]],
            "quiet_hours": [
                "22:00",
                [],
                {},
                {"from": "22:00"},
                {"from": "24:00", "until": "07:00"},
                {"from": "22:00", "until": "7:00"},
                {"from": "22:00:00", "until": "07:00"},
                {"from": "22:00", "until": "22:00"},
                {"from": 22, "until": 7},
                {"from": "22:00\n", "until": "07:00"},
                {"from": "\u0662\u0662:00", "until": "07:00"},
            ],
        }
        for name, values in wrong.items():
            for value in values:
                with self.subTest(name=name, value=value):
                    self.assert_invalid_fields(self.put({**SETTINGS, name: value}), name)

    def test_a_body_that_is_no_json_object_is_refused(self):
        bodies = (
            " ",
            "{",
            "[]",
            "null",
            "1",
            '"x"',
            "NaN",
            "{'a': 1}",
            "\ufeff{}",
            '{"a": "\x00"}',
        )
        for body in (*bodies, "[" * 10_000, '{"a": ' + "1" * 5_000 + "}", '{"a": Infinity}'):
            with self.subTest(body=body[:20]):
                self.assert_problem(self.put(body), 400, "invalid-body")

    def test_a_body_that_is_not_utf_8_is_refused(self):
        self.assert_problem(self.put(b'{"language": "\xff"}'), 400, "invalid-body")
        self.assert_problem(self.put("{}".encode("utf-16")), 400, "invalid-body")

    def test_a_body_beyond_the_limit_is_refused(self):
        for length in (BODY_BYTES_MAX + 1, 4 * 1024 * 1024):
            self.assert_problem(self.put(" " * length), 413, "body-too-large")
        self.assertEqual(self.put(json.dumps(SETTINGS).ljust(BODY_BYTES_MAX)).status_code, 200)

    def test_a_body_without_a_length_is_refused(self):
        response = self.put(SETTINGS, headers={"transfer-encoding": "chunked"})
        self.assert_problem(response, 411, "length-required")

    def test_a_body_that_does_not_say_it_is_json_is_refused(self):
        types = (
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/json; charset=euc-kr",
        )
        for content_type in types:
            with self.subTest(content_type=content_type):
                response = self.put(SETTINGS, content_type=content_type)
                self.assert_problem(response, 415, "unsupported-media-type")
        self.assertEqual(self.put(SETTINGS, content_type="application/json; charset=UTF-8").status_code, 200)

    def test_a_method_without_a_meaning_is_told_which_have_one(self):
        for method in ("post", "patch", "delete", "options"):
            with self.subTest(method=method):
                response = getattr(self.client, method)(self.path())
                self.assert_problem(response, 405, "method-not-allowed")
                self.assertEqual(response["allow"], "GET, HEAD, PUT")
