"""Published catalogs as services see them: what a later attempt may mend, and what it cannot."""

from collections.abc import Iterator
from typing import cast
from unittest import TestCase

from allocation.dao.error import DaoError, MalformedError
from allocation.dao.published_catalog import PublishedCatalog
from kernel.published.errors import Malformed, StoreError, Unavailable
from kernel.published.follower import CatalogFollower
from kernel.published.row import Row


class _Failing:
    def __init__(self, error: StoreError) -> None:
        self._error = error

    def rows(self, _version: int) -> Iterator[Row]:
        yield Row("channel", "ch-1", '{"id":"ch-1","name":"ch"}')
        raise self._error


class Rows(TestCase):
    def test_a_version_that_is_not_whole_is_malformed_and_a_store_that_fails_is_not(self) -> None:
        for error, is_malformed in ((Malformed("not whole"), True), (Unavailable("gone"), False)):
            catalog = PublishedCatalog(cast(CatalogFollower, _Failing(error)))
            with self.assertRaisesRegex(DaoError, str(error)) as raised:
                catalog.rows(1)
            self.assertEqual(isinstance(raised.exception, MalformedError), is_malformed)
