"""The step that lints .github/workflows."""

from .. import ROOT, install
from ..processes import clean_environment
from .commands import check, program
from .outcome import Outcome

_WORKFLOWS = ROOT / ".github" / "workflows"


def lint() -> Outcome:
    """What workflows may do and whom they trust (zizmor); whether GitHub understands them (actionlint)."""
    zizmor = program(install.environment("workflows"), "zizmor")
    # What it would ask GitHub is left out: whether a pinned commit is the tag that its comment names.
    check("zizmor", [zizmor, "--offline", "--persona=pedantic", _WORKFLOWS], "zizmor")
    actionlint = program(install.environment("actionlint"), "actionlint")
    check("actionlint", [actionlint, *sorted(_WORKFLOWS.glob("*.yml"))], "actionlint", clean_environment())
    return Outcome()
