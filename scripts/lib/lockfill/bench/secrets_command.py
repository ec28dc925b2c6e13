"""The command `secrets` of `scripts/bench`."""

import argparse
import json
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .. import LOCAL
from ..build import build
from ..command_line import whole_number
from ..ports import free_port
from ..processes import clean_environment, start
from . import plot
from .arguments import add_build_and_output
from .report import Figures
from .results import Row, machine_and_versions, publish, row

NAME = "secrets"
DELAYS_MS = (0, 2, 5, 10)
HELP = """\
Measures what it costs the start of a function to read its secrets, from a server on this machine that waits
as long as it is told before each answer: a round trip to Secrets Manager stands behind that delay, and this
machine has no such network.

The function reads what template.yaml names, one after the other on one connection: the signing key at three
stages, of which two may be missing, the secret of users, and the address of Redis. The figure is the time
from the arrival of the first question to the end of the last answer: the median of the starts, and the least
of them, which other work on the machine moves less.
"""
# As `template.yaml` names them. Without a rotation no version is pending or previous.
_VARIABLES = {
    "LOCKFILL_SIGNING_KEYS_SECRET": "signing signing@AWSPENDING? signing@AWSPREVIOUS?",
    "LOCKFILL_USER_KEY_SECRETS_SECRET": "users none",
    "LOCKFILL_REDIS_URL_SECRET": "redis",
}
_TEXTS = {
    "signing": json.dumps({"key_id": "k1", "secret": "0" * 64}),
    "users": "1" * 64,
    "redis": "redis://127.0.0.1:1",
}
READS = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--delays-ms",
        nargs="+",
        type=whole_number(0, 1_000),
        default=list(DELAYS_MS),
        help="how long the server waits before each answer (default 0 2 5 10)",
    )
    parser.add_argument("--rounds", type=whole_number(1, 200), default=20, help="starts (default 20)")
    add_build_and_output(parser)


def run(delays_ms: Sequence[int], rounds: int, profile: str, output: Path) -> Figures:
    """Measures all delays, prints a table, and writes the rows and the plot."""
    machine = machine_and_versions(profile)
    program = build(profile) / "ads"
    LOCAL.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-secrets-", dir=LOCAL))
    found = {}
    try:
        for delay_ms in delays_ms:
            found[delay_ms] = [_start_ms(program, delay_ms, folder) for _ in range(rounds)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    rows: list[Row] = []
    lines = [
        f"{'delay ms':>10}{'readings':>10}{'all, median ms':>16}{'all, least ms':>16}{'each, least ms':>16}"
    ]
    for delay_ms, times in found.items():
        whole, least = statistics.median(times), min(times)
        rows.append(row("ads", delay_ms, "delay", "secrets", whole, "ms"))
        rows.append(row("ads", delay_ms, "delay", "secrets_least", least, "ms"))
        lines.append(f"{delay_ms:>10}{READS:>10}{whole:>16.1f}{least:>16.1f}{least / READS:>16.2f}")
    series = {"ads": [(float(max(n, 1)), statistics.median(times)) for n, times in found.items()]}
    svg = plot.lines("Reading secrets at a start", "delay in ms (1: none or one)", "milliseconds", series)
    publish(output, NAME, lines, machine, rows, svg)
    return {"machine": machine, "rows": rows}


def _start_ms(program: Path, delay_ms: int, folder: Path) -> float:
    """Starts the function once."""
    with _secrets_manager(delay_ms / 1_000) as server:
        child = start("ads", [program], folder / "ads.log", {**clean_environment(), **server.variables()})
        try:
            child.wait_until("through with them", lambda: "" if len(server.answered) == READS else None, 30)
            # It would go on with its stores, which are nowhere.
            child.process.kill()
        finally:
            child.stop()
    return (max(server.answered) - min(server.asked)) * 1_000


@dataclass
class _Server:
    """When it was asked, and when each answer was sent."""

    port: int
    asked: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)

    def variables(self) -> dict[str, str]:
        """Of a function that reads its secrets here. Its stores are nowhere."""
        return {
            **_VARIABLES,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://127.0.0.1:{self.port}",
            "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "LOCKFILL_CATALOG_TABLE": "catalog",
            "LOCKFILL_EVENTS_TABLE": "events",
            "LOCKFILL_DELIVERY_TABLE": "delivery",
            "LOCKFILL_LINK_BASE_URL": "http://127.0.0.1:1",
            "LOCKFILL_HTTP_ADDRESS": f"127.0.0.1:{free_port()}",
        }


@contextmanager
def _secrets_manager(delay_seconds: float) -> Iterator[_Server]:
    """`GetSecretValue` of Secrets Manager, each answer after a delay."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body are one packet: two would wait for each other, by the delay of an acknowledgement.
        wbufsize = 8_192

        def do_POST(self) -> None:
            seen.asked.append(time.monotonic())
            wanted = json.loads(self.rfile.read(int(self.headers["content-length"])))
            time.sleep(delay_seconds)
            if wanted["VersionStage"] == "AWSCURRENT":
                status, document = 200, {"SecretString": _TEXTS[wanted["SecretId"]]}
            else:
                status, document = 400, {"__type": "ResourceNotFoundException"}
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            seen.answered.append(time.monotonic())

        def log_message(self, *_: Any) -> None:
            """Says nothing: the table is the output."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """Says nothing: the function is killed while its connection is open."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    seen = _Server(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
