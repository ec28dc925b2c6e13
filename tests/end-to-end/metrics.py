"""What functions tell of themselves, by the names of `functions/METRICS.md`.

The endpoint for Prometheus has sums, and the log has lines in CloudWatch's embedded metric format.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lockfill import ROOT, web

_ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| `(\w+)` \|", re.MULTILINE)
_SAMPLE = re.compile(r'^(\w+)\{function="(\w+)"(?:,\w+="([^"]*)")?\} (\S+)$')


def documented() -> dict[str, tuple[str, str]]:
    """The unit and the name in Prometheus of each metric, by its name in CloudWatch."""
    page = (ROOT / "functions" / "METRICS.md").read_text("utf-8")
    return {name: (unit, prometheus) for name, unit, prometheus in _ROW.findall(page)}


def text(address: str) -> str:
    """What Prometheus reads."""
    answer = web.get(f"http://{address}/metrics")
    assert answer.status == 200, answer.body
    kind = answer.headers["content-type"] or ""
    assert kind.startswith("text/plain; version=0.0.4"), kind
    return answer.body.decode()


def samples(address: str) -> dict[tuple[str, str], float]:
    """The values by name and label; the label is empty where there is no other than the function."""
    lines = [line for line in text(address).splitlines() if not line.startswith("#")]
    found = [_SAMPLE.match(line) for line in lines]
    assert all(found), "each line is a sample"
    return {(it[1], it[3] or ""): float(it[4]) for it in found if it}


def read(address: str) -> dict[str, float]:
    """The values by their names in CloudWatch; of a distribution how many values it has."""
    values = samples(address)
    names = {name: prometheus for name, (_, prometheus) in documented().items()}
    counted = {name: values.get((of, ""), values.get((f"{of}_count", ""))) for name, of in names.items()}
    return {name: value for name, value in counted.items() if value is not None}


def lines(log: Path) -> Iterator[dict[str, Any]]:
    """The lines of a log in CloudWatch's format; a program's name may stand in front of the document."""
    for line in log.read_text(errors="replace").splitlines():
        begin = line.find("{")
        if '"_aws"' in line and begin >= 0:
            yield json.loads(line[begin:])


def percentile_ms(
    name: str, now: dict[tuple[str, str], float], begin: dict[tuple[str, str], float], share: float
) -> float | None:
    """The bound in milliseconds under which that share of the times between two readings lies."""
    buckets = [
        (float(bound), count - begin.get((of, bound), 0))
        for (of, bound), count in now.items()
        if of == f"{name}_bucket"
    ]
    total = max((count for _, count in buckets), default=0)
    if not total:
        return None
    return min(bound for bound, count in buckets if count >= share * total) * 1_000
