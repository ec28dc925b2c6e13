"""Pages: the same rows, many at once."""

from unittest import TestCase, mock

from kernel.published import page as pages
from kernel.published.chunks import line_of
from kernel.published.errors import Malformed
from kernel.published.page import Page, pages_of
from kernel.published.row import Row


def page(*rows: Row) -> Page:
    (only,) = pages_of(rows)
    return only


class Pages(TestCase):
    def test_the_lines_of_a_page_are_those_of_its_rows(self) -> None:
        rows = [Row("channel", "ch-1", '{"name":"한\u2028 \\n"}'), Row("channel", "채널", "{}")]
        self.assertEqual(page(*rows).lines(), [line_of(row) for row in rows])
        self.assertEqual(list(page(*rows).rows()), rows)

    def test_json_may_have_tabs_between_its_members(self) -> None:
        row = Row("channel", "ch-1", '{"id":\t"ch-1"}')
        self.assertEqual(page(row).lines(), [line_of(row)])

    def test_the_row_that_has_no_place_in_a_line_is_named(self) -> None:
        for wrong in (Row("unit", "a\tb", "{}"), Row("unit", "a\nb", "{}"), Row("unit", "u-1", '{"a":\n1}')):
            named = f"unit {wrong.key!r}: .* cannot be published".replace("\\", ".")
            with self.subTest(wrong), self.assertRaisesRegex(Malformed, named):
                page(Row("unit", "a", "{}"), wrong, Row("unit", "z", "{}")).lines()

    def test_half_a_surrogate_pair_is_refused_and_its_row_named(self) -> None:
        with self.assertRaisesRegex(Malformed, "unit 'u-2': .* cannot be published"):
            page(Row("unit", "u-1", "{}"), Row("unit", "u-2", '"\ud800"'))
        with self.assertRaisesRegex(Malformed, "unit '.ud800': .* cannot be published"):
            page(Row("unit", "u-1", "{}"), Row("unit", "\ud800", "{}")).lines()

    def test_a_page_has_rows_of_one_kind_and_ends_when_it_is_full(self) -> None:
        rows = [Row("channel", f"ch-{n}", "{}") for n in range(5)] + [Row("unit", "u-1", "{}")]
        with mock.patch.object(pages, "PAGE_ROWS", 2):
            found = list(pages_of(rows))
        self.assertEqual([len(each.keys) for each in found], [2, 2, 1, 1])
        self.assertEqual([row for each in found for row in each.rows()], rows)
        self.assertEqual(list(pages_of([])), [])
