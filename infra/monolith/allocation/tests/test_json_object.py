"""JSON as it was written, and the place at which a text stops being JSON."""

from unittest import TestCase

from allocation.http.dto.json_object import Unreadable, read_object, scalar_text
from allocation.http.dto.json_syntax import NotAnObjectError


class JsonObject(TestCase):
    def test_names_are_kept_as_often_as_they_come_and_numbers_as_they_are_written(self) -> None:
        members = read_object('{"a": 1.50, "a": 1e2, "b": true, "c": "층", "d": "\\u002c", "e": null}')
        texts = [(name, scalar_text(value)) for name, value in members]
        self.assertEqual(
            texts,
            [("a", "1.50"), ("a", "1e2"), ("b", "true"), ("c", "층"), ("d", ","), ("e", None)],
        )

    def test_half_a_surrogate_pair_is_json_but_no_text(self) -> None:
        [(name, value)] = read_object('{"a": "\\ud83d"}')
        self.assertEqual(name, "a")
        self.assertIsInstance(value, Unreadable)
        [(_, value)] = read_object('{"a": "\\ud83d\\ude00"}')
        self.assertEqual(scalar_text(value), "😀")

    def test_what_can_be_read_is_read_beside_what_cannot(self) -> None:
        deep = "[" * 5_000 + "]" * 5_000
        [(_, items), (_, members), (_, halved)] = read_object(
            f'{{"a": ["\\ud83d", "x" , {deep}], "b": {{"c": "\\ud83d", "d": 1}}, "e": {{"\\ud83d": 1}}}}'
        )
        self.assertEqual([scalar_text(item) for item in items], [None, "x", None])
        texts = [(name, scalar_text(value)) for name, value in members]
        self.assertEqual(texts, [("c", None), ("d", "1")])
        self.assertIsInstance(halved, Unreadable)

    def test_depth_does_not_matter_in_a_member_that_is_ignored(self) -> None:
        deep = "[" * 100_000 + "]" * 100_000
        [(name, _)] = read_object(f'{{"extra": {deep}}}')
        self.assertEqual(name, "extra")

    def test_an_error_is_where_a_reader_must_give_up(self) -> None:
        # The places that serde_json names, with which the functions read.
        for text, line, column in [
            ("", 1, 0),
            (" \n\t ", 2, 2),
            ("null", 1, 4),
            ("tru", 1, 3),
            ("1", 1, 1),
            ("-", 1, 1),
            ('"a"', 1, 3),
            ("[]", 1, 0),
            ("{", 1, 1),
            ("{a:1}", 1, 2),
            ('{"a"', 1, 4),
            ('{"a":', 1, 5),
            ('{"a" 1}', 1, 6),
            ('{"a":1,}', 1, 8),
            ('{"a":1 "b":2}', 1, 8),
            ('{"a":01}', 1, 7),
            ('{"a":1.}', 1, 8),
            ('{"a":1e}', 1, 8),
            ('{"a":+1}', 1, 6),
            ('{"a":NaN}', 1, 6),
            ('{"a":nul}', 1, 9),
            ('{"a":"\n"}', 1, 6),
            ('{"\n":1}', 2, 0),
            ('{"a":"\\x"}', 1, 8),
            ('{"\\ud800":1}', 1, 9),
            ('{"a":{"b":[1,{"c"]}}', 1, 18),
            ('{"a":[1,]}', 1, 9),
            ('{"a":1}\n{', 2, 1),
            ('{"층":1}}', 1, 10),
            ("\ufeff{}", 1, 1),
        ]:
            with self.subTest(text), self.assertRaises(NotAnObjectError) as raised:
                read_object(text)
            self.assertEqual((raised.exception.line, raised.exception.column), (line, column), text)
