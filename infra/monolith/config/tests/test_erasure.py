from unittest import mock

from django.apps import apps
from django.conf import settings

from devices.models import DeviceSettings
from members.models import Member, MemberDevice
from members.selectors import get_device_of_token
from members.tests.support import FULL_PROFILE, MYSELF, MemberTestCase, new_key
from members.tokens import parse_token
from points.models import PointsEntry
from rewards.models import Unlock

DEVICE_SETTINGS = {
    "lock_screen_enabled": True,
    "quiet_hours": None,
    "language": "ko",
    "wifi_only_images": False,
}


class ErasureTests(MemberTestCase):
    def test_nothing_personal_is_left(self):
        phone = self.phone("somebody", **FULL_PROFILE)
        phone.send("put", "/api/v1/app/devices/phone-of-somebody/settings", DEVICE_SETTINGS)
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

    def test_a_request_during_the_erasure_is_a_401(self):
        for method, path, body in (
            ("patch", MYSELF, {"country": "KR"}),
            ("delete", MYSELF, None),
            ("post", "/api/v1/app/rewards/unlocks", {"unlock_id": "late"}),
            ("post", "/api/v1/app/points/spendings", {"amount": 1, "reference": "late"}),
        ):
            phone = self.phone()
            token = parse_token(phone.token)
            assert token is not None
            device = get_device_of_token(token)
            phone.send("delete", MYSELF)
            # The look-up of the token happened just before the erasure.
            looked_up = mock.patch("members.authentication.get_device_of_token", return_value=device)
            with self.subTest(method=method, path=path), looked_up:
                headers = {"idempotency_key": new_key()}
                self.assert_unauthorized(phone.send(method, path, body, **headers))

    def test_points_are_forfeited_by_an_entry_of_the_ledger(self):
        phone = self.phone()
        phone.send("post", "/api/v1/app/rewards/unlocks", {"unlock_id": "unlock-1"})
        phone.send("delete", MYSELF)

        entries = PointsEntry.objects.order_by("sequence").values_list("kind", "balance_after")
        self.assertEqual(list(entries), [("unlock", 1), ("forfeiture", 0)])

    def test_an_erased_user_can_register_again_as_a_new_member(self):
        self.phone().send("delete", MYSELF)
        again = self.phone()
        self.assertEqual(again.get("/api/v1/app/points").json(), {"balance": 0})
        self.assertEqual(Member.objects.count(), 2)

    def test_every_app_that_refers_to_a_member_has_a_step_in_the_erasure(self):
        referring = {
            model._meta.app_label
            for model in apps.get_models()
            for field in model._meta.get_fields()
            if field.concrete and field.related_model in (Member, MemberDevice)
        }
        stepping = {path.partition(".")[0] for path in settings.MEMBER_ERASURE_STEPS}
        self.assertLessEqual({"points", "rewards"}, referring)
        self.assertLessEqual(referring - {"members"}, stepping)

    def test_a_step_that_fails_undoes_the_erasure(self):
        phone = self.phone()
        phone.send("post", "/api/v1/app/rewards/unlocks", {"unlock_id": "unlock-1"})
        failing = mock.patch(settings.MEMBER_ERASURE_STEPS[-1], side_effect=RuntimeError("a step fails"))
        raised = self.assertRaisesMessage(RuntimeError, "a step fails")
        with failing, raised, self.assertLogs("django.request", "ERROR"):
            phone.send("delete", MYSELF)

        self.assertEqual(phone.get("/api/v1/app/points").json(), {"balance": 1})
        self.assertEqual(Unlock.objects.count(), 1)
