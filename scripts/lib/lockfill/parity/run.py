"""Many questions to a pair, by several threads, with a line of progress."""

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from ..console import say
from .groups import Groups
from .pair import Pair
from .question import Question

# Enough to keep two sides of a few processes busy.
THREADS = 8
_LINE_EVERY_SECONDS = 10.0


class Progress:
    """Counts requests and prints the count: twice a second on a terminal, every ten seconds elsewhere."""

    def __init__(self, total: int, groups: Groups, *, quiet: bool) -> None:
        self.done = 0
        self.started = time.monotonic()
        self._total, self._groups, self._quiet = total, groups, quiet
        self._lock = threading.Lock()
        self._said = self.started
        self._every = 0.5 if sys.stdout.isatty() else _LINE_EVERY_SECONDS

    def add(self) -> None:
        with self._lock:
            self.done += 1
            is_due = time.monotonic() - self._said >= self._every
            if is_due:
                self._said = time.monotonic()
        if is_due and not self._quiet:
            self._say()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def _say(self) -> None:
        rate = self.done / self.seconds
        left = (self._total - self.done) / rate
        line = f"  {self.done:,} of {self._total:,} requests, {rate:,.0f}/s, {self._groups.count:,} differ"
        line += f", {left // 60:.0f}:{left % 60:02.0f} left"
        if sys.stdout.isatty():
            print(f"\r\033[K{line}", end="", flush=True)
        else:
            say(line)

    def end(self) -> None:
        if sys.stdout.isatty() and not self._quiet:
            print("\r\033[K", end="", flush=True)


def compare_all(
    pair: Pair, catalog: int, questions: Iterator[Question], groups: Groups, progress: Progress
) -> None:
    """Asks all questions, and adds those whose answers differ to the groups."""
    lock, stopping = threading.Lock(), threading.Event()

    def work() -> None:
        while not stopping.is_set():
            with lock:
                question = next(questions, None)
            if question is None:
                return
            asked, found = pair.compare(question, counts=True)
            if found:
                groups.add(catalog, asked, found)
            progress.add()

    with ThreadPoolExecutor(THREADS) as threads:
        try:
            for future in [threads.submit(work) for _ in range(THREADS)]:
                future.result()
        finally:
            # After a signal, too: the other threads would go on to the last question.
            stopping.set()
