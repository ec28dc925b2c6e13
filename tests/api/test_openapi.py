"""The running APIs are what their OpenAPI documents say, for many requests good and bad.

Schemathesis asks them, each as its folder's `schemathesis.toml` and `hooks.py` say. `scripts/test --only api`
runs this.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import private_texts
from lockfill import ROOT, install, monolith
from lockfill.processes import Child, clean_environment, start
from lockfill.stack import Stack
from stacks import module_stack

HERE = Path(__file__).parent
DOCUMENTS = {
    "allocation": ROOT / "tests" / "fixtures" / "openapi.json",
    "app-service": monolith.FOLDER / "docs" / "app-service.openapi.json",
    "management": monolith.FOLDER / "docs" / "management.openapi.json",
}
# How often each operation is asked with what Schemathesis makes up, besides what it derives from documents.
EXAMPLES = int(os.environ.get("LOCKFILL_API_EXAMPLES", "10"))
WHOLE = (f"--max-examples={EXAMPLES}",)
# The management API has many operations of few shapes, which a few requests of each find out about. The long
# test asks all.
OPTIONS = {"allocation": WHOLE, "app-service": WHOLE, "management": ("--phases=fuzzing", "--max-examples=3")}

# Each request of the app service is a new member's, and all come from one address.
stack = module_stack(new_devices_per_minute=999_999, management_requests_per_minute=999_999)


@pytest.fixture(scope="session")
def schemathesis() -> Path:
    if sys.version_info < (3, 11):
        pytest.skip("SKIPPED: Schemathesis needs Python 3.11 or newer")
    return install.environment("contract").with_name("schemathesis")


@pytest.fixture(scope="module")
def management_key(stack: Stack) -> str:
    """A key of the admin with all scopes."""
    file = stack.folder / "management-key"
    scopes = [f"--scope={scope}" for scope in ("read", "write:catalog", "publish", "reports")]
    stack.manage("make_key", monolith.ADMIN_USERNAME, file, *scopes)
    key = file.read_text().strip()
    private_texts.remember(key)
    return key


def run(
    schemathesis: Path,
    stack: Stack,
    management_key: str,
    api: str,
    document: Path,
    folder: Path,
    options: tuple[str, ...],
) -> Child:
    """Starts a run, in a folder of its own, because the tool leaves notes in the one that it runs in."""
    env = {**clean_environment(), "PYTHONPATH": f"{HERE / api}:{HERE.parent}"}
    env |= {"SCHEMATHESIS_HOOKS": "hooks", "APP_SERVICE_URL": stack.url}
    env |= {"API_URL": stack.url, "MANAGEMENT_KEY": management_key}
    env |= {"PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    # The same seed gives the same requests; without a time limit their number is the same too.
    config = HERE / api / "schemathesis.toml"
    command: list[str | Path] = [schemathesis, "--config-file", config, "run", f"--url={stack.url}"]
    command += ["--seed=1", *options, "--continue-on-failure", document]
    return start("schemathesis", command, folder / "output", env, folder)


@pytest.fixture(scope="module")
def runs(
    stack: Stack, schemathesis: Path, management_key: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Child]]:
    """A run for each document. They run side by side, because each waits for one answer after the other."""
    running: dict[str, Child] = {}
    try:
        for api, document in DOCUMENTS.items():
            folder = tmp_path_factory.mktemp(api)
            running[api] = run(schemathesis, stack, management_key, api, document, folder, OPTIONS[api])
        yield running
    finally:
        for child in running.values():
            child.stop()


@pytest.mark.parametrize("api", DOCUMENTS)
def test_an_api_answers_as_its_openapi_document_says(
    runs: dict[str, Child], api: str, record_testsuite_property: Callable[[str, object], None]
) -> None:
    require_answers(runs[api], api, record_testsuite_property)


@pytest.mark.long
def test_the_management_api_answers_so_for_values_of_every_kind_in_every_place(
    stack: Stack,
    schemathesis: Path,
    management_key: str,
    tmp_path: Path,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    api = "management"
    child = run(schemathesis, stack, management_key, api, DOCUMENTS[api], tmp_path, WHOLE)
    try:
        require_answers(child, api, record_testsuite_property)
    finally:
        child.stop()


def require_answers(child: Child, api: str, record_testsuite_property: Callable[[str, object], None]) -> None:
    code = child.process.wait()
    output = child.log.read_text()
    assert code == 0, output
    generated = re.search(r"^ *(\d+) generated", output, re.MULTILINE)
    assert generated, output
    assert int(generated[1]) > 0
    record_testsuite_property(f"requests were answered as the OpenAPI document of {api} says", generated[1])
