"""Reports of events as clients send them: links and batches, none of a slot that was reported before."""

import hashlib
import json
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from ... import web
from ...parity.tokens import Signer
from ...stack import Stack
from ..subjects import PATHS, QUERY

USERS = 200
# Old enough that no click is too fast, and young enough to count.
ISSUED_SECONDS_AGO = 300
BATCH_PATH = "/api/v1/events"
LINKS = ("impression", "click")


class Reports:
    """Requests of events, of users in turn."""

    def __init__(self, stores: Stack, url: str) -> None:
        """Takes one answer of ten ads for each user from the function at `url`."""
        self._signer = Signer(stores.function_variables()["LOCKFILL_SIGNING_KEYS"].partition(",")[0])
        path = PATHS["lockfill"] + QUERY
        answers = (web.get(url + path.replace("{user}", str(user))).json for user in range(USERS))
        self._tokens = [[_token(slot) for slot in answer["slots"]] for answer in answers]
        self._numbers = count()

    def links(self, kind: str) -> Iterator[str]:
        """Targets of links, each of a slot that was not handed out before."""
        for number in self._numbers:
            tokens = self._tokens[number % USERS]
            yield f"{BATCH_PATH}/{kind}/{self._again(tokens[number // USERS % len(tokens)], number)}"

    def batches(self, events: int) -> Iterator[str]:
        """Bodies of batches with so many impressions. A batch is of one user, as a phone sends it."""
        for number in self._numbers:
            tokens = self._tokens[number % USERS]
            reports = (
                {"token": self._again(tokens[event % len(tokens)], number, event), "kind": "impression"}
                for event in range(events)
            )
            yield json.dumps({"events": list(reports)}, separators=(",", ":"))

    def write(self, file: Path, kind: str, events: int, requests: int) -> None:
        """Writes so many requests for the load generator: links of a kind, or batches."""
        lines = self.links(kind) if kind in LINKS else (f"{BATCH_PATH}\t{it}" for it in self.batches(events))
        file.write_text("".join(f"{line}\n" for line in islice(lines, requests)))

    def _again(self, token: str, *number: int) -> str:
        randomness = hashlib.blake2b(repr((time.time_ns(), number)).encode(), digest_size=10).digest()
        return self._signer.again(token, int(time.time()) - ISSUED_SECONDS_AGO, randomness)


def _token(slot: dict[str, dict[str, str]]) -> str:
    return slot["tracking"]["impression_url"].rpartition("/")[2].partition("?")[0]
