"""A function that dies in the middle of a request costs that request, and no other."""

import os
import signal
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

import stacks
from api import LOCKSCREEN, allocate, slots, wait_until
from process_tree import IS_AVAILABLE, NEEDED, Process, descendants, has_unread_bytes

# A function that is still waiting then is ended by its own time limit, and not by us.
TIME_LIMIT_SECONDS = 3.0


@unittest.skipUnless(IS_AVAILABLE, NEEDED)
class KilledFunctionTests(unittest.TestCase):
    def setUp(self):
        self.stack = stacks.changeable()
        redis = self.stack.children["redis-server"].process
        self.redis_pid = redis.pid
        self.redis_port = int(redis.args[redis.args.index("--port") + 1])

    def test_its_client_gets_a_502_and_the_next_one_an_answer(self):
        slots(allocate(LOCKSCREEN, self.stack))
        (environment,) = wait_until(self.environments, "the function runs")
        wait_until(lambda: environment.is_frozen, "the idle function is frozen")

        os.kill(self.redis_pid, signal.SIGSTOP)
        self.addCleanup(os.kill, self.redis_pid, signal.SIGCONT)
        with ThreadPoolExecutor() as client:
            sent_at = time.monotonic()
            request = client.submit(allocate, LOCKSCREEN, self.stack)
            wait_until(lambda: has_unread_bytes(self.redis_port), "the function asks Redis")
            os.kill(environment.pid, signal.SIGKILL)
            answer = request.result()
        waited = time.monotonic() - sent_at
        self.assertEqual(answer.status, 502)
        self.assertIsNone(answer.served_by, "it is the balancer's own page")
        self.assertLess(waited, TIME_LIMIT_SECONDS, "it was not the kill that ended it")

        os.kill(self.redis_pid, signal.SIGCONT)
        next_answer = allocate(LOCKSCREEN, self.stack)
        self.assertTrue(slots(next_answer))
        self.assertIsNone(next_answer.headers["x-lockfill-degraded"])
        self.assertNotIn(environment, self.environments())

    def environments(self) -> list[Process]:
        balancer = self.stack.children["local-alb"].process.pid
        return [process for process in descendants(balancer) if process.program == LOCKSCREEN]
