"""Executes a publication: the rows of the edited catalog, or of an older version, are served."""

from collections.abc import Callable, Iterable
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from kernel.published.errors import StoreError, Unavailable
from kernel.published.items import PublishRecord, Row
from publishing.checks import UnservableCatalog, check_catalog, has_servable_addresses
from publishing.comparison import compare
from publishing.dynamodb.store import CatalogStore
from publishing.dynamodb.transactions import Conflict
from publishing.models import Publication
from publishing.services import outbox
from publishing.services.progress import OnProgress, Progress
from publishing.spool import DuplicateRow, Spool

# Gives all rows of the edited catalog as of one moment.
ReadCatalog = Callable[[], Iterable[Row]]


def execute(
    publication: Publication,
    store: CatalogStore,
    read_catalog: ReadCatalog,
    on_progress: OnProgress,
) -> None:
    """Publishes, or fails with the reason in `error`. The served version changes in the last step.

    The publication must have been taken. If the process ends before it is finished, the publication
    stays in the state PUBLISHING, and `recover_interrupted` finds it there.
    """
    progress = Progress(publication, on_progress)
    try:
        if publication.rollback_of is None:
            outbox.attach_all(publication)
        with Spool() as spool:
            _fill(spool, publication, store, read_catalog, progress)
            progress.begin("checking", len(spool))
            check_catalog(spool, progress.reach)
            _publish(publication, store, spool, progress)
    except (UnservableCatalog, DuplicateRow) as error:
        # The edits stay attached: a publication without another edit would fail the same way.
        _fail(publication, _in_full(error))
    except (StoreError, Refused) as error:
        outbox.release(publication)
        _fail(publication, str(error))
    except (KeyboardInterrupt, SystemExit):
        _put_back(publication)
        raise
    except Exception as error:
        outbox.release(publication)
        _fail(publication, f"an error of the program: {type(error).__name__}")
        raise


class Refused(Exception):
    """The request cannot be met as things stand. The message is one line for the operator."""


def _fill(
    spool: Spool,
    publication: Publication,
    store: CatalogStore,
    read_catalog: ReadCatalog,
    progress: Progress,
) -> None:
    progress.begin("reading", 0)
    if publication.rollback_of is None:
        rows = read_catalog()
    else:
        last = store.last_published()
        if last is None or publication.rollback_of >= last.version:
            served = f"version {last.version} is the last one" if last else "nothing is published"
            raise Refused(f"cannot roll back to version {publication.rollback_of}: {served}")
        # Serving would withhold the others. A rollback must not fail because of a rule that is
        # younger than its version.
        rows = filter(has_servable_addresses, store.rows(publication.rollback_of))
    for row in rows:
        spool.add(row)
        progress.reach(len(spool))


def _publish(publication: Publication, store: CatalogStore, spool: Spool, progress: Progress) -> None:
    last = store.last_published()
    publication.row_counts = dict(spool.counts)
    progress.begin("comparing", len(spool))
    served = store.rows(last.version) if last else ()
    changes = compare(progress.beside(served), progress.over(spool.rows()))
    publication.changes = {kind: asdict(change) for kind, change in changes.items()}
    if last and not changes:
        publication.version = last.version
        _finish(publication, Publication.State.UNCHANGED)
        return
    version = last.version + 1 if last else 1
    progress.begin("writing", len(spool))
    draft = store.begin(version)
    draft.write(spool.rows(), progress.reach)
    record = PublishRecord(version, timezone.now().replace(microsecond=0), dict(spool.counts))
    publication.version, publication.published_at = version, record.published_at
    publication.save()
    try:
        draft.publish(record)
    except Unavailable as error:
        if not _is_published(store, record):
            publication.version = publication.published_at = None
            raise Unavailable(f"{error}; version {version} is not published") from None
    except Conflict:
        publication.version = publication.published_at = None
        raise
    _finish(publication, Publication.State.PUBLISHED)


def _is_published(store: CatalogStore, record: PublishRecord) -> bool:
    """Whether a transaction whose answer was lost was made. Raises Unavailable if unknown."""
    try:
        last = store.last_published()
    except StoreError:
        raise Unavailable(
            f"whether version {record.version} is published is not known: DynamoDB does not answer"
        ) from None
    return last is not None and last == record


def _finish(publication: Publication, state: str) -> None:
    with transaction.atomic():
        outbox.drop(publication)
        publication.state = state
        publication.finished_at = timezone.now()
        publication.save()


def _fail(publication: Publication, reason: str) -> None:
    publication.state = Publication.State.FAILED
    publication.error = reason
    publication.finished_at = timezone.now()
    publication.save()


def _put_back(publication: Publication) -> None:
    """Returns the publication to the queue, because this process was told to stop."""
    outbox.release(publication)
    publication.state = Publication.State.PENDING
    publication.version = publication.published_at = None
    publication.save()


def _in_full(error: UnservableCatalog | DuplicateRow) -> str:
    problems = error.problems if isinstance(error, UnservableCatalog) else [error]
    return "\n".join(str(problem) for problem in problems)
