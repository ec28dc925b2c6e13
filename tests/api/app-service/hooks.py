"""What makes a request valid beyond the app service's OpenAPI document, for Schemathesis."""

import os
import re
import urllib.request
import uuid
from datetime import datetime, timezone
from json import dumps, loads
from typing import Any

import schemathesis

URL = os.environ["APP_SERVICE_URL"]
ZONE = "Asia/Seoul"
MEMBERS, UNLOCKS = f"{URL}/api/v1/app/members", f"{URL}/api/v1/app/rewards/unlocks"
SPENDINGS = "/api/v1/app/points/spendings"
# A P-256 key, of which no signature is made.
PUBLIC_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfY"
    "Et6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q=="
)


@schemathesis.auth(refresh_interval=None)
class NewMember:
    """Every request is a new member's, because any request may erase the member that sends it."""

    def get(self, case: Any, _context: Any) -> str:
        body = {"user_id": str(uuid.uuid4()), "device_id": str(uuid.uuid4())}
        token = post(MEMBERS, body, idempotency_key=str(uuid.uuid4()))["token"]
        if case.path == SPENDINGS:
            # A member without points can spend none.
            post(UNLOCKS, {"unlock_id": "first"}, authorization=f"Bearer {token}")
        return token

    def set(self, case: Any, token: str, _context: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}


def post(url: str, body: dict[str, str], **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, dumps(body).encode(), {"content-type": "application/json", **named})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return loads(answer.read())


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    if isinstance(case.body, dict):
        mend(case.body)
        amount = case.body.get("amount")
        if type(amount) is int and 1 <= amount <= 1_000_000_000 and amount % 2 == 0:
            # Every second amount is what the member has.
            case.body["amount"] = 1


def mend(body: dict[str, Any]) -> None:
    """Replaces a value that has its member's form and still cannot be right."""
    zone = body.get("time_zone")
    if isinstance(zone, str) and re.fullmatch(r"[A-Za-z0-9_+/-]{1,64}", zone):
        body["time_zone"] = ZONE
    proof = body.get("proof")
    if isinstance(proof, dict) and isinstance(proof.get("public_key"), str):
        # No schema can say which texts are keys. The signature stays wrong, which is a 403.
        proof["public_key"] = PUBLIC_KEY
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
