"""The command `questions` of `scripts/bench`."""

import argparse
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ... import LOCAL, local_secrets, monolith, web
from ...build import LOAD_GENERATOR, PROGRAMS, build
from ...command_line import whole_number
from ...console import Failure, step
from ...running import cpu_ms
from ...stack import Stack
from ..arguments import add_build_and_output
from ..bars import bars
from ..large_catalog import write_catalog
from ..report import Figures
from ..results import Row, goal, machine_and_versions, publish, row
from .samples import fill

NAME = "questions"
LINE_ITEMS = 10_000
GOAL_MS = 1_000.0
HELP = f"""\
Measures how long an operator waits for the pages that the function `catalog` answers, with {LINE_ITEMS:,}
line items: why a line item is not shown and the preview of a lock screen, both over the published and over
the edited rows, and the forecast of a line item, which decides the samples of a day and of a week again.

The whole stack runs as scripts/dev starts it, on 127.0.0.1: a page goes through the balancer to Django,
which invokes the function through the balancer. Requests are sampled by the functions for some seconds and
copied to all minutes that a forecast reads, which makes as many samples as one takes. Pages take turns. `n`
of a row counts the line items. Takes about four minutes after the build.
"""
_CLIENTS = 4
# The part of the samples that forecasts still find at the end.
_SAMPLES_KEPT = 0.9
# What a page shows in place of an answer.
_TROUBLE = re.compile(rb'class="errornote"[^>]*>([^<]*)')
# What a forecast says of the requests that it has decided again: of the last day and of the last week.
_SAMPLED = re.compile(r"\(([\d,]+) sampled\)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rounds", type=whole_number(1, 100), default=9, help="turns of each page (default 9)"
    )
    parser.add_argument(
        "--line-items",
        type=whole_number(100, 20_000),
        default=LINE_ITEMS,
        help=f"how many line items there are (default {LINE_ITEMS:,})",
    )
    add_build_and_output(parser)


def run(rounds: int, line_items: int, profile: str, output: Path) -> Figures:
    """Measures all pages, prints a table and the goal, and writes the rows and the plot."""
    machine = machine_and_versions(profile)
    build(profile, (*PROGRAMS, LOAD_GENERATOR))
    with _stack(profile) as stack:
        catalog = stack.folder / "large.json"
        write_catalog(stack.catalog, catalog, line_items)
        with step(f"importing {line_items:,} line items and publishing them", quiet=False):
            stack.manage("import_catalog", catalog)
            stack.manage("publish", "--wait")
        with step("sampling requests", quiet=False):
            fill(stack, _CLIENTS)
        with step(f"asking for pages, {rounds} turns each", quiet=False):
            operator = _Operator(stack)
            samples, measured = operator.samples(), operator.measure(rounds)
            # Copies are made for some minutes ahead.
            if sum(operator.samples()) < sum(samples) * _SAMPLES_KEPT:
                raise Failure("forecasts find fewer samples than before: measure fewer rounds")
    rows = [
        row("lockfill", line_items, page, metric, statistics.median(values), "ms")
        for page, metrics in measured.items()
        for metric, values in metrics.items()
    ]
    _publish(output, {**machine, "samples_of_a_day_and_a_week": samples}, rows)
    return {"machine": machine, "samples": samples, "rows": rows}


@contextmanager
def _stack(profile: str) -> Iterator[Stack]:
    LOCAL.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-questions-", dir=LOCAL))
    # Nothing is published while pages are asked for.
    stack = Stack(folder, profile=profile, publish_quiet_seconds=0)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


class _Operator:
    """A client that has logged in to the admin."""

    def __init__(self, stack: Stack) -> None:
        password = local_secrets.read(monolith.ADMIN_PASSWORD_SECRET)
        cookies = web.cookies(web.log_in(stack.url, monolith.ADMIN_USERNAME, password))
        self._stack, self._cookie = stack, f"sessionid={cookies['sessionid']}"

    def measure(self, rounds: int) -> dict[str, dict[str, list[float]]]:
        """Milliseconds by page and metric. The first turn warms up."""
        pages = self._pages()
        found: dict[str, dict[str, list[float]]] = {
            name: {"page": [], "cpu_function": [], "cpu_django": []} for name in pages
        }
        for turn in range(rounds + 1):
            for name, path in pages.items():
                cpu, began_at = cpu_ms(self._stack), time.perf_counter()
                self._get(path)
                milliseconds = (time.perf_counter() - began_at) * 1e3
                used = cpu_ms(self._stack) - cpu
                if turn:
                    found[name]["page"].append(milliseconds)
                    found[name]["cpu_function"].append(used["catalog"])
                    found[name]["cpu_django"].append(used["gunicorn"])
        return found

    def samples(self) -> list[int]:
        """The samples of the last day and of the last week that a forecast has decided again."""
        found = _SAMPLED.findall(self._get(self._pages()["forecast"]).decode())
        return [int(text.replace(",", "")) for text in found]

    def _pages(self) -> dict[str, str]:
        listed = self._get("/admin/adops/lineitem/?q=li-b50").decode()
        key = re.search(r"/admin/adops/lineitem/(\d+)/change/", listed)
        if not key:
            raise Failure("the list of line items has no line item")
        item, preview = f"/admin/inspection/line-items/{key[1]}/", "/admin/inspection/preview/"
        phone = "unit=1001&user_id=bench&allocation=lockscreen&country=KR&platform=android&age=30"
        pages = {
            f"{question}, {rows} rows": f"{path}?{phone}&rows={rows}"
            for question, path in (("why not", item), ("preview", preview))
            for rows in ("published", "edited")
        }
        return {**pages, "forecast": f"{item}forecast/"}

    def _get(self, path: str) -> bytes:
        answer = web.request("GET", f"{self._stack.url}{path}", {"cookie": self._cookie})
        if answer.status != 200:
            raise Failure(f"{path}: status {answer.status}")
        if trouble := _TROUBLE.search(answer.body):
            raise Failure(f"{path}: {trouble[1].decode().strip()}")
        return answer.body


def _publish(output: Path, machine: Figures, rows: list[Row]) -> None:
    names: dict[str, dict[str, float]] = {}
    for each in rows:
        names.setdefault(each["workload"], {})[each["metric"]] = float(each["value"])
    lines = [f"{'page':<28}{'median':>12}{'function, CPU':>16}{'Django, CPU':>14}"]
    for name, of_page in names.items():
        columns = ((12, "page"), (16, "cpu_function"), (14, "cpu_django"))
        lines.append(f"{name:<28}" + "".join(f"{f'{of_page[it]:,.0f} ms':>{width}}" for width, it in columns))
    medians = {name: of_page["page"] for name, of_page in names.items()}
    lines += ["", "Goals", *(goal(name, value, " ms", GOAL_MS) for name, value in medians.items())]
    plot = bars("median of a page in ms; the line is the goal", medians, GOAL_MS)
    publish(output, NAME, lines, machine, rows, plot)
