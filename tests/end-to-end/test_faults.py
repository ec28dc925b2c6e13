"""Freezes, kills, and a store that does not answer."""

import functools
import json
import os
import signal
import threading
import time
from pathlib import Path

from lockfill import local_secrets, web
from lockfill.running import environments, state
from support import EndToEnd, demo_catalog, eventually, has_unread_bytes, ids, new_stack

# Long enough to be caught in the middle of a request, shorter than the functions' timeout.
REDIS_DEADLINE_MS = 2_500
# Longer than the five seconds for which a catalog is taken as current without a look.
FREEZE_SECONDS = 5.5


class Faults(EndToEnd):
    @classmethod
    def setUpClass(cls) -> None:
        cls.stack = new_stack(redis_deadline_ms=REDIS_DEADLINE_MS)

    def frozen(self) -> int:
        """The one environment of the lock screen function, once it is frozen."""

        def found() -> int | None:
            pids = environments(self.stack, "lockscreen")
            return pids[0] if len(pids) == 1 and state(pids[0]) == "T" else None

        return eventually("the environment is frozen", found)

    def signal_redis(self, number: int) -> None:
        os.kill(self.stack.children["redis-server"].process.pid, number)

    def test_an_idle_environment_is_frozen_and_serves_what_was_published_meanwhile(self) -> None:
        before = self.ask(unit_id="1003", count=50)
        environment = self.frozen()
        catalog = demo_catalog()
        gone = ids(before)[0]
        catalog["contents"] = [row for row in catalog["contents"] if row["id"] != gone]
        changed = Path(self.stack.folder, "changed.json")
        changed.write_text(json.dumps(catalog))
        self.stack.publish(changed)
        time.sleep(FREEZE_SECONDS)
        self.assertEqual(state(environment), "T", "it was asleep the whole time")
        after = self.answer(unit_id="1003", count=50)
        self.assertEqual(after.json["catalog_version"], before["catalog_version"] + 1)
        self.assertIsNone(after.headers["x-lockfill-degraded"])
        self.assertNotIn(gone, ids(after.json))
        self.assertEqual(self.frozen(), environment, "the same environment answered")

    def test_a_function_killed_in_the_middle_of_a_request_costs_one_client_a_502(self) -> None:
        self.ask()
        environment = self.frozen()
        answers: list[web.Answer] = []
        self.signal_redis(signal.SIGSTOP)
        try:
            client = threading.Thread(target=lambda: answers.append(self.answer()))
            client.start()
            waits = functools.partial(has_unread_bytes, self.stack.redis_port)
            eventually("the environment waits for Redis's answer", waits)
            os.kill(environment, signal.SIGKILL)
            client.join()
        finally:
            self.signal_redis(signal.SIGCONT)
        self.assertEqual((answers[0].status, answers[0].headers["server"]), (502, "awselb/2.0"))
        self.assertEqual(self.answer().status, 200)
        self.assertNotEqual(self.frozen(), environment)

    def test_without_redis_answers_say_so_and_recover_by_themselves(self) -> None:
        self.ask()
        self.signal_redis(signal.SIGSTOP)
        try:
            answer = self.answer()
            self.assertEqual((answer.status, answer.headers["x-lockfill-degraded"]), (200, "redis"))
            self.assertTrue(answer.json["slots"])
        finally:
            self.signal_redis(signal.SIGCONT)
        eventually("unmarked again", lambda: self.answer().headers["x-lockfill-degraded"] is None, 5)


class Privacy(EndToEnd):
    """Its own stack, so that all that is in the logs is known."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.stack = new_stack()

    def test_no_log_holds_a_secret_or_a_user(self) -> None:
        document = self.ask(country="KR", lat="37.566500", lon="126.978000")
        web.get(document["slots"][0]["tracking"]["impression_url"])
        self.answer(count=0)
        self.get(f"/healthz?user_id={self.user}")
        self.get(f"/api/v1/nothing?user_id={self.user}")
        logs = "\n".join(log.read_text(errors="replace") for log in self.stack.logs.glob("*.log"))
        self.assertIn("/api/v1/allocation/lockscreen", logs, "requests are logged")
        for private in (self.user, "37.5665", *local_secrets.all_of_them()):
            self.assertNotIn(private, logs)
