"""Takes publications from the queue and executes them: in the worker that always runs, or in a
command that waits for its publication.
"""

import logging
import time
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections

from kernel.published.errors import StoreError
from publishing import catalog
from publishing.models import Publication
from publishing.problems import UnservableCatalog
from publishing.services import (
    Publisher,
    execute,
    recover_interrupted,
    request_after_quiet_period,
    request_for_learned_rates,
    take_next,
)
from publishing.services.decisions import release_due
from publishing.services.preview import note_difference_of_rollback
from publishing.services.progress import OnProgress
from publishing.services.served import note_unknown
from publishing.worker_steps import WorkerSteps

# Between two looks at the queue while it is empty. An operator who has pressed the button expects
# an effect within a second, and this is well below it.
POLL_SECONDS = 0.25
_PAUSE_AFTER_ERROR_SECONDS = 2.0

_logger = logging.getLogger("django.publishing")


def publish_next(publisher: Publisher, on_progress: OnProgress) -> Publication | None:
    """Executes the publication that is next in the queue.

    None if the queue is empty or another process executes one.
    """
    recover_interrupted(publisher.store)
    publication = take_next()
    if publication is not None:
        execute(publication, publisher, catalog.read_pages, on_progress)
    return publication


def publish_until_stopped(
    publisher: Publisher,
    quiet_seconds: int,
    rates_seconds: int,
    on_progress: OnProgress,
    on_finished: Callable[[Publication], None],
    on_look: Callable[[], None] = lambda: None,
) -> None:
    """Executes publications until the process is stopped. Errors are logged, and work goes on.

    `on_look` is called before each look for work.
    """
    steps, is_served_known = WorkerSteps(), False
    while True:
        close_old_connections()
        on_look()
        steps.run_if_due()
        try:
            if not is_served_known:
                note_unknown(publisher.store)
                is_served_known = True
            release_due()
            request_after_quiet_period(quiet_seconds)
            request_for_learned_rates(rates_seconds)
            publication = publish_next(publisher, on_progress)
            if publication is None:
                note_difference_of_rollback(publisher.store, catalog.read_pages)
        except UnservableCatalog:
            # An operator who previews or publishes the catalog is told why.
            publication = None
        except (StoreError, DatabaseError) as error:
            _logger.error("%s", error)
            time.sleep(_PAUSE_AFTER_ERROR_SECONDS)
            continue
        except Exception:
            # An error of the program in one publication must not keep the next from being made.
            _logger.exception("a publication failed by an error of the program")
            time.sleep(_PAUSE_AFTER_ERROR_SECONDS)
            continue
        if publication is None:
            time.sleep(POLL_SECONDS)
        else:
            on_finished(publication)


def wait_until_finished(
    publication: Publication, publisher: Publisher, on_progress: OnProgress
) -> Publication:
    """Waits for a publication, and executes it here if no worker does."""
    while not publication.is_finished:
        if publish_next(publisher, on_progress) is None:
            time.sleep(POLL_SECONDS)
        publication.refresh_from_db()
        if publication.state == Publication.State.PUBLISHING:
            on_progress(publication.step, publication.rows_done, publication.rows_total)
    return publication
