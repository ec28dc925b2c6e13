"""The steps that `--full` adds. Each takes minutes to hours; the other steps have a small version of it."""

import json
import math
import os
import random
import shutil
import subprocess

from .. import LOCAL, ROOT, debian, docker_engine, install, prepared_database
from ..bench.events import rebuild_command
from ..build import FUNCTIONS, build
from ..console import Failure
from ..processes import Command, clean_environment
from . import cargo
from .commands import check, pytest
from .outcome import Outcome, skipped

PARITY_REQUESTS = 100_000
INDEX_CASES = 1_000_000
FUZZ_SECONDS_PER_TARGET = 60
# What a client sends with an event: of these it is the number of inputs that counts, whatever time they take.
FUZZ_RUNS_OF_EVENTS = 10_000_000
FUZZ_TARGETS_OF_EVENTS = ("batch", "event_headers", "token")
SIMULATION_SEEDS = (1, 2, 3, 4)
SIMULATION_IMPRESSIONS = 1_000_000
# The most that a figure of `scripts/simulate --json` may be.
SIMULATION_BARS = {
    "overspend_ratio_max": 0.005,
    "overspend_small_of_exposed_max": 1.0,
    "billed_over_budget_ratio_max": 0.0,
    "slot_error_mean": 0.05,
    # A goal of 100 that is 2 short is 2 % short, whatever the last digit of a quotient is.
    "goal_error_max": 0.02 + 1e-9,
    "cap_violations_online": 0,
}
# All seven kinds of drafts, in simulations of few users, because the time grows faster than their number.
FORECAST_RUNS = 14
FORECAST_USERS = 600
# What the admin says of forecasts.
FORECAST_ERROR = ROOT / "infra" / "monolith" / "inspection" / "forecast_error.json"
SLOW_STORIES = (
    "test_bench_command",
    "test_bench_events",
    "test_bench_questions",
    "test_bench_stack_and_cold",
    "test_counts",
    "test_dev_command",
    "test_publisher_takeover",
)
# How often each operation of an API is asked with what Schemathesis makes up; the default run has fewer.
API_EXAMPLES = 100
PROPERTY_CASES = 3_000
FUZZ_FOLDER = ROOT / "tests" / "fuzz"


def release_artifacts() -> Outcome:
    """The functions built as they are deployed: under the runtime interface emulator, and their sizes."""
    programs = build("release", (*FUNCTIONS, "catalog", "pacing"))
    variables, python = {"LOCKFILL_TEST_FUNCTIONS": str(programs)}, install.environment("test")
    tests = "tests/end-to-end/test_emulator.py"
    outcome = pytest(python, tests, "release-artifacts", variables=variables)
    tests, marks = "tests/end-to-end/test_artifacts.py", ("-m", "long or not long")
    outcome.add(pytest(python, tests, "release-artifacts-sizes", *marks, variables=variables))
    return outcome


def fuzz() -> Outcome:
    """Each fuzz target for a minute, and ten million inputs of those that read what an event carries. The
    workspace's tests run thousands of fixed mutations of the same.
    """
    if not _runs("rustc", "+nightly", "--version"):
        return skipped("fuzzing needs a nightly toolchain: rustup toolchain install nightly")
    if not shutil.which("c++"):
        return skipped("libFuzzer needs a C++ compiler (c++)")
    env = {**clean_environment(), "RUSTUP_TOOLCHAIN": "nightly"}
    # Without the address sanitizer, which is three times slower and finds nothing in code without `unsafe`.
    fuzz = [*cargo.subcommand("fuzz"), "run", "--fuzz-dir", ".", "--sanitizer", "none"]
    minute, counted = f"-max_total_time={FUZZ_SECONDS_PER_TARGET}", f"-runs={FUZZ_RUNS_OF_EVENTS}"
    targets = sorted(file.stem for file in (FUZZ_FOLDER / "fuzz_targets").glob("*.rs"))
    if missing := set(FUZZ_TARGETS_OF_EVENTS) - set(targets):
        raise Failure(f"There is no fuzz target {', '.join(sorted(missing))}.")
    for target in targets:
        limit = counted if target in FUZZ_TARGETS_OF_EVENTS else minute
        limits = ["-max_len=2048", limit]
        check(f"fuzz target {target}", [*fuzz, target, "--", *limits], f"fuzz-{target}", env, FUZZ_FOLDER)
    others = len(targets) - len(FUZZ_TARGETS_OF_EVENTS)
    return Outcome(
        notes=[
            f"{', '.join(FUZZ_TARGETS_OF_EVENTS)} read {FUZZ_RUNS_OF_EVENTS:,} inputs each",
            f"{others} other targets ran for {FUZZ_SECONDS_PER_TARGET} s each",
        ]
    )


def parity() -> Outcome:
    """Django and the functions over random catalogs, with a seed of its own for each run."""
    seed = random.SystemRandom().randrange(1, 1_000_000)
    command: Command = [ROOT / "scripts" / "parity", "--requests", str(PARITY_REQUESTS), "--seed", str(seed)]
    check("parity", command, "parity")
    return Outcome(notes=[f"{PARITY_REQUESTS} requests with seed {seed} had the same answers on both sides"])


def simulation() -> Outcome:
    """Seven days in virtual time hold budgets, goals and caps: with fixed seeds, and with one of its own."""
    seeds = [*SIMULATION_SEEDS, random.SystemRandom().randrange(100, 1_000_000)]
    figures = ROOT / "target" / "simulate" / "figures.json"
    figures.parent.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        command: Command = [ROOT / "scripts" / "simulate", "--days", "7", "--seed", str(seed)]
        check(f"simulation with seed {seed}", [*command, "--json", figures], f"simulation-{seed}")
        found = json.loads(figures.read_text())
        missed = [f"{name} {found[name]}" for name, bar in SIMULATION_BARS.items() if found[name] > bar]
        if found["impressions"] < SIMULATION_IMPRESSIONS:
            missed.append(f"impressions {found['impressions']}")
        if missed:
            raise Failure(f"The simulation with seed {seed} misses {', '.join(missed)}.")
    return Outcome(notes=[f"seven days with seeds {seeds} held budgets, goals and caps"])


def forecast_error() -> Outcome:
    """Forecasts miss what a simulated week delivers by what the admin says of them."""
    figures = ROOT / "target" / "simulate" / "forecasts.json"
    figures.parent.mkdir(parents=True, exist_ok=True)
    what = ("--days", "7", "--users", str(FORECAST_USERS), "--seed", "1", "--forecasts", str(FORECAST_RUNS))
    check("forecasts", [ROOT / "scripts" / "simulate", *what, "--json", figures], "forecast-error")
    found = json.loads(figures.read_text())
    measured = {
        "drafts": found["limited_drafts"],
        "half_percent": math.ceil(100 * found["limited_error_median"]),
        "nine_tenths_percent": math.ceil(100 * found["limited_error_90"]),
    }
    if measured != json.loads(FORECAST_ERROR.read_text()):
        raise Failure(f"The error of forecasts is {measured}. {FORECAST_ERROR} says otherwise.")
    return Outcome(notes=[f"the error of forecasts is what the admin says: {measured}"])


def index() -> Outcome:
    """The index against the reference scan, on a million random worlds and on crowds in proportion."""
    env = {**clean_environment(), "LOCKFILL_INDEX_CASES": str(INDEX_CASES)}
    command = ["cargo", "test", "--locked", "--profile", "bench-stack", "--package", "lockfill-test-contract"]
    check("index", [*command, "--test", "it", "the_index_decides"], "index", env)
    return Outcome(notes=[f"{INDEX_CASES} random worlds, and crowds in proportion, had the same decisions"])


def properties() -> Outcome:
    """What holds for every decision, on many random worlds."""
    env = {**clean_environment(), "LOCKFILL_PROPERTY_CASES": str(PROPERTY_CASES)}
    command = ["cargo", "test", "--locked", "--profile", "bench-stack", "--package", "lockfill-test-contract"]
    check("properties", [*command, "--test", "it", "properties::"], "properties", env)
    return Outcome(notes=[f"{PROPERTY_CASES} cases of each property held"])


def api_examples() -> Outcome:
    """The running APIs answer as their OpenAPI documents say, for many more requests."""
    build()
    variables = {"LOCKFILL_API_EXAMPLES": str(API_EXAMPLES)}
    return pytest(install.environment("test"), "tests/api", "api-examples", variables=variables)


def management_api() -> Outcome:
    """Values of every kind in every place of the management API, against its OpenAPI document."""
    build()
    with prepared_database.prepared() as variables:
        python = install.environment("test")
        return pytest(python, "tests/api", "management-api", "-m", "long", variables=variables)


def recipe() -> Outcome:
    """A targeting dimension is added to a copy of the repository, and decides there."""
    return pytest(install.environment("monolith-test"), "tests/recipe", "recipe-long", "-m", "long")


def large_catalogs() -> Outcome:
    """Publications of the limit under load, loads that freezes interrupt, and 200 environments at once."""
    build("bench-stack")
    python = install.environment("test")
    outcome = Outcome()
    for tests in ("test_large_publications", "test_frozen_loads"):
        outcome.add(pytest(python, f"tests/end-to-end/{tests}.py", tests, "-m", "long"))
    env = {**clean_environment(), "LOCKFILL_LONG_FAN_OUT": "1"}
    command = ["cargo", "test", "--locked", "--profile", "bench-stack"]
    check("fan-out", [*command, "--package", "lockfill-test-environments"], "fan-out", env)
    outcome.notes.append("200 environments that started within a second all served within five")
    return outcome


def sick_redis() -> Outcome:
    """The ways in which a Redis can be sick that the default run leaves out."""
    build()
    tests = "tests/end-to-end/test_sick_redis.py"
    return pytest(install.environment("test"), tests, "sick-redis", "-m", "long")


def accessibility() -> Outcome:
    """axe on every list, form and history of the admin, and the scripted day, in both languages."""
    build()
    return pytest(install.environment("browser"), "tests/browser", "accessibility", "-m", "long")


def event_storm() -> Outcome:
    """Many events while programs are killed: the ledger is exact, and the roll-ups are its sums. A million in
    the optimized profile, unless LOCKFILL_STORM_EVENTS and LOCKFILL_STORM_PROFILE say otherwise.
    """
    variables = {name: value for name, value in os.environ.items() if name.startswith("LOCKFILL_STORM_")}
    build(variables.get("LOCKFILL_STORM_PROFILE", "bench-stack"))
    tests = "tests/end-to-end/test_event_storm.py"
    python = install.environment("test")
    return pytest(python, tests, "event-storm", "-m", "long", variables=variables)


def lost_counters() -> Outcome:
    """Counters are known again within a minute after Redis has lost a million events."""
    folder = LOCAL / "test" / "lost-counters"
    command: Command = [ROOT / "scripts" / "bench", "rebuild", "--rounds", "1", "--output", folder]
    check("rebuild", command, "lost-counters")
    rows = json.loads((folder / "rebuild.json").read_text())
    seconds = next(float(row["value"]) for row in rows if row["metric"] == "longest")
    if seconds > rebuild_command.GOAL_SECONDS:
        raise Failure(f"counters were known again after {seconds:.1f} s")
    return Outcome(notes=[f"the counters of a million events were known again after {seconds:.1f} s"])


def containers() -> Outcome:
    """Lockfill as containers on one machine, and functions under `sam local`, with a real engine."""
    build()
    try:
        with docker_engine.engine() as engine:
            where = "a private engine" if engine.is_private else "the engine of this machine"
    except debian.Unavailable as missing:
        return skipped(f"containers and `sam local` are not seen: {missing}")
    # For the stack that the box is compared with: the tests' own Python has no pip.
    install.redis_server()
    python, outcome = install.environment("test"), Outcome(notes=[f"in {where}"])
    for tests in ("test_sam_local", "test_box"):
        outcome.add(pytest(python, f"tests/end-to-end/{tests}.py", tests, "-m", "long"))
    return outcome


def slow_stories() -> Outcome:
    """Stories of real servers that take a third of a minute each; the default run has smaller ones."""
    build()
    python, outcome = install.environment("test"), Outcome()
    for tests in SLOW_STORIES:
        outcome.add(pytest(python, f"tests/end-to-end/{tests}.py", tests, "-m", "long"))
    return outcome


def advisories() -> Outcome:
    """Known vulnerabilities of the crates, from the RustSec database."""
    if not _runs("git", "ls-remote", "--exit-code", "https://github.com/RustSec/advisory-db", "HEAD"):
        return skipped("the RustSec database cannot be reached from here")
    check("cargo deny", [*cargo.subcommand("deny"), "check", "advisories"], "advisories")
    return Outcome()


def _runs(*command: str) -> bool:
    env = {**clean_environment(), "GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run(command, env=env, capture_output=True, check=False).returncode == 0
