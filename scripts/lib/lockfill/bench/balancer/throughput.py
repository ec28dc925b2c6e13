"""As many requests as each balancer takes."""

import statistics

from ..report import Figures
from .balancers import Balancers

WARM_UP_SECONDS = 2


def throughput(balancers: Balancers, rounds: int) -> Figures:
    """Rates and processor times. The balancers take turns, so that other load of the machine meets all."""
    sides = balancers.sides
    rates: dict[str, list[float]] = {name: [] for name in sides}
    costs: dict[str, list[float]] = {name: [] for name in sides}
    errors = 0
    for side in sides.values():
        balancers.generate(side.port, WARM_UP_SECONDS)
    for _ in range(rounds):
        for name, side in sides.items():
            before = side.cpu_us()
            report = balancers.generate(side.port, balancers.seconds)
            costs[name].append((side.cpu_us() - before) / report["answers"])
            rates[name].append(report["per_second"])
            errors += report["errors"]
    rate = {name: statistics.median(values) for name, values in rates.items()}
    cost = {name: statistics.median(values) for name, values in costs.items()}
    return {
        "requests_per_second": rate,
        "processor_us_per_request": cost,
        "share_of_nginx_percent": 100 * rate["local_alb"] / rate["nginx"],
        "share_of_nginx_by_processor_time_percent": 100 * cost["nginx"] / cost["local_alb"],
        "errors": errors,
    }
