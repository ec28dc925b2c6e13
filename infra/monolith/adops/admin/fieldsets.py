"""How the long forms are laid out."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from adops.forms.targeting import field_name

Fieldset = tuple[Any, dict[str, Any]]

_HISTORY: Fieldset = (
    _("History"),
    {"fields": ("created_at", "updated_at"), "classes": ("collapse",)},
)


def _row(dimension: str, *members: str) -> tuple[str, ...]:
    return tuple(field_name(dimension, member) for member in members)


def _allow_deny(*dimensions: str) -> tuple[tuple[str, ...], ...]:
    return tuple(_row(dimension, "allow", "deny") for dimension in dimensions)


def _sets(*dimensions: str) -> tuple[tuple[str, ...], ...]:
    return tuple(_row(dimension, "any", "all", "none") for dimension in dimensions)


TARGETING_FIELDSETS: tuple[Fieldset, ...] = (
    (
        _("Targeting: who"),
        {
            "fields": (
                *_allow_deny("countries", "languages", "genders"),
                (field_name("ages"), field_name("user_age")),
                *_sets("segments", "interests"),
            ),
            "description": _("All conditions must hold. What is left empty asks for nothing."),
        },
    ),
    (
        _("Targeting: where"),
        {"fields": (*_allow_deny("units", "apps", "regions"), field_name("geo"))},
    ),
    (
        _("Targeting: device"),
        {
            "fields": (
                *_allow_deny("platforms", "networks"),
                _row("os_versions", "min", "max"),
                _row("sdk_versions", "min", "max"),
                *_allow_deny("device_makers", "device_models", "carriers"),
                *_sets("packages"),
            ),
            "classes": ("collapse",),
        },
    ),
    (
        _("Targeting: key-values"),
        {"fields": (field_name("key_values"),), "classes": ("collapse",)},
    ),
)

LINE_ITEM_FIELDSETS: tuple[Fieldset, ...] = (
    (None, {"fields": ("name", "public_id", "campaign", "status")}),
    (_("Price"), {"fields": (("price_micros", "currency", "pricing"), "tier")}),
    (
        _("When"),
        {
            "fields": (("starts_at", "ends_at"), "dayparts"),
            "description": _("Without dates of its own it has the campaign's."),
        },
    ),
    (_("How often"), {"fields": ("caps", ("cap_kind", "minimum_interval_seconds"))}),
    *TARGETING_FIELDSETS,
    (
        _("What it advertises"),
        {"fields": (("categories", "rating"), "exclusion_labels")},
    ),
    _HISTORY,
)

CONTENT_FIELDSETS: tuple[Fieldset, ...] = (
    (None, {"fields": ("title", "public_id", "channel", "status")}),
    (_("What is seen"), {"fields": (("image_url", "preview"), "landing_url")}),
    (
        _("Rank"),
        {"fields": ("language", ("categories", "rating"), ("quality_ppm", "pinned_rank"))},
    ),
    (_("When"), {"fields": (("published_at", "expires_at"),)}),
    *TARGETING_FIELDSETS,
    _HISTORY,
)
