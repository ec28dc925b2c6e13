from unittest import mock

from django.utils import timezone

from devices.models import DeviceSettings
from members.models import Member, MemberDevice
from members.selectors import get_device_of_token
from members.tests.support import MYSELF, MemberTestCase, new_key
from members.tokens import parse_token
from points.models import PointsEntry
from rewards.models import Unlock

FULL = {
    "birth_year": 1990,
    "gender": "F",
    "language": "ko",
    "country": "KR",
    "interests": ["sports", "여행"],
    "time_zone": "Asia/Seoul",
}


class ProfileTests(MemberTestCase):
    def test_what_was_told_is_what_is_known(self):
        phone = self.phone()
        self.assertEqual(phone.send("patch", MYSELF, FULL).json()["profile"], FULL)
        self.assertEqual(phone.get(MYSELF).json()["profile"], FULL)

    def test_what_is_not_mentioned_stays_and_null_takes_it_back(self):
        phone = self.phone(**FULL)
        phone.send("patch", MYSELF, {"gender": None, "country": "JP", "unknown": 1})
        expected = {**FULL, "gender": None, "country": "JP"}
        self.assertEqual(phone.get(MYSELF).json()["profile"], expected)

        phone.send("patch", MYSELF, dict.fromkeys(FULL))
        nothing = {**dict.fromkeys(FULL), "interests": [], "time_zone": "UTC"}
        self.assertEqual(phone.get(MYSELF).json()["profile"], nothing)

    def test_codes_are_kept_as_the_standards_write_them_and_interests_once(self):
        phone = self.phone()
        told = {"country": "kr", "language": "KO", "interests": ["b", "a", "b"]}
        profile = phone.send("patch", MYSELF, told).json()["profile"]
        self.assertEqual((profile["country"], profile["language"]), ("KR", "ko"))
        self.assertEqual(profile["interests"], ["b", "a"])

    def test_the_edges_of_what_can_be_told(self):
        phone = self.phone()
        this_year = timezone.now().year
        interests = [f"{number:064}" for number in range(64)]
        for told in (
            {"birth_year": 1900},
            {"birth_year": this_year},
            {"interests": interests},
            {"interests": []},
            {"gender": "X"},
            {"time_zone": "America/Argentina/ComodRivadavia"},
        ):
            with self.subTest(told=told):
                self.assertEqual(phone.send("patch", MYSELF, told).status_code, 200)

    def test_what_nobody_can_be_is_refused_and_changes_nothing(self):
        phone = self.phone(**FULL)
        wrong = {
            "birth_year": [1899, timezone.now().year + 1, "1990", 1990.0, True, 10**30],
            "gender": ["m", "", "MF", 1, []],
            "language": ["", "korean-kr", "한", 1],
            "country": ["", "KOR", "K", "82", "ßß", 1],
            "interests": ["sports", [""], ["a b"], [1], ["x"] * 65, ["x" * 65], {}, [None]],
            "time_zone": ["", "seoul", "asia/seoul", "../../etc/passwd", "UTC+9", 9, []],
        }
        for name, values in wrong.items():
            for value in values:
                with self.subTest(name=name, value=value):
                    response = phone.send("patch", MYSELF, {name: value})
                    self.assert_invalid_fields(response, name)
        self.assertEqual(phone.get(MYSELF).json()["profile"], FULL)


class ErasureTests(MemberTestCase):
    def test_nothing_personal_is_left(self):
        phone = self.phone("somebody", **FULL)
        phone.send("put", "/api/v1/app/devices/phone-of-somebody/settings", SETTINGS)
        phone.send("post", "/api/v1/app/rewards/unlocks", {"unlock_id": "unlock-1"})
        response = phone.send("delete", MYSELF)

        self.assertEqual((response.status_code, response.content), (204, b""))
        for model in (MemberDevice, DeviceSettings, Unlock):
            self.assertFalse(model.objects.exists(), model)
        left = str(Member.objects.values().get())
        for told in ("somebody", "1990", "KR", "sports", "여행", "Seoul"):
            self.assertNotIn(told, left)

    def test_the_token_is_void(self):
        phone = self.phone()
        phone.send("delete", MYSELF)
        for method, path in (
            ("get", MYSELF),
            ("delete", MYSELF),
            ("get", "/api/v1/app/points"),
            ("get", "/api/v1/app/rewards/unlocks"),
        ):
            self.assert_unauthorized(phone.send(method, path))

    def test_a_request_that_is_on_its_way_finds_the_member_gone(self):
        for method, path, body in (
            ("patch", MYSELF, {"country": "KR"}),
            ("delete", MYSELF, None),
            ("post", "/api/v1/app/rewards/unlocks", {"unlock_id": "late"}),
            ("post", "/api/v1/app/points/spendings", {"amount": 1, "reference": "late"}),
        ):
            phone = self.phone()
            device = get_device_of_token(parse_token(phone.token))
            phone.send("delete", MYSELF)
            # As if the token had been looked up a moment before.
            looked_up = mock.patch(
                "members.authentication.get_device_of_token", return_value=device
            )
            with self.subTest(method=method, path=path), looked_up:
                headers = {"idempotency_key": new_key()}
                self.assert_unauthorized(phone.send(method, path, body, **headers))

    def test_points_are_forfeited_in_the_ledger_and_not_out_of_it(self):
        phone = self.phone()
        phone.send("post", "/api/v1/app/rewards/unlocks", {"unlock_id": "unlock-1"})
        phone.send("delete", MYSELF)

        entries = PointsEntry.objects.order_by("sequence").values_list("kind", "balance_after")
        self.assertEqual(list(entries), [("unlock", 1), ("forfeiture", 0)])

    def test_whoever_was_erased_may_come_back_as_somebody_new(self):
        self.phone().send("delete", MYSELF)
        again = self.phone()
        self.assertEqual(again.get("/api/v1/app/points").json(), {"balance": 0})
        self.assertEqual(Member.objects.count(), 2)


SETTINGS = {
    "lock_screen_enabled": True,
    "quiet_hours": None,
    "language": "ko",
    "wifi_only_images": False,
}
