"""Names of rows, and their pages, by the catalog's ids: two statements for a page of a table."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from adops.models import Advertiser, Campaign, Content, Creative, LineItem, Unit
from adops.selectors.standing import batches

_MODELS: dict[str, tuple[Any, str]] = {
    "advertiser": (Advertiser, "name"),
    "campaign": (Campaign, "name"),
    "line_item": (LineItem, "name"),
    "creative": (Creative, "title"),
    "unit": (Unit, "name"),
    "content": (Content, "title"),
}


def names_of(what: str, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The name of each row and its page in the admin. Rows that are gone are left out. The page of a
    creative is that of its line item.
    """
    model, name = _MODELS[what]
    key = "line_item_id" if what == "creative" else "pk"
    page = (LineItem if what == "creative" else model)._meta.model_name
    # One address is made, and the others by its pattern: making one takes as long as reading ten rows.
    before, after = reverse(f"admin:adops_{page}_change", args=["0"]).rsplit("0", 1)
    found: dict[str, tuple[str, str]] = {}
    for some in batches(ids):
        rows = model._default_manager.filter(public_id__in=some).order_by()
        for public_id, text, pk in rows.values_list("public_id", name, key):
            found[public_id] = (text, f"{before}{pk}{after}")
    return found
