"""Korean in the app service: every text there is, and the compiled files the same as the ones that
people edit. After a change: `msgfmt -o django.mo django.po` in the app's locale/ko/LC_MESSAGES.
"""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path
from unittest import TestCase

from django.utils.translation.template import templatize

MONOLITH = Path(__file__).resolve().parents[2]
_FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext"}
_FUNCTIONS_WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
# gettext's own way of writing a context and a text as one.
_CONTEXT_END = "\x04"
# The first argument of what `templatize` writes; it escapes nothing. No text has an apostrophe.
_MARKED = re.compile(r"gettext\((u'[^']*')")


APPS = [MONOLITH / name for name in ("members", "points", "rewards")]


def texts_in_code(app: Path) -> Iterator[str]:
    """What the app hands to gettext; of a singular and a plural, the singular, by which both go."""
    for file in app.rglob("*.py"):
        if {"migrations", "tests"} & set(file.parts):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if name in _FUNCTIONS:
                yield ast.literal_eval(node.args[0])
            elif name in _FUNCTIONS_WITH_CONTEXT:
                yield _CONTEXT_END.join(ast.literal_eval(argument) for argument in node.args[:2])
    for file in app.rglob("*.html"):
        # Django's own way of showing a template to the tools that know only programs.
        for text in _MARKED.findall(templatize(file.read_text())):
            yield ast.literal_eval(text)


def texts_in_po(file: Path) -> dict[str, str]:
    """Each text with its translation; Korean has one for singular and plural."""
    found: dict[str, str] = {}
    for entry in file.read_text().split("\n\n"):
        fields = {
            keyword: "".join(ast.literal_eval(part) for part in strings.split("\n") if part)
            for keyword, strings in re.findall(
                r'^(msg\S+) ((?:".*"\n?)+)', entry, flags=re.MULTILINE
            )
        }
        if "msgid" in fields:
            context = f"{fields['msgctxt']}{_CONTEXT_END}" if "msgctxt" in fields else ""
            found[context + fields["msgid"]] = fields.get("msgstr") or fields.get("msgstr[0]", "")
    return found


class KoreanTests(TestCase):
    def test_every_text_of_an_app_has_its_translation_and_nothing_else_does(self):
        for app in APPS:
            with self.subTest(app=app.name):
                translations = texts_in_po(app / "locale/ko/LC_MESSAGES/django.po")
                translations.pop("")
                self.assertEqual(sorted(translations), sorted(set(texts_in_code(app))))
                self.assertEqual([text for text, korean in translations.items() if not korean], [])

    def test_placeholders_are_the_same_in_both_languages(self):
        for app in APPS:
            for text, korean in texts_in_po(app / "locale/ko/LC_MESSAGES/django.po").items():
                if text:
                    with self.subTest(text=text):
                        self.assertEqual(placeholders(text), placeholders(korean))

    def test_the_compiled_file_says_what_the_edited_one_says(self):
        for app in APPS:
            with self.subTest(app=app.name):
                folder = app / "locale/ko/LC_MESSAGES"
                with (folder / "django.mo").open("rb") as compiled:
                    translations = gettext.GNUTranslations(compiled)
                for text, korean in texts_in_po(folder / "django.po").items():
                    context, separator, words = text.rpartition(_CONTEXT_END)
                    said = translations.pgettext(context, words) if separator else ""
                    both = (translations.gettext(text), translations.ngettext(text, text, 1))
                    self.assertIn(korean, (said, *both))


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}", text))
