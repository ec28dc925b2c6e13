"""The app's other APIs, as a phone uses them: through the balancer, on Django's running processes."""

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from device import Device
from lockfill import web
from private_texts import remember

APP = "/api/v1/app"


class Phone(Device):
    """A device with the app on it: it registers its user and then sends the token that it got."""

    token = ""

    def send(self, method: str, path: str, body: object = None, key: str = "") -> web.Answer:
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.token}"}
        if key:
            headers["idempotency-key"] = key
        content = None if body is None else json.dumps(body)
        answer = web.request(method, f"{self.stack.url}{APP}{path}", headers, content)
        assert answer.served_by == "django"
        return answer

    def register(self, key: str = "") -> web.Answer:
        body = {"user_id": self.user, "device_id": f"phone-of-{self.user}", "time_zone": "Asia/Seoul"}
        answer = self.send("POST", "/members", body, key or secrets.token_urlsafe(24))
        self.token = answer.json.get("token", "")
        remember(self.token)
        return answer

    def unlock(self, number: int) -> Any:
        return self.send("POST", "/rewards/unlocks", {"unlock_id": str(number)}).json["outcome"]

    def spend(self, number: int) -> int:
        body = {"amount": 1, "reference": "sticker"}
        return self.send("POST", "/points/spendings", body, f"spending-number-{number:08}").status


@pytest.fixture
def phone(device: Device) -> Phone:
    return Phone(device.stack, device.user)


def test_a_phone_from_its_first_day_to_its_last(phone: Phone) -> None:
    assert phone.register().status == 201
    profile = phone.send("PATCH", "/members/me", {"interests": ["여행"], "country": "KR"}).json["profile"]
    assert (profile["interests"], profile["country"]) == (["여행"], "KR")

    # A function, which knows nothing of members, shows ads to the same user.
    shown = phone.get(f"/api/v1/allocation/ads?unit_id=1001&user_id={phone.user}&country=KR")
    assert (shown.status, shown.served_by) == (200, "lambda")

    assert phone.unlock(1) == "rewarded"
    assert phone.unlock(2) == "too_soon"
    spent = phone.send("POST", "/points/spendings", {"amount": 1, "reference": "sticker"}, "k" * 22)
    assert (spent.status, spent.json["balance_after"]) == (201, 0)
    kinds = [entry["kind"] for entry in phone.send("GET", "/points/entries").json["entries"]]
    assert kinds == ["spending", "unlock"]

    assert phone.send("DELETE", "/members/me").status == 204
    assert phone.send("GET", "/members/me").status == 401


def test_the_same_from_all_sides_happens_once(phone: Phone) -> None:
    key = secrets.token_urlsafe(24)
    with ThreadPoolExecutor(8) as threads:
        registered = list(threads.map(lambda _: phone.register(key).status, range(8)))
        assert sorted(registered) == [200] * 7 + [201]
        phone.register(key)
        unlocks = list(threads.map(phone.unlock, range(16)))
        assert sorted(unlocks) == ["rewarded"] + ["too_soon"] * 15
        spendings = list(threads.map(phone.spend, range(16)))
        assert sorted(spendings) == [201] + [409] * 15
    assert phone.send("GET", "/points").json == {"balance": 0}


def test_a_registered_phones_settings_are_its_own(phone: Phone) -> None:
    phone.register()
    path = f"/devices/phone-of-{phone.user}/settings"
    assert phone.send("GET", path).status == 200
    settings = {"lock_screen_enabled": False, "quiet_hours": None, "language": "ko", "wifi_only_images": True}
    assert phone.send("PUT", path, settings).status == 200
    # Without a token the path is of a phone that never registered, which has settings of its own.
    without_token = phone.get(f"{APP}{path}")
    assert (without_token.status, without_token.json["language"]) == (200, "en")
    other = Phone(phone.stack, f"{phone.user}-2")
    other.register()
    of_another = other.send("GET", path)
    assert of_another.status == 401
    assert of_another.headers["content-type"] == "application/problem+json"


def test_who_registers_anothers_ids_does_not_lock_the_owner_out(phone: Phone) -> None:
    squatter = Phone(phone.stack, phone.user)
    assert squatter.register().status == 201
    assert phone.register().status == 201
    assert squatter.token != phone.token
    assert phone.unlock(1) == "rewarded"
    assert squatter.send("GET", "/points").json == {"balance": 0}


def test_a_token_is_in_no_log(phone: Phone) -> None:
    phone.register()
    phone.send("GET", f"/members/me?token={phone.token}")
    logs = "".join(log.read_text(errors="replace") for log in phone.stack.logs.glob("*.log"))
    assert "/api/v1/app/members/me" in logs
    is_logged = phone.token.partition(".")[2] in logs
    assert not is_logged
