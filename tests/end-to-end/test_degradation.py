"""Stores that are gone: answers go on and say what they lack, and stop saying so by themselves."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator

from lockfill import web
from support import EndToEnd, eventually, new_stack

# For so long a catalog is taken as current without having been confirmed.
FRESH_SECONDS = 5
RECOVERY_SECONDS = 5
DEGRADED = "x-lockfill-degraded"


class Degradation(EndToEnd):
    """Its own stack, in which every test puts back what it takes away."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.stack = new_stack()

    def setUp(self) -> None:
        super().setUp()
        self.becomes(None, RECOVERY_SECONDS)

    def mark(self) -> str | None:
        """What an answer says of itself; whatever it lacks, it has slots and comes in time."""
        started = time.monotonic()
        answer = self.answer(country="KR")
        self.assertLess(time.monotonic() - started, 2, "an answer waits for nobody")
        self.assertEqual(answer.status, 200, answer.body)
        self.assertTrue(answer.json["slots"])
        return answer.headers[DEGRADED]

    def becomes(self, mark: str | None, seconds: float) -> None:
        eventually(f"answers are marked {mark}", lambda: self.mark() == mark, seconds)

    def kill(self, name: str) -> None:
        process = self.stack.children[name].process
        process.kill()
        process.wait()

    @contextlib.contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """A store that takes connections and never answers."""
        pid = self.stack.children[name].process.pid
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    @contextlib.contextmanager
    def without_redis(self) -> Iterator[None]:
        self.kill("redis-server")
        try:
            yield
        finally:
            self.stack.restart_redis()

    @contextlib.contextmanager
    def without_dynamodb(self) -> Iterator[None]:
        self.kill("local-dynamodb")
        try:
            yield
        finally:
            self.stack.restart_dynamodb()

    def test_without_redis_answers_are_marked_and_events_too_until_it_is_back(self) -> None:
        link = self.ask("ads", country="KR")["slots"][0]["tracking"]["impression_url"]
        with self.without_redis():
            self.assertEqual([self.mark() for _ in range(5)], ["redis"] * 5)
            pixel = web.get(link)
            self.assertEqual((pixel.status, pixel.headers[DEGRADED]), (200, "redis"))
        self.becomes(None, RECOVERY_SECONDS)
        self.assertIsNone(web.get(link).headers[DEGRADED], "it is counted now")

    def catalog_is_marked_after_a_while(self) -> None:
        """Without DynamoDB: what was confirmed a moment ago is as good as new, and no longer."""
        started = time.monotonic()
        self.assertIsNone(self.mark())
        self.becomes("catalog", FRESH_SECONDS + 1)
        # The last confirmation was at most a second old when the store went.
        self.assertGreater(time.monotonic() - started, FRESH_SECONDS - 2)
        self.assertEqual([self.mark() for _ in range(3)], ["catalog"] * 3)

    def test_a_dynamodb_that_hangs_is_felt_after_five_seconds_and_no_longer_than_it_hangs(self) -> None:
        with self.frozen("local-dynamodb"):
            self.catalog_is_marked_after_a_while()
        self.becomes(None, RECOVERY_SECONDS)

    def test_a_dynamodb_that_was_killed_is_felt_until_it_is_back(self) -> None:
        version = self.ask()["catalog_version"]
        with self.without_dynamodb():
            self.catalog_is_marked_after_a_while()
            self.assertEqual(self.ask()["catalog_version"], version)
        self.becomes(None, RECOVERY_SECONDS)

    def test_without_both_answers_name_both(self) -> None:
        with self.without_redis(), self.without_dynamodb():
            self.assertEqual(self.mark(), "redis")
            self.becomes("redis, catalog", FRESH_SECONDS + 1)
        self.becomes(None, RECOVERY_SECONDS)

    def test_both_hanging_are_named_and_come_back(self) -> None:
        with self.frozen("redis-server"), self.frozen("local-dynamodb"):
            self.becomes("redis, catalog", FRESH_SECONDS + 3)
        self.becomes(None, RECOVERY_SECONDS)
