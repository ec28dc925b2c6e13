"""Facts about delivered events by the hour, and sums over them.

Everything is named by the catalog's ids, because facts outlive rows. An id that the catalog did not
have any more is `#` and the hash of it; a part that a fact does not have is an empty text. Hours are
counted since the epoch, in UTC. A price per thousand impressions stays undivided, so that sums are
whole numbers: `delivery.money` has the spend.
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    # Generic in the type stubs alone.
    _CharField = models.CharField[str, str]
else:
    _CharField = models.CharField

# `#` and a hash of 16 digits, or an id of at most 64 characters.
_ID_LENGTH_MAX = 64


class ExactTextField(_CharField):
    """An id or a word, compared by case on every database."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters


def _id_field() -> ExactTextField:
    return ExactTextField(max_length=_ID_LENGTH_MAX, default="", blank=True)


class ItemKind(models.TextChoices):
    LINE_ITEM = "line_item"
    CONTENT = "content"


class EventKind(models.TextChoices):
    IMPRESSION = "impression"
    CLICK = "click"


# The class of an event that counts. Others say why one does not.
VALID = "valid"


class SyncState(models.Model):
    """The one row that says how far the roll-ups were read. Who reads them holds its lock."""

    # Arrival hours before this one are closed and were read.
    closed_until = models.BigIntegerField(null=True)
    # The zone of the days of `ItemDay`.
    day_zone = models.CharField(max_length=64, default="")
    # The first minute since the epoch whose counts of requests were not read.
    requests_until = models.BigIntegerField(null=True)
    synced_at = models.DateTimeField(null=True)


class ArrivalHour(models.Model):
    """An hour in which events arrived: whose facts are replaced together."""

    hour = models.BigIntegerField(primary_key=True)
    # Of what was read. Equal ones are not written again.
    digest = models.CharField(max_length=64)


class Fact(models.Model):
    """Events that are equal but for when they happened within an hour. A count may be negative in
    one arrival hour: a click whose impression came later is taken out of its first class.
    """

    arrival_hour = models.BigIntegerField()
    # Of when the events happened.
    hour = models.BigIntegerField()
    item_kind = ExactTextField(max_length=9, choices=ItemKind.choices)
    item = _id_field()
    creative = _id_field()
    unit = _id_field()
    campaign = _id_field()
    advertiser = _id_field()
    kind = ExactTextField(max_length=10, choices=EventKind.choices)
    event_class = ExactTextField(max_length=24)
    pricing = ExactTextField(max_length=3, default="", blank=True)
    currency = ExactTextField(max_length=3, default="", blank=True)
    count = models.BigIntegerField()
    # The sum of the prices of these events.
    price_micros = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["arrival_hour"], name="fact_arrival"),
            models.Index(fields=["item", "hour"], name="fact_item"),
            models.Index(fields=["campaign", "hour"], name="fact_campaign"),
            models.Index(fields=["hour"], name="fact_hour"),
        ]


class Sums(models.Model):
    """Sums over facts: events that count, and what they cost."""

    item_kind = ExactTextField(max_length=9, choices=ItemKind.choices)
    campaign = _id_field()
    advertiser = _id_field()
    currency = ExactTextField(max_length=3, default="", blank=True)
    impressions = models.BigIntegerField(default=0)
    clicks = models.BigIntegerField(default=0)
    # Events that do not count, and the clicks among them.
    invalid = models.BigIntegerField(default=0)
    invalid_clicks = models.BigIntegerField(default=0)
    # Of impressions at a price per thousand, and of clicks at a price per click.
    cpm_price_micros = models.BigIntegerField(default=0)
    cpc_price_micros = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class ItemSums(Sums):
    """Sums over the facts of an item."""

    item = _id_field()

    class Meta:
        abstract = True


class ItemTotal(ItemSums):
    """All facts of an item."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "item_kind", "campaign", "advertiser", "currency"],
                name="item_total_once",
            )
        ]
        indexes = [
            models.Index(fields=["campaign"], name="item_total_campaign"),
            models.Index(fields=["advertiser"], name="item_total_advertiser"),
        ]


class ItemDay(ItemSums):
    """The facts of an item on some days of `SyncState.day_zone`, to which an hour belongs that
    begins on them: on one day, and on as many as `delivery.spans` has, so that a month of many
    items is read in few rows.
    """

    days = models.SmallIntegerField()
    # The first of them.
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["days", "day", "item", "item_kind", "campaign", "advertiser", "currency"],
                name="item_day_once",
            )
        ]
        indexes = [
            models.Index(fields=["item", "days", "day"], name="item_day_item"),
            models.Index(fields=["campaign", "days", "day"], name="item_day_campaign"),
        ]


class UnitTotal(models.Model):
    """All events that count, of a line item on a unit: what its click rate is learned from."""

    item = _id_field()
    unit = _id_field()
    impressions = models.BigIntegerField(default=0)
    clicks = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "unit"], name="unit_total_once")]
        indexes = [models.Index(fields=["unit"], name="unit_total_unit")]


class PlacedDay(ItemSums):
    """The facts of an item by creative and unit, on some days as `ItemDay` has them."""

    days = models.SmallIntegerField()
    day = models.DateField()
    creative = _id_field()
    unit = _id_field()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("days", "day", "item", "item_kind", "creative", "unit"),
                    *("campaign", "advertiser", "currency"),
                ],
                name="placed_day_once",
            )
        ]
        indexes = [
            models.Index(fields=["item", "days", "day"], name="placed_day_item"),
            models.Index(fields=["creative", "days", "day"], name="placed_day_creative"),
            models.Index(fields=["unit", "days", "day"], name="placed_day_unit"),
            models.Index(fields=["campaign", "days", "day"], name="placed_day_campaign"),
        ]


class UnitDay(Sums):
    """The facts of all items of a campaign on a unit, on some days as `ItemDay` has them; those of
    all contents are of no campaign.
    """

    days = models.SmallIntegerField()
    day = models.DateField()
    unit = _id_field()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["days", "day", "unit", "item_kind", "campaign", "advertiser", "currency"],
                name="unit_day_once",
            )
        ]
        indexes = [models.Index(fields=["unit", "days"], name="unit_day_unit")]


class UnitHour(Sums):
    """The same by the hour since the epoch: days of any time zone are sums of it."""

    hour = models.BigIntegerField()
    unit = _id_field()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "unit", "item_kind", "campaign", "advertiser", "currency"],
                name="unit_hour_once",
            )
        ]
        indexes = [models.Index(fields=["campaign", "hour"], name="unit_hour_campaign")]


class InvalidDay(models.Model):
    """Events of one class that do not count, by what a fact names, on some days as `ItemDay` has
    them. There are few.
    """

    days = models.SmallIntegerField()
    day = models.DateField()
    item_kind = ExactTextField(max_length=9, choices=ItemKind.choices)
    item = _id_field()
    creative = _id_field()
    unit = _id_field()
    campaign = _id_field()
    advertiser = _id_field()
    kind = ExactTextField(max_length=10, choices=EventKind.choices)
    event_class = ExactTextField(max_length=24)
    invalid = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("days", "day", "item", "item_kind", "creative", "unit"),
                    *("campaign", "advertiser", "kind", "event_class"),
                ],
                name="invalid_day_once",
            )
        ]
        indexes = [
            models.Index(fields=["item", "days", "day"], name="invalid_day_item"),
            models.Index(fields=["campaign", "days", "day"], name="invalid_day_campaign"),
        ]


class RequestHour(models.Model):
    """Requests for allocations that the functions have answered in an hour since the epoch. They are
    approximate: environments count them, and one that is killed loses ten seconds.
    """

    hour = models.BigIntegerField()
    # `*` stands for units that an environment had no room for.
    unit = _id_field()
    # Of the allocation: ads, contents or lockscreen.
    kind = ExactTextField(max_length=16)
    # `filled`, or `no_fill:` and the rule that rejected most items.
    outcome = ExactTextField(max_length=64)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hour", "unit", "kind", "outcome"], name="request_hour_once")
        ]
        indexes = [models.Index(fields=["unit", "hour"], name="request_hour_unit")]
