"""The command `admin` of `scripts/bench`."""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ... import LOCAL, ROOT, monolith
from ...command_line import whole_number
from ...console import Failure, step
from ...processes import clean_environment
from ..bars import bars
from ..large_catalog import write_catalog
from ..report import Figures
from ..results import FOLDER, Row, goal, machine_and_versions, publish, row
from .world import HOURS_A_DAY, fill, keys

NAME = "admin"
LINE_ITEMS = 10_000
DAYS = 30
GOAL_MS = 300.0
HELP = f"""\
Measures what the pages of the admin cost with {LINE_ITEMS:,} line items and {DAYS} days of delivery: the
home page, the lists with the filters that it links to, the reports of deliveries and requests, and a file.

Django runs with its settings for production over SQLite. Pages take turns in one process that answers as a
worker of gunicorn does, without the socket: the time is that of all middleware, queries and templates. Each
line item is delivered in {HOURS_A_DAY} hours a day, which the database makes up itself (some minutes); its
sums are held against the facts. `n` of a row counts the line items.
"""
# The filters that the home page links to, by model.
_ATTENTION = {
    "lineitem": ("cannot_serve", "behind", "ends_soon"),
    "campaign": ("no_line_item", "behind", "nearly_spent", "ends_soon"),
    "content": ("ends_soon",),
}
_DEMO = ROOT / "infra" / "demo" / "catalog.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rounds", type=whole_number(1, 100), default=7, help="turns of each page (default 7)"
    )
    parser.add_argument(
        "--line-items",
        type=whole_number(100, 100_000),
        default=LINE_ITEMS,
        help=f"how many line items there are (default {LINE_ITEMS:,})",
    )
    parser.add_argument(
        "--days", type=whole_number(8, 90), default=DAYS, help=f"days of delivery (default {DAYS})"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=FOLDER,
        metavar="FOLDER",
        help="where the rows, the plot and the table go (default target/bench)",
    )


def run(rounds: int, line_items: int, days: int, output: Path) -> Figures:
    of_machine = machine_and_versions("none: Python alone")
    LOCAL.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-admin-", dir=LOCAL) as name:
        folder = Path(name)
        # The days of the sums are those of UTC.
        env = {**monolith.environment(folder, clean_environment()), "MONOLITH_ADMIN_TIME_ZONE": "UTC"}
        python = monolith.python()
        catalog = folder / "catalog.json"
        write_catalog(_DEMO, catalog, line_items)
        with step(f"importing {line_items:,} line items", quiet=False):
            monolith.prepare(python, env, folder, catalog)
        with step(f"making up {days} days of delivery", quiet=False):
            rows = fill(_database(env), line_items, days)
        with step(f"asking for pages, {rounds} turns each", quiet=False):
            measured = _ask(python, env, _pages(days, keys(_database(env))), rounds)
    figures = {page: _summary(turns) for page, turns in measured.items()}
    _publish(output, figures, line_items, {**of_machine, **{f"rows_of_{k}": v for k, v in rows.items()}})
    return {"machine": of_machine, "rows": rows, "pages": figures}


def _database(env: Mapping[str, str]) -> Path:
    return Path(env["MONOLITH_DATABASE_PATH"])


def _pages(days: int, key: Mapping[str, int]) -> dict[str, str]:
    """Paths by the names of pages."""
    report, requests = "/admin/reports/deliveryreport/", "/admin/reports/requestreport/"
    today = time.time()
    first = _day(today - (days - 1) * 86_400)
    period = f"first={first}&last={_day(today)}"
    week = f"first={_day(today - 7 * 86_400)}&last={_day(today)}"
    of_campaign, in_seoul = (f"{report}?{period}&campaign={key[name]}" for name in ("campaign", "in_seoul"))
    pages = {
        "home page": "/admin/",
        "list of advertisers": "/admin/adops/advertiser/",
        "list of campaigns": "/admin/adops/campaign/",
        "list of line items": "/admin/adops/lineitem/",
        "list of line items, search": "/admin/adops/lineitem/?q=Campaign+42",
        "list of line items, by state": "/admin/adops/lineitem/?state=no_creative",
        "list of line items, by impressions": "/admin/adops/lineitem/?o=-8",
        "list of contents": "/admin/adops/content/",
        "list of units": "/admin/adops/unit/",
        "report by hour of 8 days": f"{report}?{week}&group=hour",
        "report of a campaign by line item": f"{of_campaign}&group=line_item",
        "report of a campaign by day": f"{of_campaign}&group=day",
        "report of a campaign in Seoul by line item": f"{in_seoul}&group=line_item",
        "report of a line item by day": f"{report}?{period}&group=day&line_item={key['line_item']}",
        "report of a unit by campaign": f"{report}?{period}&group=campaign&unit={key['unit']}",
        "report of a unit by line item": f"{report}?{period}&group=line_item&unit={key['unit']}",
        "report of requests by unit": f"{requests}?{period}",
        "report of requests by hour": f"{requests}?{week}&group=hour",
        "file of line items": f"{report}delivery.csv?{period}&group=line_item",
    }
    for model, needs in _ATTENTION.items():
        for need in needs:
            name = f"list of {model.replace('lineitem', 'line item')}s that need attention: {need}"
            pages[name.replace("_", " ")] = f"/admin/adops/{model}/?attention={need}"
    for group in ("advertiser", "campaign", "line_item", "creative", "content", "unit", "day"):
        pages[f"report by {group}"] = f"{report}?{period}&group={group}"
    return pages


def _day(second: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(second))


def _ask(python: Path, env: dict[str, str], pages: dict[str, str], rounds: int) -> dict[str, list[Figures]]:
    asked = json.dumps({"monolith": str(monolith.FOLDER), "pages": pages, "rounds": rounds})
    settings = {**env, "DJANGO_SETTINGS_MODULE": "config.settings"}
    program = Path(__file__).with_name("pages.py")
    said = subprocess.run(
        [python, program], input=asked, env=settings, capture_output=True, text=True, check=False
    )
    if said.returncode:
        raise Failure(f"the pages cannot be measured: {said.stderr.strip()[-2_000:]}")
    measured: dict[str, list[Figures]] = defaultdict(list)
    for line in said.stdout.splitlines():
        turn: dict[str, Any] = json.loads(line)
        measured[turn["page"]].append(turn)
    return measured


def _summary(turns: list[Figures]) -> Figures:
    walls = [turn["wall_ms"] for turn in turns]
    return {
        "median_ms": statistics.median(walls),
        "slowest_ms": max(walls),
        "cpu_ms": statistics.median(turn["cpu_ms"] for turn in turns),
        "kilobytes": turns[0]["bytes"] / 1e3,
    }


def _publish(folder: Path, figures: dict[str, Figures], line_items: int, of_machine: Figures) -> None:
    units = {"median_ms": "ms", "slowest_ms": "ms", "cpu_ms": "ms", "kilobytes": "kB"}
    rows: list[Row] = [
        row("admin", line_items, page, metric, of_page[metric], unit)
        for page, of_page in figures.items()
        for metric, unit in units.items()
    ]
    lines = [f"{'page':<54}{'median':>10}{'slowest':>10}{'CPU':>10}{'size':>10}"]
    for page, each in sorted(figures.items()):
        lines.append(
            f"{page:<54}{each['median_ms']:>7.0f} ms{each['slowest_ms']:>7.0f} ms{each['cpu_ms']:>7.0f} ms"
            f"{each['kilobytes']:>7.0f} kB"
        )
    pages = {page: each for page, each in figures.items() if not page.startswith("file")}
    slowest = max(pages, key=lambda page: float(pages[page]["median_ms"]))
    lines += ["", "Goal:", goal(f"every page: {slowest}", pages[slowest]["median_ms"], " ms", GOAL_MS)]
    of_machine = {**of_machine, "load_average_after": round(os.getloadavg()[0], 2)}
    medians = {page: float(each["median_ms"]) for page, each in figures.items()}
    plot = bars("median of a page in ms; the line is the goal", medians, GOAL_MS)
    publish(folder, NAME, lines, of_machine, rows, plot)
