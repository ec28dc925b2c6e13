"""`scripts/parity`: whether two servers answer allocations alike, request by request."""

import argparse
import contextlib
import json
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from ..console import Failure, complain, say
from ..processes import Stopped, stop_on_signals
from . import request_file
from .comparison import Ignored
from .groups import Groups
from .html_report import html
from .own_stack import own_stack
from .pair import Pair
from .pools import UNITS
from .question import Question
from .questions import Questions
from .results import Results, text
from .run import Progress, compare_all

HELP = """\
Sends the same allocation requests to two servers and reports where the answers differ. Bodies are compared
byte for byte, apart from request ids and the tokens in links. Status and headers (content-type,
cache-control, x-lockfill-degraded) are compared too.

Without URLs the command starts Django's allocation APIs on the left and the functions behind the balancer on
the right, both on one DynamoDB and one Redis. It publishes random catalogs, writes histories of users, and
sends random requests. With URLs it publishes and writes nothing: it sends random requests about the units of
--unit, or the requests of a file.
"""
AFTER_HELP = """\
examples:
  ./scripts/parity --requests 2000 --catalogs 4
  ./scripts/parity --left http://127.0.0.1:8001 --right http://127.0.0.1:8080 --unit 1001 --requests 500
  ./scripts/parity --left URL --right URL --requests-file access.log.gz --report parity.html

A requests file has one JSON object a line (method, path, query, headers, body), or is an access log of an
Application Load Balancer. Only allocation requests are sent, because they change nothing.

exit status: 0 no difference, 1 differences, 2 the comparison could not be made
"""


def main() -> int:
    arguments = _arguments()
    stop_on_signals()
    try:
        # With --json, standard output holds the document alone.
        with contextlib.redirect_stdout(sys.stderr if arguments.json else sys.stdout):
            results = _own(arguments) if not arguments.left else _given(arguments)
        if arguments.report:
            _write(arguments.report, html(results))
    except Failure as failure:
        complain(f"./scripts/parity: {failure}")
        return 2
    except Stopped:
        complain("\nStopped; nothing is left running.")
        return 2
    say(json.dumps(results.document(), indent=2, ensure_ascii=False) if arguments.json else text(results))
    return 1 if results.groups else 0


def _own(arguments: argparse.Namespace) -> Results:
    """A run over random catalogs, on a stack that is started for it."""
    if arguments.requests_file:
        raise Failure("--requests-file needs --left and --right: the random catalogs have other units")
    numbers = [arguments.catalog] if arguments.catalog else range(1, arguments.catalogs + 1)
    each = -(-arguments.requests // len(numbers))
    with own_stack(arguments.seed, arguments.profile, quiet=arguments.json) as stack:
        pair = Pair(stack.left, stack.right, stack.token, Ignored(arguments.ignore), arguments.at)
        groups = Groups(pair)
        total = 1 if arguments.request_number else each * len(numbers)
        progress = Progress(total, groups, quiet=arguments.json)
        for number in numbers:
            rows = stack.serve(number, pair)
            items = [row["id"] for name in ("line_items", "contents") for row in rows[name]]
            questions = Questions(arguments.seed, number, UNITS, items=items)
            asked = _numbered(questions.question, each, arguments.request_number)
            compare_all(pair, number, asked, groups, progress)
            groups.shrink(number)
            stack.check()
        progress.end()
        command = _command(arguments, "--seed", str(arguments.seed))
        return Results(groups.sorted(), progress.done, len(numbers), progress.seconds, pair, command)


def _given(arguments: argparse.Namespace) -> Results:
    """A run against two given servers, on which nothing is changed."""
    token = _token(arguments.debug_token_file)
    pair = Pair(
        arguments.left, arguments.right, token, Ignored(arguments.ignore), arguments.at if token else ""
    )
    told = ["--left", arguments.left, "--right", arguments.right]
    if arguments.debug_token_file:
        told += ["--debug-token-file", str(arguments.debug_token_file)]
    skipped: dict[str, int] = {}
    if arguments.requests_file:
        found = request_file.read(arguments.requests_file)
        told += ["--requests-file", str(arguments.requests_file)]
        skipped = dict(found.skipped)
        wanted = arguments.request_number
        listed = [each for each in found.questions if not wanted or each.number == wanted]
        if not listed:
            raise Failure(f"line {wanted} of {arguments.requests_file} is no request that can be sent")
        asked, total = iter(listed), len(listed)
    elif arguments.unit:
        questions = Questions(arguments.seed, 0, arguments.unit, may_debug=bool(token))
        told += ["--unit", *arguments.unit, "--seed", str(arguments.seed)]
        asked = _numbered(questions.question, arguments.requests, arguments.request_number)
        total = 1 if arguments.request_number else arguments.requests
    else:
        raise Failure("say what to ask: --unit ID..., or --requests-file FILE")
    pair.require_answers()
    groups = Groups(pair)
    progress = Progress(total, groups, quiet=arguments.json)
    compare_all(pair, 0, asked, groups, progress)
    groups.shrink(0)
    progress.end()
    return Results(
        groups.sorted(), progress.done, 0, progress.seconds, pair, _command(arguments, *told), skipped
    )


def _command(arguments: argparse.Namespace, *told: str) -> str:
    """The command that runs the same again, without the choice of requests."""
    ignored = [f"--ignore={pattern}" for pattern in arguments.ignore]
    return shlex.join(["./scripts/parity", *told, *ignored])


def _numbered(question: Callable[[int], Question], count: int, only: int) -> Iterator[Question]:
    numbers = [only] if only else range(1, count + 1)
    return (question(number) for number in numbers)


def _token(file: Path | None) -> str:
    if not file:
        return ""
    try:
        return file.read_text().strip()
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}") from None


def _write(file: Path, content: str) -> None:
    try:
        file.write_text(content, encoding="utf-8")
    except OSError as error:
        raise Failure(f"{file} cannot be written: {error.strerror}") from None


def _count(value: str) -> int:
    if not value.isdigit() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"must be a number from 1, not {value!r}")
    return int(value)


def _url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"must begin with http:// or https://, not {value!r}")
    return value.rstrip("/")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "./scripts/parity",
        description=HELP,
        epilog=AFTER_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--left", type=_url, metavar="URL", help="one server")
    add("--right", type=_url, metavar="URL", help="the other")
    add("--requests", type=_count, default=2_000, metavar="N", help="how many requests in all (2000)")
    add("--seed", type=int, default=1, metavar="S", help="another seed gives other requests (1)")
    add("--catalogs", type=_count, default=4, metavar="N", help="how many random catalogs (4)")
    add("--unit", nargs="+", metavar="ID", help="units that requests to your own servers are about")
    add("--requests-file", type=Path, metavar="FILE", help="requests to send to your own servers")
    add("--debug-token-file", type=Path, metavar="FILE", help="where your servers' debug token is")
    add(
        "--ignore",
        action="append",
        default=[],
        metavar="FIELD",
        help="a field that is not compared, such as slots[].title; repeatable",
    )
    add("--catalog", type=_count, default=0, metavar="K", help="this random catalog alone")
    add("--request-number", type=_count, default=0, metavar="N", help="this request (or line) alone")
    add("--at", default="", metavar="TIME", help="the time of requests that name none (RFC 3339)")
    add("--profile", default="dev", choices=["dev", "bench-stack"], help="how the functions are built (dev)")
    add("--json", action="store_true", help="print the result as JSON, and nothing else")
    add("--report", type=Path, metavar="FILE.html", help="write the result as a page, too")
    arguments = parser.parse_args()
    if bool(arguments.left) != bool(arguments.right):
        parser.error("--left and --right go together")
    if not arguments.left and (arguments.unit or arguments.debug_token_file):
        parser.error("--unit and --debug-token-file are for your own servers: say --left and --right")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
