"""Published catalogs in DynamoDB.

The table's layout and the protocol of publishing are those of the functions, which read what is
written here: `functions/shared/dao-dynamodb/src/lib.rs` describes both.
"""

from publishing.dynamodb.client import connect
from publishing.dynamodb.errors import Conflict, Malformed, StoreError, Unavailable
from publishing.dynamodb.items import PublishRecord, Row
from publishing.dynamodb.store import CatalogStore

__all__ = [
    "CatalogStore",
    "Conflict",
    "Malformed",
    "PublishRecord",
    "Row",
    "StoreError",
    "Unavailable",
    "connect",
]
