"""The running APIs are what their OpenAPI documents say, for many requests good and bad.

Schemathesis asks them, each as its folder's `schemathesis.toml` and `hooks.py` say. `scripts/test --only api`
runs this.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lockfill import ROOT, install, monolith
from lockfill.processes import clean_environment
from lockfill.stack import Stack
from stacks import module_stack

HERE = Path(__file__).parent
DOCUMENTS = {
    "allocation": ROOT / "tests" / "fixtures" / "openapi.json",
    "app-service": monolith.FOLDER / "docs" / "app-service.openapi.json",
}

# Each request of the app service is a new member's, and all come from one address.
stack = module_stack(new_devices_per_minute=999_999)


@pytest.fixture(scope="session")
def schemathesis() -> Path:
    if sys.version_info < (3, 11):
        pytest.skip("SKIPPED: Schemathesis needs Python 3.11 or newer")
    return install.environment("contract").with_name("schemathesis")


@pytest.mark.parametrize("api", DOCUMENTS)
def test_an_api_answers_as_its_openapi_document_says(
    stack: Stack,
    schemathesis: Path,
    api: str,
    tmp_path: Path,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    env = {**clean_environment(), "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": f"{HERE / api}:{HERE.parent}"}
    env |= {"PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", "APP_SERVICE_URL": stack.url}
    # The same seed gives the same requests; without a time limit their number is the same too.
    command = [schemathesis, "--config-file", HERE / api / "schemathesis.toml", "run", f"--url={stack.url}"]
    command += ["--seed=1", "--max-examples=25", "--continue-on-failure", DOCUMENTS[api]]
    # In a folder of its own, because the tool leaves notes in the one that it runs in.
    outcome = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    generated = re.search(r"^ *(\d+) generated", outcome.stdout, re.MULTILINE)
    assert generated, outcome.stdout
    assert int(generated[1]) > 0
    record_testsuite_property(f"requests were answered as the OpenAPI document of {api} says", generated[1])
