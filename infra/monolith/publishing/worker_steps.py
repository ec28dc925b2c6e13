"""Work of other apps that the worker does beside publications: the settings name it by path."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

EVERY_SECONDS = 5.0

_logger = logging.getLogger("django.publishing")


class WorkerSteps:
    """The functions of WORKER_STEPS, run in their order, at most once in EVERY_SECONDS."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], None]] = [import_string(path) for path in settings.WORKER_STEPS]
        self._ran_at = float("-inf")

    def run_if_due(self) -> None:
        """An error of a step is logged: it stops neither other steps nor publications."""
        if time.monotonic() - self._ran_at < EVERY_SECONDS:
            return
        self._ran_at = time.monotonic()
        for step in self._steps:
            try:
                step()
            except Exception:
                _logger.exception("a step of the worker failed by an error of the program")
