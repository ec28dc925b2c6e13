"""Why something was not published, in Korean too: each reason by its stable code."""

import re
from pathlib import Path

from django.test import SimpleTestCase, TestCase
from django.utils.translation import override

from publishing.admin_text import error_lines, summary
from publishing.models import Publication
from publishing.problems import RowProblem
from publishing.reasons import code_of, in_words

COMPILER = Path(__file__).resolve().parents[4] / "functions/shared/catalog/src/compile"

# A text of the compiler that says what is wrong: of a refusal, and of what becomes one.
_TEXTS = re.compile(
    r"(?:problem\(\s*\"[\w.]+\",|Refusal::new\([^\"]*\"\w+\",[^\"]*\"\w+\",|let problem =|refuse\(|"
    r"return Err\(\(\"\w+\",|return Err\()\s*(?:&?format!\()?\"([^\"]{8,})\""
)


class ReasonTests(SimpleTestCase):
    def test_korean_every_reason_of_the_compiler_is_known(self):
        texts = [
            text
            for file in sorted(COMPILER.glob("*.rs"))
            for text in _TEXTS.findall(file.read_text("utf-8").partition("#[cfg(test)]")[0])
        ]
        # What is put in: a quoted value, or the name of a field.
        filled = [re.sub(r"\{field\}", "price_micros", text) for text in texts]
        filled = [re.sub(r"\{(?:\w*):\?\}", '"x"', text) for text in filled]
        filled = [text.replace("{invalid}", "must be https:// and a public host") for text in filled]
        self.assertGreater(len(filled), 20)
        self.assertEqual([text for text in filled if not code_of(text)], [])

    def test_korean_reasons_have_codes_and_korean(self):
        for text, code, korean in (
            ('there is no line item "li-1"', "dangling", "없는 광고 항목: “li-1”"),
            ("there is no exchange rate 'USD'", "dangling", "없는 환율: “USD”"),
            ("price_micros must not be negative", "negative", "음수일 수 없습니다"),
            ("mix.ad_ratio_ppm must be at most 1000000", "ppm_range", "100%까지 쓸 수 있습니다"),
            ("origins must be at most 20", "at_most", "20 이하여야 합니다"),
            ("horizon_seconds must be 60 to 86400", "range", "60 이상 86400 이하여야 합니다"),
            ("ends_at: must be after starts_at", "order", "끝이 시작보다 앞섭니다"),
            ("40 of 57 rows of line item are removed", "many_removed", "광고 항목: 57개 중 40개 삭제"),
            ("and 1,234 more", "more", "외 1,234건"),
        ):
            with self.subTest(text=text), override("ko"):
                self.assertEqual((code_of(text), in_words(text)), (code, korean))

    def test_a_text_of_no_known_form_stays_as_it_is(self):
        for text in ("", "%", "%(kind)s", "something else", "there is no"):
            with self.subTest(text=text), override("ko"):
                self.assertEqual((code_of(text), in_words(text)), ("", text))


class PublicationTests(TestCase):
    def test_korean_the_page_of_a_refused_publication_says_why_in_korean(self):
        problem = RowProblem("line_item", "li-1", "price_micros must not be negative", "price_micros")
        publication = Publication(
            state=Publication.State.FAILED,
            error=f"{problem}\nand 7 more",
            refusals=[problem.__dict__],
        )
        with override("ko"):
            expected = ["광고 항목 'li-1': 단가: 음수일 수 없습니다", "외 7건"]
            self.assertEqual(error_lines(publication), expected)
            self.assertIn(expected[0], summary(publication))
        with override("en"):
            self.assertEqual(error_lines(publication)[0], "line item 'li-1': Price: must not be negative")
