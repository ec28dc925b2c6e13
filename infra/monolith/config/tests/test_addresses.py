"""Addresses of stores: `tests/fixtures/vectors/urls.json`, which the functions share."""

import json
from unittest import TestCase

from config.addresses import endpoint_url, redis_url
from config.environment import REPOSITORY


class Addresses(TestCase):
    def test_an_address_of_a_store_is_taken_or_refused_as_the_functions_do(self) -> None:
        file = REPOSITORY / "tests" / "fixtures" / "vectors" / "urls.json"
        vectors = json.loads(file.read_text("utf-8"))
        for group, read in (("redis", redis_url), ("endpoint", endpoint_url)):
            self.assertTrue(vectors[group])
            for row in vectors[group]:
                with self.subTest(group, text=row["text"]):
                    try:
                        found = read(row["text"])
                    except ValueError as error:
                        found = None
                        self.assertNotIn("pass", str(error).replace("PASSWORD", ""))
                    self.assertEqual(found, row["is"])
