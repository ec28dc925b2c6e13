"""The command `rebuild` of `scripts/bench`."""

import argparse
import json
import random
import shutil
import tempfile
import time
from pathlib import Path

from ... import LOCAL, install
from ...build import build
from ...command_line import whole_number
from ...console import Failure, step
from ...ports import free_port
from ...processes import clean_environment
from ...stack import LOCAL_SCAN, Stack
from .. import plot
from ..arguments import add_build_and_output
from ..report import Figures
from ..results import Row, goal, machine_and_versions, publish, row
from ..usage import cpu_us, cpu_us_between, memory
from .counted_writes import entries
from .filled_ledger import FilledLedger, lines
from .redis_questions import ask

NAME = "rebuild"
EVENTS = 1_000_000
EVENTS_OF_A_USER = 20
GOAL_SECONDS = 60
HELP = f"""\
Measures how long the counters of users take to be right again after Redis has lost everything (FLUSHALL).

The local DynamoDB is filled with a ledger of events of the last week, {EVENTS_OF_A_USER} for each user.
`ledger-cli rebuild-counters --every 1` runs as scripts/dev runs it. The time counts from FLUSHALL until all
histories are known. Then the counters of a thousand users are held against the ledger. CPU is user and
system time of each program, from /proc. `n` of a row counts the events of the ledger. Filling a ledger of a
million events takes some minutes.
"""
_USERS_HELD = 1_000
_REBUILD_SECONDS_MAX = 1_800
# As functions/shared/dao-redis names them.
_LOCK = "lockfill:{rebuild}:lock"
_SLOTS = 16_384


class LedgerAndRedis(Stack):
    """Redis, DynamoDB with its tables, and what rebuilds counters."""

    def _start_all(self) -> None:
        self.programs = build(self.profile, ("local-dynamodb", "catalog-cli", "ledger-cli"))
        with step("starting Redis and DynamoDB", quiet=self.quiet):
            self._start_redis(install.redis_server(), free_port())
            self._start_dynamodb("127.0.0.1:0")
            self._create_tables()

    def start_rebuilding(self) -> None:
        """Starts to look each second for lost counters."""
        command: list[str | Path] = [self.programs / "ledger-cli", "rebuild-counters", "--every", "1"]
        env = {**clean_environment(), **self.function_variables()}
        self._launch("ledger-cli", [*command, *LOCAL_SCAN], env)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--events",
        nargs="+",
        type=whole_number(100, 10_000_000),
        default=[EVENTS],
        help=f"events of the ledger (default {EVENTS})",
    )
    parser.add_argument(
        "--rounds", type=whole_number(1, 20), default=3, help="losses of each ledger (default 3)"
    )
    add_build_and_output(parser)


def run(sizes: list[int], rounds: int, profile: str, output: Path) -> Figures:
    """Measures, prints a table and the goal, and writes the rows and the plot."""
    machine = machine_and_versions(profile)
    rows = [it for events in sorted(sizes) for it in _measure(events, rounds, profile)]
    table = [f"{it['n']:>12,} events {it['metric']:>20} {it['value']:>12,.1f} {it['unit']}" for it in rows]
    slowest = {it["n"]: float(it["value"]) for it in rows if it["metric"] == "longest"}
    goals = [goal(f"known again, {n:,} events", value, " s", GOAL_SECONDS) for n, value in slowest.items()]
    svg = plot.lines(
        "Counters known again", "events of the ledger", "seconds, longest", {"rebuild": [*slowest.items()]}
    )
    publish(output, NAME, [*table, "", "Goals", *goals], machine, rows, svg)
    return {"machine": machine, "rows": rows}


def _measure(events: int, rounds: int, profile: str) -> list[Row]:
    LOCAL.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-rebuild-", dir=LOCAL))
    stack = LedgerAndRedis(folder, profile=profile)
    users = max(1, events // EVENTS_OF_A_USER)
    items = lines(json.loads(stack.catalog.read_text()))
    ledger = FilledLedger(events, users, int(time.time()), items)
    try:
        stack.start()
        with step(f"filling a ledger with {events:,} events of {users:,} users"):
            ledger.write(stack.dynamodb_url)
        if (found := entries(stack)) != events:
            raise Failure(f"the ledger has {found} entries of {events}")
        stack.start_rebuilding()
        figures = [_round(stack, ledger) for _ in range(rounds)]
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
    median = sorted(figures, key=lambda it: it["seconds"])[len(figures) // 2]
    of_all = {**median, "longest": max(it["seconds"] for it in figures)}
    return [_row(events, metric, value) for metric, value in of_all.items()]


def _row(events: int, metric: str, value: float) -> Row:
    unit = "MB" if metric == "peak" else "s"
    return row("lockfill", events, "rebuild", metric, value, unit)


def _round(stack: LedgerAndRedis, ledger: FilledLedger) -> dict[str, float]:
    """Loses everything once; the figures."""
    pids = [child.process.pid for child in stack.children.values()]
    before = cpu_us(pids)
    ask(stack.redis_port, "FLUSHALL")
    began = time.monotonic()
    _wait(stack, "a rebuild begins", is_locked=True)
    _wait(stack, "a rebuild ends", is_locked=False)
    seconds = time.monotonic() - began
    known = ask(stack.redis_port, "EVAL \"return #redis.call('KEYS', 'lockfill:{*}:known')\" 0")
    if known != _SLOTS:
        raise Failure(f"{known} of {_SLOTS} slots are known\n{stack.children['ledger-cli'].tail()}")
    used = {name: cpu_us([child.process.pid]) for name, child in stack.children.items()}
    cpu = {f"cpu_{name}": cpu_us_between(before, after) / 1e6 for name, after in used.items()}
    _hold(stack, ledger)
    return {"seconds": seconds, **cpu, "peak": memory(stack.children["ledger-cli"].process.pid).peak}


def _wait(stack: LedgerAndRedis, what: str, *, is_locked: bool) -> None:
    def ready() -> str | None:
        return what if bool(ask(stack.redis_port, f"EXISTS {_LOCK}")) == is_locked else None

    stack.children["ledger-cli"].wait_until(f"so far that {what}", ready, _REBUILD_SECONDS_MAX)


def _hold(stack: LedgerAndRedis, ledger: FilledLedger) -> None:
    """Compares what some users have seen with the ledger."""
    chance = random.Random(ledger.seed)  # noqa: S311 (repeatable, not secret)
    for number in chance.sample(range(ledger.users), min(_USERS_HELD, ledger.users)):
        state = ask(stack.redis_port, f"HGETALL lockfill:{{{ledger.user(number)}}}:state")
        fields = zip(state[::2], state[1::2], strict=True)
        shown = {name[2:]: int(value.split()[0]) for name, value in fields if name.startswith("l:")}
        if shown != dict(ledger.shown(number)):
            raise Failure(f"user {number} has {shown}, and the ledger {dict(ledger.shown(number))}")
