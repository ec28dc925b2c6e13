"""The app's other APIs, as a phone uses them: through the balancer, on Django's running processes."""

import json
import secrets
from concurrent.futures import ThreadPoolExecutor

from lockfill import web
from support import EndToEnd

APP = "/api/v1/app"


class AppService(EndToEnd):
    def setUp(self) -> None:
        super().setUp()
        self.token = ""

    def phone(self, method: str, path: str, body: object = None, key: str = "") -> web.Answer:
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.token}"}
        if key:
            headers["idempotency-key"] = key
        content = None if body is None else json.dumps(body)
        answer = web.request(method, f"{self.stack.url}{APP}{path}", headers, content)
        self.assertEqual(answer.served_by, "django")
        return answer

    def register(self, key: str = "") -> web.Answer:
        body = {"user_id": self.user, "device_id": f"phone-of-{self.user}", "time_zone": "Asia/Seoul"}
        answer = self.phone("POST", "/members", body, key or secrets.token_urlsafe(24))
        self.token = answer.json.get("token", "")
        return answer

    def test_a_phone_from_its_first_day_to_its_last(self) -> None:
        self.assertEqual(self.register().status, 201)
        profile = self.phone("PATCH", "/members/me", {"interests": ["여행"], "country": "KR"}).json["profile"]
        self.assertEqual((profile["interests"], profile["country"]), (["여행"], "KR"))

        # The same user is shown ads by a function, which knows nothing of all this.
        shown = self.get(f"/api/v1/allocation/ads?unit_id=1001&user_id={self.user}&country=KR")
        self.assertEqual((shown.status, shown.served_by), (200, "lambda"))

        self.assertEqual(
            self.phone("POST", "/rewards/unlocks", {"unlock_id": "1"}).json["outcome"], "rewarded"
        )
        self.assertEqual(
            self.phone("POST", "/rewards/unlocks", {"unlock_id": "2"}).json["outcome"], "too_soon"
        )
        spent = self.phone("POST", "/points/spendings", {"amount": 1, "reference": "sticker"}, "k" * 22)
        self.assertEqual((spent.status, spent.json["balance_after"]), (201, 0))
        kinds = [entry["kind"] for entry in self.phone("GET", "/points/entries").json["entries"]]
        self.assertEqual(kinds, ["spending", "unlock"])

        self.assertEqual(self.phone("DELETE", "/members/me").status, 204)
        self.assertEqual(self.phone("GET", "/members/me").status, 401)

    def test_the_same_from_all_sides_happens_once(self) -> None:
        key = secrets.token_urlsafe(24)
        with ThreadPoolExecutor(8) as threads:
            registered = list(threads.map(lambda _: self.register(key).status, range(8)))
            self.assertEqual(sorted(registered), [200] * 7 + [201])
            self.register(key)
            unlocks = list(threads.map(self._unlock, range(16)))
            self.assertEqual(sorted(unlocks), ["rewarded"] + ["too_soon"] * 15)
            spendings = list(threads.map(self._spend, range(16)))
            self.assertEqual(sorted(spendings), [201] + [409] * 15)
        self.assertEqual(self.phone("GET", "/points").json, {"balance": 0})

    def _unlock(self, number: int) -> str:
        return self.phone("POST", "/rewards/unlocks", {"unlock_id": str(number)}).json["outcome"]

    def _spend(self, number: int) -> int:
        body = {"amount": 1, "reference": "sticker"}
        return self.phone("POST", "/points/spendings", body, f"spending-number-{number:08}").status

    def test_a_registered_phones_settings_are_its_own(self) -> None:
        self.register()
        path = f"/devices/phone-of-{self.user}/settings"
        self.assertEqual(self.phone("GET", path).status, 200)
        stranger = self.get(f"{APP}{path}")
        self.assertEqual(stranger.status, 401)
        self.assertEqual(stranger.headers["content-type"], "application/problem+json")

    def test_a_token_is_in_no_log(self) -> None:
        self.register()
        self.phone("GET", f"/members/me?token={self.token}")
        logs = "".join(log.read_text(errors="replace") for log in self.stack.logs.glob("*.log"))
        self.assertIn("/api/v1/app/members/me", logs)
        self.assertNotIn(self.token.partition(".")[2], logs)
