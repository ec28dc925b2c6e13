"""A campaign and its advertiser. Its budgets are checked here and enforced by the gates."""

from collections.abc import Mapping

from allocation.catalog.compile.index import Row, referred
from allocation.catalog.entities import Advertiser, Campaign
from allocation.catalog.error import require
from allocation.models.time.interval import interval
from allocation.models.time.zones import parse_zone
from kernel.vocabulary.form import NotInVocabulary


def compile_campaign(
    row: Row, advertisers: Mapping[str, Advertiser], currencies: Mapping[str, int]
) -> Campaign:
    advertiser = referred(advertisers, "advertiser", row["advertiser_id"])
    flight = interval(row["starts_at"], row["ends_at"])
    if flight is None:
        raise ValueError("it ends before it starts")
    _check_budgets(row, currencies)
    return Campaign(row["id"], advertiser, flight, row["caps"])


def _check_budgets(row: Row, currencies: Mapping[str, int]) -> None:
    budgets = {name: row[name] for name in ("budget_micros", "daily_budget_micros")}
    for name, micros in budgets.items():
        require(micros is None or micros >= 0, f"{name} must not be negative")
    currency = row["budget_currency"]
    has_budget = any(micros is not None for micros in budgets.values())
    require(currency is not None or not has_budget, "a budget needs a currency")
    if currency is not None:
        referred(currencies, "exchange rate", currency)
    if row["timezone"] is not None:
        try:
            parse_zone(row["timezone"])
        except NotInVocabulary:
            raise ValueError(f"{row['timezone']!r} is not an IANA time zone") from None
