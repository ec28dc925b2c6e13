"""Who may make keys: the groups whose people edit. A key never does more than its owner may."""

from typing import Any

from django.apps import apps

from adops.roles import AD_OPS, EDITOR

_CODENAMES = ("view_managementkey", "add_managementkey", "change_managementkey")


def grant_once(*, using: str, **_options: Any) -> None:
    """Gives each permission to the groups, unless a group has it: an administrator may have changed
    that on purpose.
    """
    groups = apps.get_model("auth", "Group").objects.using(using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    for codename in _CODENAMES:
        permission = permissions.filter(content_type__app_label="management", codename=codename).first()
        if permission and not permission.group_set.exists():
            permission.group_set.set(groups.filter(name__in=(AD_OPS, EDITOR)))
