"""What makes a request meet rows, for Schemathesis: every second one is about a row that is there."""

import json
import os
import re
import urllib.error
import urllib.request
import uuid
from itertools import count
from typing import Any

import schemathesis

URL = f"{os.environ['API_URL']}/api/management/v1"
KEY = os.environ["MANAGEMENT_KEY"]
ADDRESSES = {"image_url": "https://cdn.example/1.jpg", "landing_url": "https://shop.example/1"}
# What a row of each kind needs; a name in capitals stands for the id of a row of that kind.
NEEDED: dict[str, dict[str, Any]] = {
    "advertisers": {"name": "Coffee"},
    "campaigns": {"name": "Spring", "advertiser": "ADVERTISERS", "starts_at": "2026-11-30T00:00:00Z"},
    "line-items": {"name": "Commuters", "campaign": "CAMPAIGNS", "price_micros": 1, "currency": "KRW"},
    "creatives": {"title": "Coffee", "line_item": "LINE-ITEMS", **ADDRESSES},
    "units": {"app_id": "morning"},
    "rates": {"line_item": "LINE-ITEMS", "unit": "UNITS", "ctr_ppm": 1_000},
    "channels": {"name": "Weather"},
    "contents": {
        "title": "Rain",
        "channel": "CHANNELS",
        "language": "ko",
        "published_at": "2026-11-30T00:00:00Z",
        **ADDRESSES,
    },
}
KIND_OF_REFERENCE = {
    "advertiser": "advertisers",
    "campaign": "campaigns",
    "line_item": "line-items",
    "channel": "channels",
    "unit": "units",
}
VALID_KEY = re.compile(r"[A-Za-z0-9_-]{22,128}")
rows: dict[str, str] = {}
numbers = count()


@schemathesis.auth(refresh_interval=None)
class Key:
    def get(self, _case: Any, _context: Any) -> str:
        return KEY

    def set(self, case: Any, token: str, _context: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    if VALID_KEY.fullmatch(str((case.headers or {}).get("Idempotency-Key", ""))):
        # The same few are generated again and again, for other requests.
        case.headers = {**case.headers, "Idempotency-Key": str(uuid.uuid4())}
    kind, _, rest = case.path.removeprefix("/api/management/v1/").partition("/")
    if next(numbers) % 2 or kind not in NEEDED:
        return
    if rest and isinstance(case.path_parameters, dict):
        # A row of this test: the demonstration's are asked about by other tests.
        case.path_parameters = {**case.path_parameters, "key": row_of(kind)}
        if case.headers and "If-Match" in case.headers:
            case.headers = {**case.headers, "If-Match": "*"}
        if case.method.upper() == "DELETE":
            rows.pop(kind, None)
    if isinstance(case.body, dict):
        references = set(case.body) & set(KIND_OF_REFERENCE)
        named = {name: row_of(KIND_OF_REFERENCE[name]) for name in references if case.body[name]}
        case.body = {**case.body, **named}


def row_of(kind: str) -> str:
    """The id of a row of a kind, which is made if it is missing."""
    if kind not in rows:
        if kind == "rates":
            # A request of this test may have made the rates of the units before.
            rows.pop("units", None)
        needed = {
            name: row_of(value.lower()) if isinstance(value, str) and value.lower() in NEEDED else value
            for name, value in NEEDED[kind].items()
        }
        # A path has texts alone, and the id of rates is a number.
        rows[kind] = str(ask("POST", kind, needed)["id"])
    return rows[kind]


def ask(method: str, path: str, body: dict[str, Any]) -> Any:
    headers = {
        "authorization": f"Bearer {KEY}",
        "content-type": "application/json",
        "idempotency-key": str(uuid.uuid4()),
    }
    request = urllib.request.Request(f"{URL}/{path}", json.dumps(body).encode(), headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{method} {path}: {error.read().decode()}") from None
