"""AWS's runtime interface emulator, which comes with AWS's SAM command line."""

import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from . import install, web
from .ports import free_port
from .processes import clean_environment, start

IS_SUPPORTED = platform.system() == "Linux" and platform.machine() in ("x86_64", "aarch64")


@contextmanager
def emulated(program: Path, variables: Mapping[str, str], log: Path) -> Iterator[str]:
    """Runs a function under the emulator; gives the URL at which it is invoked.

    The emulator starts the function's process with the first invocation.
    """
    port, runtime_port = free_port(), free_port()
    command: list[str | Path] = [_emulator(), "--runtime-interface-emulator-address", f"127.0.0.1:{port}"]
    command += ["--runtime-api-address", f"127.0.0.1:{runtime_port}", "--log-level", "error", program]
    child = start("emulator", command, log, {**clean_environment(), **variables})
    try:
        child.wait_until("listening", lambda: "" if _listens(port) else None, 10)
        yield f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
    finally:
        child.stop()


def _emulator() -> Path:
    folder = install.environment("sam").parent.parent
    machine = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    (found,) = folder.glob(f"lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-{machine}")
    return found


def _listens(port: int) -> bool:
    try:
        web.request("GET", f"http://127.0.0.1:{port}/nothing", timeout=1)
    except OSError:
        return False
    return True
