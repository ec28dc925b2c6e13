"""The step that lints .github/workflows."""

import socket

from .. import LOCAL, ROOT, install, uv
from ..processes import clean_environment
from .commands import check, program
from .outcome import Outcome, skipped

_WORKFLOWS = ROOT / ".github" / "workflows"
_CONNECT_SECONDS_MAX = 3.0


def lint() -> Outcome:
    """What workflows may do and whom they trust (zizmor); whether GitHub understands them (actionlint)."""
    zizmor = program(install.environment("workflows"), "zizmor")
    # What it would ask GitHub is left out: whether a pinned commit is the tag that its comment names.
    check("zizmor", [zizmor, "--offline", "--persona=pedantic", _WORKFLOWS], "zizmor")
    # Its package downloads the program from GitHub, and tries for most of a minute.
    if not _is_installed("actionlint") and not _reaches("github.com"):
        return skipped("actionlint comes from GitHub, which this machine does not reach")
    actionlint = program(install.environment("actionlint"), "actionlint")
    check("actionlint", [actionlint, *sorted(_WORKFLOWS.glob("*.yml"))], "actionlint", clean_environment())
    return Outcome()


def _is_installed(group: str) -> bool:
    stamp = LOCAL / f"venv-{group}" / "stamp"
    return stamp.exists() and stamp.read_text() == uv.stamp(group)


def _reaches(host: str) -> bool:
    try:
        socket.create_connection((host, 443), timeout=_CONNECT_SECONDS_MAX).close()
    except OSError:
        return False
    return True
