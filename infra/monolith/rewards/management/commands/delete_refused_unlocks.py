"""Makes room: what brought no points does not have to be kept for ever."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from rewards.services import delete_refused_unlocks

DAYS = 30


class Command(BaseCommand):
    help = "Deletes unlocks that brought no points, once no phone will report them again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=DAYS, help=f"keep as many ({DAYS})")

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        if not 1 <= days <= 36_500:
            raise CommandError("--days must be from 1 to 36500")
        deleted = delete_refused_unlocks(received_before=timezone.now() - timedelta(days=days))
        self.stdout.write(f"{deleted} unlocks were deleted.")
