"""The served catalog in the formats of both releases, while a deployment goes on.

A release of the functions loads one format. Before requests reach the new release, its compiler compiles the
served version. Publications that come meanwhile are compiled by both releases, so that neither the new
functions nor, until the end, the old ones meet a version that they cannot load.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..console import Failure, complain, say, step
from . import compiler_functions
from .aws import Account
from .compiler_functions import CompilerFunction
from .served_catalog import Catalogs, Served
from .stacks import Deployed
from .templates import S3Object

# A publisher waits no longer for its compilers; an older claim is of one that has died.
CLAIM_SECONDS_MAX = 90.0
_SECONDS_BETWEEN_LOOKS = 0.25
NEXT, PREVIOUS = "next", "previous"


@dataclass
class _Work:
    catalogs: Catalogs
    functions: list[CompilerFunction] = field(default_factory=list)
    formats: list[int] = field(default_factory=list)

    def undo(self) -> None:
        """Publications first: one that asks a deleted function fails."""
        for number in self.formats:
            self.catalogs.forget_compiler(number)
        for function in self.functions:
            function.delete()


@contextmanager
def both_releases(account: Account, stack: Deployed, new: S3Object, old: S3Object) -> Iterator[None]:
    """For the time of the block, the served catalog and each publication are in both releases' formats.

    The stack must be at rest again at the end of the block, with either release. Where the block is
    interrupted, both compilers stay until the next deployment.
    """
    catalogs = Catalogs(account, stack.output("CatalogTableName"))
    work = _Work(catalogs)
    _forget_leftovers(account, stack, catalogs)
    try:
        with step("compiling the served catalog for the release"):
            note = _prepare(account, stack, work, new, old)
        say(f"    {note}")
        yield
    except Exception:
        work.undo()
        raise
    except BaseException:
        if work.formats:
            complain("The compilers of both releases stay until the next deployment removes them.")
        else:
            work.undo()
        raise
    work.undo()


def _prepare(account: Account, stack: Deployed, work: _Work, new: S3Object, old: S3Object) -> str:
    served = work.catalogs.served()
    if served is None:
        return "nothing is published yet"
    own = CompilerFunction(account, stack.output("CatalogFunctionName"))
    following = compiler_functions.create(account, own.name, _name(stack, NEXT), new)
    work.functions.append(following)
    needed, present = following.compile(served), _formats_now(own, served)
    if set(needed) <= set(present):
        return f"version {served.version} is in its format {_numbers(needed)} already"
    before = compiler_functions.create(account, own.name, _name(stack, PREVIOUS), old)
    work.functions.append(before)
    for function, formats in ((following, needed), (before, present)):
        for number in formats:
            work.formats.append(number)
            work.catalogs.name_compiler(number, function.name)
    # A publisher reads the compilers after it has claimed its version: one that had claimed knows none.
    _wait_for_publisher(work.catalogs)
    last = work.catalogs.served() or served
    if last != served:
        following.compile(last)
    return f"version {last.version} is in format {_numbers(needed)}, too; publications are written in both"


def _formats_now(own: CompilerFunction, served: Served) -> tuple[int, ...]:
    """What the present release writes; nothing where its compiler is broken, as a deployment may mend it."""
    try:
        return own.compile(served)
    except Failure as failure:
        complain(f"The compiler that serves now does not compile: {failure}")
        return ()


def _wait_for_publisher(catalogs: Catalogs) -> None:
    deadline = time.monotonic() + CLAIM_SECONDS_MAX
    while catalogs.is_claimed(version := (catalogs.served() or Served(0, "")).version + 1):
        if time.monotonic() > deadline:
            raise Failure(f"a publisher has begun version {version} and does not publish it: publish first")
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _forget_leftovers(account: Account, stack: Deployed, catalogs: Catalogs) -> None:
    """What an interrupted deployment left. The stack is at rest: its own compiler writes what it serves."""
    own = {_name(stack, which) for which in (NEXT, PREVIOUS)}
    for number, function in catalogs.compilers().items():
        if function in own:
            catalogs.forget_compiler(number)
    for name in own:
        CompilerFunction(account, name).delete()


def _name(stack: Deployed, which: str) -> str:
    return compiler_functions.name_of(stack.name, which)


def _numbers(formats: tuple[int, ...]) -> str:
    return " and ".join(map(str, formats))
