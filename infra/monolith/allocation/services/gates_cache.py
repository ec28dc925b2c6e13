"""The table of gates in memory, one for each process, kept fresh as the catalog is.

Where none can be read the last one goes on: what is closed stays closed, and what is open closes by
itself. Where none was ever read every gate is open, because a failed table must not fail what it only
slows down; the answer is marked, and what is delivered beyond a budget is not billed.
"""

import logging
from collections.abc import Callable
from typing import NamedTuple

from allocation.dao.error import DaoError, MalformedError
from allocation.dao.gates import GatesReader
from allocation.models.pacing import OPEN_GATES, Gates
from allocation.services.refreshed import CONFIRM_WAIT_SECONDS, Found, Refreshed, Versions

_logger = logging.getLogger("django.allocation.gates")

# How long a process waits for the first table before it takes requests.
_WARM_SECONDS = 2.0


class ServedGates(NamedTuple):
    """The gates for a request."""

    gates: Gates
    # None if there is no table.
    version: int | None
    # Whether the table could not be confirmed in time, or cannot be read.
    are_stale: bool


NO_GATES = ServedGates(OPEN_GATES, None, are_stale=False)


class GatesCache:
    """Keeps one table fresh for the threads of one process. `now` is in seconds since 1970."""

    def __init__(self, reader: GatesReader) -> None:
        self._refreshed = Refreshed(
            "table of gates",
            lambda versions, may_load: _look(reader, versions, may_load),
            CONFIRM_WAIT_SECONDS,
        )

    def warm(self, now: float) -> None:
        """Waits for the first table as long as it is being loaded, and no longer than a read may take."""
        self._refreshed.warm(now, _WARM_SECONDS)

    def get(self, now: float) -> ServedGates:
        gates, is_fresh = self._refreshed.get(now)
        if gates is None:
            return NO_GATES._replace(are_stale=not is_fresh)
        return ServedGates(gates, gates.version, not is_fresh)


def _look(reader: GatesReader, versions: Versions, may_load: Callable[[], bool]) -> Found[Gates]:
    """Reads the pointer, and the table if it is newer than the served one."""
    version = None
    try:
        pointer = reader.current()
        if pointer is None:
            # A table that was there and is not any more is not confirmed.
            return Found(is_confirmed=versions.served is None)
        version = pointer.version
        if version == versions.served:
            return Found(is_confirmed=True)
        if version == versions.refused or version < (versions.served or 0) or not may_load():
            return Found()
        return Found(newer=reader.load(pointer), version=version)
    except MalformedError as error:
        return Found(failure=str(error), refused=version)
    except DaoError as error:
        return Found(failure=str(error))
    except Exception:
        # The next look tries again. A thread that ends without a word would not.
        _logger.exception("The table of gates could not be refreshed")
    return Found()
