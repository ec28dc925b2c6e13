"""Guessing the password of the admin."""

from unittest import mock

from django.contrib.auth.models import User
from django.test import Client, TestCase, override_settings

from accounts import guesses
from limits.models import AttemptCount
from web.tests.api_test_case import Response

LOGIN = "/admin/login/?next=/admin/"
PASSWORD = "correct horse battery staple"
# A slow hash would only make the tests slow.
FAST_HASHES = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])


@FAST_HASHES
class GuessesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        User.objects.create_superuser("operator", password=PASSWORD)

    def log_in(
        self, password: str = "wrong", username: str = "operator", address: str = "203.0.113.7"
    ) -> Response:
        fields = {"username": username, "password": password}
        headers = {"x-forwarded-for": f"198.51.100.1, {address}"}
        return Client().post(LOGIN, fields, headers=headers)

    def test_sixty_wrong_passwords_are_refused_after_five_with_one_alarm(self):
        with self.assertLogs("django.security.login", "ERROR") as logs:
            answers = [self.log_in() for _ in range(60)]
        statuses = [answer.status_code for answer in answers]
        self.assertEqual(statuses, [403] * 5 + [429] * 55)
        self.assertLessEqual(int(answers[-1]["retry-after"]), 15 * 60)
        self.assertContains(answers[-1], "too many attempts", status_code=429)
        self.assertEqual(len(logs.output), 1)
        self.assertIn("ALARM", logs.output[0])
        for secret in ("203.0.113.7", "operator", "wrong"):
            self.assertNotIn(secret, logs.output[0] + str(AttemptCount.objects.values()))

    def test_a_refused_guess_computes_no_hash(self):
        with self.assertLogs("django.security.login"):
            for _ in range(6):
                self.log_in()
        with mock.patch("django.contrib.auth.authenticate") as authenticate:
            self.assertEqual(self.log_in(PASSWORD).status_code, 429)
        authenticate.assert_not_called()

    def test_the_owner_logs_in_from_another_address_meanwhile(self):
        with self.assertLogs("django.security.login"):
            for _ in range(10):
                self.log_in()
        self.assertEqual(self.log_in(PASSWORD, address="203.0.113.8").status_code, 302)

    def test_one_address_cannot_guess_through_many_accounts(self):
        with self.assertLogs("django.security.login"):
            answers = [self.log_in(username=f"operator{number}") for number in range(25)]
        statuses = [answer.status_code for answer in answers]
        self.assertEqual(statuses, [403] * 20 + [429] * 5)

    def test_many_addresses_cannot_guess_through_one_account(self):
        with self.assertLogs("django.security.login"):
            answers = [self.log_in(address=f"203.0.113.{number}") for number in range(55)]
        statuses = [answer.status_code for answer in answers]
        self.assertEqual(statuses, [403] * 50 + [429] * 5)

    def test_letter_case_is_no_new_account(self):
        with self.assertLogs("django.security.login"):
            answers = [self.log_in(username=name) for name in ("operator", "OPERATOR") * 3]
        self.assertEqual(answers[-1].status_code, 429)

    def test_a_login_begins_anew_but_only_for_its_own_account(self):
        for _ in range(30):
            self.assertEqual(self.log_in(PASSWORD).status_code, 302)
        for number in range(20):
            self.assertEqual(self.log_in(username=f"other{number}").status_code, 403)
        with self.assertLogs("django.security.login"):
            self.assertEqual(self.log_in(PASSWORD).status_code, 429)

    def test_while_a_hash_is_computed_another_guess_takes_no_thread(self):
        self.assertTrue(guesses._hashing.acquire(blocking=False))
        self.addCleanup(guesses._hashing.release)
        answer = self.log_in(PASSWORD)
        self.assertEqual((answer.status_code, answer["retry-after"]), (429, "1"))
        self.assertFalse(AttemptCount.objects.exists())

    def test_an_empty_form_is_no_guess(self):
        for _ in range(10):
            self.assertEqual(self.log_in("").status_code, 200)


class AdminHeadersTests(TestCase):
    def test_pages_have_a_content_security_policy_and_run_no_inline_script(self):
        response = self.client.get(LOGIN)
        policy = response["content-security-policy"]
        self.assertIn("default-src 'self'", policy)
        self.assertNotIn("unsafe", policy)

    def test_https_answers_tell_browsers_to_stay_on_https(self):
        answer = self.client.get(LOGIN, headers={"x-forwarded-proto": "https"})
        self.assertEqual(answer["strict-transport-security"], "max-age=31536000")
        self.assertNotIn("strict-transport-security", self.client.get(LOGIN).headers)
