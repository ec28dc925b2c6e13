"""The measures of the command `stack`: subjects take turns, and medians of the rounds are kept."""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

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


def measure_size(stores: Stores, line_items: int, seconds: int, rounds: int, clients: int) -> list[Row]:
    """Publishes a catalog of this size, starts all subjects anew, and measures each in every round."""
    version = stores.publish_of_size(line_items)
    rows: list[Row] = []
    for workload in (CONTAINER, LAMBDA):
        with _subjects(stores, workload) as servers:
            with step(f"starting the subjects ({workload})", quiet=stores.quiet):
                for server in servers:
                    wait_until_right(server, version, line_items, _RIGHT_IN_A_ROW)
            with step(f"measuring {line_items:,} line items ({workload})", quiet=stores.quiet):
                rows += _measure(stores, servers, workload, line_items, (seconds, rounds, clients))
            if workload == CONTAINER:
                version, taken = _take_a_version(stores, servers, line_items)
                rows += taken
    return rows


@contextmanager
def _subjects(stores: Stores, workload: str) -> Iterator[list[Server]]:
    with ExitStack() as running:
        if workload == LAMBDA:
            yield list(running.enter_context(balancer(stores)).values())
        else:
            yield [running.enter_context(container(stores, subject)) for subject in SUBJECTS[CONTAINER]]


def _measure(
    stores: Stores, servers: Sequence[Server], workload: str, line_items: int, how: tuple[int, int, int]
) -> list[Row]:
    seconds, rounds, clients = how
    seen: dict[tuple[str, str], list[float]] = {}
    for server in servers:
        _round(stores, server, WARM_UP_SECONDS, clients, workload)
    for _ in range(rounds):
        for server in servers:
            for metric, value in _round(stores, server, seconds, clients, workload).items():
                seen.setdefault((server.subject, metric), []).append(value)
    rows = [
        row(subject, line_items, workload, metric, statistics.median(values), _UNITS[metric])
        for (subject, metric), values in seen.items()
    ]
    for server in servers:
        memories = [memory(pid) for pid in server.pids()]
        resident, peak = max(it.resident for it in memories), max(it.peak for it in memories)
        rows.append(row(server.subject, line_items, workload, "resident", resident, "MB"))
        rows.append(row(server.subject, line_items, workload, "peak", peak, "MB"))
    return rows


def _take_a_version(stores: Stores, servers: Sequence[Server], line_items: int) -> tuple[int, list[Row]]:
    """Publishes the catalog once more; the version, and what each subject used until all its processes served
    it, the requests included that asked whether they did.
    """
    readers = [server for server in servers if server.subject in CATALOG_READERS]
    before = [cpu_us(server.pids()) for server in readers]
    version = stores.publish_of_size(line_items)
    with step(f"taking a new version of {line_items:,} line items", quiet=stores.quiet):
        for server in readers:
            wait_until_right(server, version, line_items, _RIGHT_IN_A_ROW)
    used = [
        cpu_us_between(earlier, cpu_us(server.pids()))
        for server, earlier in zip(readers, before, strict=True)
    ]
    rows = [
        row(server.subject, line_items, CONTAINER, NEW_VERSION, microseconds / 1e3, "ms")
        for server, microseconds in zip(readers, used, strict=True)
    ]
    return version, rows


def _round(stores: Stores, server: Server, seconds: int, clients: int, workload: str) -> dict[str, float]:
    """One turn of one subject."""
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
