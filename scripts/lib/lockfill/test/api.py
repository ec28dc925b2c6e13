"""Holds the running APIs to their OpenAPI documents with Schemathesis."""

import re
import shutil
import sys
import tempfile
from pathlib import Path

from .. import ROOT, install, monolith
from ..console import Failure
from ..processes import clean_environment, run
from ..stack import Stack
from .commands import LOGS
from .outcome import Outcome, skipped


def api() -> Outcome:
    if sys.version_info < (3, 11):
        return skipped("Schemathesis needs Python 3.11 or newer")
    python = install.environment("contract")
    LOGS.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="api-", dir=LOGS.parent))
    stack = Stack(folder, quiet=True)
    try:
        stack.start()
        schemathesis, fixtures = python.with_name("schemathesis"), ROOT / "tests" / "fixtures"
        service = monolith.FOLDER / "docs" / "app-service.openapi.json"
        asked = [
            _hold_to_openapi(schemathesis, stack.url, folder, "allocation", fixtures / "openapi.json"),
            _hold_to_openapi(schemathesis, stack.url, folder, "app-service", service),
        ]
        note = f"{asked[0]} and {asked[1]} requests were answered as the OpenAPI documents say"
        return Outcome(passed=len(asked), notes=[note])
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _hold_to_openapi(schemathesis: Path, url: str, folder: Path, name: str, document: Path) -> int:
    """The number of requests, good and bad, that were answered as a document says."""
    tests = ROOT / "tests" / "api" / name
    env = {**clean_environment(), "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(tests)}
    env |= {"PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", "APP_SERVICE_URL": url}
    # The same seed gives the same requests; without a time limit their number is the same too.
    command = [schemathesis, "--config-file", tests / "schemathesis.toml", "run", f"--url={url}", "--seed=1"]
    command += ["--max-examples=25", "--continue-on-failure", document]
    log = LOGS / f"api-{name}.log"
    # Schemathesis leaves notes in its working folder.
    run("schemathesis", command, log, env, cwd=folder)
    generated = re.search(r"^ *(\d+) generated", log.read_text(errors="replace"), re.MULTILINE)
    if not generated:
        raise Failure(f"schemathesis asked nothing. Log: {log}")
    return int(generated[1])
