"""Imports a catalog document into the database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.kinds import describe_counts
from publishing.problems import UnservableCatalog
from publishing.services.importing import import_catalog, is_catalog_empty
from publishing.spool import DuplicateRow


class Command(BaseCommand):
    help = (
        "Adds the rows of a catalog document to the edited catalog, and changes the rows that have"
        " the same ids; other rows stay. It publishes nothing. The rows have the form of"
        " kernel/catalog.schema.json."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the document, JSON")
        parser.add_argument("--if-empty", action="store_true", help="do nothing if the catalog has any row")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if options["if_empty"] and not is_catalog_empty():
            self.stdout.write("The catalog is not empty; nothing was imported.")
            return
        try:
            counts = import_catalog(json.loads(file.read_bytes()))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        except (UnservableCatalog, DuplicateRow) as error:
            raise CommandError(f"{file}: {error}") from None
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{file}: this is not JSON: {error}") from None
        self.stdout.write(f"imported {describe_counts(counts)}")
