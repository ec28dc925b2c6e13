"""The documented ways back: a lost, a new, a reinstalled and a given phone, and a stolen token."""

from datetime import timedelta
from unittest import mock

from django.test import override_settings
from django.utils import timezone

from members.device_services import DEVICES_MAX, join_member
from members.models import Member, MemberDevice, PairingCode
from members.tests.support import MEMBERS, MYSELF, KeyPair, MemberTestCase, Phone, new_key
from web.tests.api_test_case import Response

DEVICES = f"{MEMBERS}/devices"
TOKENS = f"{MEMBERS}/tokens"


class RecoveryTestCase(MemberTestCase):
    def setUp(self):
        super().setUp()
        self.keys = KeyPair()
        self.owner = self.phone_with(self.keys)

    def new_code(self) -> str:
        proof = self.keys.proof("pair")
        answer = self.owner.send("post", f"{MYSELF}/pairing-codes", {"proof": proof})
        self.assertEqual(answer.status_code, 201, answer.content)
        return answer.json()["code"]

    def join(self, code: str, keys: KeyPair, device_id: str = "d2") -> Response:
        body = {"code": code, "device_id": device_id, "proof": keys.proof("join", code, device_id)}
        return self.send("post", DEVICES, body)

    def revoke(self, phone: Phone, keys: KeyPair, number: int) -> Response:
        body = {"device": number, "proof": keys.proof("revoke", str(number))}
        return phone.send("post", f"{MYSELF}/revocations", body)


class PairingTests(RecoveryTestCase):
    def test_a_new_phone_joins_with_a_code_of_the_old_one(self):
        joined = self.join(self.new_code(), KeyPair())
        self.assertEqual(joined.status_code, 201)
        me = Phone(joined.json()["token"]).get(MYSELF).json()
        self.assertEqual((me["user_id"], me["device_id"]), ("u1", "d2"))
        self.assertEqual(Member.objects.count(), 1)

    def test_a_code_works_once_and_the_newest_alone_and_not_for_long(self):
        old, code = self.new_code(), self.new_code()
        self.assert_problem(self.join(old, KeyPair()), 409, "invalid-pairing-code")
        self.assertEqual(self.join(code, KeyPair()).status_code, 201)
        self.assert_problem(self.join(code, KeyPair()), 409, "invalid-pairing-code")
        code, later = self.new_code(), timezone.now() + timedelta(minutes=11)
        with mock.patch.object(timezone, "now", return_value=later):
            self.assert_problem(self.join(code, KeyPair()), 409, "invalid-pairing-code")

    def test_a_code_is_not_used_up_by_a_refusal(self):
        code = self.new_code()
        self.assert_problem(self.join(code, self.keys), 409, "key-taken")
        self.assertEqual(self.join(code, KeyPair()).status_code, 201)

    @override_settings(NEW_DEVICES_PER_MINUTE=100)
    def test_a_member_has_so_many_phones(self):
        for number in range(DEVICES_MAX - 1):
            join_member(self.new_code(), f"d{number}", f"{number:064}", now=timezone.now())
        self.assert_problem(self.join(self.new_code(), KeyPair()), 409, "too-many-devices")

    def test_a_code_that_has_no_form_of_a_code_is_a_400(self):
        for code in ("", "x", None, 1, "abcde-abcde-abcde-abcde", "A" * 23):
            with self.subTest(code=code):
                body = {"code": code, "device_id": "d2", "proof": self.keys.proof("join")}
                self.assert_invalid_fields(self.send("post", DEVICES, body), "code")

    def test_the_code_is_not_in_the_database(self):
        code = self.new_code()
        self.assertNotIn(code, str(PairingCode.objects.values().get()))


class StolenTokenTests(RecoveryTestCase):
    def test_the_phone_renews_its_token_and_the_stolen_one_is_void(self):
        thief = Phone(self.owner.token)
        renewed = self.send("post", TOKENS, {"proof": self.keys.proof("renew-token")})
        self.assertEqual(renewed.status_code, 200)
        self.assert_unauthorized(thief.get(MYSELF))
        self.assertEqual(Phone(renewed.json()["token"]).get(MYSELF).status_code, 200)

    def test_a_token_alone_pairs_and_revokes_and_binds_nothing(self):
        thief, keys = Phone(self.owner.token), KeyPair()
        answer = thief.send("post", f"{MYSELF}/pairing-codes", {"proof": keys.proof("pair")})
        self.assert_problem(answer, 403, "invalid-proof")
        number = MemberDevice.objects.get().pk
        self.assert_problem(self.revoke(thief, keys, number), 403, "invalid-proof")
        body = {"proof": keys.proof("bind-key", "phone-of-u1")}
        self.assert_problem(thief.send("put", f"{MYSELF}/key", body), 409, "key-taken")
        self.assertEqual(self.owner.get(MYSELF).status_code, 200)

    def test_a_key_that_nobody_registered_gets_no_token(self):
        answer = self.send("post", TOKENS, {"proof": KeyPair().proof("renew-token")})
        self.assert_problem(answer, 403, "key-not-registered")


class RevocationTests(RecoveryTestCase):
    def test_a_phone_that_was_lost_or_given_away_is_revoked_with_its_key_and_token(self):
        keys = KeyPair()
        given = Phone(self.join(self.new_code(), keys).json()["token"])
        listed = self.owner.get(f"{MYSELF}/devices").json()["devices"]
        self.assertEqual([each["is_this_one"] for each in listed], [True, False])
        self.assertEqual(self.revoke(self.owner, self.keys, listed[1]["device"]).status_code, 204)

        self.assert_unauthorized(given.get(MYSELF))
        answer = self.send("post", TOKENS, {"proof": keys.proof("renew-token")})
        self.assert_problem(answer, 403, "key-not-registered")
        self.assertEqual(len(self.owner.get(f"{MYSELF}/devices").json()["devices"]), 1)

    def test_no_phone_revokes_another_members(self):
        other = KeyPair()
        stranger = self.phone_with(other, "u2")
        number = MemberDevice.objects.get(device_id="phone-of-u1").pk
        self.assert_problem(self.revoke(stranger, other, number), 404, "not-found")
        self.assertEqual(self.owner.get(MYSELF).status_code, 200)


class ReinstalledAppTests(RecoveryTestCase):
    def test_a_new_key_with_the_same_ids_is_a_new_member_until_it_is_paired(self):
        again = KeyPair()
        self.assertEqual(self.register_with(again).status_code, 201)
        self.assertEqual(Member.objects.count(), 2)
        joined = self.join(self.new_code(), KeyPair(), "phone-of-u1")
        self.assertEqual(joined.status_code, 201)
        self.assertEqual(Member.objects.count(), 2)


class OlderAppTests(MemberTestCase):
    def test_an_updated_app_binds_its_key_and_the_token_before_is_void(self):
        old, keys = self.phone(), KeyPair()
        answer = old.send("put", f"{MYSELF}/key", {"proof": keys.proof("bind-key", "phone-of-u1")})
        self.assertEqual(answer.status_code, 200)
        self.assert_unauthorized(old.get(MYSELF))
        renewed = self.send("post", TOKENS, {"proof": keys.proof("renew-token")})
        self.assertEqual(Phone(renewed.json()["token"]).get(MYSELF).json()["user_id"], "u1")

    def test_the_idempotency_key_of_before_is_worth_nothing_once_a_key_is_bound(self):
        key, keys = new_key(), KeyPair()
        old = Phone(self.register(key=key).json()["token"])
        old.send("put", f"{MYSELF}/key", {"proof": keys.proof("bind-key", "phone-of-u1")})
        self.assert_problem(self.register(key=key), 409, "already-registered")

    def test_without_a_key_no_phone_is_paired(self):
        answer = self.phone().send("post", f"{MYSELF}/pairing-codes", {"proof": KeyPair().proof("pair")})
        self.assert_problem(answer, 403, "proof-required")
