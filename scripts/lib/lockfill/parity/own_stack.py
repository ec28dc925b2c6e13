"""Both sides on one stack, with the same stores: Django by gunicorn, the functions behind the balancer."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .. import LOCAL, local_secrets, private
from ..console import Failure
from ..processes import tail
from ..stack import Stack
from . import pools
from .catalogs import catalog
from .comparison import Answer
from .event_ledger import EventLedger
from .events import Events
from .gates import gates
from .pair import Pair
from .question import KINDS, Question, ask
from .run import THREADS
from .tokens import Signer
from .users import user, write_states

# Users who also see something through the events function, besides those whose state is written.
_LIVE_USERS = 12
_EVENTS_EACH = 4
_SERVED_WITHIN_SECONDS = 30.0
# An environment that has confirmed its catalog takes it for the newest for so long, and does not mark its
# answers.
_CONFIRMED_FOR_SECONDS = 1.0
# Two years.
_MINUTES_AHEAD = 1_000_000
# Rounds of questions by all threads at once that are all answered from the new catalog.
_CONFIRMATIONS = 3


class OwnStack:
    """A stack that serves one catalog after another, to users who have seen some of each."""

    def __init__(self, stack: Stack, seed: int) -> None:
        self._stack, self._seed = stack, seed
        # Versions that what makes gates each minute never reaches, so that it writes none meanwhile.
        self._gates_version = int(time.time()) // 60 + _MINUTES_AHEAD
        self.left = stack.children["gunicorn"].wait_for_line("Listening at: ")
        self.right = stack.url

    @property
    def token(self) -> str:
        return local_secrets.read("debug-token")

    def check(self) -> None:
        self._stack.check()

    def events(self, pair: Pair) -> Events:
        """What compares the events of both sides, which share a ledger and the keys of tokens."""
        variables = self._stack.function_variables()
        ledger = EventLedger(self._stack.dynamodb_url, variables["LOCKFILL_EVENTS_TABLE"])
        return Events(pair, Signer(variables["LOCKFILL_SIGNING_KEYS"].partition(",")[0]), ledger)

    def serve(self, number: int, pair: Pair) -> dict[str, list[dict[str, Any]]]:
        """Publishes a catalog, writes its gates and its users' histories, and waits until all processes serve
        it.
        """
        rows = catalog(self._seed, number)
        file = self._stack.folder / "catalog.json"
        file.write_text(json.dumps(rows, ensure_ascii=False))
        said = self._stack.publish(file)
        published_at = time.monotonic()
        version = int(said.split("published version ")[1].split(":")[0])
        secret = local_secrets.read("user-key-secret")
        write_states(self._stack.redis_port, self._seed, number, rows, secret)
        self._gates_version += 1
        held_back = {"version": self._gates_version, **gates(self._seed, number, rows)}
        file = self._stack.folder / "gates.json"
        file.write_text(json.dumps(held_back, ensure_ascii=False))
        self._stack.write_gates(file)
        self._wait(pair, version)
        time.sleep(max(published_at + _CONFIRMED_FOR_SECONDS - time.monotonic(), 0.0))
        self._show(number, pair)
        return rows

    def _wait(self, pair: Pair, version: int) -> None:
        """Until all processes serve a version and its gates: an environment loads only while it is asked."""
        told = {"unit_id": pools.UNITS[0], "user_id": "waits"}
        questions = [ask("GET", kind, told, 0) for kind in KINDS] * THREADS
        deadline, in_a_row = time.monotonic() + _SERVED_WITHIN_SECONDS, 0
        with ThreadPoolExecutor(THREADS) as threads:
            while in_a_row < _CONFIRMATIONS:
                answers = [answer for both in threads.map(pair.ask, questions) for answer in both]
                served = {_versions(answer) for answer in answers}
                in_a_row = in_a_row + 1 if served == {(version, str(self._gates_version))} else 0
                if not in_a_row:
                    if time.monotonic() > deadline:
                        raise Failure(_not_served(self._stack, version, answers))
                    time.sleep(0.1)

    def _show(self, number: int, pair: Pair) -> None:
        """Some users follow the links of an answer, so that the events function counts what they saw."""
        for index in range(1, _LIVE_USERS + 1):
            viewer = user(self._seed, number, index)
            unit_id = pools.UNITS[index % len(pools.UNITS)]
            told = {"unit_id": unit_id, "user_id": viewer.user_id, "timezone": viewer.zone}
            _, answer = pair.ask(ask("POST", "lockscreen", told, 0))
            document = answer.document()
            for slot in document.get("slots", [])[:_EVENTS_EACH] if isinstance(document, dict) else []:
                link = slot_link(answer.body, slot["position"])
                if link:
                    pair.ask_right(Question("GET", link))


def slot_link(body: bytes, position: int) -> str:
    """The path of a slot's impression link."""
    slots = json.loads(body)["slots"]
    url = next((slot["tracking"]["impression_url"] for slot in slots if slot["position"] == position), "")
    return "/" + url.split("/", 3)[3] if url else ""


@contextmanager
def own_stack(seed: int, profile: str, *, quiet: bool) -> Iterator[OwnStack]:
    """A stack in a folder of its own. The folder is removed, unless a failure makes its logs of use."""
    private.made(LOCAL)
    # Named after the process, so that what a run leaves behind can be told from another run's.
    folder = Path(tempfile.mkdtemp(prefix=f"parity-{os.getpid()}-", dir=LOCAL))
    stack = Stack(folder, quiet=quiet, profile=profile)
    try:
        stack.start()
        yield OwnStack(stack, seed)
    except Failure:
        stack.stop()
        raise
    except BaseException:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    stack.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _versions(answer: Answer) -> tuple[int, str]:
    """Of the catalog and of the gates."""
    document = answer.document()
    version = document.get("catalog_version", 0) if isinstance(document, dict) else 0
    return version, answer.headers.get("x-lockfill-gates", "")


def _not_served(stack: Stack, version: int, answers: list[Answer]) -> str:
    states = ", ".join(sorted({str(answer.error or answer.status) for answer in answers}))
    gunicorn = tail(stack.logs / "gunicorn.log")
    waited = f"{_SERVED_WITHIN_SECONDS:.0f} s"
    return f"version {version} is not served by both sides after {waited} ({states}).\n{gunicorn}"
