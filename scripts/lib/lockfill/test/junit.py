"""Counts tests from JUnit files, which cargo-nextest and pytest write in the same form."""

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from ..console import Failure
from .outcome import Outcome

FAILURES_NAMED_MAX = 20


def read(file: Path) -> Outcome:
    """Counts the tests of a JUnit file, each once. Notes name the failed tests and each reason for a skip.

    A property of a suite becomes a note: a number, and the name of what was counted.

    Raises Failure where the file has no test: a suite that ran nothing proves nothing.
    """
    if not file.exists():
        raise Failure(f"No test was run: {file} was not written.")
    passed, failed, skips = 0, [], Counter[str]()
    # The file is trusted: a test runner of this project wrote it a moment ago.
    root = ElementTree.parse(file).getroot()  # noqa: S314
    for case in root.iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(_name(case))
        elif (skip := case.find("skipped")) is not None:
            skips[_reason(skip)] += 1
        else:
            passed += 1
    if not passed and not failed and not skips:
        raise Failure(f"No test was run: {file} names none.")
    notes = [f"failed: {name}" for name in failed[:FAILURES_NAMED_MAX]]
    if len(failed) > FAILURES_NAMED_MAX:
        notes.append(f"failed: {len(failed) - FAILURES_NAMED_MAX} more, see {file}")
    notes += [
        f"{each.get('value')} {each.get('name')}" for each in root.iterfind("testsuite/properties/property")
    ]
    notes += [f"SKIPPED {count} x: {reason}" for reason, count in skips.items()]
    return Outcome(passed, len(failed), notes)


def _name(case: ElementTree.Element) -> str:
    return "::".join(filter(None, [case.get("classname"), case.get("name")]))


def _reason(skip: ElementTree.Element) -> str:
    text = skip.get("message") or skip.text or "no reason was given"
    return text.strip().removeprefix("SKIPPED").lstrip(": ")
