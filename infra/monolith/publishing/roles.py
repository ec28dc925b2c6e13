"""Permissions to publish, for the groups of ad operations."""

from typing import Any

from django.apps import apps

from adops.roles import AD_OPS, EDITOR, READ_ONLY

PUBLISH = "publishing.publish_catalog"
APPROVE = "publishing.approve_publication"
GRANTS = {
    "view_publication": (AD_OPS, EDITOR, READ_ONLY),
    "publish_catalog": (AD_OPS, EDITOR),
    "approve_publication": (AD_OPS, EDITOR),
}


def grant_once(*, using: str, **_options: Any) -> None:
    """Gives each permission to its groups, unless a group has it: an administrator may have changed
    that on purpose.
    """
    groups = apps.get_model("auth", "Group").objects.using(using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    for codename, roles in GRANTS.items():
        permission = permissions.filter(content_type__app_label="publishing", codename=codename).first()
        if permission and not permission.group_set.exists():
            permission.group_set.set(groups.filter(name__in=roles))
