"""What was withdrawn."""

from collections.abc import Container, Iterable

from allocation.catalog.compile.index import Row, by_id
from allocation.catalog.entities import Tombstone
from allocation.catalog.error import require
from kernel.vocabulary.form import NotInVocabulary
from kernel.vocabulary.url import LANDING_URL


def compile_tombstones(
    rows: Iterable[Row], taken: Container[str], withheld: list[str]
) -> tuple[Tombstone, ...]:
    """The tombstones in the order of their ids. One with a wrong address is withheld, as what it
    stands for would be. `taken` has the ids of creatives and contents.
    """
    made = by_id("tombstone", rows, lambda row: _tombstone(row, taken, withheld))
    found = (made[key] for key in sorted(made))
    return tuple(tombstone for tombstone in found if tombstone is not None)


def _tombstone(row: Row, taken: Container[str], withheld: list[str]) -> Tombstone | None:
    require(row["id"] not in taken, "it is withdrawn, and a creative or a content has its id")
    try:
        landing_url = LANDING_URL.parse_canonical(row["landing_url"])
    except NotInVocabulary as error:
        withheld.append(f"tombstone {row['id']!r}: landing_url {error}")
        return None
    return Tombstone(
        row["id"],
        row["kind"],
        landing_url,
        row["line_item_id"],
        row["campaign_id"],
        row["advertiser_id"],
        row["withdrawn_at"],
        row["blocked"],
    )
