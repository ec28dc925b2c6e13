"""The measures of the command `cold`: starts of environments, and the memory of a swap of versions."""

import json
import os
import re
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl

from .. import ROOT, web
from ..console import Failure, step
from ..emulator import IS_SUPPORTED, emulated
from ..running import state
from .answers import is_right, is_right_document, wait_until_right
from .generator import DEGRADED
from .results import Row, row
from .stores import Stores
from .subjects import FUNCTIONS, PATHS, QUERY, Server, balancer, container
from .usage import Memory, memory

EMULATOR, LAMBDA, CONTAINER = "emulator", "lambda", "container"
SUBJECTS = ("empty", "lockfill")
_DEADLINE_SECONDS = 60


def measure_starts(stores: Stores, line_items: int, starts: int) -> list[Row]:
    """First answers with a catalog of this size, of an environment that did not exist before the request."""
    version = stores.publish_of_size(line_items)
    rows: list[Row] = []
    if IS_SUPPORTED:
        with step(f"starting with {line_items:,} line items (emulator)", quiet=stores.quiet):
            rows += _in_turns(
                lambda subject: {"first_answer": _emulated_start(stores, subject, version, line_items)},
                EMULATOR,
                line_items,
                starts,
            )
    with (
        balancer(stores) as servers,
        step(f"starting with {line_items:,} line items (local-alb)", quiet=stores.quiet),
    ):
        # The first start reads the program from the disk.
        for subject in SUBJECTS:
            wait_until_right(servers[subject], version, line_items)
        rows += _in_turns(
            lambda subject: _balanced_start(servers[subject], version, line_items), LAMBDA, line_items, starts
        )
    return rows


def measure_swap(stores: Stores, line_items: int) -> list[Row]:
    """Memory of the function before, while and after it replaces a version of this size by another one."""
    rows: list[Row] = []
    for workload in (CONTAINER, LAMBDA):
        version = stores.publish_of_size(line_items)
        with _one(stores, workload) as server:
            wait_until_right(server, version, line_items)
            before = _memory(server).resident
            # One more, so that the contents of the two versions differ.
            version = stores.publish_of_size(line_items + 1)
            with step(f"swapping {line_items:,} line items ({workload})", quiet=stores.quiet):
                wait_until_right(server, version, line_items)
                after = _memory(server)
        for metric, megabytes in (
            ("resident_before_swap", before),
            ("resident_after_swap", after.resident),
            ("peak_of_swap", after.peak),
        ):
            rows.append(row("lockfill", line_items, workload, metric, megabytes, "MB"))
    return rows


def _in_turns(
    start: Callable[[str], dict[str, float]], workload: str, line_items: int, starts: int
) -> list[Row]:
    """Medians of so many starts of each subject, which take turns."""
    seen: dict[tuple[str, str], list[float]] = {}
    for _ in range(starts):
        for subject in SUBJECTS:
            for metric, milliseconds in start(subject).items():
                seen.setdefault((subject, metric), []).append(milliseconds)
    return [
        row(subject, line_items, workload, metric, statistics.median(values), "ms")
        for (subject, metric), values in seen.items()
    ]


def _emulated_start(stores: Stores, subject: str, version: int, line_items: int) -> float:
    """Milliseconds from the first invocation, which starts the process, to a right answer."""
    payload = json.dumps(_payload(subject))
    program = stores.programs / FUNCTIONS[subject]
    variables = {**stores.function_variables(), "AWS_LAMBDA_FUNCTION_TIMEOUT": "10"}
    with emulated(program, variables, stores.logs / f"bench-emulator-{subject}.log") as url:
        started = time.monotonic()
        while time.monotonic() - started < _DEADLINE_SECONDS:
            answer = web.request("POST", url, body=payload).json
            is_marked = DEGRADED in answer.get("multiValueHeaders", {})
            if answer.get("statusCode") == 200 and not is_marked:
                document = json.loads(answer["body"])
                if subject == "empty" or is_right_document(document, version, line_items):
                    return (time.monotonic() - started) * 1000
    raise Failure(f"{subject} under the emulator does not serve version {version}: {answer}")


def _payload(subject: str) -> dict[str, object]:
    """An invocation payload as the balancer makes it, with the same question as over HTTP."""
    payload: dict[str, object] = json.loads((ROOT / "infra" / "invocations" / "ads.json").read_text())
    query = QUERY.removeprefix("?").replace("{user}", "emulated")
    parameters = {name: [value] for name, value in parse_qsl(query)}
    return {**payload, "path": PATHS[subject], "multiValueQueryStringParameters": parameters}


def _balanced_start(server: Server, version: int, line_items: int) -> dict[str, float]:
    """Ends the environments and asks: milliseconds to a right answer, and those of the init phase alone."""
    _end(server)
    reported = len(_inits_ms(server))
    started = time.monotonic()
    while True:
        answer = web.get(server.url + server.target.replace("{user}", "cold"))
        took_ms = (time.monotonic() - started) * 1000
        if server.subject == "empty" or is_right(answer, version, line_items):
            return {"first_answer": took_ms, "init": _init_ms_after(server, reported)}
        if took_ms > _DEADLINE_SECONDS * 1000:
            raise Failure(f"{server.subject}: status {answer.status}\n{server.child.tail()}")


def _end(server: Server) -> None:
    pids = server.pids()
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while any(state(pid) not in ("", "Z") for pid in pids):
        if time.monotonic() > deadline:
            raise Failure("environments do not end")
        time.sleep(0.005)
    # The balancer has to notice, too; an earlier request would be sent to an environment that is gone.
    time.sleep(0.05)


def _init_ms_after(server: Server, reported: int) -> float:
    """What the balancer reports of the environment that started last; the report may follow the answer."""
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while len(found := _inits_ms(server)) <= reported:
        if time.monotonic() > deadline:
            raise Failure(f"no report of an init phase of {server.subject}")
        time.sleep(0.01)
    return found[-1]


def _inits_ms(server: Server) -> list[float]:
    log = server.child.log.read_text(errors="replace")
    reports = rf"^{server.subject.capitalize()}Function \|.*Init Duration: ([0-9.]+) ms"
    return [float(text) for text in re.findall(reports, log, re.MULTILINE)]


@contextmanager
def _one(stores: Stores, workload: str) -> Iterator[Server]:
    """The function of ads alone."""
    if workload == CONTAINER:
        with container(stores, "lockfill") as server:
            yield server
    else:
        with balancer(stores) as servers:
            yield servers["lockfill"]


def _memory(server: Server) -> Memory:
    """Of the largest process."""
    memories = [memory(pid) for pid in server.pids()]
    return Memory(max(it.resident for it in memories), max(it.peak for it in memories))
