"""What the tests of every JSON API share."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client, TestCase


class ApiAssertions:
    """Assertions about answers, for test cases of any kind."""

    def assert_problem(self, response: HttpResponse, status: int, kind: str) -> None:
        self.assertEqual(response.status_code, status, response.content)
        self.assertEqual(response["content-type"], "application/problem+json")
        self.assertEqual(response["x-lockfill-served-by"], "django")
        problem = response.json()
        self.assertEqual(problem["type"], f"urn:lockfill:problem:{kind}")
        self.assertEqual(problem["status"], status)

    def assert_invalid_fields(self, response: HttpResponse, *names: str) -> None:
        self.assert_problem(response, 400, "invalid-parameters")
        self.assertEqual([error["field"] for error in response.json()["errors"]], list(names))


def send(client: Client, method: str, path: str, body: object = None, **extra: Any) -> HttpResponse:
    """Sends JSON; bytes and texts as they are."""
    content = body if isinstance(body, (bytes, str)) else json.dumps(body)
    content_type = extra.pop("content_type", "application/json")
    return client.generic(method.upper(), path, content, content_type=content_type, **extra)


class ApiTestCase(ApiAssertions, TestCase):
    def setUp(self):
        # As apps are: without any CSRF token.
        self.client = Client(enforce_csrf_checks=True)

    def send(self, method: str, path: str, body: object = None, **extra: Any) -> HttpResponse:
        return send(self.client, method, path, body, **extra)
