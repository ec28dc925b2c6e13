"""Carrying out what waits: in the worker that always runs, or in a command that somebody runs."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from kernel.published.client import connect
from kernel.published.errors import StoreError
from publishing import catalog
from publishing.dynamodb.store import CatalogStore
from publishing.models import Publication
from publishing.services import (
    carry_out,
    recover_interrupted,
    request_after_quiet_period,
    take_next,
)
from publishing.services.progress import Tell

# Between two looks at the database while there is nothing to do: well below the second within which
# somebody who has pressed the button expects something to happen.
POLL_SECONDS = 0.25
_PAUSE_AFTER_ERROR_SECONDS = 2.0

_logger = logging.getLogger("django.publishing")


def configured_store() -> CatalogStore:
    """The store that the settings name. Raises StoreError, in one line for a person."""
    if not settings.CATALOG_TABLE:
        raise StoreError("the table is not named: set LOCKFILL_CATALOG_TABLE")
    client = connect(settings.DYNAMODB_ENDPOINT_URL, settings.AWS_REGION)
    return CatalogStore(client, settings.CATALOG_TABLE)


def work_once(store: CatalogStore, tell: Tell) -> Publication | None:
    """Carries out the publication that is next, if any waits and nobody else is at it."""
    recover_interrupted(store)
    publication = take_next()
    if publication is not None:
        carry_out(publication, store, catalog.read_rows, tell)
    return publication


def work(
    store: CatalogStore,
    quiet_seconds: int,
    tell: Tell,
    on_finished: Callable[[Publication], None],
) -> None:
    """Works until somebody stops the process. What goes wrong meanwhile is logged, and passes."""
    while True:
        close_old_connections()
        try:
            request_after_quiet_period(quiet_seconds)
            publication = work_once(store, tell)
        except (StoreError, DatabaseError) as error:
            _logger.error("%s", error)
            time.sleep(_PAUSE_AFTER_ERROR_SECONDS)
            continue
        except Exception:
            # One publication that the program fails on must not keep the next from being made.
            _logger.exception("a publication failed by an error of the program")
            time.sleep(_PAUSE_AFTER_ERROR_SECONDS)
            continue
        if publication is None:
            time.sleep(POLL_SECONDS)
        else:
            on_finished(publication)


def finish(publication: Publication, store: CatalogStore, tell: Tell) -> Publication:
    """Waits until a publication is finished, and does the work if nobody else does."""
    while not publication.is_finished:
        if work_once(store, tell) is None:
            time.sleep(POLL_SECONDS)
        publication.refresh_from_db()
        if publication.state == Publication.State.PUBLISHING:
            tell(publication.step, publication.rows_done, publication.rows_total)
    return publication
