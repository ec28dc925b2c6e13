"""Imports a catalog document into the database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.kinds import describe_counts
from publishing.problems import UnservableCatalog
from publishing.services.csv_import import CSV_KINDS, import_table
from publishing.services.import_changes import Changes
from publishing.services.importing import import_catalog, is_catalog_empty
from publishing.spool import DuplicateRow


class Command(BaseCommand):
    help = (
        "Adds the rows of a catalog document to the edited catalog, and changes the rows that have"
        " the same ids; other rows stay, and so do statuses, and budgets and goals that the document"
        " does not name. It publishes nothing. The rows have the form of kernel/catalog.schema.json."
        " A table (.csv, with --kind) has the columns of the admin's form, and cells as they are typed"
        " there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the document, JSON, or a table of one kind, CSV")
        parser.add_argument("--kind", choices=CSV_KINDS, help="what the rows of a table (.csv) are")
        parser.add_argument(
            "--dry-run", action="store_true", help="import nothing, and say what would be changed"
        )
        parser.add_argument("--if-empty", action="store_true", help="do nothing if the catalog has any row")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if options["if_empty"] and not is_catalog_empty():
            self.stdout.write("The catalog is not empty; nothing was imported.")
            return
        changes = Changes() if options["dry_run"] else None
        try:
            if file.suffix.lower() == ".csv":
                said = _import_table(file, options["kind"], changes)
            else:
                said = describe_counts(import_catalog(json.loads(file.read_bytes()), changes))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        except (UnservableCatalog, DuplicateRow) as error:
            raise CommandError(f"{file}: {error}") from None
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{file}: this is not JSON: {error}") from None
        if changes is None:
            self.stdout.write(f"imported {said}")
            return
        for line in changes.lines:
            self.stdout.write(line)
        self.stdout.write(f"would import {said}: {changes}; nothing was imported")


def _import_table(file: Path, kind: str | None, changes: Changes | None) -> str:
    if kind is None:
        raise CommandError(f"{file}: --kind says what the rows of a table are: {', '.join(CSV_KINDS)}")
    try:
        # Spreadsheets write a mark before the first character.
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(f"{file}: this is not UTF-8") from None
    rows = import_table(kind, text, changes or Changes(), dry_run=changes is not None)
    return describe_counts({kind: rows})
