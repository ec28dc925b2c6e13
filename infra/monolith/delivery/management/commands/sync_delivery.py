"""Reads the functions' roll-ups into the facts of delivery."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from delivery.hours import hour_of, start_of
from delivery.services.folding import folded_until
from delivery.services.requests import sync_requests
from delivery.services.sync import rebuild_sums, sync
from delivery.startup import configured_store
from kernel.published.errors import StoreError

_INTERVAL_SECONDS_MIN = 1


class Command(BaseCommand):
    help = (
        "Reads what was delivered from the functions' roll-ups into the database, and updates spend and"
        " states. The publish worker does this too, every 15 seconds; this is for a machine without a"
        " worker, and for reading roll-ups again that were made anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="go on until stopped")
        parser.add_argument(
            "--since", metavar="TIME", help="read closed hours again, from 2026-11-22T09:00Z on"
        )
        parser.add_argument("--sums", action="store_true", help="first make the sums over facts anew")

    def handle(self, *args: Any, **options: Any) -> None:
        every, since = options["every"], _hour(options["since"])
        if every is not None and every < _INTERVAL_SECONDS_MIN:
            raise CommandError("--every is a number of seconds, at least 1")
        if since is not None and since < (kept_from := folded_until()):
            raise CommandError(f"hours before {start_of(kept_from):%Y-%m-%dT%H:%MZ} are folded into days")
        try:
            store = configured_store()
            if options["sums"]:
                rebuild_sums()
            while True:
                synced = sync(store, self._hour_read, since=since)
                sync_requests(store, timezone.now())
                self.stdout.write(f"{synced.hours:,} hours changed, {synced.facts:,} facts")
                if every is None:
                    return
                since = None
                time.sleep(every)
        except StoreError as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            self.stdout.write("sync_delivery: stopped")

    def _hour_read(self, hour: int, facts: int) -> None:
        self.stdout.write(f"{start_of(hour):%Y-%m-%d %H}:00 UTC: {facts:,} facts")
        self.stdout.flush()


def _hour(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError("--since is a time such as 2026-11-22T09:00Z")
    return hour_of(moment)
