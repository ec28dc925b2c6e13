"""A campaign and its advertiser."""

from collections.abc import Mapping

from allocation.catalog.compile.index import Row, referred
from allocation.catalog.entities import Advertiser, Campaign
from allocation.models.time.interval import interval


def compile_campaign(row: Row, advertisers: Mapping[str, Advertiser]) -> Campaign:
    advertiser = referred(advertisers, "advertiser", row["advertiser_id"])
    flight = interval(row["starts_at"], row["ends_at"])
    if flight is None:
        raise ValueError("it ends before it starts")
    return Campaign(row["id"], advertiser, flight, row["caps"])
