"""The layout of the long forms."""

from itertools import chain, groupby
from typing import Any

from django.utils.translation import gettext_lazy as _

from adops.forms.targeting_fields import field_names
from kernel.dimensions import DIMENSIONS, Dimension, Group, Shape

Fieldset = tuple[Any, Any]

_HISTORY: Fieldset = (
    _("History"),
    {"fields": ("created_at", "updated_at"), "classes": ("collapse",)},
)
_ALL_MUST_HOLD = _("All conditions must hold. An empty field sets no condition.")
_COLLAPSED = {"classes": ("collapse",)}
# The title of each group of dimensions, and how the group is shown.
_GROUPS: dict[Group, tuple[Any, dict[str, Any]]] = {
    Group.WHO: (_("Targeting: who"), {"description": _ALL_MUST_HOLD}),
    Group.WHERE: (_("Targeting: where"), {}),
    Group.DEVICE: (_("Targeting: device"), _COLLAPSED),
    Group.KEY_VALUES: (_("Targeting: key-values"), _COLLAPSED),
}
# Within a group, conditions of one shape stand together: short fields first, long ones last.
_SHAPES = (
    Shape.ALLOW_DENY,
    Shape.VERSIONS,
    Shape.AGES,
    Shape.WORD,
    Shape.FOLDED_ALLOW_DENY,
    Shape.SET,
    Shape.CIRCLES,
    Shape.KEY_VALUES,
)
# Fields so short that all of a group fit in one row of the page.
_SHORT = (Shape.AGES, Shape.WORD)


def _targeting_fieldset(group: Group) -> Fieldset:
    """All dimensions of a group: a row of the page for each, and one for all of the short ones."""
    title, options = _GROUPS[group]
    dimensions = sorted((one for one in DIMENSIONS if one.group is group), key=_place)
    rows: list[tuple[str, ...]] = []
    for is_short, some in groupby(dimensions, key=lambda one: one.shape in _SHORT):
        names = [field_names(dimension) for dimension in some]
        rows += [tuple(chain(*names))] if is_short else names
    return title, {"fields": tuple(rows), **options}


def _place(dimension: Dimension) -> int:
    return _SHAPES.index(dimension.shape)


TARGETING_FIELDSETS: tuple[Fieldset, ...] = tuple(map(_targeting_fieldset, Group))

LINE_ITEM_FIELDSETS: tuple[Fieldset, ...] = (
    (None, {"fields": ("name", "public_id", "campaign", "status")}),
    (_("Price"), {"fields": (("price_micros", "currency", "pricing"), "default_ctr_ppm", "tier")}),
    (
        _("When"),
        {
            "fields": (("starts_at", "ends_at"), "dayparts"),
            "description": _("A line item without dates takes those of its campaign."),
        },
    ),
    (
        _("Delivery"),
        {
            "fields": (("goal_count", "goal_kind"), "delivery", "share_ppm"),
            "description": _("Without a goal, a line item spends its campaign's budget."),
        },
    ),
    (_("How often"), {"fields": ("caps", ("cap_kind", "minimum_interval_seconds"))}),
    *TARGETING_FIELDSETS,
    (
        _("Advertised product"),
        {"fields": (("categories", "rating"), "exclusion_labels")},
    ),
    _HISTORY,
)

CONTENT_FIELDSETS: tuple[Fieldset, ...] = (
    (None, {"fields": ("title", "public_id", "channel", "status")}),
    (_("Image and landing page"), {"fields": (("image_url", "preview"), "landing_url")}),
    (
        _("Rank"),
        {"fields": ("language", ("categories", "rating"), ("quality_ppm", "pinned_rank"))},
    ),
    (_("When"), {"fields": (("published_at", "expires_at"),)}),
    *TARGETING_FIELDSETS,
    _HISTORY,
)
