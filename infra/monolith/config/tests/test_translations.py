"""Korean in the admin and the app service: the catalogs of texts, in source and compiled form.

After a change of a `django.po`, run `msgfmt -o django.mo django.po` beside it.
"""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.test import SimpleTestCase
from django.utils.translation.template import templatize

from kernel.dimensions import DIMENSIONS

MONOLITH = Path(__file__).resolve().parents[2]
CATALOG = Path("locale", "ko", "LC_MESSAGES", "django.po")
APPS = sorted(catalog.parents[3] for catalog in MONOLITH.glob(f"*/{CATALOG}"))
# The names under which modules import the functions of gettext.
FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext"}
FUNCTIONS_WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
# gettext joins a context and a text with this character.
CONTEXT_END = "\x04"
# The first argument of each call that `templatize` writes. `templatize` escapes nothing, so a text
# of a template must not have an apostrophe.
TEMPLATE_TEXT = re.compile(r"gettext\((u'[^']*')")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}")


class TranslationTests(SimpleTestCase):
    def test_every_app_with_pages_in_korean_has_a_catalog(self):
        names = {app.name for app in APPS}
        self.assertLessEqual({"adops", "devices", "members", "points", "publishing", "rewards"}, names)

    def test_the_compiled_file_has_the_texts_of_the_source(self):
        for app in APPS:
            with self.subTest(app=app.name):
                self.assertEqual(compiled_texts(app), source_texts(app))

    def test_every_text_of_the_code_has_a_translation_and_no_other_text_has_one(self):
        for app in APPS:
            with self.subTest(app=app.name):
                translations = source_texts(app)
                self.assertEqual(sorted(translations), sorted(set(texts_of_code(app))))
                self.assertEqual([text for text, korean in translations.items() if not korean], [])

    def test_a_translation_has_the_placeholders_of_its_text(self):
        for app in APPS:
            for text, korean in source_texts(app).items():
                with self.subTest(app=app.name, text=text):
                    self.assertEqual(placeholders(text), placeholders(korean))


def compiled_texts(app: Path) -> dict[str, str]:
    with (app / CATALOG).with_suffix(".mo").open("rb") as file:
        translations: Any = gettext.GNUTranslations(file)
    # The key of a plural is a pair: the text and the number of the form.
    return {
        key[0] if isinstance(key, tuple) else key: text for key, text in translations._catalog.items() if key
    }


def source_texts(app: Path) -> dict[str, str]:
    """Each text with its translation. Korean has one form for singular and plural."""
    found: dict[str, str] = {}
    for entry in (app / CATALOG).read_text("utf-8").split("\n\n"):
        fields = {
            keyword: "".join(ast.literal_eval(part) for part in strings.split("\n") if part)
            for keyword, strings in re.findall(r'^(msg\S+) ((?:".*"\n?)+)', entry, flags=re.MULTILINE)
        }
        # The first entry is the header of the file; its text is empty.
        if fields.get("msgid"):
            context = f"{fields['msgctxt']}{CONTEXT_END}" if "msgctxt" in fields else ""
            found[context + fields["msgid"]] = fields.get("msgstr") or fields.get("msgstr[0]", "")
    return found


def texts_of_code(app: Path) -> Iterator[str]:
    """The texts that the app hands to gettext; of a singular and a plural, the singular."""
    if app.name == "adops":
        # The admin of ad operations shows the labels of the kernel's table.
        yield from (dimension.label for dimension in DIMENSIONS)
    for file in app.rglob("*.py"):
        if {"migrations", "tests"} & set(file.parts):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", "")
            if name in FUNCTIONS:
                yield ast.literal_eval(node.args[0])
            elif name in FUNCTIONS_WITH_CONTEXT:
                yield CONTEXT_END.join(ast.literal_eval(argument) for argument in node.args[:2])
    for file in app.rglob("*.html"):
        # Django's own translation of a template into calls of gettext.
        for text in TEMPLATE_TEXT.findall(templatize(file.read_text("utf-8"))):
            yield ast.literal_eval(text)


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))
