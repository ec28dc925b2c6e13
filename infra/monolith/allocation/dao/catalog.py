"""What services need of the store of published catalogs."""

from typing import Protocol

from allocation.catalog.rows import Rows


class CatalogReader(Protocol):
    def current_version(self) -> int | None:
        """The version that is served now; None if none was ever published. Raises DaoError."""

    def rows(self, version: int) -> Rows:
        """All rows of a version.

        Raises DaoError if the store gives none now. Raises MalformedError or ValueError if it never
        will: a row is missing or cannot be read.
        """
