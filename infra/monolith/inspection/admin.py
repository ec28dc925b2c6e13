"""Links to the pages, in the lists and forms of rows that they are about."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adops.models import Content, LineItem, Unit


@admin.display(description=gettext_lazy("Why not?"))
def why_not(row: Any) -> SafeString:
    address = reverse(f"inspection:why_not_{row._meta.model_name}", args=[row.pk])
    return format_html('<a href="{}">{}</a>', address, _("Why not?"))


def add_links() -> None:
    """The admins are those of adops, which knows nothing of this app."""
    for model in (LineItem, Content):
        row_admin: Any = admin.site.get_model_admin(model)
        row_admin.list_display = (*row_admin.list_display, why_not)
        row_admin.change_form_template = "inspection/item_change_form.html"
    unit_admin: Any = admin.site.get_model_admin(Unit)
    unit_admin.change_form_template = "inspection/unit_change_form.html"


add_links()
