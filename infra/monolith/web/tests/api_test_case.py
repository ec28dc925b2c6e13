"""The base of every test of a JSON API."""

import json
from typing import Any

from django.test import Client, TestCase

# Django's test client adds members such as `json` to a response while a test runs.
Response = Any


def send(client: Client, method: str, path: str, body: object = None, **extra: Any) -> Response:
    """Sends a body as JSON, and bytes and texts as they are."""
    content = body if isinstance(body, (bytes, str)) else json.dumps(body)
    content_type = extra.pop("content_type", "application/json")
    return client.generic(method.upper(), path, content, content_type=content_type, **extra)


class ApiTestCase(TestCase):
    def setUp(self):
        # Apps send no CSRF token.
        self.client = Client(enforce_csrf_checks=True)

    def send(self, method: str, path: str, body: object = None, **extra: Any) -> Response:
        return send(self.client, method, path, body, **extra)

    def assert_problem(self, response: Response, status: int, kind: str) -> None:
        self.assertEqual(response.status_code, status, response.content)
        self.assertEqual(response["content-type"], "application/problem+json")
        self.assertEqual(response["x-lockfill-served-by"], "django")
        problem = response.json()
        self.assertEqual(problem["type"], f"urn:lockfill:problem:{kind}")
        self.assertEqual(problem["status"], status)

    def assert_invalid_fields(self, response: Response, *names: str) -> None:
        self.assert_problem(response, 400, "invalid-parameters")
        self.assertEqual([error["field"] for error in response.json()["errors"]], list(names))
