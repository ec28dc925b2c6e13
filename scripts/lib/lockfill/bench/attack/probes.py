"""Clients that measure how long answers take: some requests a second, one after the other."""

import http.client
import threading
import time
from dataclasses import dataclass, field

from ...console import Failure


@dataclass
class Probe:
    """One kind of request. A late answer delays the next request and is measured from its own beginning."""

    name: str
    target: str
    per_second: int
    latencies_ms: list[float] = field(default_factory=list)
    wrong: int = 0

    def run(self, port: int, until: float) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        number = 0
        while (started := time.monotonic()) < until:
            number += 1
            try:
                connection.request("GET", self.target.replace("{user}", f"{self.name}-{number % 50}"))
                response = connection.getresponse()
                response.read()
                self.wrong += response.status != 200
            except (OSError, http.client.HTTPException):
                self.wrong += 1
                connection.close()
            ended = time.monotonic()
            self.latencies_ms.append((ended - started) * 1000)
            time.sleep(max(0.0, 1 / self.per_second - (ended - started)))
        connection.close()


def measure(port: int, seconds: float) -> dict[str, Probe]:
    """Asks for all kinds at once; the probes by name. Raises Failure if a kind had no answer."""
    probes = [
        Probe("allocation", "/api/v1/allocation/lockscreen?unit_id=1001&country=KR&user_id={user}", 40),
        Probe("app", "/api/v1/app/devices/{user}/settings", 40),
        Probe("healthz", "/healthz", 20),
    ]
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=probe.run, args=(port, until)) for probe in probes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for probe in probes:
        if not probe.latencies_ms:
            raise Failure(f"{probe.name} was asked for nothing in {seconds} s")
    return {probe.name: probe for probe in probes}


def quantile(values: list[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]
