"""A large publication under load: no request fails, no old answer is unmarked, new environments keep up."""

import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import faulty_versions
from device import DEGRADED
from large_versions import LIMIT_BYTES, limit_is_that_of_the_functions, rows_bytes, write_of_size
from lockfill import web
from lockfill.running import environments
from serving_stack import ServingStack, end_environments, serving_stack
from waiting import eventually

pytestmark = pytest.mark.alone

CLIENTS = 3
PAUSE_SECONDS = 0.02
# After the flip of the pointer.
UNMARKED_SECONDS = 2.0
LOAD_SECONDS_AFTER_FLIP = 5.0
ANSWERS_AFTER_FLIP = 100
INIT_SECONDS_MAX = 10.0


@dataclass
class Load:
    """Clients that ask one after the other. Each answer: when it was asked, status, version, mark."""

    stack: ServingStack
    answers: list[tuple[float, int, int, str | None]] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def run(self, client: int) -> None:
        while not self.is_over.wait(PAUSE_SECONDS):
            asked = time.monotonic()
            answer = ask(self.stack, f"client-{client}")
            version = answer.json["catalog_version"] if answer.status == 200 else 0
            self.answers.append((asked, answer.status, version, answer.headers[DEGRADED]))

    def has_asked_since(self, flip: float) -> bool:
        """Whether clients have asked for long since an instant, and often."""
        asked = sum(answer[0] > flip for answer in self.answers)
        return asked > ANSWERS_AFTER_FLIP and time.monotonic() > flip + LOAD_SECONDS_AFTER_FLIP


def ask(stack: ServingStack, user: str) -> web.Answer:
    query = f"unit_id=1001&user_id={user}&country=KR&platform=android&birth_year=1990&limit_ad_tracking=1"
    return web.get(f"{stack.url}/api/v1/allocation/ads?{query}")


def is_new(stack: ServingStack, version: int) -> bool:
    answer = ask(stack, "watch")
    return (answer.json["catalog_version"], answer.headers[DEGRADED]) == (version, None)


def flipped_at(stack: ServingStack, before: int) -> float:
    """When the pointer named a newer version, within some milliseconds."""
    while int(faulty_versions.pointer(stack)["version"]["N"]) <= before:
        time.sleep(0.01)
    return time.monotonic()


@pytest.mark.parametrize(
    ("rows", "profile"),
    [
        pytest.param(1_000_000, "dev", id="1-megabyte"),
        pytest.param(LIMIT_BYTES, "bench-stack", id="the-limit", marks=pytest.mark.long),
    ],
)
def test_a_publication_under_load_costs_no_answer_and_a_new_environment_starts_in_time(
    tmp_path: Path, rows: int, profile: str
) -> None:
    file = tmp_path / "large.json"
    write_of_size(file, rows)
    assert 0.99 * rows < rows_bytes(json.loads(file.read_text())) <= rows
    with serving_stack(tmp_path / "stack", profile) as stack:
        before = int(faulty_versions.pointer(stack)["version"]["N"])
        eventually("unmarked", lambda: is_new(stack, before))
        load = Load(stack)
        clients = [threading.Thread(target=load.run, args=(number,)) for number in range(CLIENTS)]
        flips: list[float] = []
        watch = threading.Thread(target=lambda: flips.append(flipped_at(stack, before)))
        try:
            for thread in (*clients, watch):
                thread.start()
            stack.publish(file)
            watch.join()
            eventually("the new version serves", lambda: is_new(stack, before + 1), 60)
            eventually("clients have asked long enough", lambda: load.has_asked_since(flips[0]), 60)
        finally:
            load.is_over.set()
            for thread in clients:
                thread.join()
        after = [answer for answer in load.answers if answer[0] > flips[0]]
        assert [answer for answer in load.answers if answer[1] != 200] == []
        late = [
            it for it in after if it[0] > flips[0] + UNMARKED_SECONDS and it[2] == before and it[3] is None
        ]
        assert late == []
        # A busy machine misses a confirmation now and then, and marks the answer.
        assert {version for _, _, version, _ in after[-20:]} == {before + 1}
        assert (before + 1, None) in [answer[2:] for answer in after]
        cold_starts(stack, before + 1)


def cold_starts(stack: ServingStack, version: int) -> None:
    """New environments, of which each answers its first request right, within its init phase."""
    for function in ("ads", "contents", "lockscreen"):
        end_environments(stack, function)
        assert not environments(stack, function)
        query = "unit_id=1001&user_id=cold&country=KR&limit_ad_tracking=1"
        asked = time.monotonic()
        answer = web.get(f"{stack.url}/api/v1/allocation/{function}?{query}")
        # The balancer ends an init phase after ten seconds, as Lambda does.
        assert time.monotonic() - asked < INIT_SECONDS_MAX, function
        assert answer.status == 200, answer.body
        assert answer.json["catalog_version"] == version, function


def test_the_limit_of_these_tests_is_that_of_publishing() -> None:
    assert limit_is_that_of_the_functions()
