"""Rows for tests. By default every row is served; a test names the values that differ."""

from datetime import datetime, timedelta, timezone
from typing import Any

from adops.models import (
    Advertiser,
    Campaign,
    Channel,
    Content,
    Creative,
    ExchangeRate,
    LineItem,
    Unit,
)

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=timezone.utc)
DAY = timedelta(days=1)
IMAGE = "https://cdn.example/1.jpg"
LANDING = "https://shop.example/1"


def make_currency(currency: str = "KRW", rate_ppm: int = 720) -> ExchangeRate:
    return ExchangeRate.objects.get_or_create(currency=currency, defaults={"rate_ppm": rate_ppm})[0]


def make_advertiser(**values: Any) -> Advertiser:
    return Advertiser.objects.create(**{"name": "한강커피", **values})


def make_campaign(**values: Any) -> Campaign:
    values.setdefault("advertiser", None)
    values["advertiser"] = values["advertiser"] or make_advertiser()
    return Campaign.objects.create(**{"name": "Spring", "starts_at": NOW - DAY, **values})


def make_line_item(*, with_creative: bool = True, **values: Any) -> LineItem:
    if "campaign" not in values:
        values["campaign"] = make_campaign()
    defaults = {"name": "Commuters", "price_micros": 1_200_000_000, "currency": make_currency()}
    line_item = LineItem.objects.create(**{**defaults, **values})
    if with_creative:
        make_creative(line_item=line_item)
    return line_item


def make_creative(**values: Any) -> Creative:
    defaults = {"title": "Coffee", "image_url": IMAGE, "landing_url": LANDING}
    return Creative.objects.create(**{**defaults, **values})


def make_unit(**values: Any) -> Unit:
    return Unit.objects.create(**{"app_id": "morning-screen", **values})


def make_channel(**values: Any) -> Channel:
    return Channel.objects.create(**{"name": "Weather", **values})


def make_content(**values: Any) -> Content:
    if "channel" not in values:
        values["channel"] = make_channel()
    defaults = {
        "title": "Rain",
        "image_url": IMAGE,
        "landing_url": LANDING,
        "language": "ko",
        "published_at": NOW - DAY,
    }
    return Content.objects.create(**{**defaults, **values})
