import io
import os
from unittest import mock

from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import TestCase

from accounts.credentials import read_admin_credentials

PASSWORD = "correct horse battery staple"


def ensure_admin(**variables: str) -> str:
    out = io.StringIO()
    with mock.patch.dict(os.environ, variables):
        call_command("ensure_admin", stdout=out, stderr=out)
    return out.getvalue()


class EnsureAdminTests(TestCase):
    def ensure(self, password: str = PASSWORD, username: str = "operator") -> str:
        return ensure_admin(MONOLITH_ADMIN_USERNAME=username, MONOLITH_ADMIN_PASSWORD=password)

    def test_it_makes_a_superuser_once_and_never_shows_the_password(self):
        first, second = self.ensure(), self.ensure()

        user = User.objects.get()
        self.assertTrue(user.check_password(PASSWORD) and user.is_superuser and user.is_staff)
        self.assertEqual(first, "The administrator is new.\n")
        self.assertEqual(second, "The administrator is up to date.\n")

    def test_a_new_password_replaces_the_old_one(self):
        self.ensure()
        self.ensure("another long pass phrase")
        self.assertTrue(User.objects.get().check_password("another long pass phrase"))

    def test_the_same_password_ends_no_session(self):
        self.ensure()
        hash_before = User.objects.get().password
        self.ensure()
        self.assertEqual(User.objects.get().password, hash_before)

    def test_an_account_that_was_locked_is_opened_again(self):
        User.objects.create_user("operator", is_active=False)
        self.ensure()
        self.assertTrue(User.objects.get().is_active)

    def test_without_a_name_and_a_password_it_says_which_is_missing(self):
        with self.assertRaisesRegex(CommandError, "^MONOLITH_ADMIN_PASSWORD must be set$"):
            self.ensure(password="")

    def test_a_weak_password_and_an_odd_name_are_refused(self):
        for variables in ({"password": "admin"}, {"username": "no spaces allowed"}):
            with self.subTest(variables=variables), self.assertRaises(CommandError):
                self.ensure(**variables)
        self.assertFalse(User.objects.exists())

    def test_the_password_is_not_shown(self):
        variables = {"MONOLITH_ADMIN_USERNAME": "root", "MONOLITH_ADMIN_PASSWORD": PASSWORD}
        credentials = read_admin_credentials(variables)
        self.assertEqual(credentials.password, PASSWORD)
        self.assertNotIn(PASSWORD, repr(credentials))
