"""A content and its channel."""

from collections.abc import Container

from allocation.catalog.compile.index import Row, require_referred, take_id
from allocation.catalog.compile.urls import read_addresses
from allocation.catalog.entities import Content
from allocation.catalog.error import require
from allocation.models.arithmetic import PPM
from allocation.models.time.interval import interval


def compile_content(
    row: Row,
    channels: Container[str],
    taken: set[str],
    line_items: Container[str],
    withheld: list[str],
) -> Content | None:
    """The content; None if it is withheld."""
    require_referred(channels, "channel", row["channel_id"])
    require(row["quality_ppm"] <= PPM, "quality_ppm must be at most 1000000")
    flight = interval(row["published_at"], row["expires_at"])
    if flight is None:
        raise ValueError("it expires before it is published")
    take_id(row["id"], taken)
    # A device reports what it showed by id alone.
    require(row["id"] not in line_items, "a line item has this id")
    addresses = read_addresses("content", row, withheld)
    if addresses is None:
        return None
    image_url, landing_url = addresses
    return Content(
        id=row["id"],
        channel_id=row["channel_id"],
        title=row["title"],
        image_url=image_url,
        language=row["language"],
        categories=frozenset(row["categories"]),
        published_at=row["published_at"],
        flight=flight,
        quality_ppm=row["quality_ppm"],
        pinned_rank=row["pinned_rank"],
        rating=row["rating"],
        targeting=row["targeting"],
        landing_url=landing_url,
    )
