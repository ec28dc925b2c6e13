"""What the commands that publish have in common: request, wait, report progress and outcome."""

import json
import time
from collections.abc import Callable

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.published.errors import StoreError
from publishing.management.command_text import publication_document, publication_line
from publishing.models import Publication
from publishing.services import PublicationRefused
from publishing.startup import configured_publisher
from publishing.worker import wait_until_finished

_SECONDS_BETWEEN_LINES = 1.0


def add_json_argument(parser: CommandParser) -> None:
    """Adds --json, which `publish_and_report` takes as `as_json`."""
    parser.add_argument("--json", action="store_true", help="report the outcome as JSON")


def publish_and_report(
    command: BaseCommand, request: Callable[[], Publication], *, wait: bool, as_json: bool
) -> None:
    """Requests a publication, waits for it if told to, and reports it on standard output.

    Raises CommandError if it fails.
    """
    try:
        # First, so that no request is made that this process could not execute.
        publisher = configured_publisher() if wait else None
        publication = request()
        if publisher:
            wait_until_finished(publication, publisher, ProgressLines(command))
    except (StoreError, PublicationRefused) as error:
        raise CommandError(str(error)) from None
    if as_json:
        command.stdout.write(json.dumps(publication_document(publication), ensure_ascii=False))
    if publication.state == Publication.State.FAILED:
        first, *more = publication.error.splitlines()
        more_text = f" (and {len(more)} more: publications {publication.pk})" if more else ""
        raise CommandError(f"nothing was published: {first}{more_text}")
    if not as_json:
        command.stdout.write(publication_line(publication))


class ProgressLines:
    """Progress on standard error: a line a second, or one line that changes if it is a terminal."""

    def __init__(self, command: BaseCommand) -> None:
        self._stream = command.stderr
        self._is_terminal = command.stderr.isatty()
        self._written_at = time.monotonic()

    def __call__(self, step: str, rows_done: int, rows_total: int) -> None:
        if time.monotonic() - self._written_at < _SECONDS_BETWEEN_LINES:
            return
        self._written_at = time.monotonic()
        of_total = f" of {rows_total:,}" if rows_total else ""
        line = f"{step}: {rows_done:,}{of_total} rows"
        if self._is_terminal:
            self._stream.write(f"\r\033[K{line}", ending="")
            self._stream.flush()
        else:
            self._stream.write(line)
