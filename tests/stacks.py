"""Stacks for tests: each in a folder of its own, of which nothing is left."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from lockfill.stack import Stack

# Takes the settings of `Stack`, and runs one while its block runs.
StackFactory = Callable[..., AbstractContextManager[Stack]]


@contextmanager
def running_stack(folder: Path, **settings: Any) -> Iterator[Stack]:
    stack = Stack(folder, quiet=True, **settings)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
