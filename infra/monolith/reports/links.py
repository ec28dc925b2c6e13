"""Links from the lists of rows to the report of each row."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adops.models import Advertiser, Campaign, Content, LineItem, Unit

# What the report of a row is filtered by, and what it is by.
_REPORTS: dict[type[Model], tuple[str, str]] = {
    Advertiser: ("advertiser", "campaign"),
    Campaign: ("campaign", "line_item"),
    LineItem: ("line_item", "day"),
    Content: ("content", "day"),
    Unit: ("unit", "day"),
}


@admin.display(description=gettext_lazy("Report"))
def report(row: Any) -> SafeString:
    """The link to the deliveries of a row."""
    name, group = _REPORTS[type(row)]
    # The form names a content by its id.
    asked = {name: row.public_id if name == "content" else row.pk, "group": group}
    page = reverse("admin:reports_deliveryreport_changelist")
    return format_html('<a href="{}?{}">{}</a>', page, urlencode(asked), _("Report"))


def add_links() -> None:
    """The admins are those of adops, which knows nothing of this app."""
    for model in _REPORTS:
        row_admin: Any = admin.site.get_model_admin(model)
        row_admin.list_display = (*row_admin.list_display, report)
