"""Logging in to the admin with a browser behind the balancer."""

import re

from django.contrib.auth.models import User
from django.test import Client, TestCase

from web.tests.api_test_case import Response

LOGIN = "/admin/login/?next=/admin/"
PASSWORD = "correct horse battery staple"


class AdminLoginTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        User.objects.create_superuser("operator", password=PASSWORD)

    def setUp(self):
        self.client = Client(enforce_csrf_checks=True)

    def log_in(self, headers: dict[str, str], **post_headers: str) -> Response:
        form = self.client.get(LOGIN, headers=headers)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)
        assert token is not None
        fields = {
            "username": "operator",
            "password": PASSWORD,
            "csrfmiddlewaretoken": token.group(1),
        }
        return self.client.post(LOGIN, fields, headers={**headers, **post_headers})

    def test_behind_a_local_balancer_on_a_port_of_its_own(self):
        headers = {
            "host": "127.0.0.1:8080",
            "x-forwarded-proto": "http",
            "x-forwarded-port": "8080",
        }
        response = self.log_in(headers, origin="http://127.0.0.1:8080")

        self.assertRedirects(response, "/admin/", fetch_redirect_response=False)
        self.assertFalse(response.cookies["sessionid"]["secure"])
        self.assertContains(self.client.get("/admin/", headers=headers), "Device settings")

    def test_over_https_the_cookies_stay_on_https(self):
        headers = {"host": "localhost", "x-forwarded-proto": "https", "x-forwarded-port": "443"}
        response = self.log_in(headers, origin="https://localhost", referer="https://localhost/admin/login/")

        self.assertRedirects(response, "/admin/", fetch_redirect_response=False)
        self.assertTrue(response.cookies["sessionid"]["secure"])
        self.assertTrue(response.cookies["csrftoken"]["secure"])

    def test_a_form_of_another_site_is_refused(self):
        headers = {"host": "127.0.0.1:8080", "x-forwarded-proto": "http"}
        others = ("http://evil.example", "http://127.0.0.1:9090", "https://127.0.0.1:8080", "null")
        for origin in others:
            with self.subTest(origin=origin), self.assertLogs("django.security.csrf"):
                self.assertEqual(self.log_in(headers, origin=origin).status_code, 403)

    def test_a_forwarded_host_changes_nothing(self):
        headers = {"host": "127.0.0.1:8080", "x-forwarded-host": "evil.example"}
        with self.assertLogs("django.security.csrf"):
            response = self.log_in(headers, origin="http://evil.example")
        self.assertEqual(response.status_code, 403)

    def test_the_admin_is_in_korean_for_a_korean_browser(self):
        response = self.client.get(LOGIN, headers={"accept-language": "ko"})
        self.assertContains(response, "로그인")
