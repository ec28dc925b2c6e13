from datetime import timedelta
from unittest import mock

from django.test import override_settings
from django.utils import timezone

from limits.models import AttemptCount
from members.models import Member
from members.tests.support import MEMBERS, MemberTestCase, new_key
from web.tests.api_test_case import Response

PER_MINUTE = 5
# The beginning of a minute and of an hour, so that no test meets the end of a window.
NOW = timezone.now().replace(minute=0, second=0, microsecond=0)


@override_settings(NEW_DEVICES_PER_MINUTE=PER_MINUTE)
class RegistrationLimitTests(MemberTestCase):
    def setUp(self):
        super().setUp()
        self.at(timedelta())

    def at(self, later: timedelta) -> None:
        clock = mock.patch.object(timezone, "now", return_value=NOW + later)
        clock.start()
        self.addCleanup(clock.stop)

    def register_from(self, address: str, user_id: str, device_id: str, key: str = "") -> Response:
        body = {"user_id": user_id, "device_id": device_id}
        headers = {"idempotency-key": key or new_key(), "x-forwarded-for": f"1.2.3.4, {address}"}
        return self.send("post", MEMBERS, body, headers=headers)

    def assert_too_many(self, response: Response, retry_after_seconds: int) -> None:
        self.assert_problem(response, 429, "too-many-requests")
        self.assertEqual(response["retry-after"], str(retry_after_seconds))

    def test_a_hundred_registrations_from_one_address_are_cut_at_the_limit(self):
        answers = [self.register_from("203.0.113.7", f"u{n}", f"d{n}") for n in range(100)]
        statuses = [answer.status_code for answer in answers[:PER_MINUTE]]
        self.assertEqual(statuses, [201] * PER_MINUTE)
        for answer in answers[PER_MINUTE:]:
            self.assert_too_many(answer, 60)
        self.assertEqual(Member.objects.count(), PER_MINUTE)
        self.assertEqual(self.register_from("203.0.113.8", "other", "other").status_code, 201)
        self.at(timedelta(minutes=1))
        self.assertEqual(self.register_from("203.0.113.7", "later", "later").status_code, 201)

    def test_another_address_in_the_same_ipv6_network_is_the_same_subscriber(self):
        answers = [self.register_from(f"2001:db8::{n}", f"u{n}", f"d{n}") for n in range(1, 8)]
        self.assertEqual([answer.status_code for answer in answers], [201] * 5 + [429] * 2)

    def test_one_device_registers_ten_times_an_hour_wherever_it_is(self):
        key = new_key()
        answers = [self.register_from(f"203.0.113.{n}", "u1", "d1", key) for n in range(12)]
        statuses = [answer.status_code for answer in answers]
        self.assertEqual(statuses, [201] + [200] * 9 + [429] * 2)
        self.assert_too_many(answers[-1], 3600)

    def test_a_request_with_mistakes_does_not_count(self):
        for _ in range(20):
            self.assertEqual(self.register_from("203.0.113.7", "white space", "d").status_code, 400)
        self.assertFalse(AttemptCount.objects.exists())

    def test_settings_of_unregistered_phones_are_cut_but_known_phones_are_not(self):
        settings = {
            "lock_screen_enabled": True,
            "quiet_hours": None,
            "language": "ko",
            "wifi_only_images": False,
        }

        def put(device_id: str) -> Response:
            return self.send("put", f"/api/v1/app/devices/{device_id}/settings", settings)

        answers = [put(f"d{n}") for n in range(PER_MINUTE + 1)]
        self.assertEqual([answer.status_code for answer in answers], [200] * PER_MINUTE + [429])
        self.assert_too_many(answers[-1], 60)
        for _ in range(20):
            self.assertEqual(put("d0").status_code, 200)
