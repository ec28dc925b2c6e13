"""Reads published catalogs from DynamoDB, as allocation's own types and errors."""

from allocation.catalog.rows import Rows, read_rows
from allocation.dao.error import StoreError
from kernel.published import errors
from kernel.published.follower import CatalogFollower


class DynamoDbCatalog:
    """The catalogs of one table."""

    def __init__(self, table: str, region: str | None, endpoint_url: str | None) -> None:
        self._follower = CatalogFollower(table, region, endpoint_url)

    def current_version(self) -> int | None:
        try:
            return self._follower.current_version()
        except errors.StoreError as error:
            raise StoreError(str(error)) from None

    def rows(self, version: int) -> Rows:
        try:
            return read_rows((row.kind, row.json) for row in self._follower.rows(version))
        except errors.StoreError as error:
            raise StoreError(str(error)) from None
