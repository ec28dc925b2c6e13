"""Publishes the edited catalog."""

from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from publishing.management.publish_and_report import add_json_argument, publish_and_report
from publishing.models import Publication
from publishing.services import request_publication


class Command(BaseCommand):
    help = (
        "Publishes the catalog as it is in the database now. Functions notice a new version within a second."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--wait",
            action="store_true",
            help="wait until the catalog is published, and publish it here if no publish_worker"
            " runs; without this option the publication is only requested",
        )
        add_json_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        publish_and_report(
            self,
            partial(request_publication, trigger=Publication.Trigger.COMMAND),
            wait=options["wait"],
            as_json=options["json"],
        )
