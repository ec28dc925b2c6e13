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
from .arguments import parse
from .comparison import Ignored
from .events import compare_events
from .groups import Groups
from .html_report import html
from .own_stack import own_stack
from .pair import Pair
from .pools import UNITS
from .question import Question
from .questions import Questions
from .results import Results, text
from .run import Progress, compare_all


def main() -> int:
    arguments = parse()
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
    each = 0 if arguments.event_number else -(-arguments.requests // len(numbers))
    reports = _reports(arguments, -(-arguments.events // len(numbers)))
    with own_stack(arguments.seed, arguments.profile, quiet=arguments.json) as stack:
        pair = Pair(stack.left, stack.right, stack.token, Ignored(arguments.ignore), arguments.at)
        groups = Groups(pair)
        total = 1 if arguments.request_number else each * len(numbers)
        progress = Progress(total, groups, quiet=arguments.json)
        for number in numbers:
            rows = stack.serve(number, pair)
            items = [row["id"] for name in ("line_items", "contents") for row in rows[name]]
            lenders = [row["id"] for row in rows["units"] if row.get("lends_to_devices")]
            questions = Questions(arguments.seed, number, UNITS, items=items, lenders=lenders)
            asked = _numbered(questions.question, each, arguments.request_number)
            compare_all(pair, number, asked, groups, progress)
            groups.shrink(number)
            # Last, because they change what users have seen.
            compare_events(stack.events(pair), arguments.seed, number, reports, groups)
            stack.check()
        progress.end()
        command = _command(arguments, "--seed", str(arguments.seed))
        return Results(groups.sorted(), progress.done, len(numbers), progress.seconds, pair, command)


def _reports(arguments: argparse.Namespace, each: int) -> list[int]:
    """The numbers of the reports of events about each catalog."""
    if arguments.request_number:
        return []
    return [arguments.event_number] if arguments.event_number else list(range(1, each + 1))


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
    except UnicodeDecodeError:
        raise Failure(f"{file} holds no token: it is not UTF-8") from None


def _write(file: Path, content: str) -> None:
    try:
        file.write_text(content, encoding="utf-8")
    except OSError as error:
        raise Failure(f"{file} cannot be written: {error.strerror}") from None


if __name__ == "__main__":
    sys.exit(main())
