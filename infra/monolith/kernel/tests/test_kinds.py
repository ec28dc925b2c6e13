"""Row kinds: keys and counts."""

from argparse import Namespace
from unittest import TestCase

from kernel.kinds import KIND_BY_NAME, describe_counts


class Kinds(TestCase):
    def test_a_key_joins_its_parts_and_needs_each_of_them(self) -> None:
        rates = KIND_BY_NAME["rates"]
        self.assertEqual(rates.key_of({"line_item_id": "li-1", "unit_id": "u-1"}), "li-1#u-1")
        for row in (
            {"line_item_id": "li-1"},
            {"line_item_id": "li-1", "unit_id": 7},
            {"unit_id": ""},
        ):
            with self.assertRaisesRegex(ValueError, "there is no "):
                rates.key_of(row)

    def test_keys_of_objects_are_those_of_rows(self) -> None:
        rates, channel = KIND_BY_NAME["rates"], KIND_BY_NAME["channel"]
        self.assertEqual(channel.keys_of([Namespace(id="ch-1"), Namespace(id="채널")]), ["ch-1", "채널"])
        self.assertEqual(rates.keys_of([Namespace(line_item_id="li-1", unit_id="u-1")]), ["li-1#u-1"])
        wrong_rows = ((channel, Namespace(id="")), (channel, Namespace()), (rates, Namespace(unit_id="u-1")))
        for kind, wrong in wrong_rows:
            with self.assertRaisesRegex(ValueError, "there is no "):
                kind.keys_of([wrong])

    def test_counts_are_written_in_words_and_kinds_of_a_newer_release_come_last(self) -> None:
        self.assertEqual(
            describe_counts({"experiment": 2, "line_item": 40, "unit": 1, "channel": 0}),
            "1 unit, 40 line items, 2 experiment",
        )
        self.assertEqual(describe_counts({}), "no rows")
