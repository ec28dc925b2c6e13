"""Functions as plain HTTP servers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lockfill.ports import free_port
from lockfill.processes import Child, clean_environment, start
from lockfill.stack import Stack


@dataclass
class Server:
    """A function that listens at `url`."""

    child: Child
    url: str


@contextmanager
def serve(
    stack: Stack, function: str, folder: Path, variables: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Runs a function on a port of its own and on the stack's stores, with its log in `folder`.

    `variables` take the place of the stack's.
    """
    address = f"127.0.0.1:{free_port()}"
    env = {**clean_environment(), **stack.function_variables(), "LOCKFILL_HTTP_ADDRESS": address}
    env |= variables or {}
    child = start(function, [stack.programs / function], folder / f"{function}.log", env)
    try:
        child.wait_for_line("listening on ")
        yield Server(child, f"http://{address}")
    finally:
        child.stop()
