"""Korean that reads well: sentences that fit any word, and one word for each thing."""

import re
from pathlib import Path
from typing import Any

import django
from django.test import SimpleTestCase
from django.utils.translation import trans_real

from config.tests.glossary import GLOSSARY
from config.tests.test_translations import (
    APPS,
    CATALOG,
    CONTEXT_END,
    MONOLITH,
    compiled_texts,
    placeholders,
    source_texts,
)

# A particle behind what is put in. Which of two is right depends on the word: “상태가”, “빈도 제한이”.
PLACED = r"(?:%\(\w+\)[a-z]|%[a-z]|\{\w*\})[”\"’'）)]*"
BOTH = r"\s?(?:[은는이가을를와과]\([은는이가을를와과]\)|\(으\)로|\(이\)|[은이을]/[는가를])"
ONE = r"(?:[은는이가을를와과]|으?로)(?=[\s.,:?!]|$)"
PARTICLE = re.compile(f"{PLACED}(?:{BOTH}|{ONE})")


class KoreanTests(SimpleTestCase):
    def test_korean_no_particle_stands_right_behind_a_word_that_is_put_in(self):
        shown = texts_that_are_shown()
        self.assertGreater(len(shown), 700)
        found = {text: korean for text, korean in shown.items() if PARTICLE.search(korean)}
        self.assertEqual(found, {})

    def test_korean_such_a_particle_would_be_found(self):
        for korean in (
            "{fields}가 변경",
            "%(name)s 을/를",
            "“%(value)s”은(는) 나이",
            "버전 %(version)s(으)로 감",
        ):
            with self.subTest(korean=korean):
                self.assertIsNotNone(PARTICLE.search(korean))
        for korean in ("%(count)s개의 상태", "%(digits)s자리까지", "%(user)s 님이", "%(name)s 이력"):
            with self.subTest(korean=korean):
                self.assertIsNone(PARTICLE.search(korean))

    def test_korean_an_english_text_has_one_korean_text_in_all_catalogs(self):
        # Of two catalogs that have a text, Django takes one, whichever page it is on.
        shown = texts_that_are_shown()
        for app in APPS:
            for text, korean in source_texts(app).items():
                with self.subTest(app=app.name, text=text):
                    self.assertEqual(shown[text], korean)

    def test_korean_a_term_has_one_word_in_all_texts(self):
        for term in GLOSSARY:
            pattern = re.compile(rf"\b{term.english}(?!\w)", re.IGNORECASE)
            texts = list(all_texts())
            uses = [(text, korean) for text, korean in texts if pattern.search(text)]
            with self.subTest(term=term.english):
                self.assertNotEqual(uses, [], "no text has the term")
                others = {text: korean for text, korean in uses if not any(w in korean for w in term.korean)}
                self.assertEqual(others, {})
                former = {text: korean for text, korean in texts if any(w in korean for w in term.never)}
                self.assertEqual(former, {})

    def test_korean_what_replaces_djangos_texts_replaces_texts_that_django_has(self):
        replaced = source_texts(MONOLITH)
        self.assertEqual(compiled_texts(MONOLITH), replaced)
        self.assertEqual([text for text in replaced if text not in texts_of_django()], [])
        for text, korean in replaced.items():
            with self.subTest(text=text):
                self.assertEqual(placeholders(text), placeholders(korean))


def all_texts():
    """English without its context, and Korean, of what the monolith itself says."""
    for folder in (*APPS, MONOLITH):
        for text, korean in source_texts(folder).items():
            # The name of what is put in is no word of the text.
            yield re.sub(r"%\(\w+\)", "%", text.rpartition(CONTEXT_END)[2]), korean


def texts_that_are_shown() -> dict[str, str]:
    """The Korean that pages have, Django's own among it, by the English."""
    catalog: Any = trans_real.translation("ko")._catalog  # type: ignore[attr-defined]
    # The key of a plural is a pair: the text and the number of the form.
    keys = {key for key in catalog.keys() if key}  # noqa: SIM118
    return {key[0] if isinstance(key, tuple) else key: catalog[key] for key in keys}


def texts_of_django() -> set[str]:
    folder = Path(django.__file__).parent
    sources = [folder / "conf", *(folder / "contrib").iterdir()]
    files = [source / CATALOG for source in sources if (source / CATALOG).exists()]
    return {text for file in files for text in source_texts(file.parents[3])}
