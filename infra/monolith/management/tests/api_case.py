"""A program with a key, and what it is answered."""

import json
import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission, User
from django.test import Client, TestCase
from django.utils import timezone

from management.models import ManagementKey
from management.scopes import Scope
from management.services.keys import issue

API = "/api/management/v1"
# Of Django's test client.
Answer = Any


def make_user(name: str, *codenames: str, **values: Any) -> User:
    """A member of staff who has these permissions alone."""
    user = User.objects.create_user(name, is_staff=True, **values)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def make_key(owner: User, *scopes: str, **values: Any) -> tuple[ManagementKey, str]:
    """A key and its token, with all scopes unless some are named."""
    key = ManagementKey(owner=owner, name="script", scopes=list(scopes or Scope.values))
    key.expires_at = timezone.now() + timedelta(days=1)
    for name, value in values.items():
        setattr(key, name, value)
    token = issue(key)
    key.save()
    return key, str(token)


class ApiCalls:
    """For any of Django's test cases: a key of a superuser, and calls with it."""

    def setUp(self) -> None:
        super().setUp()
        self.user = User.objects.create_superuser("booker")
        self.key, self.token = make_key(self.user)
        self.client = Client(enforce_csrf_checks=True)

    def send(
        self, method: str, path: str, body: object = None, *, token: str | None = None, **headers: str
    ) -> Answer:
        named = {"authorization": f"Bearer {self.token if token is None else token}"}
        if method == "POST":
            named["idempotency-key"] = str(uuid.uuid4())
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method, f"{API}{path}", content, content_type="application/json", headers=named
        )

    def get(self, path: str, **options: Any) -> Answer:
        return self.send("GET", path, **options)

    def post(self, path: str, body: object, **options: Any) -> Answer:
        return self.send("POST", path, body, **options)

    def patch(self, path: str, body: object, **headers: str) -> Answer:
        """With the version that the row has."""
        headers.setdefault("if_match", self.get(path.partition("?")[0])["etag"])
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str) -> Answer:
        return self.send("DELETE", path, if_match=self.get(path.partition("?")[0])["etag"])

    def assert_problem(self, answer: Answer, status: int, kind: str, *members: str) -> dict[str, Any]:
        self.assertEqual(answer.status_code, status, answer.content)
        self.assertEqual(answer["content-type"], "application/problem+json")
        problem: dict[str, Any] = answer.json()
        self.assertEqual(problem["type"], f"urn:lockfill:problem:{kind}")
        if members:
            self.assertEqual(sorted({one["field"] for one in problem["errors"]}), sorted(members))
        return problem


class ApiCase(ApiCalls, TestCase):
    """Each test in a transaction that is rolled back."""
