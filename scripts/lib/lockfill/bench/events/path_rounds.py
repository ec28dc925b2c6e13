"""The measures of the command `events`: subjects take turns, and medians of the rounds are kept."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice

from ... import web
from ...console import Failure, step
from ..answers import wait_until_right
from ..generator import generate, marked
from ..results import Row, row
from ..stack_rounds import CONTAINER, LAMBDA, WARM_UP_SECONDS
from ..stores import Stores
from ..subjects import PATHS, QUERY, Server, balancer, container
from ..usage import cpu_us, cpu_us_between
from .counted_writes import CountingStore, entries, redis_commands
from .reports import BATCH_PATH, Reports

LINE_ITEMS = 1_000
ALLOCATION, EVENTS = "lockfill", "events"
# Requests that are counted, of each subject.
COUNTED = 20
# Under a public address, which is counted for bursts. Those of this machine are not.
ADDRESS = {"x-forwarded-for": "203.0.113.7"}
# Commands that write, of the scripts, too.
REDIS_WRITES = ("incrby", "expire", "set", "hset", "hdel", "rpush", "ltrim", "del")
# More than any subject answers, so that a turn lasts as long as it should.
_LINKS_A_SECOND, _EVENTS_A_SECOND = 6_000, 20_000
_UNITS = {"rps": "1/s", "missed": "%"}


@dataclass(frozen=True)
class Subject:
    """What is asked: the allocation, links of a kind, or batches of so many events."""

    name: str
    events: int

    @property
    def program(self) -> str:
        return ALLOCATION if self.events == 0 else EVENTS


SUBJECTS = (
    Subject("allocation", 0),
    Subject("impression", 1),
    Subject("click", 1),
    Subject("batch", 1),
    Subject("batch", 10),
    Subject("batch", 100),
)


def measure(stores: Stores, workloads: Sequence[str], seconds: int, rounds: int, clients: int) -> list[Row]:
    """Measures all subjects as containers or behind the balancer, and counts what they ask stores for."""
    version = stores.publish_of_size(LINE_ITEMS)
    rows: list[Row] = []
    for workload in workloads:
        with _servers(stores, workload) as servers:
            with step(f"starting the subjects ({workload})", quiet=stores.quiet):
                wait_until_right(servers[ALLOCATION], version, LINE_ITEMS)
                reports = Reports(stores, servers[ALLOCATION].url)
            with step(f"measuring ({workload})", quiet=stores.quiet):
                rows += _measure(stores, servers, reports, workload, (seconds, rounds, clients))
    with step("counting what an event asks stores for", quiet=stores.quiet):
        rows += _count(stores)
    return rows


@contextmanager
def _servers(stores: Stores, workload: str) -> Iterator[dict[str, Server]]:
    names = (ALLOCATION, EVENTS)
    with ExitStack() as running:
        if workload == LAMBDA:
            yield running.enter_context(balancer(stores, names))
        else:
            yield {name: running.enter_context(container(stores, name)) for name in names}


def _measure(
    stores: Stores,
    servers: Mapping[str, Server],
    reports: Reports,
    workload: str,
    how: tuple[int, int, int],
) -> list[Row]:
    seconds, rounds, clients = how
    seen: dict[tuple[Subject, str], list[float]] = {}
    for subject in SUBJECTS:
        _round(stores, servers, reports, subject, (WARM_UP_SECONDS, clients))
    for _ in range(rounds):
        for subject in SUBJECTS:
            figures = _round(stores, servers, reports, subject, (seconds, clients))
            for metric, value in figures.items():
                seen.setdefault((subject, metric), []).append(value)
    return [
        row(
            subject.name,
            subject.events,
            workload,
            metric,
            statistics.median(values),
            _UNITS.get(metric, "us"),
        )
        for (subject, metric), values in seen.items()
        if workload == LAMBDA or metric != "cpu_balancer"
    ]


def _round(
    stores: Stores, servers: Mapping[str, Server], reports: Reports, subject: Subject, how: tuple[int, int]
) -> dict[str, float]:
    """One turn of one subject."""
    seconds, clients = how
    server, options, target = servers[subject.program], [], PATHS[ALLOCATION] + QUERY
    if subject.events:
        file = stores.folder / "requests.txt"
        most = min(_LINKS_A_SECOND, _EVENTS_A_SECOND // subject.events)
        reports.write(file, subject.name, subject.events, most * seconds)
        options, target = ["--requests", str(file)], ""
    stores_pids = [[stores.children[it].process.pid] for it in ("redis-server", "local-dynamodb")]
    used_by = [server.pids(), *stores_pids, [server.child.process.pid]]
    recorded = entries(stores)
    before = [cpu_us(pids) for pids in used_by]
    report = generate(stores, seconds, clients, *options, port=server.port, target=target)
    # A new environment may have begun in between.
    after = [cpu_us(pids) for pids in (server.pids(), *used_by[1:])]
    answers, statuses = report["answers"], report["statuses"]
    missed = report["failures"] + answers - statuses.get("200", 0) - statuses.get("302", 0) + marked(report)
    if missed >= answers:
        raise Failure(f"{subject.name}: no whole answers: {report}\n{server.child.tail()}")
    recorded = entries(stores) - recorded
    # A request that was under way at the end may be recorded and not answered.
    if not missed and not answers * subject.events <= recorded <= (answers + clients) * subject.events:
        raise Failure(f"{subject.name}: {answers} answers, and {recorded} events in the ledger")
    cpu = [cpu_us_between(*pair) / answers for pair in zip(before, after, strict=True)]
    figures = {"rps": answers / report["seconds"], "p50": report["p50_us"], "p99": report["p99_us"]}
    figures |= dict(zip(("cpu", "cpu_redis", "cpu_dynamodb", "cpu_balancer"), cpu, strict=True))
    return figures | {"missed": 100 * missed / answers}


def _count(stores: Stores) -> list[Row]:
    """What one event asks the stores for, counted with a few requests of a client with a public address."""
    counting = CountingStore(stores.dynamodb_url)
    variables = {"AWS_ENDPOINT_URL_DYNAMODB": counting.url}
    rows: list[Row] = []
    try:
        with container(stores, ALLOCATION) as allocation, container(stores, EVENTS, variables) as server:
            reports = Reports(stores, allocation.url)
            showings = list(islice(reports.links("impression"), COUNTED))
            asked: dict[tuple[str, int], list[tuple[str, str | None]]] = {
                # The first requests find no scripts in Redis.
                ("", 1): [(link, None) for link in islice(reports.links("click"), COUNTED)],
                ("impression", 1): [(link, None) for link in showings],
                ("repeated", 1): [(link, None) for link in showings],
                ("click", 1): [(link, None) for link in islice(reports.links("click"), COUNTED)],
                ("batch", 100): [(BATCH_PATH, body) for body in islice(reports.batches(100), COUNTED)],
            }
            for (name, events), requests in asked.items():
                counts = _counted(stores, counting, server, requests, events * len(requests))
                if name:
                    rows += [row(name, events, CONTAINER, *count, "1/event") for count in counts.items()]
    finally:
        counting.close()
    return rows


def _counted(
    stores: Stores,
    counting: CountingStore,
    server: Server,
    requests: Sequence[tuple[str, str | None]],
    events: int,
) -> dict[str, float]:
    """What each of so many events asks for, by the names of rows."""
    recorded, writes, units = entries(stores), counting.writes, counting.write_units
    commands = redis_commands(stores)
    for path, body in requests:
        headers = ADDRESS if body is None else {**ADDRESS, "content-type": "application/json"}
        answer = web.request("GET" if body is None else "POST", server.url + path, headers, body)
        if answer.status not in (200, 302):
            raise Failure(f"{path} is answered with {answer.status}\n{server.child.tail()}")
    after = redis_commands(stores)
    counts = {
        "ledger_entries": entries(stores) - recorded,
        "ledger_writes": counting.writes - writes,
        "ledger_write_units": counting.write_units - units,
        # Neither the rebuild's look for lost counters nor this program's own questions.
        "redis_scripts": after["evalsha"] - commands["evalsha"],
        "redis_writes": sum(after[it] - commands[it] for it in REDIS_WRITES),
    }
    return {name: count / events for name, count in counts.items()}
