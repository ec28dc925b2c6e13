"""What no rule names is Django's."""

import json
import unittest

import stacks
from lockfill import local_secrets, monolith, web


class MonolithTests(unittest.TestCase):
    def setUp(self):
        self.base = stacks.shared().url

    def test_any_other_path_is_answered_by_django(self):
        paths = {
            "/admin/login/": 200,
            "/": 404,
            "/api/v1/allocation/other": 404,
            "/api/v1/allocation/ads/": 404,
            "/api/v1/app/devices/d-1/settings": 200,
        }
        for path, status in paths.items():
            with self.subTest(path=path):
                answer = web.get(self.base + path)
                self.assertEqual((answer.status, answer.served_by), (status, "django"))

    def test_what_a_device_put_into_django_is_what_it_gets(self):
        target = f"{self.base}/api/v1/app/devices/end-to-end/settings"
        settings = {
            "lock_screen_enabled": False,
            "quiet_hours": {"from": "22:30", "until": "07:00"},
            "language": "ko",
            "wifi_only_images": True,
        }
        headers = {"content-type": "application/json"}
        put = web.request("PUT", target, headers, json.dumps(settings))
        self.assertEqual(put.status, 200, put.body)
        got = web.get(target).json
        self.assertEqual({name: got[name] for name in settings}, settings)

    def test_an_operator_logs_in_to_the_admin(self):
        password = local_secrets.read(monolith.ADMIN_PASSWORD_SECRET)
        login = web.log_in(self.base, monolith.ADMIN_USERNAME, password)
        self.assertEqual((login.status, login.headers["location"]), (302, "/admin/"))
        session = f"sessionid={web.cookies(login)['sessionid']}"
        self.assertEqual(web.get(f"{self.base}/admin/", cookie=session).status, 200)
        self.assertEqual(web.get(f"{self.base}/admin/").status, 302, "nobody gets in without")

    def test_a_wrong_password_does_not_log_in(self):
        login = web.log_in(self.base, monolith.ADMIN_USERNAME, "wrong")
        self.assertEqual(login.status, 200)
        self.assertNotIn("sessionid", web.cookies(login))

    def test_a_form_of_another_site_does_not_log_in(self):
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "origin": "https://evil.example",
        }
        answer = web.request("POST", f"{self.base}/admin/login/", headers, "username=admin")
        self.assertEqual((answer.status, answer.served_by), (403, "django"))
