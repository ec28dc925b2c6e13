"""An environment that is frozen between requests loads a large version all the same, and no part anew."""

import statistics
import time
from pathlib import Path

import pytest

from device import DEGRADED
from large_versions import write_incompressible
from lockfill import web
from lockfill.running import environments, state
from lockfill.stopwatch import Stopwatch
from serving_stack import ServingStack, serving_stack
from waiting import eventually

pytestmark = pytest.mark.alone

ASKED = "/api/v1/allocation/ads?unit_id=1001&user_id=frozen&country=KR&limit_ad_tracking=1"
ANSWERED_SECONDS_MAX = 2.0
# A load goes on for 20 ms, of which the answer takes some from the function to the client. A look at the
# environment comes every 10 ms.
AWAKE_MS_MIN, AWAKE_MS_MAX = 15.0, 100.0


def version_and_mark(stack: ServingStack) -> tuple[int, str | None]:
    asked = Stopwatch()
    answer = web.get(f"{stack.url}{ASKED}")
    assert answer.status == 200, answer.body
    assert asked.seconds() < ANSWERED_SECONDS_MAX, "a request waited for a load"
    return answer.json["catalog_version"], answer.headers[DEGRADED]


def unmarked_version(stack: ServingStack) -> int | None:
    """The version of an answer, if it has no mark."""
    version, mark = version_and_mark(stack)
    return version if mark is None else None


@pytest.mark.parametrize(
    ("megabytes", "pause_seconds", "late_seconds", "requests_max"),
    [
        pytest.param(3, 1.1, 0.3, 15, id="3-megabytes-each-second"),
        pytest.param(20, 11.0, 0.3, 40, id="20-megabytes-each-eleven-seconds", marks=pytest.mark.long),
    ],
)
def test_a_load_goes_on_where_a_freeze_has_interrupted_it(
    tmp_path: Path, megabytes: int, pause_seconds: float, late_seconds: float, requests_max: int
) -> None:
    with serving_stack(tmp_path / "stack", "dev" if megabytes < 10 else "bench-stack") as stack:
        before = eventually("an answer without a mark", lambda: unmarked_version(stack))
        (environment,) = environments(stack, "ads")
        write_incompressible(stack.folder / "large.json", megabytes)
        stack.publish(stack.folder / "large.json")
        # A chunk takes longer than a request, so each is under way when the environment is frozen.
        stack.proxy.chunks_late_seconds = late_seconds
        stack.proxy.reads.clear()
        seen = []
        for _ in range(requests_max):
            time.sleep(pause_seconds)
            assert state(environment) == "T", "the environment is awake between requests"
            seen.append(version_and_mark(stack))
            if seen[-1][0] == before + 1:
                break
        assert seen[-1][0] == before + 1, seen
        # A busy machine that was frozen a moment ago may not confirm in time that there is no newer version.
        eventually("the new version has no mark", lambda: unmarked_version(stack) == before + 1)
        assert len(seen) > 2, "the load was not interrupted"
        # An old answer is marked, but for one that came within a second of the one before.
        assert all("catalog" in str(mark) for version, mark in seen if version == before), seen
        assert environments(stack, "ads") == [environment]
        reads = {
            place: count for (version, place), count in stack.proxy.reads.items() if version == before + 1
        }
        chunks = [count for place, count in reads.items() if place != "manifest"]
        assert len(chunks) >= megabytes
        # What is under way may have been lost with its connection, so it is read once more beside itself:
        # after 1, 3, 7 and so on requests.
        assert max(chunks) <= (len(seen) + 1).bit_length(), reads
        assert sum(chunks) <= 3 * len(chunks), reads
        assert reads["manifest"] <= 3, reads


def test_a_load_goes_on_for_a_moment_between_an_answer_and_the_freeze(tmp_path: Path) -> None:
    with serving_stack(tmp_path / "stack") as stack:
        before = eventually("an answer without a mark", lambda: unmarked_version(stack))
        (environment,) = environments(stack, "ads")
        # No chunk is there as long as the test lasts, so each answer has a load behind it that works.
        stack.proxy.chunks_late_seconds = 60.0
        stack.publish(stack.catalog)
        awake_ms = []
        for _ in range(5):
            time.sleep(1.1)
            assert version_and_mark(stack)[0] == before
            answered = time.monotonic()
            eventually("the environment is frozen", lambda: state(environment) == "T")
            awake_ms.append((time.monotonic() - answered) * 1000)
        assert AWAKE_MS_MIN < statistics.median(awake_ms) < AWAKE_MS_MAX, awake_ms
