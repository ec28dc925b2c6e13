import logging
from unittest import TestCase

from django.test import RequestFactory
from django.urls import get_resolver, resolve

from web.logged_path import LoggedPathFilter, logged_path

TOKEN = "k1." + "eyJyIjoi" * 20


class LoggedPathTests(TestCase):
    def test_what_a_route_captured_is_cut(self):
        for path, logged in (
            ("/api/v1/app/devices/somebody/settings", "/api/v1/app/devices/…/settings"),
            ("/api/v1/app/devices/some/body/settings", "/api/v1/app/devices/…/…/settings"),
            ("/api/v1/app/points/entries", "/api/v1/app/points/entries"),
            ("/api/v1/allocation/lockscreen", "/api/v1/allocation/lockscreen"),
            ("/admin/members/member/17/change/", "/admin/members/member/…/change/"),
            ("/admin/login/", "/admin/login/"),
            (f"/api/v1/events/click/{TOKEN}", "/api/v1/events/click/…"),
            (f"/api/v1/events/impression/{TOKEN}/", "/api/v1/events/impression/…/…"),
            ("/api/v1/events", "/api/v1/events"),
        ):
            self.assertEqual(logged_path(path, resolve(path)), logged)

    def test_a_path_without_a_route_is_logged_by_its_beginning(self):
        unknown = "/api/v1/clicks/of/" + TOKEN
        self.assertEqual(logged_path(unknown, resolve(unknown)), "/api/v1/clicks/…")
        for path, logged in (
            (unknown, "/api/v1/clicks/…"),
            ("/healthz", "/healthz"),
            ("/" + TOKEN, "/…"),
            ("/phone/9774d56d682e549c", "/phone/…"),
            ('/forged\nline "', "/forged%0Aline%20%22"),
        ):
            self.assertEqual(logged_path(path, None), logged)

    def test_every_api_has_a_named_route(self):
        # A route without a name counts as the answer to all paths that no API has.
        unnamed = [
            str(pattern.pattern)
            for pattern in get_resolver().url_patterns
            if not hasattr(pattern, "url_patterns") and pattern.name is None
        ]
        self.assertEqual(unnamed, ["^api/"])

    def test_a_line_of_django_about_a_request_names_no_id(self):
        request = RequestFactory().get("/api/v1/app/devices/somebody/settings?user_id=u1")
        record = logging.LogRecord(
            "django.request", logging.ERROR, "", 0, "%s: %s", ("Error", request.path), None
        )
        record.request = request
        self.assertTrue(LoggedPathFilter().filter(record))
        self.assertEqual(record.getMessage(), "Error: /api/v1/app/…")
