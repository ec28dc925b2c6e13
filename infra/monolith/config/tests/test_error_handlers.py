from unittest import mock

from django.db import OperationalError
from django.test import Client, SimpleTestCase, TestCase, override_settings


class UnknownPathTests(SimpleTestCase):
    def test_under_api_it_is_a_problem_document(self):
        for method in ("get", "post", "put", "delete", "options"):
            for debug in (False, True):
                with self.subTest(method=method, debug=debug), override_settings(DEBUG=debug):
                    response = getattr(self.client, method)("/api/v1/nothing")

                    self.assertEqual(response.status_code, 404)
                    self.assertEqual(response["content-type"], "application/problem+json")
                    self.assertEqual(response.json()["type"], "urn:lockfill:problem:not-found")
                    self.assertEqual(response["x-lockfill-served-by"], "django")

    def test_no_token_of_a_form_is_asked_for(self):
        client = Client(enforce_csrf_checks=True)
        for path in ("/api/v1/nothing", "/api/management/v1/nothing"):
            response = client.post(path)
            self.assertEqual(
                (response.status_code, response["content-type"]), (404, "application/problem+json")
            )

    def test_elsewhere_it_is_djangos_page(self):
        response = self.client.get("/nowhere")

        self.assertEqual(response.status_code, 404)
        self.assertEqual(response["content-type"].split(";")[0], "text/html")
        self.assertEqual(response["x-lockfill-served-by"], "django")

    def test_a_path_of_odd_bytes_is_unknown_like_any_other(self):
        for path in (
            "/api/%00",
            "/api/%FF%FE",
            "/api/%0A",
            "/%00",
            "/%C3%28",
            "//api//",
            "/api/..",
        ):
            with self.subTest(path=path):
                self.assertEqual(self.client.get(path).status_code, 404)


class RefusedRequestTests(TestCase):
    def test_a_host_that_is_not_ours_is_a_400_that_says_who_answered(self):
        for path in ("/api/v1/app/devices/d/settings", "/admin/login/"):
            with self.subTest(path=path), self.assertLogs("django.security.DisallowedHost"):
                response = self.client.get(path, headers={"host": "elsewhere.example"})

                self.assertEqual(response.status_code, 400)
                self.assertEqual(response["x-lockfill-served-by"], "django")

    def test_a_failure_of_ours_is_a_problem_without_the_reason(self):
        client = Client(raise_request_exception=False)
        failing = mock.patch(
            "devices.apis.get_device_settings", side_effect=OperationalError("a secret reason")
        )
        with failing, self.assertLogs("django.request", "ERROR"):
            response = client.get("/api/v1/app/devices/d/settings")

        self.assertEqual(response.status_code, 500)
        self.assertEqual(response["content-type"], "application/problem+json")
        self.assertNotIn("secret reason", response.content.decode())
