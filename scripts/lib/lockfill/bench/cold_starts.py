"""The measures of the command `cold`: starts of environments, and the memory of a swap of versions."""

import json
import os
import re
import shutil
import signal
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl

from .. import LOCAL, ROOT, web
from ..console import Failure, step
from ..emulator import IS_SUPPORTED, emulated
from ..running import state
from .answers import is_right, is_right_document, wait_until_right
from .generator import DEGRADED
from .results import Row, row
from .stores import Stores, stores
from .subjects import FUNCTIONS, PATHS, QUERY, Server, balancer, container
from .usage import Memory, memory

EMULATOR, LAMBDA, CONTAINER = "emulator", "lambda", "container"
SUBJECTS = ("empty", "lockfill")
_DEADLINE_SECONDS = 60


@dataclass
class Published:
    """A catalog with so many line items, in stores of its own."""

    stores: Stores
    line_items: int
    version: int


@contextmanager
def published(sizes: Sequence[int], profile: str) -> Iterator[list[Published]]:
    """A catalog of each size, at the same time."""
    LOCAL.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-cold-", dir=LOCAL))
    with ExitStack() as at_end:
        at_end.callback(shutil.rmtree, folder, ignore_errors=True)
        catalogs = []
        for line_items in dict.fromkeys(sizes):
            of_size = stores(folder / str(line_items), profile)
            at_end.callback(of_size.stop)
            of_size.start()
            catalogs.append(Published(of_size, line_items, of_size.publish_of_size(line_items)))
        yield catalogs


def measure_starts(catalogs: Sequence[Published], starts: int) -> list[Row]:
    """First answers with each catalog, of an environment that did not exist before the request."""
    rows: list[Row] = []
    quiet = catalogs[0].stores.quiet
    if IS_SUPPORTED:
        with step(f"starting {starts} times each (emulator)", quiet=quiet):
            emulated_starts = [
                (subject, it.line_items, partial(_emulated_start, it, subject))
                for it in catalogs
                for subject in SUBJECTS
            ]
            rows += _in_turns(emulated_starts, EMULATOR, starts)
    with ExitStack() as at_end, step(f"starting {starts} times each (local-alb)", quiet=quiet):
        balanced_starts = []
        for it in catalogs:
            servers = at_end.enter_context(balancer(it.stores))
            for subject in SUBJECTS:
                # The first start reads the program from the disk.
                wait_until_right(servers[subject], it.version, it.line_items)
                balanced_starts.append(
                    (subject, it.line_items, partial(_balanced_start, it, servers[subject]))
                )
        rows += _in_turns(balanced_starts, LAMBDA, starts)
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
    subjects: Sequence[tuple[str, int, Callable[[], dict[str, float]]]], workload: str, starts: int
) -> list[Row]:
    """Medians of so many starts of each subject with each number of line items, which take turns."""
    seen: dict[tuple[str, int, str], list[float]] = {}
    for _ in range(starts):
        for subject, line_items, start in subjects:
            for metric, milliseconds in start().items():
                seen.setdefault((subject, line_items, metric), []).append(milliseconds)
    return [
        row(subject, line_items, workload, metric, statistics.median(values), "ms")
        for (subject, line_items, metric), values in seen.items()
    ]


def _emulated_start(catalog: Published, subject: str) -> dict[str, float]:
    """Milliseconds from the first invocation, which starts the process, to a right answer."""
    payload = json.dumps(_payload(subject))
    stores = catalog.stores
    program = stores.programs / FUNCTIONS[subject]
    variables = {**stores.function_variables(), "AWS_LAMBDA_FUNCTION_TIMEOUT": "10"}
    with emulated(program, variables, stores.logs / f"bench-emulator-{subject}.log") as url:
        started = time.monotonic()
        while time.monotonic() - started < _DEADLINE_SECONDS:
            answer = web.request("POST", url, body=payload).json
            is_marked = DEGRADED in answer.get("multiValueHeaders", {})
            if answer.get("statusCode") == 200 and not is_marked:
                document = json.loads(answer["body"])
                if subject == "empty" or is_right_document(document, catalog.version, catalog.line_items):
                    return {"first_answer": (time.monotonic() - started) * 1000}
    raise Failure(f"{subject} under the emulator does not serve version {catalog.version}: {answer}")


def _payload(subject: str) -> dict[str, object]:
    """An invocation payload as the balancer makes it, with the same question as over HTTP."""
    payload: dict[str, object] = json.loads((ROOT / "infra" / "invocations" / "ads.json").read_text())
    query = QUERY.removeprefix("?").replace("{user}", "emulated")
    parameters = {name: [value] for name, value in parse_qsl(query)}
    return {**payload, "path": PATHS[subject], "multiValueQueryStringParameters": parameters}


def _balanced_start(catalog: Published, server: Server) -> dict[str, float]:
    """Ends the environments and asks: milliseconds to a right answer, and those of the init phase alone."""
    _end(server)
    reported = len(_inits_ms(server))
    started = time.monotonic()
    while True:
        answer = web.get(server.url + server.target.replace("{user}", "cold"))
        took_ms = (time.monotonic() - started) * 1000
        if server.subject == "empty" or is_right(answer, catalog.version, catalog.line_items):
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
