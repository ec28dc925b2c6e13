"""Channels and their contents, which editors write."""

from django.apps import apps
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from adops.amounts import PPM
from adops.models import derived
from adops.models.base import NAME_LENGTH_MAX, Archivable, Blockable, refuse_taken_id
from adops.models.choices import Rating
from adops.models.derived import DerivedBooleanField
from adops.models.fields import AddressField, public_id_field
from adops.models.placement import U16_MAX
from adops.rules.instants import validate_instant
from adops.rules.lists import validate_labels
from adops.rules.targeting import validate_targeting
from adops.rules.vocabulary import (
    canonical_image_url,
    canonical_landing_url,
    validate_image_url,
    validate_landing_url,
    validate_language,
)
from kernel.vocabulary.url import LENGTH_MAX as URL_LENGTH_MAX

# The models whose ids no content may have.
_NAMESAKES = ("adops.LineItem", "adops.Creative")


class Channel(Archivable):
    """A source of contents."""

    public_id = public_id_field("ch")
    name = models.CharField(_("name"), max_length=NAME_LENGTH_MAX)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"


class Content(Blockable):
    """An article or a card."""

    public_id = public_id_field("ct")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="contents", verbose_name=_("channel"))
    title = models.CharField(_("title"), max_length=NAME_LENGTH_MAX)
    image_url = AddressField(
        _("image"),
        max_length=URL_LENGTH_MAX,
        validators=[validate_image_url],
        spelled=canonical_image_url,
    )
    landing_url = AddressField(
        _("landing page"),
        max_length=URL_LENGTH_MAX,
        validators=[validate_landing_url],
        spelled=canonical_landing_url,
    )
    language = models.CharField(_("language"), max_length=8, validators=[validate_language])
    categories = models.JSONField(_("categories"), default=list, blank=True, validators=[validate_labels])
    published_at = models.DateTimeField(pgettext_lazy("time", "published"), validators=[validate_instant])
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True, validators=[validate_instant])
    quality_ppm = models.IntegerField(
        _("quality (millionths)"),
        default=PPM // 2,
        validators=[MinValueValidator(0), MaxValueValidator(PPM)],
    )
    # Contents with a rank come before all others, the lowest rank first.
    pinned_rank = models.IntegerField(
        _("pinned rank"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(U16_MAX)],
    )
    rating = models.CharField(_("rating"), max_length=8, choices=Rating.choices, default=Rating.EVERYONE)
    targeting = models.JSONField(_("targeting"), default=dict, blank=True, validators=[validate_targeting])
    admits_no_phone = DerivedBooleanField(derive=derived.admits_no_phone)

    class Meta:
        verbose_name = _("content")
        verbose_name_plural = _("contents")
        ordering = ["-published_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="content_life",
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("published_at")),
                violation_error_message=_("The expiry must be later than the publication."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.public_id})"

    def clean(self) -> None:
        super().clean()
        # By name, because the module of line items imports this one.
        refuse_taken_id(self.public_id, *map(apps.get_model, _NAMESAKES))
