"""`scripts/test`: everything that must hold, with one command."""

import sys
import time

from .. import ROOT
from ..console import Failure, complain, say, step
from ..processes import Stopped, stop_on_signals
from . import arguments, steps
from .commands import LOGS
from .outcome import Outcome


def main() -> int:
    asked = arguments.parse()
    if asked.list:
        say("\n".join(steps.ALL))
        return 0
    stop_on_signals()
    started = time.monotonic()
    try:
        total, wrong = _run(asked.steps)
    except Stopped:
        complain("\nStopped; nothing is left running.")
        return 130
    for note in total.notes:
        say(f"  {note}")
    say(f"{len(wrong)} steps failed: {', '.join(wrong)}" if wrong else "Every step passed.")
    say(f"Took {time.monotonic() - started:.0f} s; logs are in {LOGS.relative_to(ROOT)}/")
    say(f"{total.passed} passed, {total.failed} failed")
    return 1 if wrong else 0


def _run(names: list[str]) -> tuple[Outcome, list[str]]:
    """Runs steps one after the other. The notes of the total are what was skipped, once more at the end."""
    total, wrong = Outcome(), []
    for name in names:
        outcome = _outcome(name)
        for note in outcome.notes:
            say("\n".join(f"    {line}" for line in note.splitlines()))
        if outcome.failed:
            wrong.append(name)
        outcome.notes = [f"{name}: {note}" for note in outcome.notes if note.startswith("SKIPPED")]
        total.add(outcome)
    return total, wrong


def _outcome(name: str) -> Outcome:
    try:
        with step(name):
            return steps.ALL[name]()
    except Failure as failure:
        complain(str(failure))
        return Outcome(failed=1)


if __name__ == "__main__":
    sys.exit(main())
