"""Members and their phones, for the tests of every app that needs a member."""

import base64
import secrets
from datetime import datetime, timezone
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from members.models import Member
from members.profiles import Profile
from members.proofs import message
from members.services import Registration, register_member
from web.tests.api_test_case import ApiTestCase, Response, send

MEMBERS = "/api/v1/app/members"
CHALLENGES = "/api/v1/app/challenges"
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


class KeyPair:
    """The key pair of a phone, and its proofs. Sends its requests without a token by itself."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())

    @property
    def public_key(self) -> str:
        public = self._private.public_key()
        return b64(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))

    def proof(self, purpose: str, *fields: str, challenge: str = "") -> dict[str, str]:
        challenge = challenge or Client().post(CHALLENGES).json()["challenge"]
        signature = self._private.sign(message(purpose, challenge, *fields), ec.ECDSA(SHA256()))
        return {"public_key": self.public_key, "challenge": challenge, "signature": b64(signature)}


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


class MemberTestCase(ApiTestCase):
    def register(self, user_id: str = "u1", device_id: str = "", key: str = "", **profile: Any) -> Response:
        body = {"user_id": user_id, "device_id": device_id or f"phone-of-{user_id}", **profile}
        headers = {"idempotency-key": key or new_key()}
        return self.send("post", MEMBERS, body, headers=headers)

    def register_with(self, keys: KeyPair, user_id: str = "u1", device_id: str = "") -> Response:
        device_id = device_id or f"phone-of-{user_id}"
        return self.register(user_id, device_id, proof=keys.proof("register", user_id, device_id))

    def phone_with(self, keys: KeyPair, user_id: str = "u1", device_id: str = "") -> Phone:
        return Phone(self.register_with(keys, user_id, device_id).json()["token"])

    def phone(self, user_id: str = "u1", **profile: Any) -> Phone:
        return Phone(self.register(user_id, **profile).json()["token"])

    def assert_unauthorized(self, response: Response) -> None:
        self.assert_problem(response, 401, "unauthorized")
        self.assertEqual(response["www-authenticate"], 'Bearer realm="lockfill"')
