"""Deletes old unlocks that brought no points."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from rewards.services import delete_refused_unlocks

DAYS = 30


class Command(BaseCommand):
    help = "Deletes old unlocks that brought no points. Phones no longer report these again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=int, default=DAYS, help=f"keep the unlocks of so many days ({DAYS})"
        )

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        if not 1 <= days <= 36_500:
            raise CommandError("--days must be from 1 to 36500")
        deleted = delete_refused_unlocks(received_before=timezone.now() - timedelta(days=days))
        self.stdout.write(f"{deleted} unlocks were deleted.")
