"""How far a publication is: saved for other processes, and reported to the caller."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from django.utils import timezone

from kernel.published.page import Page
from publishing.models import Publication

T = TypeVar("T")
# Called with the step, the number of rows done, and their total (0 while it is unknown).
OnProgress = Callable[[str, int, int], None]

_SECONDS_BETWEEN_SAVES = 1.0


class Progress:
    """Saves and reports progress at most once a second, which also shows that the process lives."""

    def __init__(self, publication: Publication, on_progress: OnProgress) -> None:
        self._publication = publication
        self._on_progress = on_progress
        self._saved_at = 0.0
        self._began_at = time.monotonic()
        publication.step, publication.step_seconds = "", {}

    def begin(self, step: str, rows_total: int) -> None:
        self.end()
        self._publication.step = step
        self._publication.rows_total = rows_total
        self._save(0)

    def end(self) -> None:
        """Notes how long the step took that was begun last."""
        now = time.monotonic()
        if self._publication.step:
            self._publication.step_seconds[self._publication.step] = round(now - self._began_at, 3)
        self._began_at = now

    def reach(self, rows_done: int) -> None:
        if time.monotonic() - self._saved_at >= _SECONDS_BETWEEN_SAVES:
            self._save(rows_done)

    def beside(self, values: Iterable[T]) -> Iterator[T]:
        """Passes values on without counting them, and keeps the publication alive meanwhile."""
        for value in values:
            self.reach(self._publication.rows_done)
            yield value

    def over(self, pages: Iterable[Page]) -> Iterator[Page]:
        """Passes pages on and counts their rows as done."""
        done = 0
        for page in pages:
            done += len(page.keys)
            self.reach(done)
            yield page

    def _save(self, rows_done: int) -> None:
        publication = self._publication
        publication.rows_done = rows_done
        publication.alive_at = timezone.now()
        publication.save(update_fields=["step", "step_seconds", "rows_done", "rows_total", "alive_at"])
        self._saved_at = time.monotonic()
        self._on_progress(publication.step, rows_done, publication.rows_total)
