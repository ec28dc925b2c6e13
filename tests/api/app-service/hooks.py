"""What makes a request valid beyond the app service's OpenAPI document, for Schemathesis."""

import contextlib
import os
import re
import urllib.request
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from json import dumps, loads
from typing import Any

import schemathesis

from phone_keys import PhoneKeys

URL = os.environ["APP_SERVICE_URL"]
ZONE = "Asia/Seoul"
MEMBERS, UNLOCKS = f"{URL}/api/v1/app/members", f"{URL}/api/v1/app/rewards/unlocks"
SPENDINGS = "/api/v1/app/points/spendings"
CHALLENGES, MYSELF = f"{URL}/api/v1/app/challenges", f"{MEMBERS}/me"
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}")
# The texts of a proof that the server reads before it checks the signature.
PROOF_FORMS = {
    "challenge": re.compile(r"[A-Za-z0-9_:-]{1,128}"),
    "signature": re.compile(r"(?=.)([A-Za-z0-9+/]{4}){0,42}([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"),
    "public_key": re.compile(r"([A-Za-z0-9+/]{4}){1,170}([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"),
}
DEVICE_NUMBER_MAX = 2**63 - 1


@dataclass
class Registered:
    """A member that a request is sent for."""

    keys: PhoneKeys
    device_id: str
    token: str


# By token: what a request that bears it proves with.
members: dict[str, Registered] = {}


def new_member(*, has_key: bool = True) -> Registered:
    keys, user_id, device_id = PhoneKeys(), str(uuid.uuid4()), str(uuid.uuid4())
    body: dict[str, Any] = {"user_id": user_id, "device_id": device_id}
    if has_key:
        body["proof"] = keys.proof(challenge(), "register", user_id, device_id)
    token = post(MEMBERS, body, idempotency_key=str(uuid.uuid4()))["token"]
    return Registered(keys, device_id, token)


def challenge() -> str:
    text: str = post(CHALLENGES, {})["challenge"]
    return text


@schemathesis.auth(refresh_interval=None)
class NewMember:
    """Every request is a new member's, because any request may erase the member that sends it."""

    def get(self, case: Any, _context: Any) -> str:
        # A key can be bound where there is none.
        member = new_member(has_key=case.path != "/api/v1/app/members/me/key")
        members[member.token] = member
        if case.path == SPENDINGS:
            # A member without points can spend none.
            post(UNLOCKS, {"unlock_id": "first"}, authorization=f"Bearer {member.token}")
        return member.token

    def set(self, case: Any, token: str, _context: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}


def post(url: str, body: dict[str, Any], **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, dumps(body).encode(), {"content-type": "application/json", **named})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return loads(answer.read())


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    if isinstance(case.body, dict):
        case.body = dict(case.body)
        mend(case.body)
        prove(case.path.removeprefix("/api/v1/app/"), case.body, sender(case))
        amount = case.body.get("amount")
        if type(amount) is int and 1 <= amount <= 1_000_000_000 and amount % 2 == 0:
            # Every second amount is what the member has.
            case.body["amount"] = 1


def sender(case: Any) -> Registered | None:
    """The member whose token a request bears."""
    bearer = (case.headers or {}).get("Authorization", "")
    return members.get(str(bearer).removeprefix("Bearer "))


def prove(path: str, body: dict[str, Any], member: Registered | None) -> None:
    """Signs where the generated texts have the form of a proof: no schema can say which are signatures."""
    proof = body.get("proof")
    if not isinstance(proof, dict) or not all(
        is_text(proof.get(name), form) for name, form in PROOF_FORMS.items()
    ):
        return
    keys, device_id, fields = PhoneKeys(), body.get("device_id"), []
    if path == "members":
        purpose, fields = "register", [body.get("user_id"), device_id]
    elif path == "members/tokens":
        purpose, keys = "renew-token", new_member().keys
    elif path == "members/devices":
        if is_text(body.get("code"), CODE):
            body["code"] = pairing_code(new_member())
        purpose, fields = "join", [body.get("code"), device_id]
    elif member is None:
        return
    elif path == "members/me/key":
        purpose, keys, fields = "bind-key", member.keys, [member.device_id]
    elif path == "members/me/pairing-codes":
        purpose, keys = "pair", member.keys
    else:
        number = body.get("device")
        if type(number) is int and 1 <= number <= DEVICE_NUMBER_MAX and number % 2 == 0:
            # Every second number is of a phone that the member has.
            body["device"] = device_number(member)
        purpose, keys, fields = "revoke", member.keys, [str(body.get("device"))]
    texts = [text if isinstance(text, str) else "" for text in fields]
    with contextlib.suppress(UnicodeEncodeError):
        # Generated bodies share their parts with one another.
        body["proof"] = {**proof, **keys.proof(challenge(), purpose, *texts)}


def is_text(value: object, form: re.Pattern[str]) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def pairing_code(member: Registered) -> str:
    proof = member.keys.proof(challenge(), "pair")
    answer = post(f"{MYSELF}/pairing-codes", {"proof": proof}, authorization=f"Bearer {member.token}")
    code: str = answer["code"]
    return code


def device_number(member: Registered) -> int:
    request = urllib.request.Request(f"{MYSELF}/devices", headers={"authorization": f"Bearer {member.token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        number: int = loads(answer.read())["devices"][0]["device"]
    return number


def mend(body: dict[str, Any]) -> None:
    """Replaces a value that has its member's form and still cannot be right."""
    zone = body.get("time_zone")
    if isinstance(zone, str) and re.fullmatch(r"[A-Za-z0-9_+/-]{1,64}", zone):
        body["time_zone"] = ZONE
    for name in ("birth_year", "amount", "device"):
        value = body.get(name)
        if isinstance(value, float) and value.is_integer():
            # JSON Schema takes 3.0 for an integer; the API does not.
            body[name] = int(value)
    this_year = datetime.now(timezone.utc).year
    if isinstance(body.get("birth_year"), int) and this_year < body["birth_year"] <= 2100:
        body["birth_year"] = this_year
    hours = body.get("quiet_hours")
    if isinstance(hours, dict) and hours.get("from") and hours.get("from") == hours.get("until"):
        # No schema can say that two values differ.
        body["quiet_hours"] = None
