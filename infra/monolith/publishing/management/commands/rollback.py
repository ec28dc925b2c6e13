"""Publishes an older version's rows again."""

from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from publishing.management.publish_and_report import add_json_argument, publish_and_report
from publishing.models import Publication
from publishing.services import request_rollback


class Command(BaseCommand):
    help = (
        "Publishes the rows of an older version again, as the next version, and waits until that is"
        " done. The edited catalog stays as it is. Nothing is published automatically until an"
        " operator publishes it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("version", type=int, help="the older version's number")
        add_json_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        request = partial(request_rollback, version=options["version"], trigger=Publication.Trigger.COMMAND)
        publish_and_report(self, request, wait=True, as_json=options["json"])
