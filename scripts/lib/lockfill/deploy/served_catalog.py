"""What a deployment reads and writes of the table of catalogs.

The table's layout belongs to the publisher: `infra/monolith/kernel/published/items.py` and
`publishing/dynamodb/formats.py`. A test reads with Django's own code what is written here.
"""

from datetime import datetime, timezone
from typing import Any, NamedTuple

from .aws import Account, one_line

_COMPILERS = "compilers"
_VERSION_DIGITS = 12


class Served(NamedTuple):
    """The version that is served, and the digest of its rows."""

    version: int
    digest: str


class Catalogs:
    """The table of catalogs of one stack. Every method raises Failure where it does not answer."""

    def __init__(self, account: Account, table: str) -> None:
        self._client, self._table = account.dynamodb, table

    def served(self) -> Served | None:
        """None where nothing was published yet."""
        item = self._item("pointer", "catalog")
        if not item or not item.get("digest", {}).get("S"):
            return None
        return Served(int(item["version"]["N"]), item["digest"]["S"])

    def is_claimed(self, version: int) -> bool:
        """Whether a publisher has begun a version that is not published."""
        return self._item("claim", f"{version:0{_VERSION_DIGITS}}") is not None

    def name_compiler(self, number: int, function: str) -> None:
        """Has each publication from now on compiled by this function, too, in its format."""
        added_at = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        item = {**_key(number), "function": {"S": function}, "added_at": {"S": added_at}}
        with one_line("the table of catalogs cannot be written"):
            self._client.put_item(TableName=self._table, Item=item)

    def compilers(self) -> dict[int, str]:
        """The functions that publications are compiled by besides the publisher's own, by format."""
        with one_line("the table of catalogs cannot be read"):
            found = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": _COMPILERS}},
                ConsistentRead=True,
            )["Items"]
        return {int(item["sk"]["S"]): item["function"]["S"] for item in found}

    def forget_compiler(self, number: int) -> None:
        with one_line("the table of catalogs cannot be written"):
            self._client.delete_item(TableName=self._table, Key=_key(number))

    def _item(self, pk: str, sk: str) -> dict[str, Any] | None:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        with one_line("the table of catalogs cannot be read"):
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        item: dict[str, Any] | None = answer.get("Item")
        return item


def _key(number: int) -> dict[str, Any]:
    return {"pk": {"S": _COMPILERS}, "sk": {"S": str(number)}}
