"""What each balancer adds to the target's own latencies."""

import statistics

from ..report import Figures
from .balancers import Balancers


def latency(balancers: Balancers, rate: int, rounds: int) -> Figures:
    """Latencies at a given rate of requests a second."""
    ports = {"target": balancers.target_port}
    ports |= {name: side.port for name, side in balancers.sides.items()}
    seen: dict[str, dict[str, list[float]]] = {name: {"p50": [], "p99": []} for name in ports}
    for _ in range(rounds):
        for name, port in ports.items():
            report = balancers.generate(port, balancers.seconds, "--rate", str(rate))
            for key, values in seen[name].items():
                values.append(report[f"{key}_us"] / 1000)
    medians = {
        name: {key: statistics.median(values) for key, values in of.items()} for name, of in seen.items()
    }
    figures: Figures = {"requests_per_second": rate}
    for name, of in medians.items():
        figures |= {f"{name}_{key}_ms": value for key, value in of.items()}
    for name in balancers.sides:
        figures[f"added_by_{name}_p99_ms"] = medians[name]["p99"] - medians["target"]["p99"]
    return figures
