"""The measures of the command `stack`: subjects and sizes of the catalog take turns, and medians
of the rounds are kept.
"""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from ..console import Failure, step
from .answers import wait_until_right
from .generator import generate, marked
from .results import Row, row
from .stores import Stores
from .subjects import FUNCTIONS, Server, balancer, container
from .usage import cpu_us, cpu_us_between, memory

CONTAINER, LAMBDA = "container", "lambda"
SUBJECTS = {CONTAINER: (*FUNCTIONS, "django"), LAMBDA: tuple(FUNCTIONS)}
# The subjects that hold a catalog, and the metric of what a new version costs them.
CATALOG_READERS = ("lockfill", "django")
NEW_VERSION = "new_version_cpu"
WARM_UP_SECONDS = 1
# More than gunicorn has workers, so that each of them has loaded the catalog.
_RIGHT_IN_A_ROW = 16
_UNITS = {
    "rps": "1/s",
    "p50": "us",
    "p99": "us",
    "cpu": "us",
    "cpu_redis": "us",
    "cpu_balancer": "us",
    "missed": "%",
}


class _Turn(NamedTuple):
    """One subject with a catalog of one size."""

    line_items: int
    stores: Stores
    server: Server


def measure(catalogs: Mapping[int, Stores], seconds: int, rounds: int, clients: int) -> list[Row]:
    """Measures the subjects with the catalogs that stores have, by their line items. All are served at once,
    so that sizes take turns too: the machine is faster in one minute than in another.
    """
    rows: list[Row] = []
    versions = {size: stores.publish_of_size(size) for size, stores in catalogs.items()}
    for workload in (CONTAINER, LAMBDA):
        with _subjects(catalogs, workload) as turns:
            with step(f"starting the subjects ({workload})"):
                for turn in turns:
                    _wait_until_right(turn, versions)
            with step(f"warming up ({workload})"):
                for turn in turns:
                    _round(turn, WARM_UP_SECONDS, clients, workload)
            rows += _rounds(turns, workload, (seconds, rounds, clients))
            rows += _memories(turns, workload)
            if workload == CONTAINER:
                rows += _take_versions(catalogs, turns, versions)
    return rows


@contextmanager
def _subjects(catalogs: Mapping[int, Stores], workload: str) -> Iterator[list[_Turn]]:
    """The sizes of a subject are neighbors, so that they are measured in the same minute."""
    with ExitStack() as running:
        turns = []
        for size, stores in catalogs.items():
            if workload == LAMBDA:
                servers = list(running.enter_context(balancer(stores)).values())
            else:
                servers = [running.enter_context(container(stores, it)) for it in SUBJECTS[CONTAINER]]
            turns += [_Turn(size, stores, server) for server in servers]
        names = SUBJECTS[workload]
        yield sorted(turns, key=lambda turn: names.index(turn.server.subject))


def _wait_until_right(turn: _Turn, versions: Mapping[int, int]) -> None:
    wait_until_right(turn.server, versions[turn.line_items], turn.line_items, _RIGHT_IN_A_ROW)


def _rounds(turns: Sequence[_Turn], workload: str, how: tuple[int, int, int]) -> list[Row]:
    seconds, rounds, clients = how
    seen: dict[tuple[str, int, str], list[float]] = {}
    for number in range(1, rounds + 1):
        with step(f"round {number} of {rounds} ({workload})"):
            for turn in turns:
                for metric, value in _round(turn, seconds, clients, workload).items():
                    seen.setdefault((turn.server.subject, turn.line_items, metric), []).append(value)
    return [
        row(subject, size, workload, metric, statistics.median(values), _UNITS[metric])
        for (subject, size, metric), values in seen.items()
    ]


def _memories(turns: Sequence[_Turn], workload: str) -> list[Row]:
    rows = []
    for size, _, server in turns:
        memories = [memory(pid) for pid in server.pids()]
        resident, peak = max(it.resident for it in memories), max(it.peak for it in memories)
        rows.append(row(server.subject, size, workload, "resident", resident, "MB"))
        rows.append(row(server.subject, size, workload, "peak", peak, "MB"))
    return rows


def _take_versions(
    catalogs: Mapping[int, Stores], turns: Sequence[_Turn], versions: dict[int, int]
) -> list[Row]:
    """Publishes each catalog once more: what a subject used until all its processes served it, the requests
    included that asked whether they did. `versions` has the new ones then.
    """
    rows = []
    readers = [turn for turn in turns if turn.server.subject in CATALOG_READERS]
    for size, stores in catalogs.items():
        of_size = [turn for turn in readers if turn.line_items == size]
        before = [cpu_us(turn.server.pids()) for turn in of_size]
        versions[size] = stores.publish_of_size(size)
        with step(f"taking a new version of {size:,} line items"):
            for turn in of_size:
                _wait_until_right(turn, versions)
        for turn, earlier in zip(of_size, before, strict=True):
            used = cpu_us_between(earlier, cpu_us(turn.server.pids()))
            rows.append(row(turn.server.subject, size, CONTAINER, NEW_VERSION, used / 1e3, "ms"))
    return rows


def _round(turn: _Turn, seconds: int, clients: int, workload: str) -> dict[str, float]:
    """One turn of one subject."""
    _, stores, server = turn
    redis = [stores.children["redis-server"].process.pid]
    front = [server.child.process.pid] if workload == LAMBDA else []
    before = [cpu_us(pids) for pids in (server.pids(), redis, front)]
    report = generate(stores, seconds, clients, port=server.port, target=server.target)
    after = [cpu_us(pids) for pids in (server.pids(), redis, front)]
    answers = report["answers"]
    # Without an answer of Redis in time the floor fails and the function marks its answer: both did less.
    missed = report["errors"] + marked(report)
    if missed >= answers:
        raise Failure(f"{server.subject}: no whole answers\n{server.child.tail()}")
    used = [cpu_us_between(*pair) / answers for pair in zip(before, after, strict=True)]
    figures = {"rps": answers / report["seconds"], "p50": report["p50_us"], "p99": report["p99_us"]}
    figures |= {"cpu": used[0], "cpu_redis": used[1], "missed": 100 * missed / answers}
    return {**figures, "cpu_balancer": used[2]} if workload == LAMBDA else figures
