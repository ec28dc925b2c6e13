"""Django and the functions answer allocations with the same bytes, from the same stores.

What must differ is taken out: the answer's id and the signature of tokens, whose claims are compared.
"""

import base64
import json
import os
import random
import re
import signal
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import hostile

from lockfill import web
from support import (
    CAPPED,
    LOCKSCREEN,
    EndToEnd,
    debug_header,
    demo_catalog,
    eventually,
    ids,
    new_stack,
    within_one_minute,
)

DEGRADED = "x-lockfill-degraded"
COMPARED_HEADERS = ("content-type", "cache-control", "allow", "www-authenticate", "retry-after", DEGRADED)
KINDS = ("ads", "contents", "lockscreen")
ZONES = ("Asia/Seoul", "america/new_york", "Australia/Lord_Howe", "Pacific/Chatham", "utc", "Etc/Unknown")
INSTANTS = (
    "2026-11-22T08:00:00+09:00",
    "2026-11-01T05:30:00Z",
    "2026-03-08T06:59:59.5Z",
    "2026-04-04T14:00:00Z",
    "20261231T1500Z",
    "0001-01-01T00:00:00Z",
    "9999-12-30T00:00:00Z",
)


@dataclass
class Both:
    """What the function and Django answered, without what must differ."""

    function: tuple[int, dict[str, str | None], bytes]
    django: tuple[int, dict[str, str | None], bytes]


def comparable(body: bytes) -> bytes:
    """An answer without its id, and with tokens' claims in their place."""

    def claims(token: re.Match[bytes]) -> bytes:
        payload = token[1] + b"=" * (-len(token[1]) % 4)
        return re.sub(rb'"r":"[^"]*"', b'"r":"*"', base64.urlsafe_b64decode(payload))

    body = re.sub(rb'"request_id":"[^"]*"', b'"request_id":"*"', body)
    return re.sub(rb"dev1\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+", claims, body)


class SameAnswers(EndToEnd):
    def both(self, path: str, body: object = None, **headers: str) -> Both:
        answers = []
        for base in (self.stack.url, self.stack.django_url):
            if body is None:
                answer = web.get(f"{base}{path}", **headers)
            else:
                answer = web.request("POST", f"{base}{path}", headers, json.dumps(body).encode())
            kept = {name: answer.headers[name] for name in COMPARED_HEADERS}
            answers.append((answer.status, kept, comparable(answer.body)))
        return Both(*answers)

    def same(self, path: str, body: object = None) -> None:
        def attempt() -> None:
            both = self.both(path, body, **debug_header())
            self.assertEqual(both.django, both.function, f"{path} {body}")

        within_one_minute(attempt)

    def test_hundreds_of_questions_have_the_same_answers(self) -> None:
        # The same seed asks the same questions, apart from when a device says that it showed something.
        chance = random.Random(5)  # noqa: S311 (no secret)
        question = Questions(chance)
        for index in range(300):
            kind, parameters = chance.choice(KINDS), question.draw()
            with self.subTest(index):
                if chance.random() < 0.5:
                    self.same(f"/api/v1/allocation/{kind}", parameters)
                else:
                    query = urlencode(flattened(parameters), doseq=True)
                    self.same(f"/api/v1/allocation/{kind}?{query}")

    def test_hundreds_of_bad_requests_have_the_same_problems(self) -> None:
        cases = [*hostile.values(), *hostile.queries(), *hostile.bodies(), *hostile.authorizations()]
        cases += [case for case in hostile.paths("") if hostile.EVENTS not in case.target]
        compared = 0
        django_port = urlsplit(self.stack.django_url).port
        for case in cases:
            if case.is_for_the_balancer:
                continue
            replies = []
            for port in (self.stack.port, django_port):
                reply = hostile.exchange(port, case.message(host="localhost"))
                kept = {name: reply.headers.get(name) for name in COMPARED_HEADERS}
                replies.append((reply.status, kept, reply.body))
            with self.subTest(case.describes):
                self.assertEqual(replies[1], replies[0])
            compared += 1
        self.assertGreater(compared, 300)

    def test_what_is_seen_through_djangos_links_counts_on_both_sides(self) -> None:
        query = urlencode({"unit_id": "1001", "user_id": self.user, "country": "KR", "count": 3})
        for _ in range(2):
            document = web.get(f"{self.stack.django_url}{LOCKSCREEN}?{query}").json
            ad = next(slot for slot in document["slots"] if slot["id"] == CAPPED)
            self.assertLess(web.get(ad["tracking"]["impression_url"]).status, 300)
        for base in (self.stack.url, self.stack.django_url):
            document = web.get(f"{base}{LOCKSCREEN}?{query}").json
            self.assertNotIn(CAPPED, ids(document), "it is for twice a day")
        self.same(f"{LOCKSCREEN}?{query}&explain=1")


class Stores(EndToEnd):
    """Its own stack, whose stores a test takes away and gives back."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.stack = new_stack()
        log = cls.stack.logs / "gunicorn.log"

        def all_have_a_catalog() -> bool:
            text = log.read_text()
            return 0 < text.count("Booting worker") == text.count("Serving version")

        eventually("each of Django's processes has a catalog", all_have_a_catalog, 20)

    def ask_django(self) -> web.Answer:
        query = urlencode({"unit_id": "1001", "user_id": self.user, "country": "KR"})
        answer = web.get(f"{self.stack.django_url}{LOCKSCREEN}?{query}")
        self.assertEqual(answer.status, 200, answer.body)
        return answer

    def become(self, mark: str | None, seconds: float) -> None:
        # Four in a row, because each of Django's processes has a catalog and connections of its own.
        eventually(
            f"answers are marked {mark}",
            lambda: all(self.ask_django().headers[DEGRADED] == mark for _ in range(4)),
            seconds,
        )

    def test_a_frozen_redis_costs_its_deadline_and_a_mark_that_goes_by_itself(self) -> None:
        self.become(None, 5)
        pid = self.stack.children["redis-server"].process.pid
        os.kill(pid, signal.SIGSTOP)
        try:
            started = time.monotonic()
            self.assertEqual(self.ask_django().headers[DEGRADED], "redis")
            self.assertLess(time.monotonic() - started, self.stack.redis_deadline_ms / 1_000 + 0.5)
        finally:
            os.kill(pid, signal.SIGCONT)
        self.become(None, 5)

    def test_a_dynamodb_that_is_gone_is_marked_after_five_seconds(self) -> None:
        self.become(None, 5)
        process = self.stack.children["local-dynamodb"].process
        process.kill()
        process.wait()
        try:
            self.become("catalog", 10)
        finally:
            self.stack.restart_dynamodb()
        self.become(None, 10)

    def test_a_new_version_is_served_within_seconds(self) -> None:
        catalog = demo_catalog()
        for content in catalog["contents"]:
            content["title"] = f"{content['title']} 2"
        changed = self.stack.folder / "changed.json"
        changed.write_text(json.dumps(catalog))
        before = self.ask_django().json["catalog_version"]
        self.stack.publish(changed)
        eventually(
            "the new version is served",
            lambda: all(self.ask_django().json["catalog_version"] > before for _ in range(4)),
        )


class Questions:
    """Questions that weigh what is seldom asked."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        catalog = demo_catalog()
        self._units = [unit["id"] for unit in catalog["units"]]
        self._items = [item["id"] for name in ("line_items", "contents") for item in catalog[name]]
        self._words = ["books", "sports", "weather", "news", "cars", "s-1", "example.app", "층"]

    def draw(self) -> dict[str, Any]:
        draw = self._chance.choice
        drawn = {
            "country": draw(["KR", "JP", "US", "de", "ZZ"]),
            "region": draw(["KR-11", "us-ca"]),
            "language": draw(["ko", "en", "JA", "xx"]),
            "gender": draw("MFX"),
            "birth_year": draw([1990, "2005", 1899, 2026]),
            "platform": draw(["android", "ios", "web"]),
            "os_version": draw(["14", "9.0.1", "0013.4"]),
            "sdk_version": draw(["3", "2.9.9"]),
            "device_maker": draw(["Acme", "SAMSUNG", "애플"]),
            "carrier": draw(["Sonagi", "소나기"]),
            "network": draw(["wifi", "cellular", "other"]),
            "timezone": draw(ZONES),
            "limit_ad_tracking": draw([True, "1", 0]),
            "count": self._chance.randrange(1, 51),
            "shown": self._list(self._showing),
            "kv": {draw(["theme", "plan", "층"]): draw(["dark", "gold"])},
            "explain": draw([True, 1, "true", False]),
            "now": draw(INSTANTS),
        }
        drawn |= {
            name: self._list(lambda: draw(self._words)) for name in ("interests", "segments", "packages")
        }
        kept = {name: value for name, value in drawn.items() if self._chance.random() < 0.5}
        if self._chance.random() < 0.4:
            kept |= {"lat": draw([37.5665, 90, "5.0E-4"]), "lon": draw([126.978, 180, -0.1])}
        unit = draw([*self._units, "none"])
        return {"unit_id": unit, "user_id": draw(["u1", "사용자", "x" * 128]), **kept}

    def _list(self, draw: Any) -> list[str]:
        return [draw() for _ in range(self._chance.randrange(5))]

    def _showing(self) -> str:
        shown_at = int(time.time()) - self._chance.choice([0, 30, 3_000, 90_000, -500])
        return f"{self._chance.choice(self._items)}:{self._chance.randrange(4)}:{shown_at}"


def flattened(parameters: dict[str, Any]) -> dict[str, Any]:
    """The same parameters in a query."""
    flat = {name: value for name, value in parameters.items() if name != "kv"}
    flat |= {f"kv.{name}": value for name, value in parameters.get("kv", {}).items()}
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in flat.items()}
