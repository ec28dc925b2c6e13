"""What cargo is told to build."""

import json
import subprocess

import pytest

from lockfill import ROOT
from lockfill.build import BENCH_FUNCTIONS, LOAD_GENERATOR, PROGRAMS, selection

ALL = (*PROGRAMS, LOAD_GENERATOR, *BENCH_FUNCTIONS)


@pytest.fixture(scope="module")
def package_of() -> dict[str, str]:
    """The programs of the workspace and their packages, as cargo knows them."""
    command = ["cargo", "metadata", "--format-version=1", "--no-deps", "--offline", "--locked"]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    return {
        target["name"]: package["name"]
        for package in metadata["packages"]
        for target in package["targets"]
        if "bin" in target["kind"]
    }


def test_programs_are_built_with_the_features_of_the_workspaces_tests(package_of: dict[str, str]) -> None:
    first, second, *programs = selection("dev", ALL)
    assert [first, second] == ["--workspace", "--examples"]
    assert programs == [f"--bin={program}" for program in ALL]
    assert set(ALL) <= set(package_of)


def test_what_is_deployed_is_built_with_its_own_features(package_of: dict[str, str]) -> None:
    packages = dict.fromkeys(package_of[program] for program in ALL)
    assert selection("release", ALL) == [f"--package={package}" for package in packages]
