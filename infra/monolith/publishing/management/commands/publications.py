"""Shows the history of publications."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from publishing.management.command_text import (
    changes_line,
    publication_document,
    publication_line,
)
from publishing.models import Publication

_SHOWN = 20


class Command(BaseCommand):
    help = "Shows the last 20 publications, newest first, or everything about one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("publication", type=int, nargs="?", help="its number, without the #")
        parser.add_argument("--json", action="store_true", help="as JSON, one object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        publications = Publication.objects.select_related("requested_by")
        if options["publication"] is not None:
            publications = publications.filter(pk=options["publication"])
            if not publications.exists():
                raise CommandError(f"there is no publication #{options['publication']}")
        for publication in publications[:_SHOWN]:
            if options["json"]:
                self.stdout.write(json.dumps(publication_document(publication), ensure_ascii=False))
            elif options["publication"] is not None:
                self._show_all_of(publication)
            else:
                moment = f"{publication.requested_at:%Y-%m-%d %H:%M:%SZ}"
                self.stdout.write(f"#{publication.pk}  {moment}  {publication_line(publication)}")

    def _show_all_of(self, publication: Publication) -> None:
        shown = publication_document(publication)
        problems = shown.pop("problems")
        # The same rows as in the problems.
        del shown["refusals"]
        shown["changes"] = changes_line(publication.changes)
        for name, value in shown.items():
            self.stdout.write(f"{name.replace('_', ' '):<14} {'-' if value is None else value}")
        for problem in problems:
            self.stdout.write(f"  {problem}")
