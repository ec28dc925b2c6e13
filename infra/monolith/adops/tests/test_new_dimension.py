"""A new dimension of targeting takes one row for the admin: the row is added to a copy of the apps,
whose form, layout and rules then have the dimension.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import TestCase

_MONOLITH = Path(__file__).resolve().parents[2]
_ROW = '    _text("orientation", "orientations", "Orientations"),\n'
_NEXT = '    _exact("network",'

# Run in the copy.
_SCRIPT = """
import django

django.setup()
from django.core.exceptions import ValidationError

from adops.admin.fieldsets import LINE_ITEM_FIELDSETS
from adops.forms.items import ContentForm, LineItemForm
from adops.rules.targeting import validate_targeting
from adops.rules.contradictions import impossible_dimensions

names = ("targeting_orientations_allow", "targeting_orientations_deny")
for form in (LineItemForm, ContentForm):
    assert set(names) <= set(form.base_fields), form
assert form.base_fields[names[0]].label == "Orientations: only"
assert form.base_fields[names[0]].clean("Portrait, 90") == ["Portrait", "90"]
assert any(names in options["fields"] for _title, options in LINE_ITEM_FIELDSETS)
validate_targeting({"orientations": {"allow": ["Portrait"]}})
try:
    validate_targeting({"orientations": {"allow": ["x" * 65]}})
except ValidationError:
    print("refused")
found = impossible_dimensions({"orientations": {"allow": ["A"], "deny": ["a"]}})
print([dimension.name for dimension in found])
"""


class NewDimension(TestCase):
    def test_its_row_brings_the_fields_their_place_and_their_rules(self) -> None:
        with TemporaryDirectory() as folder:
            copy = Path(folder, "monolith")
            ignored = shutil.ignore_patterns("__pycache__", "tests", "images")
            shutil.copytree(_MONOLITH, copy, ignore=ignored)
            table = copy / "kernel" / "dimensions.py"
            text = table.read_text("utf-8")
            self.assertEqual(text.count(_NEXT), 1)
            table.write_text(text.replace(_NEXT, _ROW + _NEXT), "utf-8")
            run = subprocess.run(
                [sys.executable, "-c", _SCRIPT],
                cwd=copy,
                env={
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "config.settings",
                    "MONOLITH_SECRET_KEY": "not a secret: this copy serves nothing",
                    "PYTHONDONTWRITEBYTECODE": "1",
                },
                capture_output=True,
                text=True,
                check=False,
            )
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stdout.splitlines(), ["refused", "['orientation']"])
