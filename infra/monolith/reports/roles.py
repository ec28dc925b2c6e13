"""Who may see which report.

A group of ad operations may open both pages. What the page of deliveries shows follows from what the
operator may see otherwise: line items and their spend, contents, or both.
"""

from typing import Any, NamedTuple

from django.apps import apps
from django.http import HttpRequest

from adops.roles import AD_OPS, EDITOR, READ_ONLY

VIEW_DELIVERY = "reports.view_deliveryreport"
VIEW_REQUESTS = "reports.view_requestreport"
_GRANTS = {
    "view_deliveryreport": (AD_OPS, EDITOR, READ_ONLY),
    "view_requestreport": (AD_OPS, EDITOR, READ_ONLY),
}


class Scope(NamedTuple):
    """Whose deliveries an operator may see."""

    ads: bool
    contents: bool


def scope_of(request: HttpRequest) -> Scope:
    user = request.user
    return Scope(user.has_perm("adops.view_lineitem"), user.has_perm("adops.view_content"))


def grant_once(*, using: str, **_options: Any) -> None:
    """Gives each permission to its groups, unless a group has it: an administrator may have changed
    that on purpose.
    """
    groups = apps.get_model("auth", "Group").objects.using(using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    for codename, roles in _GRANTS.items():
        permission = permissions.filter(content_type__app_label="reports", codename=codename).first()
        if permission and not permission.group_set.exists():
            permission.group_set.set(groups.filter(name__in=roles))
