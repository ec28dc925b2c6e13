"""The permissions of three groups of operators, which are created with the tables.

A group that is there is left as it is, because people may have changed it.
"""

from typing import Any

from django.apps import apps

AD_OPS = "ad ops"
EDITOR = "editor"
READ_ONLY = "read-only"

_EVERYTHING = ("view", "add", "change", "delete")
_VIEW = ("view",)
_ADS = (
    "advertiser",
    "campaign",
    "lineitem",
    "creative",
    "unit",
    "exchangerate",
    "rates",
)
_EDITORIAL = ("channel", "content")

ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    AD_OPS: {**dict.fromkeys(_ADS, _EVERYTHING), **dict.fromkeys(_EDITORIAL, _VIEW)},
    EDITOR: {**dict.fromkeys(_EDITORIAL, _EVERYTHING), "unit": _VIEW},
    READ_ONLY: dict.fromkeys((*_ADS, *_EDITORIAL), _VIEW),
}


def make_roles(*, using: str, **_options: Any) -> None:
    """Makes the groups that are missing. Runs after migrations, when the permissions exist."""
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    for name, role in ROLES.items():
        group, is_new = group_model.objects.using(using).get_or_create(name=name)
        if is_new:
            codenames = [f"{verb}_{model}" for model, verbs in role.items() for verb in verbs]
            permissions = permission_model.objects.using(using).filter(
                content_type__app_label="adops", codename__in=codenames
            )
            group.permissions.set(permissions)
