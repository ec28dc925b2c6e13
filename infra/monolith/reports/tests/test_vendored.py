"""The chart library is the release that its record names, unchanged."""

import hashlib
import json
from pathlib import Path

from django.test import SimpleTestCase

FOLDER = Path(__file__).resolve().parents[1] / "static" / "reports" / "uplot"
RECORD = json.loads((FOLDER / "vendored.json").read_text("utf-8"))


class VendoredTests(SimpleTestCase):
    def test_each_file_is_that_of_the_release(self):
        files = {file.name for file in FOLDER.iterdir()} - {"vendored.json"}
        self.assertEqual(files, set(RECORD["sha256"]))
        for name, digest in RECORD["sha256"].items():
            self.assertEqual(hashlib.sha256((FOLDER / name).read_bytes()).hexdigest(), digest, name)

    def test_the_release_and_its_license_are_named(self):
        program = (FOLDER / "uPlot.iife.min.js").read_text("utf-8")
        self.assertIn(f"(v{RECORD['version']})", program)
        self.assertIn("MIT License", (FOLDER / "LICENSE").read_text("utf-8"))
        self.assertTrue(RECORD["integrity"].startswith("sha512-"))
