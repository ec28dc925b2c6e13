import re
import shlex
from pathlib import Path
from unittest import TestCase

from django.core.management import load_command_class

_ROOT = Path(__file__).parents[4]
_WORDS = {"N": "7", "FUNCTION": "lockfill-prod-catalog-next"}


class RunbookTests(TestCase):
    """The commands of the runbook are taken as they are written there."""

    def test_commands_of_the_runbook_are_taken(self) -> None:
        text = (_ROOT / "infra" / "aws" / "RUNBOOK.md").read_text("utf-8")
        found = set(re.findall(r"python manage\.py ([^`\n]+)", text))
        self.assertGreaterEqual(len(found), 4)
        for command in found:
            name, *words = shlex.split(command)
            parser = load_command_class("publishing", name).create_parser("manage.py", name)
            with self.subTest(command):
                # It ends the process where it does not know a word.
                parser.parse_args([_WORDS.get(word, word) for word in words])
