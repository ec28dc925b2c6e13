"""Units, exchange rates, and the rates of line items on units."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from adops.amounts import PPM
from adops.models.base import NAME_LENGTH_MAX, Archivable, Edited
from adops.models.choices import FirstSlot, Rating
from adops.models.fields import ExactCharField, public_id_field
from adops.rules.lists import validate_ids, validate_labels, validate_origins
from adops.rules.vocabulary import (
    validate_currency,
    validate_id,
    validate_language,
    validate_time_zone,
)
from kernel.vocabulary.identifier import LENGTH_MAX as ID_LENGTH_MAX
from kernel.vocabulary.integers import COUNT_MAX

U16_MAX = 65_535
HORIZON_SECONDS_MIN = 60
HORIZON_SECONDS_MAX = 86_400

_PPM_RANGE = [MinValueValidator(0), MaxValueValidator(PPM)]
_SECONDS_RANGE = [MinValueValidator(HORIZON_SECONDS_MIN), MaxValueValidator(HORIZON_SECONDS_MAX)]


class ExchangeRate(Archivable):
    """The value of one unit of a currency in the catalog's currency."""

    currency = ExactCharField(_("currency"), max_length=3, primary_key=True, validators=[validate_currency])
    rate_ppm = models.BigIntegerField(_("rate (millionths)"), validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["currency"]
        constraints = [
            models.CheckConstraint(
                name="exchange_rate_positive",
                condition=Q(rate_ppm__gt=0),
                violation_error_message=_("A rate must be greater than zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.currency


class Unit(Archivable):
    """A publisher's placement: the lock screen of one app."""

    public_id = public_id_field("u")
    # For operators; the catalog has no names of units.
    name = models.CharField(_("name"), max_length=NAME_LENGTH_MAX, blank=True, default="")
    app_id = ExactCharField(_("app"), max_length=ID_LENGTH_MAX, validators=[validate_id])
    ad_ratio_ppm = models.IntegerField(
        _("ads among all slots (millionths)"), default=PPM // 2, validators=_PPM_RANGE
    )
    first_slot = models.CharField(
        _("first slot"), max_length=7, choices=FirstSlot.choices, default=FirstSlot.ANY
    )
    minimum_gap = models.IntegerField(
        _("contents between two ads"),
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(U16_MAX)],
    )
    horizon_seconds = models.IntegerField(
        _("an answer holds (seconds)"), default=4 * 3_600, validators=_SECONDS_RANGE
    )
    refresh_seconds = models.IntegerField(
        _("a device asks again after (seconds)"), default=3_600, validators=_SECONDS_RANGE
    )
    default_count = models.IntegerField(
        _("slots"), default=10, validators=[MinValueValidator(1), MaxValueValidator(COUNT_MAX)]
    )
    # Micros of the catalog's currency.
    floor_price_micros = models.BigIntegerField(
        _("floor price (eCPM)"), default=0, validators=[MinValueValidator(0)]
    )
    advertiser_slots_max = models.IntegerField(
        _("slots of one advertiser, at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(U16_MAX)],
    )
    blocked_categories = models.JSONField(
        _("blocked categories"), default=list, blank=True, validators=[validate_labels]
    )
    # Public ids.
    blocked_advertisers = models.JSONField(
        _("blocked advertisers"), default=list, blank=True, validators=[validate_ids]
    )
    content_rating = models.CharField(
        _("highest rating"), max_length=8, choices=Rating.choices, default=Rating.EVERYONE
    )
    timezone = models.CharField(
        _("time zone"), max_length=64, default="Asia/Seoul", validators=[validate_time_zone]
    )
    language = models.CharField(_("language"), max_length=8, default="ko", validators=[validate_language])

    # As browsers send them.
    origins = models.JSONField(_("web origins"), default=list, blank=True, validators=[validate_origins])
    lends_to_devices = models.BooleanField(
        _("caps hold over all devices of a user"),
        default=False,
        help_text=_(
            "What a device was answered counts for the user's other devices, until it was shown or is over."
            " Costs one more question to Redis for each answer."
        ),
    )

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["public_id"]
        constraints = [
            models.CheckConstraint(
                name="unit_refresh_within_horizon",
                condition=Q(refresh_seconds__lte=F("horizon_seconds")),
                violation_error_message=_("A device must ask again before the answer ends."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})" if self.name else self.public_id


class Rates(Edited):
    """The smoothed rates of a line item on a unit."""

    line_item = models.ForeignKey(
        "adops.LineItem", models.CASCADE, related_name="rates", verbose_name=_("line item")
    )
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="rates", verbose_name=_("unit"))
    ctr_ppm = models.IntegerField(_("clicks per impression (millionths)"), validators=_PPM_RANGE)
    cvr_ppm = models.IntegerField(_("conversions per click (millionths)"), default=0, validators=_PPM_RANGE)

    class Meta:
        verbose_name = _("rates")
        verbose_name_plural = _("rates")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line_item", "unit"],
                name="rates_once",
                violation_error_message=_("The line item has rates on this unit already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_item_id} · {self.unit_id}"
