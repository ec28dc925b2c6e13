"""Deletes the states of erased members that are due."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from allocation.dao.error import DaoError
from erasure.models import StateErasure
from erasure.services import erase_due_states


class Command(BaseCommand):
    help = (
        "Deletes from Redis what is stored of erased members. The publish worker does this too, every"
        " few seconds; this is for a machine without a worker, and for a look at what waits."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        erased = 0
        try:
            while count := erase_due_states():
                erased += count
        except DaoError as error:
            raise CommandError(f"{error}; {StateErasure.objects.count()} erasures wait") from None
        self.stdout.write(f"{erased} erased, {StateErasure.objects.count()} due later")
