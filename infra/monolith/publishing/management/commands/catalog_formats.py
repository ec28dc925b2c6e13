"""The formats in which catalogs are compiled, for the time of a deployment."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.published.errors import StoreError
from publishing.compiler import CompilerFailed
from publishing.problems import UnservableCatalog
from publishing.services import formats
from publishing.startup import configured_publisher


class Command(BaseCommand):
    help = (
        "Without an action, lists the formats. `add FUNCTION` compiles the served version, and from then on"
        " each publication, by another release of the function `catalog`, too: before requests go to that"
        " release. `finish` has publications compiled by MONOLITH_CATALOG_FUNCTION alone. `drop FORMAT`"
        " deletes what was compiled in a format that is not written any more."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", metavar="ACTION")
        add = actions.add_parser("add", help="compile by this function, too")
        add.add_argument("function", help="its name or ARN, with a qualifier where it has one")
        actions.add_parser("finish", help="compile by MONOLITH_CATALOG_FUNCTION alone")
        drop = actions.add_parser("drop", help="delete what was compiled in a format")
        drop.add_argument("format", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(self._done(options))
        except (StoreError, CompilerFailed, UnservableCatalog, formats.FormatRefused) as error:
            raise CommandError(str(error).splitlines()[0]) from None

    def _done(self, options: dict[str, Any]) -> str:
        publisher = configured_publisher()
        match options["action"]:
            case "add":
                version, added = formats.add(publisher, options["function"])
                return f"version {version} is compiled in {_named(added)} by {options['function']}"
            case "finish":
                return f"publications are compiled in {_named(formats.finish(publisher))} alone"
            case "drop":
                deleted = formats.drop(publisher, options["format"])
                return f"format {options['format']} is dropped; compiled catalogs deleted: {deleted}"
            case _:
                lines = [_line(each) for each in formats.formats(publisher.store)]
                return "\n".join(lines) or "nothing is compiled yet"


def _named(numbers: tuple[int, ...]) -> str:
    return " and ".join(f"format {number}" for number in numbers)


def _line(each: formats.Format) -> str:
    served = "has" if each.is_served else "lacks"
    compiler = f"; {each.compiler} writes it, too" if each.compiler else ""
    return f"format {each.number}: {served} the served version{compiler}"
