"""What a month of serving costs: arithmetic alone, on measured inputs and prices.

Every function gives dollars a month. A month is 2,628,000 seconds, a twelfth of a year.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

SECONDS_A_MONTH = 2_628_000
HOURS_A_MONTH = 730
_GB = 1_000_000_000
# Lambda gives a processor's share by memory: 1,769 MB is one.
_MB_PER_VCPU = 1_769
# A unit of the load balancer holds 0.4 GB an hour to functions, and 1 GB to others.
_LCU_GB_HOUR_LAMBDA, _LCU_GB_HOUR = 0.4, 1.0
# DynamoDB bills a write for each KB.
_WRITE_BYTES = 1_024
# A token lives for eight days at most, and so long it is known that it was reported.
_REPORT_SECONDS = 8 * 86_400
# The signing key, that of users, the address of Redis and its password; a debug token is one more.
_SECRETS = 4
# The signing key is read at three stages when an environment starts.
_READS_A_START = 5
# Ads, contents and lock screens; and the compiler and pacing, of which one environment runs at a time.
_ALLOCATION_FUNCTIONS, _OTHER_FUNCTIONS = 3, 2
# What an environment writes: so many lines of requests a second at most, and metrics every so many seconds.
_LINES_MAX, _METRICS_SECONDS = 100, 10
_ZONES = 2
# ElastiCache Serverless bills so much at least.
_CACHE_GB_MIN = 0.1

# Of two processors each: c7g.large and c6i.large.
_MACHINES = {"arm64": "ec2_c7g_large_hour", "x86_64": "ec2_c6i_large_hour"}

Prices = Mapping[str, float]
Measured = Mapping[str, float]


@dataclass(frozen=True)
class Load:
    """What is served: allocations a second on average, users with a history, and events of an allocation."""

    requests_per_second: float
    users: float
    events_per_request: float
    # The share of a container's processors that is busy at the average rate; the rest is for peaks.
    utilization: float = 0.5
    memory_mb: int = 512
    architecture: str = "arm64"
    # How long an event stays in the ledger.
    ledger_days: float = 400.0
    # Containers stay reachable when one zone is lost.
    containers_min: int = 2

    @property
    def events_per_second(self) -> float:
        return self.requests_per_second * self.events_per_request


def lambda_functions(load: Load, measured: Measured, prices: Prices) -> float:
    """Requests and their time. AWS bills whole milliseconds of wall clock, which waits for Redis, too."""
    share = min(1.0, load.memory_mb / _MB_PER_VCPU)
    total = 0.0
    for rate, name in ((load.requests_per_second, "allocation"), (load.events_per_second, "event")):
        wall_ms = measured["lambda_cpu_us"] / 1_000 / share + measured[f"{name}_wait_ms"]
        gb_seconds = max(1, math.ceil(wall_ms)) / 1_000 * load.memory_mb / 1_024
        price = prices["lambda_million_requests"] / 1e6
        total += (
            rate * SECONDS_A_MONTH * (price + gb_seconds * prices[f"lambda_gb_second_{load.architecture}"])
        )
    return total


def vcpus(load: Load, cpu_us: float) -> float:
    """Processors that containers need, whole ones."""
    rate = load.requests_per_second + load.events_per_second
    busy = rate * cpu_us / 1e6
    return float(max(load.containers_min, math.ceil(busy / load.utilization)))


def fargate(load: Load, cpu_us: float, prices: Prices, gb_per_vcpu: float = 2.0) -> float:
    """Containers of one processor each, with the least memory that Fargate gives to one."""
    each = prices[f"fargate_vcpu_hour_{load.architecture}"]
    each += gb_per_vcpu * prices[f"fargate_gb_hour_{load.architecture}"]
    return vcpus(load, cpu_us) * each * HOURS_A_MONTH


def ec2(load: Load, cpu_us: float, prices: Prices) -> float:
    """Machines of two processors, two at least."""
    machines = max(load.containers_min, math.ceil(vcpus(load, cpu_us) / 2))
    return machines * prices[_MACHINES[load.architecture]] * HOURS_A_MONTH


def balancer(load: Load, measured: Measured, prices: Prices, *, to_functions: bool) -> float:
    """The hours of the balancer and its units, by the bytes that pass: connections take fewer units."""
    bytes_a_second = load.requests_per_second * measured["allocation_bytes"]
    bytes_a_second += load.events_per_second * measured["event_bytes"]
    gb_hour = bytes_a_second * 3_600 / _GB
    units = gb_hour / (_LCU_GB_HOUR_LAMBDA if to_functions else _LCU_GB_HOUR)
    return (prices["alb_hour"] + units * prices["alb_lcu_hour"]) * HOURS_A_MONTH


def ledger(load: Load, measured: Measured, prices: Prices) -> float:
    """Events: an item and its entry in the index by arrival, written once and kept for `ledger_days`."""
    units = 2 * math.ceil(measured["event_item_bytes"] / _WRITE_BYTES)
    writes = load.events_per_second * SECONDS_A_MONTH * units * prices["dynamodb_million_writes"] / 1e6
    kept_gb = load.events_per_second * 86_400 * load.ledger_days * 2 * measured["event_item_bytes"] / _GB
    return writes + kept_gb * prices["dynamodb_gb_month"]


def cache(load: Load, measured: Measured, prices: Prices) -> float:
    """The histories of users, and one unit for each command and each KB that it moves."""
    commands = load.requests_per_second * measured["allocation_redis_commands"]
    commands += load.events_per_second * measured["event_redis_commands"]
    units = commands * SECONDS_A_MONTH * prices["cache_million_ecpu"] / 1e6
    kept = load.users * measured["redis_bytes_per_user"]
    kept += load.events_per_second * _REPORT_SECONDS * measured["redis_bytes_per_event"]
    return units + max(kept / _GB, _CACHE_GB_MIN) * prices["cache_gb_hour"] * HOURS_A_MONTH


def secrets(load: Load, measured: Measured, prices: Prices) -> float:
    """The secrets, and their readings by each environment of a function that starts."""
    count = sum(_environments(load, measured)) + _OTHER_FUNCTIONS
    reads = count * HOURS_A_MONTH / measured["environment_hours"] * _READS_A_START
    return _SECRETS * prices["secret_month"] + reads * prices["secret_million_reads"] / 1e6


def endpoint(prices: Prices) -> float:
    """The address of Secrets Manager in a VPC without a way out, in each zone; the bytes cost nothing."""
    return _ZONES * prices["endpoint_zone_hour"] * HOURS_A_MONTH


def nat_gateway(measured: Measured, prices: Prices) -> float:
    """One gateway with its address, through which containers fetch their images and reach AWS."""
    hour = prices["nat_hour"] + prices["public_address_hour"]
    return hour * HOURS_A_MONTH + measured["nat_gb"] * prices["nat_gb"]


def logs(load: Load, measured: Measured, prices: Prices) -> float:
    """Lines of the functions: those of requests, of which an environment writes some a second at most, and
    those of metrics, one in ten seconds of an environment.
    """
    environments = _environments(load, measured)
    rates = (load.requests_per_second, load.events_per_second)
    lines = sum(min(rate, count * _LINES_MAX) for rate, count in zip(rates, environments, strict=True))
    of_metrics = (sum(environments) + _OTHER_FUNCTIONS) / _METRICS_SECONDS
    bytes_a_second = lines * measured["log_bytes_per_request"] + of_metrics * measured["metric_line_bytes"]
    return bytes_a_second * SECONDS_A_MONTH / _GB * prices["logs_gb"]


def _environments(load: Load, measured: Measured) -> tuple[int, int]:
    """How many environments of Lambda serve allocations, and how many events: each is busy as long as
    `utilization` says, and each function has one at least.
    """

    def count(rate: float, name: str, functions: int) -> int:
        busy = rate * measured[f"{name}_wait_ms"] / 1_000
        return max(functions, math.ceil(busy / load.utilization))

    allocations = count(load.requests_per_second, "allocation", _ALLOCATION_FUNCTIONS)
    return allocations, count(load.events_per_second, "event", 1)


def break_even(load: Load, measured: Measured, prices: Prices) -> float:
    """The rate of allocations a second from which containers on Fargate cost less than Lambda does.

    Below it Lambda costs less, and two containers stand idle. Infinite where that is never so.
    """

    def at(rate: float) -> Load:
        return Load(**{**load.__dict__, "requests_per_second": rate})

    def is_lambda_dearer(rate: float) -> bool:
        functions = lambda_functions(at(rate), measured, prices)
        functions += balancer(at(rate), measured, prices, to_functions=True)
        containers = fargate(at(rate), measured["container_cpu_us"], prices)
        return functions > containers + balancer(at(rate), measured, prices, to_functions=False)

    low, high = 0.0, 1.0
    while not is_lambda_dearer(high):
        low, high = high, high * 2
        if high > 1e7:
            return math.inf
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if is_lambda_dearer(middle) else (middle, high)
    return high
