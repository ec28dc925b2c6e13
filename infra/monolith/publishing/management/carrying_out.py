"""What the commands that publish have in common: progress, and what came of it."""

import json
import time
from collections.abc import Callable

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.published.errors import StoreError
from publishing.describing import describe, document
from publishing.models import Publication
from publishing.services import RollbackRefused
from publishing.worker import configured_store, finish

_SECONDS_BETWEEN_LINES = 1.0


def add_json_argument(parser: CommandParser) -> None:
    parser.add_argument("--json", action="store_true", help="say what came of it as JSON")


def carry_out_for_a_person(
    command: BaseCommand, request: Callable[[], Publication], *, wait: bool, as_json: bool
) -> None:
    """Asks for a publication, and waits for it if told to. Raises CommandError if it fails."""
    try:
        # First: what cannot be carried out from here is not asked for.
        store = configured_store() if wait else None
        publication = request()
        if store:
            finish(publication, store, ProgressLines(command))
    except (StoreError, RollbackRefused) as error:
        raise CommandError(str(error)) from None
    if as_json:
        command.stdout.write(json.dumps(document(publication), ensure_ascii=False))
    if publication.state == Publication.State.FAILED:
        first, *more = publication.error.splitlines()
        more_text = f" (and {len(more)} more: publications {publication.pk})" if more else ""
        raise CommandError(f"nothing was published: {first}{more_text}")
    if not as_json:
        command.stdout.write(describe(publication))


class ProgressLines:
    """Lines on standard error, or one line that changes if that is a terminal."""

    def __init__(self, command: BaseCommand) -> None:
        self._stream = command.stderr
        self._is_terminal = command.stderr.isatty()
        self._told_at = time.monotonic()

    def __call__(self, step: str, rows_done: int, rows_total: int) -> None:
        if time.monotonic() - self._told_at < _SECONDS_BETWEEN_LINES:
            return
        self._told_at = time.monotonic()
        of_total = f" of {rows_total:,}" if rows_total else ""
        line = f"{step}: {rows_done:,}{of_total} rows"
        if self._is_terminal:
            self._stream.write(f"\r\033[K{line}", ending="")
            self._stream.flush()
        else:
            self._stream.write(line)
