"""Allocations in Django and in a function, by the size of the catalog."""

import time
from urllib.parse import urlsplit

from .. import web
from ..console import Failure
from ..running import cpu_ms
from ..stack import Stack
from .generator import FUNCTION, TARGET, generate, latencies_ms
from .large_catalog import write_catalog
from .report import Figures

SIZES = (100, 1_000, 10_000)
WARM_UP_SECONDS = 2
SERVED_SECONDS_MAX = 120
# A user whom many line items target, and the same with as many slots as a request may ask for.
QUESTIONS = {
    "common": f"{TARGET}&platform=android&birth_year=1990",
    "fifty_ads": TARGET.replace(FUNCTION, "ads") + "&platform=android&birth_year=1990&count=50",
}


def django_allocations(stack: Stack, seconds: int, clients: int) -> Figures:
    """Processor time of a request: Django is asked at its own port, the function through the balancer."""
    return {f"line_items_{size}": _measure(stack, size, seconds, clients) for size in SIZES}


def _measure(stack: Stack, size: int, seconds: int, clients: int) -> Figures:
    catalog = stack.folder / "allocations.json"
    write_catalog(stack.catalog, catalog, size)
    before = _versions(stack)
    stack.publish(catalog)
    deadline = time.monotonic() + SERVED_SECONDS_MAX
    while min(_versions(stack)) <= max(before):
        if time.monotonic() > deadline:
            raise Failure(f"{size} line items are not served after {SERVED_SECONDS_MAX} s")
    figures: Figures = {}
    for name, target in QUESTIONS.items():
        django = _load(stack, target, stack.django_url, "gunicorn", seconds, clients)
        function = _load(stack, target, stack.url, target.split("?")[0].rpartition("/")[2], seconds, clients)
        figures[name] = {"django": django, "function": function}
    return figures


def _load(stack: Stack, target: str, url: str, program: str, seconds: int, clients: int) -> Figures:
    port = urlsplit(url).port or 0
    generate(stack, WARM_UP_SECONDS, clients, port=port, target=target)
    before = cpu_ms(stack)[program]
    report = generate(stack, seconds, clients, port=port, target=target)
    return {
        "requests_per_second": report["answers"] / report["seconds"],
        **latencies_ms(report),
        "errors": report["errors"],
        "cpu_ms_per_request": (cpu_ms(stack)[program] - before) / report["answers"],
    }


def _versions(stack: Stack) -> list[int]:
    """The versions that are served; Django is asked often enough for each of its processes to answer."""
    versions = []
    for url in [stack.url] + [stack.django_url] * 8:
        answer = web.get(url + TARGET.replace("{user}", "django"))
        if answer.status != 200:
            raise Failure(f"status {answer.status}: {answer.body[:200]!r}")
        versions.append(answer.json["catalog_version"])
    return versions
