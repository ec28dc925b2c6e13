"""Folds facts of delivery that are older than they are kept by the hour."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count, Max, Min
from django.utils import timezone

from adops.folding import due_until, fold_due_days
from delivery.hours import start_of
from delivery.models import Fact
from delivery.services.folding import folded_until


class Command(BaseCommand):
    help = (
        "Folds facts of delivery that arrived more than MONOLITH_DELIVERY_HOURS_DAYS ago: the hours of a day"
        " become one, and all sums stay as they are. The publish worker does this too, a day at a time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say what is kept, and what is due")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if not options["check"]:
            for folded in fold_due_days(now):
                self.stdout.write(f"{folded.day}: {folded.before:,} facts became {folded.after:,}")
        self._tell(due_until(now))

    def _tell(self, until: int | None) -> None:
        kept = Fact.objects.aggregate(facts=Count("pk"), first=Min("arrival_hour"), last=Max("arrival_hour"))
        if not kept["facts"]:
            self.stdout.write("no facts")
            return
        first, last, folded = kept["first"], kept["last"], folded_until()
        self.stdout.write(f"{kept['facts']:,} facts arrived {_hour(first)} to {_hour(last)}")
        if folded:
            self.stdout.write(f"by the day until {_hour(folded)}, by the hour since")
        if until is None:
            self.stdout.write(
                "hours are kept" if not settings.DELIVERY_HOURS_DAYS else "nothing was read yet"
            )
            return
        due = Fact.objects.filter(arrival_hour__gte=folded, arrival_hour__lt=until - until % 24).count()
        self.stdout.write(f"{due:,} facts are due to be folded")


def _hour(hour: int) -> str:
    return f"{start_of(hour):%Y-%m-%d %H}:00 UTC"
