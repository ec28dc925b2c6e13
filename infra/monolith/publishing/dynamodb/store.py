"""The table as publishing uses it: every published catalog to read, and a new one to write."""

from kernel.published.reader import PublishedCatalogs
from publishing.dynamodb.draft import Draft


class CatalogStore(PublishedCatalogs):
    """The catalogs of one table, and the way to add one."""

    def begin(self, version: int) -> Draft:
        """Claims a version, also one that another publisher has claimed. Raises Conflict if the
        version is published already.
        """
        return Draft(self._client, self._table, version)
