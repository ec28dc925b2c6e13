"""What the compiler has written of a version: found by its notes, whatever rows it is made of."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from kernel.published import items
from kernel.published.items import Item
from kernel.published.partition import keys_of


class Blob(NamedTuple):
    """The blob of a version in a format. Two drafts of one version have digests of their own."""

    format: int
    version: int
    # The first digits of the digest of its rows.
    digest: str

    def keys(self, client: Any, table: str) -> Iterator[Item]:
        """The keys of its items: that of the manifest first, because readers look for it first, and
        that of its note last, so that an interrupted deletion is found again.
        """
        yield items.blob_manifest_key(*self)
        for partition in items.blob_partitions(*self):
            yield from keys_of(client, table, partition)
        yield items.blob_note_key(*self)


def noted_blobs(client: Any, table: str, version: int) -> list[Blob]:
    """The blobs of a version, those of drafts that were never published among them."""
    found = []
    for key in keys_of(client, table, items.blob_notes(version)):
        blob_format, separator, digest = key["sk"]["S"].partition("#")
        if separator and blob_format.isdecimal():
            found.append(Blob(int(blob_format), version, digest))
    return found
