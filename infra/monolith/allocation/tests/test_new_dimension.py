"""A new dimension of targeting takes a row and an attribute, as `docs/allocation.md` says: both are
added to a copy of the apps, which then decides by the dimension.
"""

import json
import shutil
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import TestCase

from allocation.tests.fixtures import REPOSITORY, read_fixture

_MONOLITH = REPOSITORY / "infra" / "monolith"
_ROW = '    _text("orientation", "orientations", "Orientations"),\n'
_ATTRIBUTE = "    orientation: str | None = None\n"

# Decides with the apps that PYTHONPATH names.
_SCRIPT = Path(__file__).with_name("decide_once.py")


def _insert(file: Path, before: str, lines: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(before) == 1, f"{before!r} in {file}"
    file.write_text(text.replace(before, f"{lines}{before}"), "utf-8")


class NewDimension(TestCase):
    def decide(self, *sent: str) -> dict[str, Any]:
        catalog = deepcopy(read_fixture("catalogs/small.json"))
        catalog["line_items"][0]["targeting"] = {"orientations": {"allow": ["Portrait"]}}
        parameters = {"unit_id": ["u-1"], "user_id": ["u1"]}
        if sent:
            parameters["orientation"] = list(sent)
        with TemporaryDirectory() as folder:
            copy = Path(folder)
            for app in ("allocation", "kernel", "web"):
                ignored = shutil.ignore_patterns("__pycache__", "tests")
                shutil.copytree(_MONOLITH / app, copy / app, ignore=ignored)
            _insert(copy / "kernel/dimensions.py", '    _exact("network",', _ROW)
            _insert(copy / "allocation/models/query.py", "    network: str", _ATTRIBUTE)
            run = subprocess.run(
                [sys.executable, _SCRIPT],
                input=json.dumps({"catalog": catalog, "parameters": parameters, "now": 1_795_338_000}),
                env={"PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"},
                capture_output=True,
                text=True,
                check=False,
            )
        self.assertEqual(run.returncode, 0, run.stderr)
        outcome: dict[str, Any] = json.loads(run.stdout)
        self.assertEqual(outcome["shown"], outcome["shown_by_scan"])
        return outcome

    def test_its_row_brings_the_parameter_the_check_and_the_explanation(self) -> None:
        self.assertIn("li-1", self.decide("portrait")["shown"])
        outcome = self.decide("landscape")
        self.assertNotIn("li-1", outcome["shown"])
        wanted = ["orientation", "one of Portrait", "landscape"]
        self.assertEqual(outcome["rejected"]["li-1"], wanted)

    def test_a_request_without_the_parameter_is_not_admitted(self) -> None:
        rejected = self.decide()["rejected"]
        self.assertEqual(rejected["li-1"], ["orientation", "one of Portrait", "not sent"])
