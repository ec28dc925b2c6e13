"""Published catalogs, read from DynamoDB by the kernel's reader."""

from allocation.catalog.rows import Rows, read_rows
from allocation.dao.error import DaoError, MalformedError
from kernel.published.errors import Malformed, StoreError
from kernel.published.follower import CatalogFollower


class PublishedCatalog:
    """A `CatalogReader` over a table. Nothing is connected before it is used."""

    def __init__(self, follower: CatalogFollower) -> None:
        self._follower = follower

    def current_version(self) -> int | None:
        try:
            return self._follower.current_version()
        except StoreError as error:
            raise DaoError(str(error)) from None

    def rows(self, version: int) -> Rows:
        try:
            return read_rows((row.kind, row.json) for row in self._follower.rows(version))
        except Malformed as error:
            raise MalformedError(str(error)) from None
        except StoreError as error:
            raise DaoError(str(error)) from None
