"""Everything that the admin says is said in Korean too, and what is compiled is what is written."""

import ast
import gettext
import re
from pathlib import Path

from django.test import SimpleTestCase

from kernel.dimensions import DIMENSIONS

MONOLITH = Path(__file__).resolve().parents[2]
LANGUAGE = Path("locale", "ko", "LC_MESSAGES")
APPS = [folder.parents[2] for folder in MONOLITH.glob(f"*/{LANGUAGE}")]
# The names under which modules import the functions of gettext.
FUNCTIONS = ("_", "gettext", "gettext_lazy", "ngettext")
PLACEHOLDER = re.compile(r"%\(\w+\)s")
TEMPLATE_TEXT = re.compile(r"{% translate [\"'](.+?)[\"'] %}")
TEMPLATE_BLOCK = re.compile(
    r"{% blocktranslate.*? %}(.*?)({% plural %}.*?)?{% endblocktranslate %}"
)
TEMPLATE_VALUE = re.compile(r"{{ (\w+) }}")


class TranslationTests(SimpleTestCase):
    def test_some_apps_speak_korean(self):
        self.assertLessEqual({"adops", "publishing"}, {app.name for app in APPS})

    def test_the_compiled_file_says_what_the_written_one_says(self):
        for app in APPS:
            with self.subTest(app=app.name):
                self.assertEqual(compiled(app), read_po(app / LANGUAGE / "django.po"))

    def test_every_message_of_the_code_has_a_translation(self):
        for app in APPS:
            with self.subTest(app=app.name):
                translated = compiled(app)
                missing = sorted(text for text in messages_of(app) if not translated.get(text))
                self.assertEqual(missing, [])

    def test_no_translation_is_of_a_message_that_is_gone(self):
        for app in APPS:
            with self.subTest(app=app.name):
                self.assertEqual(sorted(set(compiled(app)) - messages_of(app)), [])

    def test_translations_fill_in_what_the_messages_fill_in(self):
        for app in APPS:
            for message, translation in compiled(app).items():
                with self.subTest(app=app.name, message=message):
                    wanted, found = PLACEHOLDER.findall(message), PLACEHOLDER.findall(translation)
                    self.assertEqual(sorted(wanted), sorted(found))


def compiled(app: Path) -> dict[str, str]:
    with (app / LANGUAGE / "django.mo").open("rb") as file:
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


def messages_of(app: Path) -> set[str]:
    # The admin of ad operations shows the labels of the kernel's table.
    found = {dimension.label for dimension in DIMENSIONS} if app.name == "adops" else set()
    for path in app.rglob("*.py"):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in FUNCTIONS:
                found.add(ast.literal_eval(node.args[0]))
    for path in app.rglob("*.html"):
        template = path.read_text("utf-8")
        found.update(TEMPLATE_TEXT.findall(template))
        for text, _plural in TEMPLATE_BLOCK.findall(template):
            found.add(TEMPLATE_VALUE.sub(r"%(\1)s", text))
    return found
