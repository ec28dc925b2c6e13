"""Adds up the points ledger."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from points.models import PointsAccount
from points.selectors import find_broken_accounts


class Command(BaseCommand):
    help = "Adds up the points of every member and names each account that does not add up."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for sentence in find_broken_accounts():
            broken += 1
            self.stderr.write(sentence)
        if broken:
            raise CommandError(f"{broken} accounts do not add up")
        self.stdout.write(f"{PointsAccount.objects.count()} accounts add up.")
