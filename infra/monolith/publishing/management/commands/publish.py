"""Publishes the edited catalog."""

from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from publishing.management.carrying_out import add_json_argument, carry_out_for_a_person
from publishing.models import Publication
from publishing.services import request_publication


class Command(BaseCommand):
    help = (
        "Publishes the catalog as it is in the database now. Functions notice a new version within"
        " a second."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--wait",
            action="store_true",
            help="wait until it is published, and do the work here if no publish_worker runs;"
            " otherwise it is only asked for",
        )
        add_json_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        carry_out_for_a_person(
            self,
            partial(request_publication, trigger=Publication.Trigger.COMMAND),
            wait=options["wait"],
            as_json=options["json"],
        )
