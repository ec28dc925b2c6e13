"""A storm of tracking events: many clients at once, a fifth of the events sent twice, programs killed.

    PYTHONPATH=scripts/lib .local/venv-test/bin/python tests/end-to-end/event_storm.py --events 100000

Every event is sent until it is answered as recorded. Then the ledger is held against what was sent, event by
event, and the roll-ups against the ledger. `test_event_storm.py` runs it with few events, and with many where
`--full` asks.
"""

import argparse
import contextlib
import hashlib
import http.client
import json
import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from device import Device
from lockfill.parity.tokens import Signer, request_id_of
from lockfill.running import environments
from lockfill.schedule import PACING_PATH
from roll_ups import counted, documents, invoke, ledger, read_units, roll_up, rolled_up
from serving_stack import ServingStack, serving_stack

DUPLICATE_SHARE = 0.2
CLIENTS = 12
BATCH = 50
# Every so many units of work are links, and the others batches.
LINKS_EVERY = 5
# Old enough that no click is too fast, and young enough to count.
ISSUED_SECONDS_AGO = 300
ANSWER_SECONDS_MAX = 20.0
# Which share of the events is sent before the first kill.
SENT_BEFORE_KILLS = 0.1
# Between two kills of an environment of the function, and of Redis.
KILL_SECONDS = (0.5, 2.0)
REDIS_SECONDS = (3.0, 8.0)
# How many of the killed environments are of the function that rolls up.
PACING_SHARE = 0.2
ROLL_UP_SECONDS = 3.0
# For a clock so far ahead the present hour is closed.
HOURS_AHEAD_SECONDS = 77 * 60
KINDS = ("impression", "click")


class StormStack(ServingStack):
    """A few users at one address send more events than persons do, and all of them count."""

    def function_variables(self) -> dict[str, str]:
        limits = {"LOCKFILL_USER_EVENTS_MAX": "100000000", "LOCKFILL_ADDRESS_EVENTS_MAX": "100000000"}
        return {**super().function_variables(), **limits}


@dataclass
class Storm:
    """The events of a storm, and what became of them. An event is a number: its slot and its kind."""

    stack: ServingStack
    events: int
    seed: int
    # How often each event was answered as newly recorded. More than once would be a double count.
    new: Counter[int] = field(default_factory=Counter)
    answered: set[int] = field(default_factory=set)
    sent: int = 0
    failures: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    _begun: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def unique(self) -> int:
        return max(2, int(self.events * (1 - DUPLICATE_SHARE)))

    def run(self) -> None:
        """Sends all events, and kills programs until that is done."""
        self._signer = Signer(self.stack.function_variables()["LOCKFILL_SIGNING_KEYS"].partition(",")[0])
        self._tokens = _tokens(self.stack)
        self._issued_at = int(time.time()) - ISSUED_SECONDS_AGO
        self._work = self._units()
        # The first run says where roll-ups begin.
        invoke(self._pacing_url)
        done = threading.Event()
        others = [threading.Thread(target=work, args=(done,)) for work in (self._kill, self._roll_up)]
        clients = [threading.Thread(target=self._send_all) for _ in range(CLIENTS)]
        for thread in (*others, *clients):
            thread.start()
        for thread in clients:
            thread.join()
        done.set()
        # Clients that have failed have not sent what the first kill waits for.
        self._begun.set()
        for thread in others:
            thread.join()

    def token(self, event: int) -> str:
        """The token of an event's slot."""
        slot = event // 2
        randomness = hashlib.blake2b(f"{self.seed}:{slot}".encode(), digest_size=10).digest()
        token, _ = self._tokens[slot % len(self._tokens)]
        return self._signer.again(token, self._issued_at, randomness)

    def names(self) -> set[str]:
        """The ledger's keys of all events."""
        found = set()
        for event in range(self.unique):
            _, position = self._tokens[event // 2 % len(self._tokens)]
            found.add(f"{request_id_of(self.token(event))}#{position:03}#{KINDS[event % 2]}")
        return found

    def _units(self) -> Iterator[list[int]]:
        """Events in random order, duplicates among them, in the portions in which clients send them."""
        chance = random.Random(self.seed)  # noqa: S311 (repeatable, not secret)
        duplicates = (chance.randrange(self.unique) for _ in range(self.events - self.unique))
        order = [*range(self.unique), *duplicates]
        chance.shuffle(order)
        number = 0
        while order:
            number += 1
            size = BATCH if number % LINKS_EVERY else 1
            portion = order[-size:]
            del order[-size:]
            yield portion

    def _send_all(self) -> None:
        connection = _Connection(self.stack.port)
        while True:
            with self._lock:
                portion = next(self._work, None)
            if portion is None:
                return
            while portion:
                portion = self._send(connection, portion)

    def _send(self, connection: "_Connection", portion: list[int]) -> list[int]:
        """Sends a portion once; the events that have to be sent again."""
        words: list[str | None]
        if len(portion) == 1:
            path = f"/api/v1/events/{KINDS[portion[0] % 2]}/{self.token(portion[0])}"
            status, recorded, _ = connection.ask("GET", path, None)
            words = [recorded if status in (200, 302) else None]
        else:
            reports = [{"token": self.token(event), "kind": KINDS[event % 2]} for event in portion]
            status, _, body = connection.ask("POST", "/api/v1/events", json.dumps({"events": reports}))
            results = json.loads(body)["results"] if status == 200 else [{}] * len(portion)
            words = [result.get("recorded") for result in results]
        again = []
        with self._lock:
            self.sent += len(portion)
            if self.sent > self.events * SENT_BEFORE_KILLS:
                self._begun.set()
            for event, word in zip(portion, words, strict=True):
                if word in {"yes", "repeated"}:
                    self.answered.add(event)
                    self.new[event] += word == "yes"
                elif word in {None, "no"}:
                    self.failures += 1
                    again.append(event)
                else:
                    raise AssertionError(f"an event was answered as {word}")
        if again:
            time.sleep(0.05)
        return again

    @property
    def _pacing_url(self) -> str:
        return self.stack.invoke_url + PACING_PATH

    def _roll_up(self, done: threading.Event) -> None:
        """Rolls up as the schedule does, only more often. Runs are killed, too."""
        while not done.wait(ROLL_UP_SECONDS):
            with contextlib.suppress(OSError, AssertionError, ValueError):
                invoke(self._pacing_url)

    def _kill(self, done: threading.Event) -> None:
        chance = random.Random(self.seed + 1)  # noqa: S311 (repeatable, not secret)
        redis_at = time.monotonic() + chance.uniform(*REDIS_SECONDS) / 2
        # A storm of few events may be over within a second, so the first kill is due by what was sent.
        self._begun.wait()
        function = "events"
        while not done.is_set():
            if running := environments(self.stack, function):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(chance.choice(running), signal.SIGKILL)
                    self.kills[function] += 1
            if time.monotonic() >= redis_at:
                redis_at = time.monotonic() + chance.uniform(*REDIS_SECONDS)
                process = self.stack.children["redis-server"].process
                process.kill()
                process.wait()
                self.stack.restart_redis()
                self.kills["redis"] += 1
            done.wait(chance.uniform(*KILL_SECONDS))
            function = "pacing" if chance.random() < PACING_SHARE else "events"


class _Connection:
    """A connection to the balancer, made anew whenever it breaks."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: str | None) -> tuple[int, str | None, bytes]:
        """Status, whether it was recorded, and body; status 0 where there is no answer."""
        headers = {"content-type": "application/json"} if body else {}
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS_MAX)
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.headers["x-lockfill-recorded"], answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = None
            return 0, None, b""


def _tokens(stack: ServingStack) -> list[tuple[str, int]]:
    """Tokens of ads and contents of some users, and their positions, from answers of the stack itself."""
    found: list[tuple[str, int]] = []
    for number in range(8):
        answer = Device(stack, f"storm-{number}").ask("lockscreen", country="KR", count=20)
        links = [slot["tracking"]["impression_url"] for slot in answer["slots"]]
        tokens = [link.rpartition("/")[2].partition("?")[0] for link in links]
        found += [(token, position) for position, token in enumerate(tokens, 1)]
    assert len(found) > 20
    return found


def hold(storm: Storm, folder: Path) -> dict[str, Any]:
    """Holds the ledger against what was sent, and roll-ups against the ledger. The figures of the storm."""
    entries = list(ledger(storm.stack))
    names = [entry["sk"] for entry in entries]
    assert len(storm.answered) == storm.unique
    assert len(names) == len(set(names)) and set(names) == storm.names(), "the ledger has what was sent"
    double = [event for event, count in storm.new.items() if count > 1]
    assert not double, f"{len(double)} events were answered as new twice"
    began = time.monotonic()
    runs = roll_up(storm.stack, folder, HOURS_AHEAD_SECONDS)
    seconds = time.monotonic() - began
    stored = documents(storm.stack)
    expected = counted(entries)
    assert rolled_up(stored, "minutes") == expected, "minutes are as the ledger"
    assert rolled_up(stored, "hours") == expected, "hours are as the ledger"
    last = max(name for partition, name in stored if partition == "totals")
    totals = stored["totals", last]
    sums = {kind: sum(item[f"{kind}s"] for item in totals["items"]) for kind in KINDS}
    for kind, found in sums.items():
        of_ads = [entry for entry in entries if entry["item_kind"] == "line_item"]
        assert found == sum(f"#{kind}" in entry["sk"] for entry in of_ads), "totals are as the ledger"
    assert totals["orphans"] == []
    return {
        "sent": storm.sent,
        "events": len(entries),
        "answered_again": storm.failures,
        "kills": dict(storm.kills),
        "double_counts": len(double),
        "index_read_units": read_units(storm.stack, entries),
        "roll_up_runs": len(runs),
        "roll_up_seconds": round(seconds, 1),
        "events_read": sum(run.get("events_read", 0) for run in runs),
    }


def main() -> None:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=formatter)
    parser.add_argument("--events", type=int, default=10_000, help="how many events are sent")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", default="dev", help="cargo's profile of the programs")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving_stack(Path(folder) / "stack", arguments.profile, StormStack) as stack,
    ):
        storm = Storm(stack, arguments.events, arguments.seed)
        began = time.monotonic()
        storm.run()
        seconds = time.monotonic() - began
        figures = hold(storm, Path(folder))
    figures |= {"seconds": round(seconds, 1), "sent_per_second": round(figures["sent"] / seconds)}
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
