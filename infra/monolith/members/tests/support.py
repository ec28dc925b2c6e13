"""Members and their phones, for the tests of every app that needs a member."""

import secrets
from datetime import datetime, timezone
from typing import Any

from django.test import Client

from members.models import Member
from members.profiles import Profile
from members.services import Registration, register_member
from web.tests.api_test_case import ApiTestCase, Response, send

MEMBERS = "/api/v1/app/members"
MYSELF = "/api/v1/app/members/me"
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=timezone.utc)
FULL_PROFILE: dict[str, Any] = {
    "birth_year": 1990,
    "gender": "F",
    "language": "ko",
    "country": "KR",
    "interests": ["sports", "여행"],
    "time_zone": "Asia/Seoul",
}


def new_key() -> str:
    return secrets.token_urlsafe(24)


def new_member(user_id: str = "u1", *, now: datetime = NOW, **profile: Any) -> Member:
    """A member with a phone `phone-of-USER_ID`, without the API."""
    registration = Registration(user_id, f"phone-of-{user_id}", new_key(), Profile(**profile))
    return register_member(registration, now=now).device.member


class Phone:
    """A registered phone, which sends its token with every request."""

    def __init__(self, token: str) -> None:
        self.token = token
        self._client = Client(enforce_csrf_checks=True)

    def get(self, path: str, **headers: str) -> Response:
        return self._client.get(path, headers=self._headers(headers))

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Response:
        return send(self._client, method, path, body, headers=self._headers(headers))

    def _headers(self, headers: dict[str, str]) -> dict[str, str]:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"authorization": f"Bearer {self.token}", **names}


class MemberTestCase(ApiTestCase):
    def register(self, user_id: str = "u1", device_id: str = "", key: str = "", **profile: Any) -> Response:
        body = {"user_id": user_id, "device_id": device_id or f"phone-of-{user_id}", **profile}
        headers = {"idempotency-key": key or new_key()}
        return self.send("post", MEMBERS, body, headers=headers)

    def phone(self, user_id: str = "u1", **profile: Any) -> Phone:
        return Phone(self.register(user_id, **profile).json()["token"])

    def assert_unauthorized(self, response: Response) -> None:
        self.assert_problem(response, 401, "unauthorized")
        self.assertEqual(response["www-authenticate"], 'Bearer realm="lockfill"')
