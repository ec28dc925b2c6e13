"""Keys: what is accepted, what is refused, and what is stored of them."""

import logging
import tempfile
from datetime import timedelta
from io import StringIO
from pathlib import Path
from unittest import mock

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from adops.tests.rows import make_advertiser
from management.http import authentication
from management.models import ManagementKey
from management.tests.api_case import ApiCase, make_key, make_user


class KeysAreCheckedTests(ApiCase):
    def test_a_key_opens_the_api_and_its_use_is_noted(self):
        make_advertiser(public_id="a-1")
        self.assertEqual(self.get("/advertisers").json()["items"][0]["id"], "a-1")
        self.key.refresh_from_db()
        self.assertLess(timezone.now() - self.key.last_used_at, timedelta(minutes=1))

    def test_what_is_no_usable_key_is_a_401_that_says_how_to_ask(self):
        expired = make_key(self.user, expires_at=timezone.now() - timedelta(seconds=1))[1]
        revoked = make_key(self.user, revoked_at=timezone.now())[1]
        inactive = make_key(make_user("gone", is_active=False))[1]
        person = make_user("no staff")
        User.objects.filter(pk=person.pk).update(is_staff=False)
        of_no_staff = make_key(person)[1]
        other = self.token[:-1] + ("A" if self.token[-1] != "A" else "B")
        for token in ("", "x", "lfk_", other, expired, revoked, inactive, of_no_staff, f"{self.token}x"):
            with self.subTest(token=token[:4]):
                answer = self.get("/advertisers", token=token)
                self.assert_problem(answer, 401, "unauthorized")
                self.assertIn("Bearer", answer["www-authenticate"])
                self.assertEqual(answer["cache-control"], "no-store")
        basic = self.get("/advertisers", authorization=f"Basic {self.token}")
        self.assert_problem(basic, 401, "unauthorized")

    def test_a_session_of_the_admin_opens_nothing(self):
        self.client.force_login(self.user)
        answer = self.client.get("/api/management/v1/advertisers")
        self.assert_problem(answer, 401, "unauthorized")
        self.assertNotIn("access-control-allow-origin", answer)

    def test_a_key_does_what_its_scopes_say_and_no_more(self):
        token = make_key(self.user, "read")[1]
        self.assertEqual(self.get("/advertisers", token=token).status_code, 200)
        answer = self.post("/advertisers", {"name": "x"}, token=token)
        self.assert_problem(answer, 403, "insufficient-scope")
        self.assertIn('scope="write:catalog"', answer["www-authenticate"])
        writer = make_key(self.user, "write:catalog")[1]
        self.assert_problem(self.get("/advertisers", token=writer), 403, "insufficient-scope")

    def test_a_key_does_no_more_than_its_owner_may(self):
        viewer = make_user("viewer", "view_advertiser")
        token = make_key(viewer)[1]
        self.assertEqual(self.get("/advertisers", token=token).status_code, 200)
        self.assert_problem(self.get("/units", token=token), 403, "forbidden")
        self.assert_problem(self.post("/advertisers", {"name": "x"}, token=token), 403, "forbidden")
        viewer.user_permissions.clear()
        self.assert_problem(self.get("/advertisers", token=token), 403, "forbidden")

    def test_the_secret_is_not_stored_and_is_in_no_log(self):
        secret = self.token[len("lfk_12345678_") :]
        row = ManagementKey.objects.filter(pk=self.key.pk).values().get()
        self.assertNotIn(secret, str(row))
        with self.assertLogs(level=logging.DEBUG) as logs:
            logging.getLogger("test").info("begin")
            self.get("/advertisers")
            self.get("/advertisers", token=f"{self.token}x")
        self.assertNotIn(secret, "\n".join(logs.output))

    def test_too_many_requests_of_a_key_are_refused_and_those_of_another_are_not(self):
        other = make_key(self.user)[1]
        day = mock.patch.object(authentication, "_WINDOW_SECONDS", 24 * 60 * 60)
        with self.settings(MANAGEMENT_REQUESTS_PER_MINUTE=3), day:
            codes = [self.get("/advertisers").status_code for _ in range(5)]
            last = self.get("/advertisers")
            self.assertEqual(self.get("/advertisers", token=other).status_code, 200)
            reader = make_key(self.user, "reports")[1]
            refused = [self.get("/advertisers", token=reader).status_code for _ in range(4)]
            self.assertEqual(refused, [403, 403, 403, 429], "refused requests count, too")
        self.assertEqual(codes, [200, 200, 200, 429, 429])
        self.assert_problem(last, 429, "too-many-requests")
        self.assertGreater(int(last["retry-after"]), 0)

    def test_wrong_keys_of_one_address_are_refused_without_a_look_at_them(self):
        limit = authentication.WRONG_KEYS
        tight = type(limit)(limit.name, 2, 24 * 60 * 60)
        with (
            mock.patch.object(authentication, "WRONG_KEYS", tight),
            self.assertLogs("django.security.management"),
        ):
            codes = [self.get("/advertisers", token="x").status_code for _ in range(4)]
            self.assertEqual(self.get("/advertisers").status_code, 200, "a right key of the same address")
        self.assertEqual(codes, [401, 401, 429, 429])


class KeysInTheAdminTests(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.person = make_user(
            "ops", "add_managementkey", "view_managementkey", "change_managementkey", "view_advertiser"
        )
        self.browser = Client()
        self.browser.force_login(self.person)
        self.list = reverse("admin:management_managementkey_changelist")

    def make(self, **values: object) -> ManagementKey:
        day = (timezone.now() + timedelta(days=3)).date().isoformat()
        sent = {"name": "nightly", "scopes": ["read"], "expires_at_0": day, "expires_at_1": "00:00", **values}
        self.page = self.browser.post(reverse("admin:management_managementkey_add"), sent)
        return ManagementKey.objects.filter(owner=self.person).first()

    def test_a_key_is_shown_once_and_works(self):
        key = self.make()
        token = self.page.context["token"]
        self.assertContains(self.page, token)
        self.assertIn("no-store", self.page["cache-control"])
        self.assertEqual(self.get("/advertisers", token=token).status_code, 200)
        change = self.browser.get(reverse("admin:management_managementkey_change", args=[key.pk]))
        for page in (change, self.browser.get(self.list)):
            self.assertContains(page, f"lfk_{key.prefix}")
            self.assertNotContains(page, token)
            self.assertNotContains(page, key.secret_digest)

    def test_a_key_that_never_ends_or_has_ended_is_refused(self):
        for day in ("2020-01-01", "2099-01-01"):
            self.assertIsNone(self.make(expires_at_0=day))
            self.assertContains(self.page, "within the next 366 days")
        self.assertIsNone(self.make(scopes=["everything"]))

    def test_a_person_sees_and_revokes_own_keys_and_at_once(self):
        key = self.make()
        token = self.page.context["token"]
        self.assertNotContains(self.browser.get(self.list), f"lfk_{self.key.prefix}")
        sent = {"action": "revoke_keys", "_selected_action": [key.pk, self.key.pk]}
        self.assertEqual(self.browser.post(self.list, sent).status_code, 302)
        self.assert_problem(self.get("/advertisers", token=token), 401, "unauthorized")
        self.assertEqual(self.get("/advertisers").status_code, 200, "the key of another person")
        self.assertContains(self.browser.get(self.list), "revoked")
        self.assertEqual(LogEntry.objects.filter(object_id=str(key.pk)).count(), 2, "made and revoked")

    def test_a_leaked_key_is_revoked_on_the_command_line_by_what_was_found_of_it(self):
        out = StringIO()
        call_command("revoke_key", self.token, stdout=out)
        self.assertEqual(out.getvalue(), f"revoked lfk_{self.key.prefix}, a key of booker\n")
        self.assert_problem(self.get("/advertisers"), 401, "unauthorized")
        for prefix in (self.token, "lfk_zzzzzzzz", ""):
            with self.assertRaises(CommandError) as refused:
                call_command("revoke_key", prefix)
            self.assertNotIn(self.token, str(refused.exception))

    def test_a_key_is_made_on_the_command_line_into_a_file_of_its_owner_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "key"
            out = StringIO()
            call_command("make_key", "ops", str(file), scopes=["read"], stdout=out)
            token = file.read_text().strip()
            self.assertEqual(file.stat().st_mode & 0o777, 0o600)
            self.assertNotIn(token, out.getvalue())
            self.assertEqual(self.get("/advertisers", token=token).status_code, 200)
            for arguments, options in (
                (("ops", str(file)), {}),
                (("stranger", f"{file}2"), {}),
                (("ops", f"{file}2"), {"days": 367}),
                (("ops", f"{folder}/none/key"), {}),
            ):
                with self.assertRaises(CommandError):
                    call_command("make_key", *arguments, scopes=["read"], **options)
        self.assertEqual(ManagementKey.objects.filter(owner=self.person).count(), 1)
