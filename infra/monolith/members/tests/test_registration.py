from datetime import timedelta
from unittest import mock

from django.utils import timezone

from members.models import Member, MemberDevice
from members.tests.support import MEMBERS, MYSELF, MemberTestCase, Phone, new_key

EMPTY_PROFILE: dict[str, object] = {
    "birth_year": None,
    "gender": None,
    "language": None,
    "country": None,
    "interests": [],
    "time_zone": "UTC",
}


class RegistrationTests(MemberTestCase):
    def test_a_member_registers_with_a_phone_and_gets_its_token(self):
        response = self.register("u1", "d1", time_zone="Asia/Seoul", birth_year=1990)

        self.assertEqual(response.status_code, 201)
        self.assertEqual(response["cache-control"], "no-store")
        document = response.json()
        token = document.pop("token")
        self.assertEqual(
            document["profile"], {**EMPTY_PROFILE, "time_zone": "Asia/Seoul", "birth_year": 1990}
        )
        self.assertEqual((document["user_id"], document["device_id"]), ("u1", "d1"))
        self.assertEqual(Phone(token).get(MYSELF).json(), document)

    def test_the_token_itself_is_nowhere_in_the_database(self):
        token = self.register().json()["token"]
        stored = MemberDevice.objects.values().get()
        for part in token.split(".")[1:]:
            self.assertNotIn(part, str(stored))

    def test_a_request_repeated_with_its_key_gets_a_new_token_and_voids_the_lost_one(self):
        key = new_key()
        lost = Phone(self.register(key=key).json()["token"])
        repeated = self.register(key=key)

        self.assertEqual(repeated.status_code, 200)
        self.assert_unauthorized(lost.get(MYSELF))
        self.assertEqual(Phone(repeated.json()["token"]).get(MYSELF).status_code, 200)
        self.assertEqual(Member.objects.count(), 1)

    def test_after_a_day_a_registration_cannot_be_repeated(self):
        key = new_key()
        self.register(key=key)
        for age, status in ((timedelta(hours=23), 200), (timedelta(hours=25), 409)):
            later = mock.patch.object(timezone, "now", return_value=timezone.now() + age)
            with self.subTest(age=age), later:
                self.assertEqual(self.register(key=key).status_code, status)

    def test_a_user_or_a_device_that_is_stated_again_is_another_member_without_any_access(self):
        phone = Phone(self.register("u1", "d1", country="KR").json()["token"])
        first = phone.get(MYSELF).content
        for user_id, device_id in (("u1", "d1"), ("u1", "d2"), ("u2", "d1")):
            answer = self.register(user_id, device_id)
            self.assertEqual(answer.status_code, 201)
            self.assertEqual(answer.json()["profile"], EMPTY_PROFILE)
        self.assertEqual(phone.get(MYSELF).content, first)
        self.assertEqual(Member.objects.count(), 4)

    def test_the_key_of_a_request_repeats_no_other_request(self):
        key = new_key()
        phone = Phone(self.register("u1", "d1", key=key).json()["token"])
        self.assert_problem(self.register("u2", "d1", key=key), 409, "already-registered")
        self.assertEqual(phone.get(MYSELF).json()["device_id"], "d1")

    def test_users_who_differ_in_case_or_accents_alone_are_two(self):
        for user_id in ("u1", "U1", "\u00e9", "e\u0301", "e", "\ud55c", "\u1112\u1161\u11ab"):
            with self.subTest(user_id=user_id):
                self.assertEqual(self.register(user_id).status_code, 201)

    def test_all_that_is_wrong_is_named_at_once(self):
        response = self.register("white space", "x" * 129, country="KOR", time_zone="Mars/Base")
        self.assert_invalid_fields(response, "user_id", "device_id", "country", "time_zone")
        self.assertFalse(Member.objects.exists())

    def test_without_a_key_or_with_one_that_can_be_guessed_a_registration_is_refused(self):
        for key in ("", "short", "x" * 21, "x" * 129, "x" * 22 + " y", "한" * 22):
            with self.subTest(key=key):
                body = {"user_id": "u1", "device_id": "d1"}
                headers = {"idempotency-key": key} if key else {}
                response = self.send("post", MEMBERS, body, headers=headers)
                self.assert_invalid_fields(response, "Idempotency-Key")

    def test_a_body_that_is_no_json_object_is_refused(self):
        for body in (" ", "[]", "null", '{"user_id":'):
            response = self.send("post", MEMBERS, body, headers={"idempotency-key": new_key()})
            self.assert_problem(response, 400, "invalid-body")

    def test_members_cannot_be_listed(self):
        response = self.client.get(MEMBERS)
        self.assert_problem(response, 405, "method-not-allowed")
        self.assertEqual(response["allow"], "POST")


class TokenTests(MemberTestCase):
    def test_what_is_not_exactly_the_token_is_a_401(self):
        token = self.register().json()["token"]
        token_id, secret = token.split(".")
        last = "A" if secret[-1] != "A" else "B"
        wrong = (
            "",
            "Bearer",
            f"Basic {token}",
            token,
            f"Bearer {token}x",
            f"Bearer {token_id}",
            f"Bearer {token_id}.",
            f"Bearer {'0' * 16}.{secret}",
            f"Bearer {token_id}.{secret[:-1]}{last}",
            f"Bearer {token_id.upper()}.{secret}" if token_id.upper() != token_id else "Bearer x",
            "Bearer \xff",
        )
        for header in wrong:
            with self.subTest(header=header):
                headers = {"authorization": header}
                self.assert_unauthorized(self.client.get(MYSELF, headers=headers))
        self.assert_unauthorized(self.client.get(MYSELF))

    def test_the_scheme_is_written_in_any_case(self):
        token = self.register().json()["token"]
        response = self.client.get(MYSELF, headers={"authorization": f"bearer {token}"})
        self.assertEqual(response.status_code, 200)

    def test_a_401_comes_before_anything_about_the_body(self):
        self.assert_unauthorized(self.send("patch", MYSELF, {"gender": "?"}))
