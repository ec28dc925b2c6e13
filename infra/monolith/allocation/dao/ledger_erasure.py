"""Notes in the ledger's table whose states were erased, so that a rebuild of Redis does not count what
happened before.
"""

from collections.abc import Iterable

from botocore.exceptions import BotoCoreError, ClientError

from allocation.dao.error import DaoError
from kernel.published.client import connect
from kernel.published.errors import StoreError, unavailable


class ErasureNotes:
    """Notes in a table. Nothing is connected before it is used."""

    def __init__(self, table: str, region: str | None, endpoint_url: str | None) -> None:
        self._table, self._region, self._endpoint_url = table, region, endpoint_url

    def write(self, user_keys: Iterable[str], erased_at: int, keep_until: int) -> None:
        """Returns when the table has confirmed all notes. Instants are in epoch seconds. Raises DaoError."""
        try:
            client = connect(self._endpoint_url, self._region)
            for user_key in user_keys:
                client.put_item(
                    TableName=self._table,
                    Item={
                        "pk": {"S": f"erased#{user_key}"},
                        "sk": {"S": "erased"},
                        "user": {"S": user_key},
                        "erased_at": {"N": str(erased_at)},
                        "expires_at": {"N": str(keep_until)},
                    },
                )
        except StoreError as error:
            raise DaoError(str(error)) from None
        except (BotoCoreError, ClientError) as error:
            raise DaoError(str(unavailable(error))) from None
