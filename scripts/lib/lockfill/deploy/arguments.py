"""The command lines of `scripts/deploy` and `scripts/rollback`."""

import argparse
import re
from pathlib import Path

from .. import ROOT
from ..command_line import CommandLine, server_url, whole_number

DEPLOY = """\
Builds the functions, and brings the stack on AWS to what template.yaml says. Before requests reach the new
release, the served catalog is compiled in its format. At the end a smoke test asks the balancer for
allocations; if it fails, the release of before is restored. Nothing is changed before the list of changes
was shown and agreed to.
"""
ROLLBACK = """\
Brings the stack back to the release of before, or to the one that --to names, in the same way: what changes
is shown, the served catalog is compiled in that release's format, and a smoke test follows. Parameters that
are secret (NoEcho) keep their present values.
"""
CREDENTIALS = """
AWS's region and credentials come from the environment or from a profile, as for all AWS tools. Errors are
one line on standard error; the exit code is 1, and 2 for a mistake on the command line.
"""
SECRETS = """The variable LOCKFILL_PARAMETER_NAME holds a parameter, too: for secrets, which no command line
should hold.
"""


def parse(command: str, words: list[str]) -> argparse.Namespace:
    """Reads the command line of `deploy` or `rollback`."""
    description = DEPLOY + CREDENTIALS + SECRETS if command == "deploy" else ROLLBACK + CREDENTIALS
    parser = CommandLine(f"./scripts/{command}", description=description)
    parser.add_argument(
        "--env", default="default", help="the environment of samconfig.toml [default: default]"
    )
    parser.add_argument("--config-file", type=Path, default=ROOT / "samconfig.toml", metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask before the changes are made")
    parser.add_argument(
        "--allow-replacement",
        action="store_true",
        help="also where a resource that holds data is replaced or removed",
    )
    parser.add_argument(
        "--url", type=server_url, help="where the smoke test asks [default: the stack's LinkBaseUrl]"
    )
    parser.add_argument("--unit", help="the unit for which the smoke test asks")
    if command == "deploy":
        parser.add_argument(
            "--parameter",
            action="append",
            default=[],
            type=_parameter,
            metavar="NAME=VALUE",
            help="a parameter of the template; those that are not named keep their values",
        )
        parser.add_argument(
            "--built", type=Path, metavar="FOLDER", help="deploy this output of `sam build`, without building"
        )
    else:
        parser.add_argument("--list", action="store_true", help="list the releases that can be restored")
        parser.add_argument("--to", type=whole_number(1), metavar="NUMBER", help="the release to restore")
    return parser.parse_args(words)


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not re.fullmatch(r"[A-Za-z0-9]+", name):
        raise argparse.ArgumentTypeError(f"{name!r} is not NAME=VALUE")
    return name, value
