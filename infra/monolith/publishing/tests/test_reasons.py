"""Why something was not published, in Korean too: each reason by its stable code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.test import SimpleTestCase, TestCase
from django.utils.translation import override

import kernel
from publishing import reasons
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


PUBLISHING, KERNEL = Path(reasons.__file__).parent, Path(kernel.__file__).parent
# The errors that a person is told of.
_FAILURES = {"StoreError", "Unavailable", "Malformed", "Conflict", "CompilerFailed"}


def failures(file: Path) -> Iterator[str]:
    """The texts of failures that a file raises, each with something put in."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _FAILURES and node.args:
            match node.args[0]:
                case ast.Constant(value=str(text)):
                    yield text
                case ast.JoinedStr(values=[ast.Constant(value=first), *rest]):
                    yield first + "".join(map(_filled, rest))


def _filled(part: ast.expr) -> str:
    """A number fits wherever something is put in."""
    return str(part.value) if isinstance(part, ast.Constant) else "7"


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

    def test_korean_every_failure_of_a_store_and_of_the_compiler_is_known(self):
        files = [*PUBLISHING.glob("*.py"), *PUBLISHING.glob("[ds]*/*.py"), *KERNEL.glob("published/*.py")]
        texts = [text for file in files for text in failures(file)]
        self.assertGreater(len(texts), 20)
        for text in texts:
            with self.subTest(text=text), override("ko"):
                self.assertNotEqual(code_of(text), "")
                self.assertRegex(in_words(text), "[가-힣]")

    def test_korean_an_outcome_that_is_not_known_is_not_told_as_a_failure(self):
        text = "whether version 7 is published is not known: DynamoDB does not answer"
        self.assertEqual(code_of(text), "unknown_outcome")
        self.assertNotIn("Nothing was published", in_words(text))

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
            ("DynamoDB: no answer in time", "store_silent", "게시된 카탈로그의 저장소가 응답하지 않습니다."),
            (
                "DynamoDB: the connection failed; version 7 is not published",
                "not_published",
                "게시된 카탈로그의 저장소가 응답하지 않아 버전 7 게시가 이루어지지 않았습니다.",
            ),
            (
                "line_item 'li-1': the row is too large to be published (70,000 bytes)",
                "row_too_large",
                "광고 항목 li-1: 너무 커서 게시할 수 없습니다(70,000바이트)",
            ),
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
