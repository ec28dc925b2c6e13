"""A stack that stays when one of its programs ends, for drills: it says which, and starts it on demand.

The demand is an empty file in the folder `restart` of the stack, by the name of the program. A file can
be made from any shell, and needs no port and no secret.
"""

import time
from pathlib import Path

from . import private
from .console import Failure, say
from .stack import Stack

_LOOK_SECONDS = 0.2


def demands(stack: Stack) -> Path:
    """The folder of demands."""
    return stack.folder / "restart"


def keep_going(stack: Stack) -> None:
    """Watches the stack's programs until a signal ends it."""
    folder = private.made(demands(stack))
    # What an earlier run was asked for is not this one's.
    for left in folder.iterdir():
        left.unlink()
    told: set[int] = set()
    running = ", ".join(f"{name} ({child.process.pid})" for name, child in stack.children.items())
    say(f"\nKeeps going: {running}.\nTo start one anew: touch {folder}/NAME")
    while True:
        _tell(stack, told)
        for demand in sorted(folder.iterdir()):
            demand.unlink()
            _restart(stack, demand.name)
        time.sleep(_LOOK_SECONDS)


def _tell(stack: Stack, told: set[int]) -> None:
    """Says once of each program that has ended how to start it again."""
    for name, child in stack.children.items():
        code = child.process.poll()
        if code is not None and child.process.pid not in told:
            told.add(child.process.pid)
            ended = f"by signal {-code}" if code < 0 else f"with {code}"
            say(
                f"\n{name} has ended ({ended}); the others go on. Log: {child.log}"
                f"\nTo start it again: touch {demands(stack)}/{name}"
            )


def _restart(stack: Stack, name: str) -> None:
    if name not in stack.children:
        say(f"\nThere is no program {name}; there are {', '.join(stack.children)}.")
        return
    try:
        stack.restart(name)
    except Failure as failure:
        say(f"\n{name} does not come up: {failure}")
    else:
        say(f"\n{name} is started again.")
