"""How scripts/test counts tests."""

from pathlib import Path

import pytest

from lockfill.console import Failure
from lockfill.test import junit
from lockfill.test.commands import count

SUITE = "<testsuites><testsuite name='suite'>{}</testsuite></testsuites>"
PASSED = "<testcase classname='a' name='good'/>"
FAILED = "<testcase classname='a' name='bad'><failure message='1 is not 2'/></testcase>"
BROKEN = "<testcase classname='a' name='broken'><error message='no fixture'/></testcase>"
SKIPPED = "<testcase classname='a' name='missing'><skipped message='SKIPPED: no browser'/></testcase>"


def written(folder: Path, *cases: str) -> Path:
    file = folder / "tests.xml"
    file.write_text(SUITE.format("".join(cases)))
    return file


def test_each_test_counts_once(tmp_path: Path):
    outcome = junit.read(written(tmp_path, PASSED, PASSED, FAILED, BROKEN, SKIPPED))
    assert (outcome.passed, outcome.failed) == (2, 2)


def test_tests_that_failed_are_named(tmp_path: Path):
    assert junit.read(written(tmp_path, PASSED, FAILED)).notes == ["failed: a::bad"]


def test_each_reason_for_a_skip_is_said_once_with_the_number_of_tests(tmp_path: Path):
    assert junit.read(written(tmp_path, PASSED, SKIPPED, SKIPPED)).notes == ["SKIPPED 2 x: no browser"]


def test_a_file_without_a_test_is_a_failure(tmp_path: Path):
    with pytest.raises(Failure, match="No test was run"):
        junit.read(written(tmp_path))


def test_a_file_that_was_not_written_is_a_failure(tmp_path: Path):
    with pytest.raises(Failure, match="No test was run"):
        junit.read(tmp_path / "tests.xml")


def test_a_file_of_an_earlier_run_is_not_counted(tmp_path: Path):
    file = written(tmp_path, PASSED)
    with pytest.raises(Failure, match="No test was run"):
        count("true", ["true"], file)


def test_a_program_that_fails_after_its_tests_passed_has_failed(tmp_path: Path):
    source = written(tmp_path, PASSED)
    file = tmp_path / "written.xml"
    outcome = count("sh", ["sh", "-c", f"cp {source} {file}; exit 3"], file)
    assert (outcome.passed, outcome.failed) == (1, 1)
