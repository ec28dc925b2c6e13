"""`scripts/bench balancer`: local-alb in front of an HTTP target, and nginx in its place.

Each program has a processor to itself as far as there are enough: the balancers share one and take turns on
it, the target has one, the load generator has one. All have one worker, keep their connections to the target,
and write a line for each request. nginx is measured twice: as a person would configure it, and with the
routing that `local-alb export nginx` writes.
"""

import argparse
import json
import os
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import LOCAL
from .build import build
from .console import step
from .measures import LOAD_GENERATOR
from .nginx import listens, run_nginx
from .processes import Child, clean_environment, run, start
from .stack import free_port

# What is deployed, and what people install: the numbers are about that.
PROFILE = "release"
CLIENTS = 32
WARM_UP_SECONDS = 2
# Every request runs through all of it, as in a real table: the path that is asked for is the last rule's.
TEMPLATE = """\
Resources:
  Group:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: ip, Protocol: HTTP, Port: 80}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      Port: 80
      DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: 404}}]
"""
RULE = """\
  Rule{number}:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: {number}
      Conditions: [{{Field: path-pattern, Values: ["/service-{number}/*"]}}]
      Actions: [{{Type: forward, TargetGroupArn: !Ref Group}}]
"""
RULES = 10
PATH = f"/service-{RULES}/orders?user={{user}}"
TARGET = """
server {{
    listen 127.0.0.1:{port};
    keepalive_requests 1000000000;
    location / {{ default_type application/json; return 200 "{body}"; }}
}}
"""
# nginx as a person would write it by hand.
PLAIN = """
upstream group {{ server 127.0.0.1:{target}; keepalive 64; keepalive_requests 1000000000; }}
keepalive_requests 1000000000;
server {{
    listen 127.0.0.1:{port};
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-Port $server_port;
    {locations}
    location / {{ return 404; }}
}}
"""
LOCATION = "location /service-{number}/ {{ proxy_pass http://group; }}"
BODY = "x" * 1000
MEMORY_SAMPLES = 40


@dataclass
class Side:
    """One of the balancers."""

    child: Child
    port: int

    def pids(self) -> list[int]:
        """It and its workers."""
        own = self.child.process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return [own, *map(int, children)]

    def cpu_us(self) -> int:
        """How much processor time it has had so far."""
        used = 0
        for pid in self.pids():
            # In nanoseconds, for each thread; `stat` would be in steps of 10 ms.
            for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                used += int(thread.read_text().split()[0])
        return used // 1000

    def resident_kib(self) -> int:
        status = Path(f"/proc/{self.child.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))


class Bench:
    """The programs, and what is measured of them."""

    def __init__(self, folder: Path, seconds: int) -> None:
        self.folder, self.seconds = folder, seconds
        self.programs = build(PROFILE, ("local-alb", LOAD_GENERATOR))
        processors = sorted(os.sched_getaffinity(0))
        self.balancers_on, self.target_on = processors[-1], processors[0]
        self.load_on = processors[1] if len(processors) > 2 else processors[0]
        self.children: list[Child] = []

    def start(self) -> dict[str, Side]:
        target = free_port()
        self._keep(self._nginx("target", TARGET.format(port=target, body=BODY), target, self.target_on))
        self.target_port = target
        template = self.folder / "template.yaml"
        template.write_text(TEMPLATE + "".join(RULE.format(number=n) for n in range(1, RULES + 1)))
        options = [f"--template={template}", f"--target=Group=http://127.0.0.1:{target}"]
        return {
            "local_alb": self._local_alb(options, free_port()),
            "nginx": self._plain_nginx(free_port()),
            "exported_nginx": self._exported_nginx(options, free_port()),
        }

    def _local_alb(self, options: list[str], port: int) -> Side:
        command = [
            *_on(self.balancers_on),
            self.programs / "local-alb",
            "serve",
            f"--listen=127.0.0.1:{port}",
        ]
        # Not a file: a line for each of ten million requests would fill the disk.
        child = self._keep(start("local-alb", [*command, *options], Path("/dev/null"), clean_environment()))
        child.wait_until("listening", lambda: "" if listens(port) else None, 10)
        return Side(child, port)

    def _plain_nginx(self, port: int) -> Side:
        locations = "\n    ".join(LOCATION.format(number=number) for number in range(1, RULES + 1))
        text = PLAIN.format(target=self.target_port, port=port, locations=locations)
        return Side(self._keep(self._nginx("nginx", text, port, self.balancers_on, "/dev/null")), port)

    def _exported_nginx(self, options: list[str], port: int) -> Side:
        command = [self.programs / "local-alb", "export", "nginx", f"--listen=127.0.0.1:{port}", *options]
        exported = run("export", command, self.folder / "export.log", clean_environment())
        # As the other one has it: nobody is to open connections over and over.
        kept = "    keepalive 64;"
        exported = exported.replace(kept, f"{kept}\n    keepalive_requests 1000000000;")
        text = f"keepalive_requests 1000000000;\n{exported}"
        return Side(
            self._keep(self._nginx("exported-nginx", text, port, self.balancers_on, "/dev/null")), port
        )

    def stop(self) -> None:
        while self.children:
            self.children.pop().stop()

    def _keep(self, child: Child) -> Child:
        self.children.append(child)
        return child

    def _nginx(self, name: str, included: str, port: int, processor: int, access_log: str = "off") -> Child:
        return run_nginx(self.folder, included, port, access_log=access_log, name=name, prefix=_on(processor))

    def generate(self, port: int, seconds: int, *options: str) -> dict[str, Any]:
        command = [*_on(self.load_on), self.programs / LOAD_GENERATOR, "--port", str(port), "--target", PATH]
        command += ["--seconds", str(seconds), "--clients", str(CLIENTS), *options]
        report = json.loads(run(LOAD_GENERATOR, command, self.folder / "load.log", clean_environment()))
        return {**report, "per_second": report["answers"] / report["seconds"]}

    def throughput(self, sides: dict[str, Side], rounds: int) -> dict[str, Any]:
        """As many requests as go, the sides in turn, so that whatever else happens here happens to both."""
        rates: dict[str, list[float]] = {name: [] for name in sides}
        costs: dict[str, list[float]] = {name: [] for name in sides}
        errors = 0
        for side in sides.values():
            self.generate(side.port, WARM_UP_SECONDS)
        for _ in range(rounds):
            for name, side in sides.items():
                before = side.cpu_us()
                report = self.generate(side.port, self.seconds)
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

    def latency(self, sides: dict[str, Side], rate: int, rounds: int) -> dict[str, Any]:
        """At a given rate: what a balancer adds to the target's own latencies."""
        ports = {"target": self.target_port, **{name: side.port for name, side in sides.items()}}
        seen: dict[str, dict[str, list[float]]] = {name: {"p50": [], "p99": []} for name in ports}
        for _ in range(rounds):
            for name, port in ports.items():
                report = self.generate(port, self.seconds, "--rate", str(rate))
                for key, values in seen[name].items():
                    values.append(report[f"{key}_us"] / 1000)
        medians = {
            name: {key: statistics.median(values) for key, values in of.items()} for name, of in seen.items()
        }
        figures: dict[str, Any] = {"requests_per_second": rate}
        for name, of in medians.items():
            figures |= {f"{name}_{key}_ms": value for key, value in of.items()}
        for name in sides:
            figures[f"added_by_{name}_p99_ms"] = medians[name]["p99"] - medians["target"]["p99"]
        return figures

    def memory(self, side: Side, requests: int) -> dict[str, Any]:
        """The resident memory while many requests go through."""
        samples: list[tuple[int, int]] = []
        done = errors = 0
        # Short runs, so that there is always a look in between.
        seconds = 1 if requests < 1_000_000 else self.seconds
        while done < requests:
            report = self.generate(side.port, seconds)
            done += report["answers"]
            errors += report["errors"]
            samples.append((done, side.resident_kib()))
        # What is allocated once (buffers, connections) is there after the first tenth.
        settled = [kib for count, kib in samples if count > done // 10]
        half = max(len(settled) // 2, 1)
        first, last = statistics.median(settled[:half]), statistics.median(settled[-half:])
        shown = samples[:: max(len(samples) // MEMORY_SAMPLES, 1)]
        return {
            "requests": done,
            "errors": errors,
            "resident_kib_first_half": first,
            "resident_kib_second_half": last,
            "resident_kib_max": max(settled),
            "growth_kib": last - first,
            "samples": {f"after_{count}_kib": kib for count, kib in shown},
        }


def _on(processor: int) -> list[str]:
    return ["taskset", "-c", str(processor)]


@contextmanager
def _running(seconds: int) -> Iterator[tuple[Bench, dict[str, Side]]]:
    LOCAL.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-balancer-", dir=LOCAL))
    bench = Bench(folder, seconds)
    try:
        yield bench, bench.start()
    finally:
        bench.stop()
        shutil.rmtree(folder, ignore_errors=True)


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """All figures, by name."""
    with _running(arguments.seconds) as (bench, sides):
        with step("measuring throughput"):
            throughput = bench.throughput(sides, arguments.rounds)
        half = int(throughput["requests_per_second"]["local_alb"] / 2)
        with step(f"measuring latency at {half} requests a second"):
            latency = bench.latency(sides, half, arguments.rounds)
        with step(f"measuring memory over {arguments.requests} requests"):
            memory = bench.memory(sides["local_alb"], arguments.requests)
    return {"throughput": throughput, "latency_at_half_load": latency, "memory": memory}


def add_arguments(parser: argparse.ArgumentParser, number: Callable[[int, int], Any]) -> None:
    parser.add_argument("--seconds", type=number(1, 60), default=5, help="of each run (default 5)")
    parser.add_argument(
        "--rounds", type=number(1, 50), default=5, help="of which the medians are shown (default 5)"
    )
    parser.add_argument(
        "--requests",
        type=number(1, 1_000_000_000),
        default=500_000,
        help="through which memory is watched (default 500000; 8 hours of a busy service are ten million)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file, too")
