"""Executes a publication: the rows of the edited catalog, or of an older version, are served."""

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from kernel.published.errors import StoreError, Unavailable
from kernel.published.items import PublishRecord, RowsManifest
from publishing.comparison import compare, unlike
from publishing.compiler import Compiler, CompilerFailed
from publishing.dynamodb.store import CatalogStore
from publishing.dynamodb.transactions import Conflict
from publishing.models import Publication
from publishing.packed_rows import PackedRows
from publishing.problems import RowProblem, UnservableCatalog, also_refused
from publishing.risks import NeedsConfirmation, Risks
from publishing.selectors import needs_second_person
from publishing.services import outbox
from publishing.services.decisions import tell_failure
from publishing.services.progress import OnProgress, Progress
from publishing.services.retention import delete_old_versions
from publishing.services.rows import ReadCatalog, pack_older, pack_rows, read_served
from publishing.services.served import note_served
from publishing.signals import publication_refused
from publishing.typed_digest import TypedDigest

# The error of a publication that would publish something else than what was previewed.
ROWS_CHANGED = "the rows have changed since the preview, and nothing was published: preview it again"
# The error of one that a second person has not approved, where publications need two.
NOT_APPROVED = "publications need two people, and a second one has not approved this"

_logger = logging.getLogger("django.publishing")


class Publisher(NamedTuple):
    """What executes publications: the table that is written, and the compiler of what it holds."""

    store: CatalogStore
    compiler: Compiler


def execute(
    publication: Publication,
    publisher: Publisher,
    read_catalog: ReadCatalog,
    on_progress: OnProgress,
) -> None:
    """Publishes, or fails with the reason in `error`. The served version changes in the last step.

    The publication must have been taken. If the process ends before it is finished, the publication
    stays in the state PUBLISHING, and `recover_interrupted` finds it there.
    """
    progress = Progress(publication, on_progress)
    try:
        _require_approved(publication)
        if publication.rollback_of is None:
            outbox.attach_all(publication)
        _publish(publication, publisher, read_catalog, progress)
    except UnservableCatalog as error:
        # The edits stay attached: a publication without another edit would fail the same way.
        publication.refusals = [asdict(problem) for problem in error.problems]
        _fail(publication, _in_full(error))
    except NeedsConfirmation as error:
        # The edits stay attached, so that no automatic publication asks the same again.
        publication.risks = error.risks
        _fail(publication, "\n".join(["this must be confirmed, and was not published:", *error.risks]))
    except (StoreError, CompilerFailed, Refused) as error:
        outbox.release(publication)
        _fail(publication, str(error))
    except (KeyboardInterrupt, SystemExit):
        _put_back(publication)
        raise
    except Exception as error:
        outbox.release(publication)
        _fail(publication, f"an error of the program: {type(error).__name__}")
        raise
    if publication.state == Publication.State.PUBLISHED and publication.version:
        delete_old_versions(publisher.store, publication.version)


class Refused(Exception):
    """The request cannot be met as things stand. The message is one line for the operator."""


def _publish(
    publication: Publication, publisher: Publisher, read_catalog: ReadCatalog, progress: Progress
) -> None:
    store = publisher.store
    progress.begin("reading", 0)
    last = store.last_published()
    served, compared = read_served(store, last, progress.beside)
    with served, PackedRows() as packed:
        problems: list[RowProblem] = []
        if publication.rollback_of is None:
            # Closed before a failure is saved: what is read is read in a transaction.
            typed = TypedDigest()
            with closing(read_catalog(typed)) as pages:
                problems = pack_rows(packed, progress.over(pages), served)
            publication.rows_digest = typed.hexdigest()
            _require_expected(publication)
        else:
            _require_older(publication.rollback_of, last)
            chunks = progress.beside(store.chunks(publication.rollback_of))
            pack_older(packed, chunks, served)
        manifest = packed.manifest()
        publication.row_counts = dict(manifest.row_counts)
        progress.begin("comparing", len(packed))
        risks = Risks()
        changes = compare(progress.beside(served.chunks()), packed.chunks(), risks.look)
        publication.changes = {kind: asdict(change) for kind, change in changes.items()}
        # Damaged rows of the served version are written anew, though nothing was edited.
        if last and compared == last.version and not changes:
            publication.version = last.version
            _finish(publication, Publication.State.UNCHANGED, progress)
            return
        if last and publication.rollback_of is None and not publication.is_confirmed:
            _require_no(risks.lines(changes, dict(manifest.row_counts)))
        version = last.version + 1 if last else 1
        _write(publication, publisher, packed, manifest, version, problems, progress)
        changed = unlike(progress.beside(served.chunks()), progress.beside(packed.chunks()))
        note_served(changed, packed.chunks(), compared, version)
        _finish(publication, Publication.State.PUBLISHED, progress)


def _require_no(risks: list[str]) -> None:
    if risks:
        raise NeedsConfirmation(risks)


def _require_approved(publication: Publication) -> None:
    """No way of requesting a publication passes by the second person."""
    if publication.rollback_of is not None or not needs_second_person(publication.trigger):
        return
    if publication.approved_at is None or not publication.expected_digest:
        raise Refused(NOT_APPROVED)


def _require_expected(publication: Publication) -> None:
    if publication.expected_digest not in ("", publication.rows_digest):
        raise Refused(ROWS_CHANGED)


def _require_older(version: int, last: PublishRecord | None) -> None:
    if last is None or version >= last.version:
        served = f"version {last.version} is the last one" if last else "nothing is published"
        raise Refused(f"cannot roll back to version {version}: {served}")


def _write(
    publication: Publication,
    publisher: Publisher,
    packed: PackedRows,
    manifest: RowsManifest,
    version: int,
    problems: list[RowProblem],
    progress: Progress,
) -> None:
    """Writes the rows, has them compiled, and lets the version be served."""
    store, total = publisher.store, len(packed)
    progress.begin("writing", total)
    draft = store.begin(version)
    draft.write(
        packed.chunks(), manifest, lambda done: progress.reach(total * done // max(manifest.chunks, 1))
    )
    progress.begin("compiling", total)
    with also_refused(problems):
        _compile(publisher, version, manifest.digest, lambda: progress.reach(0))
    progress.begin("serving", total)
    published_at = timezone.now().replace(microsecond=0)
    record = PublishRecord(version, published_at, manifest.row_counts, manifest.digest)
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


def _compile(publisher: Publisher, version: int, digest: str, while_waiting: Callable[[], None]) -> None:
    """Has a draft compiled: during a deployment by the compilers of both releases."""
    compiler = publisher.compiler
    compiler.compile(version, digest, while_waiting)
    # Read after the claim: whatever adds a compiler waits for claims of before.
    for function in set(publisher.store.formats.compilers().values()) - {compiler.function}:
        try:
            compiler.named(function).compile(version, digest, while_waiting)
        except CompilerFailed as error:
            text = f"{function}, which `catalog_formats` has added: {error}"
            raise CompilerFailed(text) from None


def _is_published(store: CatalogStore, record: PublishRecord) -> bool:
    """Whether a transaction whose answer was lost was made. Raises Unavailable if unknown."""
    try:
        last = store.last_published()
    except StoreError:
        raise Unavailable(
            f"whether version {record.version} is published is not known: DynamoDB does not answer"
        ) from None
    return last is not None and last == record


def _finish(publication: Publication, state: str, progress: Progress) -> None:
    progress.end()
    with transaction.atomic():
        outbox.drop(publication)
        publication.state = state
        publication.finished_at = timezone.now()
        publication.save()


def _fail(publication: Publication, reason: str) -> None:
    publication.state = Publication.State.FAILED
    publication.error = reason
    publication.finished_at = timezone.now()
    with transaction.atomic():
        publication.save()
        # A receiver that fails is logged, and the publication is finished all the same.
        publication_refused.send_robust(Publication, publication=publication)
    tell_failure(publication)


def _put_back(publication: Publication) -> None:
    """Returns the publication to the queue, because this process was told to stop."""
    outbox.release(publication)
    publication.state = Publication.State.PENDING
    publication.version = publication.published_at = None
    publication.save()


def _in_full(error: UnservableCatalog) -> str:
    """Each problem in a line, and how many there are beside them."""
    lines = [str(problem) for problem in error.problems]
    if rest := error.problems_in_all - len(lines):
        lines.append(f"and {rest:,} more")
    return "\n".join(lines)
