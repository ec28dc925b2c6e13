"""Each alarm about what functions tell rings for what it is made for, and none rings where nothing is wrong.

Functions run as plain HTTP servers on a stack of their own. What they tell between two readings stands for a
minute.
"""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import faulty_versions
import metrics
from alarms import alarms
from faulty_versions import FAULTS
from lockfill import web
from lockfill.faults import frozen
from lockfill.ports import free_port
from plain_functions import serve
from serving_stack import ServingStack, serving_stack
from waiting import eventually

pytestmark = pytest.mark.alone

# More than the ten under which a share is none.
REQUESTS = 20
PHONE = {"user-agent": "phone"}
_PACING = "/2015-03-31/functions/PacingFunction/invocations"
_CATALOG = "/2015-03-31/functions/CatalogFunction/invocations"
# What Django's worker and AWS tell: test_alarms_of_the_worker_ring.py and test_alarms_of_aws_ring.py.
NOT_OF_FUNCTIONS = {"Publisher", "StuckPublication", "FailedInvocations", "Throttles", "Balancer", "Monolith"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServingStack]:
    with serving_stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@dataclass
class Minute:
    """What functions tell at the end of a minute, less what they told at its begin."""

    addresses: Mapping[str, str]
    begin: dict[str, dict[tuple[str, str], float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.begin = {name: metrics.samples(address) for name, address in self.addresses.items()}

    def reading(self, statistic: str, metric: str, function: str) -> float | None:
        if function not in self.addresses:
            return None
        _, name = metrics.documented().get(metric, ("", ""))
        now, begin = metrics.samples(self.addresses[function]), self.begin[function]
        if statistic == "p99":
            return metrics.percentile_ms(name, now, begin, 0.99)
        if (name, "") not in now:
            return None
        # A gauge is as it is now.
        return now[name, ""] - (begin.get((name, ""), 0) if statistic == "Sum" else 0)

    def ringing(self) -> set[str]:
        return {
            alarm.name for alarm in alarms().values() if alarm.is_breached(self.reading)
        } - NOT_OF_FUNCTIONS


@dataclass
class Functions:
    """The functions as servers, by name, and where each tells its metrics."""

    urls: dict[str, str]
    addresses: dict[str, str]

    def minute(self) -> Minute:
        return Minute(self.addresses)

    def ask(self, kind: str = "ads", **changes: str) -> web.Answer:
        query = {"unit_id": "1001", "user_id": f"alarm-{time.monotonic_ns()}", "country": "KR", **changes}
        text = "&".join(f"{name}={value}" for name, value in query.items())
        return web.get(f"{self.urls[kind]}/api/v1/allocation/{kind}?{text}")

    def report(self, answer: web.Answer) -> web.Answer:
        """Follows the impression's link of the first slot."""
        link = answer.json["slots"][0]["tracking"]["impression_url"]
        path = "/api/v1/events/impression/" + link.rsplit("/", 1)[1]
        return web.request("GET", self.urls["events"] + path, PHONE)

    def run_pacing(self) -> None:
        # A run may take 40 s.
        answer = web.request("POST", self.urls["pacing"] + _PACING, {}, "{}", timeout=60)
        assert answer.status == 200, answer.body


@contextmanager
def functions(stack: ServingStack, folder: Path, *names: str, **variables: str) -> Iterator[Functions]:
    with ExitStack() as running:
        urls, addresses = {}, {}
        for name in names:
            addresses[name] = f"127.0.0.1:{free_port()}"
            own = {"LOCKFILL_METRICS_ADDRESS": addresses[name], **variables}
            urls[name] = running.enter_context(serve(stack, name, folder, own)).url
        yield Functions(urls, addresses)


def test_no_alarm_rings_where_nothing_is_wrong(stack: ServingStack, tmp_path: Path) -> None:
    with functions(stack, tmp_path, "ads", "contents", "lockscreen", "events", "pacing") as asked:
        minute = asked.minute()
        asked.run_pacing()
        for kind in ("ads", "contents", "lockscreen"):
            assert {asked.ask(kind).status for _ in range(REQUESTS)} == {200}
        assert asked.report(asked.ask()).status == 200
        # A machine that other programs use may be slow.
        assert minute.ringing() - {"Slow"} == set()
        for alarm in alarms().values():
            told = [minute.reading(stat, metric, of) for _, stat, metric, of in alarm.statistics]
            if alarm.name not in NOT_OF_FUNCTIONS | {"Compiler", "RefusedPublication"}:
                assert any(value is not None for value in told), f"{alarm.name} reads what is told"


def test_a_redis_that_is_frozen_rings_for_user_states_and_for_slow_answers(
    stack: ServingStack, tmp_path: Path
) -> None:
    with functions(stack, tmp_path, "ads", LOCKFILL_REDIS_DEADLINE_MS="250") as asked:
        asked.ask()
        with frozen(stack, "redis-server"):
            minute = asked.minute()
            assert {asked.ask().status for _ in range(REQUESTS)} == {200}
            assert {"UserStates", "Slow"} <= minute.ringing()


def test_a_version_that_cannot_be_served_rings_as_refused_and_as_behind(
    stack: ServingStack, tmp_path: Path
) -> None:
    good = faulty_versions.pointer(stack)
    with functions(stack, tmp_path, "ads") as asked:
        asked.ask()
        minute = asked.minute()
        faulty_versions.publish(stack, int(good["version"]["N"]) + 100, FAULTS[0])
        try:
            rings = {"RefusedVersion", "VersionsBehind"}
            eventually("it rings", lambda: asked.ask().status == 200 and rings <= minute.ringing())
        finally:
            faulty_versions.call(stack, "PutItem", {"Item": good})
        eventually("it is not behind", lambda: asked.ask() and "VersionsBehind" not in minute.ringing())


def test_what_the_compiler_refuses_and_cannot_do_rings(stack: ServingStack, tmp_path: Path) -> None:
    good = faulty_versions.pointer(stack)
    version = int(good["version"]["N"]) + 200
    digest = faulty_versions.publish(stack, version, FAULTS[1])
    faulty_versions.call(stack, "PutItem", {"Item": good})
    with functions(stack, tmp_path, "catalog") as asked:
        call = {"operation": "compile", "version": version, "digest": digest}
        minute = asked.minute()
        assert "refusals" in web.post_json(asked.urls["catalog"] + _CATALOG, call).json
        assert minute.ringing() & {"RefusedPublication", "Compiler"} == {"RefusedPublication"}
        minute = asked.minute()
        web.post_json(asked.urls["catalog"] + _CATALOG, {**call, "version": version + 1})
        assert minute.ringing() & {"RefusedPublication", "Compiler"} == {"Compiler"}


def test_a_dynamodb_that_is_frozen_rings_for_the_ledger_and_for_errors(
    stack: ServingStack, tmp_path: Path
) -> None:
    with functions(stack, tmp_path, "ads", "events") as asked:
        answer = asked.ask()
        assert asked.report(answer).status == 200
        minute = asked.minute()
        with frozen(stack, "local-dynamodb"):
            assert {asked.report(answer).status for _ in range(REQUESTS)} == {503}
            assert {"Ledger", "Errors"} <= minute.ringing()


@pytest.mark.long
def test_a_dynamodb_that_is_frozen_for_a_minute_rings_for_an_old_catalog(
    stack: ServingStack, tmp_path: Path
) -> None:
    with functions(stack, tmp_path, "ads") as asked:
        asked.ask()
        minute = asked.minute()
        with frozen(stack, "local-dynamodb"):
            assert "OldCatalog" not in minute.ringing()
            time.sleep(62)
            assert asked.ask().status == 200
            assert "OldCatalog" in minute.ringing()


def test_gates_that_nothing_makes_anew_and_spent_campaigns_ring(stack: ServingStack, tmp_path: Path) -> None:
    with functions(stack, tmp_path, "ads") as asked:
        assert asked.ask().json["slots"]
        # Without the function `pacing` nothing is told of roll-ups, which is bad by itself.
        assert "Pacing" in asked.minute().ringing()
        campaigns = {row["id"] for row in json.loads(stack.catalog.read_text())["campaigns"]}
        file = tmp_path / "gates.json"
        version = int(time.time()) // 60 + 1_000_000
        file.write_text(json.dumps({"version": version, "spent_campaigns": sorted(campaigns)}))
        stack.write_gates(file)
        eventually("no slot is left", lambda: not asked.ask().json["slots"])
        minute = asked.minute()
        for _ in range(REQUESTS):
            asked.ask()
        assert minute.ringing() & {"Gates", "Empty"} == {"Empty"}
        # CloudWatch alone learns what an hour lets expect. What it compares with that is the same share.
        jump = alarms()["NoFillJump"]
        assert jump.value(minute.reading) == alarms()["Empty"].value(minute.reading) == 100
        assert jump.rings([minute.reading] * 3, learned=60) and not jump.rings(
            [minute.reading] * 2, learned=60
        )
        _let_gates_grow_old(stack, 400)
        eventually("the gates are old", lambda: asked.ask() and "Gates" in minute.ringing())
        reasons = metrics.samples(asked.addresses["ads"])
        assert reasons["lockfill_no_fill_reasons_total", "budget"] >= REQUESTS


def _let_gates_grow_old(stack: ServingStack, seconds: int) -> None:
    """Sets back when the newest table was made, as the pointer to it says."""
    table = {"TableName": stack.function_variables()["LOCKFILL_DELIVERY_TABLE"]}
    key = {"pk": {"S": "gates"}, "sk": {"S": "current"}}
    item = faulty_versions.call(stack, "GetItem", {**table, "Key": key, "ConsistentRead": True})["Item"]
    item["made_at"] = {"N": str(int(item["made_at"]["N"]) - seconds)}
    faulty_versions.call(stack, "PutItem", {**table, "Item": item})
