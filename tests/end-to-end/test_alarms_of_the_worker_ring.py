"""The alarms about the publish worker ring for a worker that is gone, and for a request that it cannot take.

The workers have a copy of the stack's database, so that the stack's own worker meets none of their requests.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import metrics
from alarms import Reading, alarms
from lockfill import monolith
from lockfill.ports import free_port
from lockfill.processes import Child, start
from lockfill.stack import Stack
from waiting import eventually

NAMESPACE = "lockfill-alarms"
# As if it had been made so long ago: the alarm lets a request wait for 300 s.
WAITED_SECONDS = 420
_REQUEST = f"""
from datetime import timedelta
from django.utils import timezone
from publishing.models import Publication
from publishing.services import request_publication

publication = request_publication(trigger=Publication.Trigger.BUTTON)
at = timezone.now() - timedelta(seconds={WAITED_SECONDS})
Publication.objects.filter(pk=publication.pk).update(requested_at=at)
"""


@pytest.fixture
def environment(stack: Stack, tmp_path: Path) -> dict[str, str]:
    """Of Django with a copy of the stack's database, without a DynamoDB."""
    with (
        closing(sqlite3.connect(stack.folder / "monolith.sqlite3")) as source,
        closing(sqlite3.connect(tmp_path / "monolith.sqlite3")) as copy,
    ):
        source.backup(copy)
    return {
        **stack.django_environment(),
        "MONOLITH_DATABASE_PATH": str(tmp_path / "monolith.sqlite3"),
        "MONOLITH_METRICS_NAMESPACE": NAMESPACE,
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{free_port()}",
    }


@contextmanager
def worker(environment: dict[str, str], log: Path) -> Iterator[Child]:
    """A worker that has told of itself, which it does before it first looks for work."""
    child = start("publish-worker", monolith.worker_command(monolith.python()), log, environment)
    try:
        eventually("it has told of itself", lambda: list(metrics.lines(log)), 60)
        yield child
    finally:
        child.stop()


def reading(log: Path, already: int = 0) -> Reading:
    """A minute in which a worker wrote the lines of its log, but for those that it had written already."""

    def read(statistic: str, metric: str, function: str) -> float | None:
        told = [line[metric] for line in list(metrics.lines(log))[already:] if line["Function"] == function]
        return (sum(told) if statistic == "Sum" else max(told)) if told else None

    return read


def test_a_worker_that_is_gone_and_one_that_cannot_take_a_request_ring(
    stack: Stack, environment: dict[str, str], tmp_path: Path
) -> None:
    gone, stuck = alarms()["Publisher"], alarms()["StuckPublication"]
    log = tmp_path / "idle.log"
    with worker(environment, log) as child:
        assert not gone.is_breached(reading(log)) and not stuck.is_breached(reading(log))
        already = len(list(metrics.lines(log)))
        child.process.kill()
        child.process.wait()
        after = reading(log, already)
    assert gone.is_breached(after) and not stuck.is_breached(after)
    assert gone.rings([after] * 3) and not gone.rings([reading(log), after, after])

    monolith.manage(monolith.python(), environment, tmp_path, "shell", "--verbosity=0", "--command", _REQUEST)
    log = tmp_path / "stuck.log"
    # It cannot read what is served, so it takes no request.
    with worker(environment, log):
        assert stuck.is_breached(reading(log)) and not gone.is_breached(reading(log))
    assert stuck.rings([reading(log)] * 2) and not stuck.rings([reading(log)])
