"""The members of a catalog's rows, as an encoder of `msgspec` takes them.

A member that has its default, which is None here, is not written. Their form is
`kernel/catalog.schema.json`.
"""

import json
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

import msgspec

# A row's columns, those of JSON as text, and the public ids of the rows that it refers to as
# `campaign__public_id`.
Values = dict[str, Any]


class Members(msgspec.Struct, omit_defaults=True, gc=False):
    """A row of the catalog. `of` makes it of a row of `select_rows`."""


class UnitMembers(Members, kw_only=True):
    id: str
    app_id: str
    mix: dict[str, int]
    horizon_seconds: int
    refresh_seconds: int
    default_count: int
    floor_price_micros: int
    advertiser_slots_max: int | None = None
    blocked_categories: list[str] | None = None
    blocked_advertisers: list[str] | None = None
    content_rating: str
    timezone: str
    language: str
    origins: list[str] | None = None
    lends_to_devices: bool | None = None

    @classmethod
    def of(cls, values: Values) -> "UnitMembers":
        return cls(
            id=values["public_id"],
            app_id=values["app_id"],
            mix={name: values[name] for name in ("ad_ratio_ppm", "first_slot", "minimum_gap")},
            horizon_seconds=values["horizon_seconds"],
            refresh_seconds=values["refresh_seconds"],
            default_count=values["default_count"],
            floor_price_micros=values["floor_price_micros"],
            advertiser_slots_max=values["advertiser_slots_max"],
            blocked_categories=_json(values["blocked_categories_as_text"]),
            blocked_advertisers=_json(values["blocked_advertisers_as_text"]),
            content_rating=values["content_rating"],
            timezone=values["timezone"],
            language=values["language"],
            origins=_json(values["origins_as_text"]),
            lends_to_devices=values["lends_to_devices"] or None,
        )


class ExchangeRateMembers(Members, kw_only=True):
    currency: str
    rate_ppm: int

    @classmethod
    def of(cls, values: Values) -> "ExchangeRateMembers":
        return cls(
            currency=values["currency"],
            rate_ppm=values["rate_ppm"],
        )


class AdvertiserMembers(Members, kw_only=True):
    id: str
    name: str
    caps: list[Any] | None = None

    @classmethod
    def of(cls, values: Values) -> "AdvertiserMembers":
        return cls(
            id=values["public_id"],
            name=values["name"],
            caps=_json(values["caps_as_text"]),
        )


class CampaignMembers(Members, kw_only=True):
    id: str
    advertiser_id: str
    name: str
    starts_at: str
    ends_at: str | None = None
    caps: list[Any] | None = None
    budget_micros: int | None = None
    daily_budget_micros: int | None = None
    budget_currency: str | None = None
    timezone: str | None = None

    @classmethod
    def of(cls, values: Values) -> "CampaignMembers":
        return cls(
            id=values["public_id"],
            advertiser_id=values["advertiser__public_id"],
            name=values["name"],
            starts_at=_time(values["starts_at"]),
            ends_at=values["ends_at"] and _time(values["ends_at"]),
            caps=_json(values["caps_as_text"]),
            budget_micros=values["budget_micros"],
            daily_budget_micros=values["daily_budget_micros"],
            budget_currency=values["budget_currency_id"],
            timezone=None if values["timezone"] == "UTC" else values["timezone"],
        )


class LineItemMembers(Members, kw_only=True):
    id: str
    campaign_id: str
    name: str
    tier: str
    pricing: str
    price_micros: int
    currency: str
    starts_at: str | None = None
    ends_at: str | None = None
    targeting: dict[str, Any] | None = None
    dayparts: list[Any] | None = None
    caps: list[Any] | None = None
    cap_kind: str | None = None
    minimum_interval_seconds: int | None = None
    exclusion_labels: list[str] | None = None
    categories: list[str] | None = None
    rating: str | None = None
    goal: dict[str, Any] | None = None
    delivery: str | None = None
    share_ppm: int | None = None
    default_ctr_ppm: int | None = None

    @classmethod
    def of(cls, values: Values) -> "LineItemMembers":
        return cls(
            id=values["public_id"],
            campaign_id=values["campaign__public_id"],
            name=values["name"],
            tier=values["tier"],
            pricing=values["pricing"],
            price_micros=values["price_micros"],
            currency=values["currency_id"],
            starts_at=values["starts_at"] and _time(values["starts_at"]),
            ends_at=values["ends_at"] and _time(values["ends_at"]),
            targeting=_json(values["targeting_as_text"]),
            dayparts=_dayparts(values["dayparts_as_text"]),
            caps=_json(values["caps_as_text"]),
            cap_kind=None if values["cap_kind"] == "soft" else values["cap_kind"],
            minimum_interval_seconds=values["minimum_interval_seconds"] or None,
            exclusion_labels=_json(values["exclusion_labels_as_text"]),
            categories=_json(values["categories_as_text"]),
            rating=_rating(values),
            goal=_goal(values),
            delivery=None if values["delivery"] == "even" else values["delivery"],
            share_ppm=values["share_ppm"],
            default_ctr_ppm=values["default_ctr_ppm"],
        )


class CreativeMembers(Members, kw_only=True):
    id: str
    line_item_id: str
    image_url: str
    title: str
    body: str | None = None
    call_to_action: str | None = None
    landing_url: str
    weight: int | None = None

    @classmethod
    def of(cls, values: Values) -> "CreativeMembers":
        return cls(
            id=values["public_id"],
            line_item_id=values["line_item__public_id"],
            image_url=values["image_url"],
            title=values["title"],
            body=values["body"] or None,
            call_to_action=values["call_to_action"] or None,
            landing_url=values["landing_url"],
            weight=None if values["weight"] == 1 else values["weight"],
        )


class RatesMembers(Members, kw_only=True):
    line_item_id: str
    unit_id: str
    ctr_ppm: int
    cvr_ppm: int

    @classmethod
    def of(cls, values: Values) -> "RatesMembers":
        return cls(
            line_item_id=values["line_item__public_id"],
            unit_id=values["unit__public_id"],
            ctr_ppm=values["ctr_ppm"],
            cvr_ppm=values["cvr_ppm"],
        )


class ChannelMembers(Members, kw_only=True):
    id: str
    name: str

    @classmethod
    def of(cls, values: Values) -> "ChannelMembers":
        return cls(
            id=values["public_id"],
            name=values["name"],
        )


class ContentMembers(Members, kw_only=True):
    id: str
    channel_id: str
    title: str
    image_url: str
    landing_url: str
    language: str
    categories: list[str] | None = None
    published_at: str
    expires_at: str | None = None
    quality_ppm: int
    pinned_rank: int | None = None
    rating: str | None = None
    targeting: dict[str, Any] | None = None

    @classmethod
    def of(cls, values: Values) -> "ContentMembers":
        return cls(
            id=values["public_id"],
            channel_id=values["channel__public_id"],
            title=values["title"],
            image_url=values["image_url"],
            landing_url=values["landing_url"],
            language=values["language"],
            categories=_json(values["categories_as_text"]),
            published_at=_time(values["published_at"]),
            expires_at=values["expires_at"] and _time(values["expires_at"]),
            quality_ppm=values["quality_ppm"],
            pinned_rank=values["pinned_rank"],
            rating=_rating(values),
            targeting=_json(values["targeting_as_text"]),
        )


# Most rows have one of few values, and nothing changes what is read here.
@lru_cache(maxsize=4_096)
def _json(text: str | None) -> Any:
    """A column of JSON. None if it is empty, which is the default."""
    return _dayparts(text) or None


@lru_cache(maxsize=4_096)
def _dayparts(text: str | None) -> Any:
    """A column of JSON whose empty list says something: no dayparts mean never."""
    return None if text is None else json.loads(text)


def _time(moment: datetime) -> str:
    # Not strftime, which writes years below 1000 with fewer digits on some systems.
    return moment.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _goal(values: Values) -> dict[str, Any] | None:
    if values["goal_count"] is None:
        return None
    return {"kind": values["goal_kind"], "count": values["goal_count"]}


def _rating(values: Values) -> str | None:
    return None if values["rating"] == "everyone" else values["rating"]
