"""Everything that the admin says is said in Korean too, and what is compiled is what is written."""

import ast
import gettext
import re
from pathlib import Path

from django.test import SimpleTestCase

APP = Path(__file__).resolve().parents[1]
FOLDER = APP / "locale" / "ko" / "LC_MESSAGES"
# The names under which modules import the functions of gettext.
FUNCTIONS = ("_", "gettext", "gettext_lazy", "ngettext")
PLACEHOLDER = re.compile(r"%\(\w+\)s")


class TranslationTests(SimpleTestCase):
    def test_the_compiled_file_says_what_the_written_one_says(self):
        written = read_po(FOLDER / "django.po")
        self.assertEqual(compiled(), written)

    def test_every_message_of_the_code_has_a_translation(self):
        translated = compiled()
        missing = sorted(message for message in messages_of_code() if not translated.get(message))
        self.assertEqual(missing, [])

    def test_no_translation_is_of_a_message_that_is_gone(self):
        self.assertEqual(sorted(set(compiled()) - messages_of_code()), [])

    def test_translations_fill_in_what_the_messages_fill_in(self):
        for message, translation in compiled().items():
            with self.subTest(message):
                self.assertEqual(
                    sorted(PLACEHOLDER.findall(message)), sorted(PLACEHOLDER.findall(translation))
                )


def compiled() -> dict[str, str]:
    with (FOLDER / "django.mo").open("rb") as file:
        # Plural messages have a number beside them.
        entries = gettext.GNUTranslations(file)._catalog.items()
    return {key[0] if isinstance(key, tuple) else key: text for key, text in entries if key}


def read_po(path: Path) -> dict[str, str]:
    """Messages and translations; the first form of a plural."""
    messages: dict[str, str] = {}
    message = ""
    for line in path.read_text("utf-8").splitlines():
        keyword, _space, text = line.partition(" ")
        if keyword == "msgid":
            message = ast.literal_eval(text)
        elif keyword in ("msgstr", "msgstr[0]") and message:
            messages[message] = ast.literal_eval(text)
    return messages


def messages_of_code() -> set[str]:
    found: set[str] = set()
    for path in APP.rglob("*.py"):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in FUNCTIONS:
                found.add(ast.literal_eval(node.args[0]))
    return found
