"""The table, the rows and the plot of what serving costs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..bench import plot
from ..console import plain
from . import model
from .inputs import Inputs
from .model import Load

# The seed of this project: an ad platform's move from Django to Go, as it was published.
_SEED = "Buzzvil, Django to Go: the API's CPU to 1/3, instances to 1/2.5"
_RATES = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000)
LAMBDA, FARGATE, EC2, DJANGO = "Lambda", "Fargate, Rust", "EC2, Rust", "Fargate, Django"


def computing(load: Load, inputs: Inputs) -> dict[str, float]:
    """Dollars a month for each way to compute answers, with the balancer in front."""
    measured, prices = inputs.measured, inputs.prices
    behind = model.balancer(load, measured, prices, to_functions=True)
    beside = model.balancer(load, measured, prices, to_functions=False)
    ours, django = measured["container_cpu_us"], measured["django_cpu_us"]
    return {
        LAMBDA: model.lambda_functions(load, measured, prices) + behind,
        FARGATE: model.fargate(load, ours, prices) + beside,
        EC2: model.ec2(load, ours, prices) + beside,
        DJANGO: model.fargate(load, django, prices) + beside,
    }


def stores(load: Load, inputs: Inputs) -> dict[str, float]:
    """Dollars a month for what every way to compute needs."""
    measured, prices = inputs.measured, inputs.prices
    return {
        "ledger (DynamoDB)": model.ledger(load, measured, prices),
        "histories of users (cache)": model.cache(load, measured, prices),
        "logs (of functions)": model.logs(load, measured, prices),
    }


def around(load: Load, inputs: Inputs) -> dict[str, dict[str, float]]:
    """Dollars a month for what each way to compute needs around it: secrets, a way to AWS from the VPC."""
    measured, prices = inputs.measured, inputs.prices
    secrets = {"secrets": model.secrets(load, measured, prices)}
    functions = {**secrets, "endpoint of Secrets Manager": model.endpoint(prices)}
    containers = {**secrets, "NAT gateway": model.nat_gateway(measured, prices)}
    return {LAMBDA: functions, FARGATE: containers, EC2: containers, DJANGO: containers}


def document(load: Load, inputs: Inputs) -> dict[str, Any]:
    """All figures, for programs."""
    ours, django = (model.vcpus(load, inputs.measured[f"{name}_cpu_us"]) for name in ("container", "django"))
    return {
        "load": load.__dict__,
        "computing_and_balancer": computing(load, inputs),
        "stores": stores(load, inputs),
        "around": around(load, inputs),
        "break_even_requests_per_second": model.break_even(load, inputs.measured, inputs.prices),
        "cpu_django_to_ours": inputs.measured["django_cpu_us"] / inputs.measured["container_cpu_us"],
        "vcpus": {"ours": ours, "django": django},
        "origins": inputs.origins,
    }


def lines(load: Load, inputs: Inputs) -> list[str]:
    """The table for a person."""
    found = document(load, inputs)
    shared = sum(found["stores"].values())
    rows = [["computing and balancer", "dollars", "around it", "with stores"]]
    for name, dollars in found["computing_and_balancer"].items():
        beside = sum(found["around"][name].values())
        rows.append([name, f"{dollars:,.0f}", f"{beside:,.2f}", f"{dollars + beside + shared:,.0f}"])
    rows += [[], ["stores", "dollars"]]
    rows += [[name, f"{dollars:,.0f}"] for name, dollars in found["stores"].items()]
    rows += [[], ["around it", "", "dollars"]]
    parts = {part: dollars for each in found["around"].values() for part, dollars in each.items()}
    rows += [[name, "", f"{dollars:,.2f}"] for name, dollars in parts.items()]
    title = (
        f"{plain(load.requests_per_second)} allocations a second on average, {plain(load.users)} users, "
        f"{plain(load.events_per_request)} events an allocation; {load.architecture}; dollars a month"
    )
    origins = [f"  {origin}" for origin in found["origins"]]
    return [title, "", *_columns(rows), "", *_conclusions(found), "", *origins]


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """The first column to the left, the others to the right, two spaces apart."""
    places = range(max(map(len, rows)))
    widths = [max(len(row[place]) for row in rows if place < len(row)) for place in places]
    lines = []
    for row in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=False)]
        lines.append("  ".join([f"{row[0]:<{widths[0]}}", *cells]) if row else "")
    return lines


def _conclusions(found: dict[str, Any]) -> list[str]:
    at, vcpus = found["break_even_requests_per_second"], found["vcpus"]
    ratio = found["cpu_django_to_ours"]
    return [
        f"Below {at:,.0f} allocations a second computing and balancer cost less on Lambda than in containers "
        "on Fargate, above it more; stores and what is around are left out.",
        f"{_SEED}.",
        f"Here, Django to Rust: CPU to 1/{ratio:.1f}, processors from {plain(vcpus['django'])} "
        f"to {plain(vcpus['ours'])} (1/{vcpus['django'] / vcpus['ours']:.1f}).",
    ]


def svg(load: Load, inputs: Inputs, rates: Sequence[float] = _RATES) -> str:
    """Dollars a month by the rate of allocations; each line is one way to compute, stores left out."""
    at = {rate: computing(replace(load, requests_per_second=rate), inputs) for rate in rates}
    series = {name: [(rate, at[rate][name]) for rate in rates] for name in (LAMBDA, FARGATE, EC2, DJANGO)}
    title = "Computing and balancer, by allocations a second"
    return plot.lines(title, "allocations a second, on average", "dollars a month", series)
