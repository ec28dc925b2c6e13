"""Advertisers, their campaigns, the line items of a campaign and the creatives of a line item."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from adops.amounts import I64_MAX, PPM
from adops.models import derived
from adops.models.base import NAME_LENGTH_MAX, Blockable, Edited, Switched, refuse_taken_id
from adops.models.choices import CapKind, Delivery, GoalKind, Pricing, Rating, Tier
from adops.models.derived import DerivedBooleanField, DerivedCharField
from adops.models.editorial import Content
from adops.models.fields import AddressField, public_id_field
from adops.models.placement import ExchangeRate
from adops.rules.instants import validate_instant
from adops.rules.lists import validate_labels
from adops.rules.schedule import HOURS_PER_WEEK, U32_MAX, validate_caps, validate_dayparts
from adops.rules.targeting import validate_targeting
from adops.rules.vocabulary import (
    canonical_image_url,
    canonical_landing_url,
    validate_image_url,
    validate_landing_url,
    validate_time_zone,
)
from kernel.vocabulary.url import LENGTH_MAX as URL_LENGTH_MAX

_ENDS_BEFORE_IT_STARTS = _("The end must be later than the start.")
_NOT_NEGATIVE = _("An amount of money cannot be negative.")


class Advertiser(Edited):
    """A customer who pays for ads."""

    public_id = public_id_field("a")
    name = models.CharField(_("name"), max_length=NAME_LENGTH_MAX)
    caps = models.JSONField(_("caps"), default=list, blank=True, validators=[validate_caps])
    allows_none = DerivedBooleanField(derive=derived.allows_none)

    class Meta:
        verbose_name = _("advertiser")
        verbose_name_plural = _("advertisers")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"


class Campaign(Switched):
    """A budget and its dates."""

    public_id = public_id_field("c")
    advertiser = models.ForeignKey(
        Advertiser, models.PROTECT, related_name="campaigns", verbose_name=_("advertiser")
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH_MAX)
    starts_at = models.DateTimeField(_("starts"), validators=[validate_instant])
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True, validators=[validate_instant])
    caps = models.JSONField(_("caps"), default=list, blank=True, validators=[validate_caps])
    allows_none = DerivedBooleanField(derive=derived.allows_none)
    # Micros of `budget_currency`; null is no limit.
    budget_micros = models.BigIntegerField(
        _("budget"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    # Micros of `budget_currency`, of a day of `timezone`; null is no limit.
    daily_budget_micros = models.BigIntegerField(
        _("daily budget"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    budget_currency = models.ForeignKey(
        ExchangeRate,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_column="budget_currency",
        verbose_name=_("budget's currency"),
    )
    # Of the days of the daily budget.
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    # Micros of `budget_currency`: in all, and on the day of `timezone` that ends at `today_ends_at`.
    # `adops.services.spending` alone writes them, from the facts of delivery.
    spent_micros = models.BigIntegerField(_("spent"), default=0, editable=False)
    spent_today_micros = models.BigIntegerField(_("spent today"), default=0, editable=False)
    today_ends_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="campaign_flight",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                violation_error_message=_ENDS_BEFORE_IT_STARTS,
            ),
            models.CheckConstraint(
                name="campaign_budget",
                condition=Q(budget_micros__isnull=True) | Q(budget_micros__gte=0),
                violation_error_message=_NOT_NEGATIVE,
            ),
            models.CheckConstraint(
                name="campaign_daily_budget",
                condition=Q(daily_budget_micros__isnull=True) | Q(daily_budget_micros__gte=0),
                violation_error_message=_NOT_NEGATIVE,
            ),
            models.CheckConstraint(
                name="campaign_budget_currency",
                condition=Q(budget_micros__isnull=True, daily_budget_micros__isnull=True)
                | Q(budget_currency__isnull=False),
                violation_error_message=_("A budget needs a currency."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"


class LineItem(Switched):
    """What an advertiser buys: a price, a time and the users to reach."""

    public_id = public_id_field("li")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="line_items", verbose_name=_("campaign")
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH_MAX)
    tier = models.CharField(_("tier"), max_length=11, choices=Tier.choices, default=Tier.STANDARD)
    pricing = models.CharField(_("pricing"), max_length=3, choices=Pricing.choices, default=Pricing.CPM)
    # Micros of `currency`: per thousand impressions, click, action or install.
    price_micros = models.BigIntegerField(_("price"), validators=[MinValueValidator(0)])
    currency = models.ForeignKey(
        ExchangeRate,
        models.PROTECT,
        related_name="+",
        db_column="currency",
        verbose_name=_("currency"),
    )
    # Null: the campaign's.
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True, validators=[validate_instant])
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True, validators=[validate_instant])
    targeting = models.JSONField(_("targeting"), default=dict, blank=True, validators=[validate_targeting])
    admits_no_phone = DerivedBooleanField(derive=derived.admits_no_phone)
    # In the user's local time. Null is always; an empty list is never.
    dayparts = models.JSONField(
        _("hours"), null=True, blank=True, default=None, validators=[validate_dayparts]
    )
    open_hours = DerivedCharField(max_length=HOURS_PER_WEEK, derive=derived.open_hours)
    caps = models.JSONField(_("caps"), default=list, blank=True, validators=[validate_caps])
    allows_none = DerivedBooleanField(derive=derived.allows_none)
    cap_kind = models.CharField(
        _("kind of caps"), max_length=4, choices=CapKind.choices, default=CapKind.SOFT
    )
    minimum_interval_seconds = models.BigIntegerField(
        _("minimum interval (seconds)"),
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(U32_MAX)],
    )
    exclusion_labels = models.JSONField(
        _("exclusion labels"), default=list, blank=True, validators=[validate_labels]
    )
    categories = models.JSONField(_("categories"), default=list, blank=True, validators=[validate_labels])
    rating = models.CharField(_("rating"), max_length=8, choices=Rating.choices, default=Rating.EVERYONE)
    # A goal has both or none.
    goal_count = models.BigIntegerField(
        _("goal"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(I64_MAX)]
    )
    goal_kind = models.CharField(
        _("goal of"), max_length=11, choices=GoalKind.choices, blank=True, default=""
    )
    delivery = models.CharField(_("delivery"), max_length=12, choices=Delivery.choices, default=Delivery.EVEN)
    # Of the requests that a sponsorship fits; null is all of them.
    share_ppm = models.IntegerField(
        _("share of voice (millionths)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(PPM)],
    )
    # Clicks per impression on a unit without rates; null is what was learned.
    default_ctr_ppm = models.IntegerField(
        _("expected clicks per impression (millionths)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(PPM)],
    )

    class Meta:
        verbose_name = _("line item")
        verbose_name_plural = _("line items")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="line_item_flight",
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                violation_error_message=_ENDS_BEFORE_IT_STARTS,
            ),
            models.CheckConstraint(
                name="line_item_price",
                condition=Q(price_micros__gte=0),
                violation_error_message=_NOT_NEGATIVE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"

    def clean(self) -> None:
        super().clean()
        refuse_taken_id(self.public_id, Content)
        if (self.goal_count is None) != (self.goal_kind == ""):
            raise ValidationError(
                {"goal_kind": _("A goal is a number and what it counts: give both, or none.")}
            )
        if self.share_ppm is not None and self.tier != Tier.SPONSORSHIP:
            raise ValidationError({"share_ppm": _("Only a sponsorship has a share of voice.")})


class Creative(Blockable):
    """The image, the texts and the landing page that a user sees."""

    public_id = public_id_field("cr")
    line_item = models.ForeignKey(
        LineItem, models.CASCADE, related_name="creatives", verbose_name=_("line item")
    )
    image_url = AddressField(
        _("image"),
        max_length=URL_LENGTH_MAX,
        validators=[validate_image_url],
        spelled=canonical_image_url,
    )
    title = models.CharField(_("title"), max_length=NAME_LENGTH_MAX)
    body = models.TextField(_("text"), blank=True, default="")
    call_to_action = models.CharField(_("call to action"), max_length=NAME_LENGTH_MAX, blank=True, default="")
    landing_url = AddressField(
        _("landing page"),
        max_length=URL_LENGTH_MAX,
        validators=[validate_landing_url],
        spelled=canonical_landing_url,
    )
    # Relative to the other creatives of the line item.
    weight = models.BigIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(0), MaxValueValidator(U32_MAX)]
    )

    class Meta:
        verbose_name = _("creative")
        verbose_name_plural = _("creatives")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.title} ({self.public_id})"

    def clean(self) -> None:
        super().clean()
        refuse_taken_id(self.public_id, Content)
