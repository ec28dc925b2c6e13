"""The resident memory of local-alb while many requests go through."""

import statistics

from ..report import Figures
from .balancers import Balancers

SAMPLES_SHOWN = 40
# From so many requests on, a look after each run of usual length is often enough.
MANY_REQUESTS = 1_000_000


def memory(balancers: Balancers, requests: int) -> Figures:
    """Samples, and how the second half differs from the first."""
    side = balancers.sides["local_alb"]
    samples: list[tuple[int, int]] = []
    done = errors = 0
    seconds = 1 if requests < MANY_REQUESTS else balancers.seconds
    while done < requests:
        report = balancers.generate(side.port, seconds)
        done += report["answers"]
        errors += report["errors"]
        samples.append((done, side.resident_kib()))
    # What is allocated once (buffers, connections) is there after the first tenth.
    settled = [kib for count, kib in samples if count > done // 10]
    half = max(len(settled) // 2, 1)
    first, last = statistics.median(settled[:half]), statistics.median(settled[-half:])
    shown = samples[:: max(len(samples) // SAMPLES_SHOWN, 1)]
    return {
        "requests": done,
        "errors": errors,
        "resident_kib_first_half": first,
        "resident_kib_second_half": last,
        "resident_kib_max": max(settled),
        "growth_kib": last - first,
        "samples": {f"after_{count}_kib": kib for count, kib in shown},
    }
