"""A device that asks a stack, and how its answers are read."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from lockfill import local_secrets, web
from lockfill.stack import Stack

LOCKSCREEN = "/api/v1/allocation/lockscreen"
# What an answer that was made without a store is marked with.
DEGRADED = "x-lockfill-degraded"
# The line item of the demonstration catalog that targets every user, twice a day each.
CAPPED = "li-1001"


@dataclass
class Device:
    """Asks through the balancer, as one user."""

    stack: Stack
    user: str

    def get(self, path: str, **headers: str) -> web.Answer:
        return web.get(f"{self.stack.url}{path}", **headers)

    def ask(self, kind: str = "lockscreen", **parameters: Any) -> dict[str, Any]:
        """An allocation that must succeed, as JSON; for the device's user on the Korean unit by default."""
        answer = self.answer(kind, **parameters)
        assert answer.status == 200, answer.body
        document: dict[str, Any] = answer.json
        return document

    def answer(self, kind: str = "lockscreen", **parameters: Any) -> web.Answer:
        query = urlencode({"unit_id": "1001", "user_id": self.user, **parameters}, doseq=True)
        headers = debug_header() if "now" in parameters or "explain" in parameters else {}
        return self.get(f"/api/v1/allocation/{kind}?{query}", **headers)


def stores(mark: str | None) -> set[str]:
    """The stores that a mark names: on a busy machine one more than a test has taken away now and then."""
    return set(mark.split(", ")) if mark else set()


def debug_header() -> dict[str, str]:
    return {"authorization": f"Bearer {local_secrets.read('debug-token')}"}


def ids(document: dict[str, Any]) -> list[str]:
    return [slot["id"] for slot in document["slots"]]


def decided(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The slots without what differs from answer to answer."""
    return [{key: value for key, value in slot.items() if key != "tracking"} for slot in document["slots"]]


def slot(document: dict[str, Any], item_id: str) -> dict[str, Any]:
    return next(slot for slot in document["slots"] if slot["id"] == item_id)
