"""The alarms about what AWS itself tells ring for real faults, behind the local balancer.

The metrics of Lambda and of the balancer exist on AWS alone. They count what the lines of the balancer's
access log say one by one: each answer of the balancer's own, with its reason. The local balancer writes the
same lines, so they are counted here. The number of unhealthy targets is what its health checks say, which are
those of the template. That AWS counts the same is what this test cannot show.
"""

import json
import shlex
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from alarms import alarms
from lockfill import ROOT, build, web
from lockfill.faults import frozen
from lockfill.ports import free_port
from lockfill.processes import Child, clean_environment, start
from serving_stack import ServingStack, serving_stack
from waiting import eventually

# More than the ten that the alarm of the balancer lets pass.
REQUESTS = 20
AT_ONCE = 4
OF_AWS = ("FailedInvocations", "Throttles", "Balancer", "Monolith")
_PATH = "/api/v1/allocation/ads"
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
_STATUS, _TARGET_STATUS, _REQUEST, _REASON = 8, 9, 12, 24


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServingStack]:
    with serving_stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@dataclass
class Balancer:
    """A balancer of a test's own, and what has been told so far."""

    url: str
    child: Child
    access_log: Path

    def ask(self, number: int = 0) -> int:
        return web.get(f"{self.url}{_PATH}?unit_id=1001&user_id=alarm-{number}&country=KR", timeout=30).status

    def lines(self) -> list[list[str]]:
        return [shlex.split(line) for line in self.access_log.read_text().splitlines()]

    def reading(self, _statistic: str, metric: str, subject: str) -> float | None:
        """A metric of the time since the balancer was started."""
        if metric == "UnHealthyHostCount":
            log = self.child.log.read_text()
            return float(log.count(" is unhealthy: ") - log.count(" is healthy again"))
        told: Counter[tuple[str, str]] = Counter()
        for line in self.lines():
            path = urlsplit(line[_REQUEST].split()[1]).path
            function = path.removeprefix("/api/v1/allocation/")
            if line[_STATUS].startswith("5") and line[_TARGET_STATUS] == "-":
                told["HTTPCode_ELB_5XX_Count", "balancer"] += 1
            told["Errors", function] += line[_REASON] == "LambdaUnhandled"
            told["Throttles", function] += line[_REASON] == "LambdaThrottling"
        return float(told[metric, subject]) if (metric, subject) in told else None

    def breached(self) -> set[str]:
        return {name for name in OF_AWS if alarms()[name].is_breached(self.reading)}


@contextmanager
def balancer(
    stack: ServingStack,
    folder: Path,
    *options: str,
    template: Path = ROOT / "template.yaml",
    **variables: str,
) -> Iterator[Balancer]:
    """The functions behind a balancer whose Django listens nowhere."""
    folder.mkdir(exist_ok=True)
    file, access_log, port = folder / "env-vars.json", folder / "access.log", free_port()
    file.write_text(json.dumps({"Parameters": {**stack.function_variables(), **variables}}))
    file.chmod(0o600)
    command: list[str | Path] = [stack.programs / "local-alb", "serve", f"--listen=127.0.0.1:{port}"]
    command += [f"--template={template}", f"--env-vars={file}", f"--access-log={access_log}", *options]
    names = (*build.FUNCTIONS, "catalog", "pacing")
    command += [f"--function={name.capitalize()}Function=exec:{stack.programs / name}" for name in names]
    command += [f"--target=MonolithTargetGroup=http://127.0.0.1:{free_port()}"]
    child = start("local-alb", command, folder / "local-alb.log", clean_environment())
    try:
        child.wait_for_line("local-alb: listening on ")
        yield Balancer(f"http://127.0.0.1:{port}", child, access_log)
    finally:
        child.stop()


def test_no_alarm_of_aws_rings_where_nothing_is_wrong(stack: ServingStack, tmp_path: Path) -> None:
    with balancer(stack, tmp_path) as asked:
        assert {asked.ask(number) for number in range(REQUESTS)} == {200}
        eventually("all are logged", lambda: len(asked.lines()) == REQUESTS)
        assert asked.breached() == set()


def test_functions_that_cannot_start_ring(stack: ServingStack, tmp_path: Path) -> None:
    with balancer(stack, tmp_path, LOCKFILL_SIGNING_KEYS="not-a-key") as asked:
        assert {asked.ask(number) for number in range(REQUESTS)} == {502}
        eventually("all are logged", lambda: len(asked.lines()) == REQUESTS)
        assert asked.breached() == {"FailedInvocations", "Balancer"}
        for name in asked.breached():
            alarm = alarms()[name]
            assert alarm.rings([asked.reading] * 3)
            # Two bad minutes are no alarm, and neither are bad ones that ended.
            assert not alarm.rings([asked.reading] * 2)
            assert not alarm.rings([*[asked.reading] * 5, *[_nothing] * 3])


def test_functions_whose_environments_are_all_busy_ring(stack: ServingStack, tmp_path: Path) -> None:
    one = _with_one_environment(tmp_path / "one")
    # So long does an answer take while Redis is frozen.
    with balancer(stack, tmp_path / "run", template=one, LOCKFILL_REDIS_DEADLINE_MS="2000") as asked:
        assert asked.ask() == 200
        with frozen(stack, "redis-server"), ThreadPoolExecutor(AT_ONCE) as clients:
            statuses = list(clients.map(asked.ask, range(AT_ONCE)))
        assert sorted(statuses) == [200, *[502] * (AT_ONCE - 1)]
        eventually("all are logged", lambda: len(asked.lines()) == AT_ONCE + 1)
        # Few answers of the balancer's own are none of its alarm.
        assert asked.breached() == {"Throttles"}
        assert alarms()["Throttles"].rings([asked.reading] * 3)


def test_a_django_that_does_not_answer_its_health_check_rings(stack: ServingStack, tmp_path: Path) -> None:
    with balancer(stack, tmp_path, "--health-checks", "--health-check-interval", "1") as asked:
        eventually("it rings", lambda: asked.breached() == {"Monolith"}, 30)
        monolith = alarms()["Monolith"]
        assert monolith.rings([asked.reading] * 5) and not monolith.rings([asked.reading] * 4)


def _with_one_environment(folder: Path) -> Path:
    """The template with a limit of one environment for the function `ads`, as an account's limit is one."""
    shutil.copytree(ROOT / "infra" / "aws", folder / "infra" / "aws")
    text = (ROOT / "template.yaml").read_text()
    before, function, after = text.partition("  AdsFunction:\n")
    assert function
    limited = "    Properties:\n      ReservedConcurrentExecutions: 1\n"
    template = folder / "template.yaml"
    template.write_text(before + function + after.replace("    Properties:\n", limited, 1))
    return template


def _nothing(_statistic: str, _metric: str, _function: str) -> None:
    """A minute in which nothing was told."""
