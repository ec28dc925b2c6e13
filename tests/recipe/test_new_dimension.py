"""A new targeting dimension is a row in few places."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import recipe
from lockfill import LOCAL, ROOT
from lockfill.processes import clean_environment

FILES_MAX = 8


def test_a_dimension_is_named_in_the_files_of_the_recipe_alone():
    assert recipe.files_that_name(recipe.EXAMPLE) == sorted(recipe.FILES)


def test_the_recipe_touches_few_files():
    assert len(recipe.FILES) <= FILES_MAX


def test_the_new_dimension_is_not_there_yet():
    assert recipe.files_that_name(recipe.NEW) == []


@pytest.fixture(scope="module")
def copy() -> Iterator[Path]:
    """A copy of the repository with the new dimension."""
    LOCAL.joinpath("test").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="recipe-", dir=LOCAL / "test") as parent:
        folder = Path(parent) / "lockfill"
        recipe.copy_sources(folder)
        recipe.follow(folder)
        yield folder


@pytest.mark.long
def test_the_functions_decide_by_a_dimension_that_was_added_by_the_recipe(copy: Path):
    # The copy is built apart: the same packages would be taken for those of the repository.
    env = {**clean_environment(), "CARGO_TARGET_DIR": str(LOCAL / "test" / "recipe-target")}
    tests = ["cargo", "test", "--locked", "--package", "lockfill-test-contract"]
    # The OpenAPI document is written anew, then held to the code with all other fixtures.
    run([*tests, "openapi"], copy, {**env, "LOCKFILL_REWRITE": "1"})
    assert f'"name": "{recipe.NEW}"' in (copy / "tests/fixtures/openapi.json").read_text()
    output = run(tests, copy, env)
    assert "decisions" in output


@pytest.mark.long
def test_django_decides_by_a_dimension_that_was_added_by_the_recipe(copy: Path):
    env = {**clean_environment(), "MONOLITH_DEBUG": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    if not shutil.which("msgfmt"):
        pytest.skip("SKIPPED: the Korean label is compiled by msgfmt, which is not installed (gettext)")
    run(["msgfmt", "-o", "django.mo", "django.po"], (copy / recipe.TRANSLATIONS).parent, env)
    tests = [sys.executable, "-m", "pytest", "--ds=config.settings"]
    document = "management/tests/test_openapi.py"
    run([*tests, document], copy / "infra" / "monolith", {**env, "LOCKFILL_REWRITE": "1"})
    apps = ["allocation", "kernel", "adops", "config/tests/test_translations.py", document]
    run([*tests, *apps], copy / "infra" / "monolith", env)


@pytest.mark.long
def test_the_new_decision_is_one_that_the_dimension_decides(copy: Path):
    decision = json.loads((copy / recipe.DECISION.format(name=recipe.NEW)).read_text())
    assert set(decision["expect"]["rejections"].values()) == {recipe.NEW}
    assert not (ROOT / recipe.DECISION.format(name=recipe.NEW)).exists()


def run(command: list[str], folder: Path, env: dict[str, str]) -> str:
    result = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    output = result.stdout + result.stderr
    assert result.returncode == 0, output[-8000:]
    return output
