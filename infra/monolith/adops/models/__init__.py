"""Advertising and editorial: the rows of a catalog, with fields that serving does not need.

A row's `public_id` is the `id` of the catalog. JSON fields hold exactly what the catalog holds.
"""

from adops.models.advertising import Advertiser, Campaign, Creative, LineItem
from adops.models.choices import CapKind, Delivery, FirstSlot, GoalKind, Pricing, Rating, Status, Tier
from adops.models.editorial import Channel, Content
from adops.models.placement import ExchangeRate, Rates, Unit
from adops.models.served import ServedRow, ServedVersion

__all__ = [
    "Advertiser",
    "Campaign",
    "CapKind",
    "Channel",
    "Content",
    "Creative",
    "Delivery",
    "ExchangeRate",
    "FirstSlot",
    "GoalKind",
    "LineItem",
    "Pricing",
    "Rates",
    "Rating",
    "ServedRow",
    "ServedVersion",
    "Status",
    "Tier",
    "Unit",
]
