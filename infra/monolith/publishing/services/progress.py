"""How far a publication is: in the database, for other processes, and to whoever listens."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from django.utils import timezone

from publishing.models import Publication

T = TypeVar("T")
# The step, how many rows are done, and of how many (0: nobody knows).
Tell = Callable[[str, int, int], None]

_SECONDS_BETWEEN_SAVES = 1.0


class Progress:
    """Saves at most once a second that the work goes on."""

    def __init__(self, publication: Publication, tell: Tell) -> None:
        self._publication = publication
        self._tell = tell
        self._saved_at = 0.0

    def begin(self, step: str, rows_total: int) -> None:
        self._publication.step = step
        self._publication.rows_total = rows_total
        self._save(0)

    def reach(self, rows_done: int) -> None:
        if time.monotonic() - self._saved_at >= _SECONDS_BETWEEN_SAVES:
            self._save(rows_done)

    def beside(self, values: Iterable[T]) -> Iterator[T]:
        """The values, none of which counts; going through them is work all the same."""
        for value in values:
            self.reach(self._publication.rows_done)
            yield value

    def over(self, values: Iterable[T]) -> Iterator[T]:
        """The values, reaching each as it passes."""
        for done, value in enumerate(values, 1):
            self.reach(done)
            yield value

    def _save(self, rows_done: int) -> None:
        publication = self._publication
        publication.rows_done = rows_done
        publication.alive_at = timezone.now()
        publication.save(update_fields=["step", "rows_done", "rows_total", "alive_at"])
        self._saved_at = time.monotonic()
        self._tell(publication.step, rows_done, publication.rows_total)
