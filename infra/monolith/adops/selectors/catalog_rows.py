"""Edited rows as the rows of a catalog that serving takes.

Their form is `kernel/catalog.schema.json`. Members that have their default are left out.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec
from django.db.models import ExpressionWrapper, F, JSONField, Model, Q, QuerySet, TextField

from adops.models import (
    Advertiser,
    Campaign,
    Channel,
    Content,
    Creative,
    ExchangeRate,
    LineItem,
    Rates,
    Unit,
)
from adops.selectors.catalog_members import (
    AdvertiserMembers,
    CampaignMembers,
    ChannelMembers,
    ContentMembers,
    CreativeMembers,
    ExchangeRateMembers,
    LineItemMembers,
    Members,
    RatesMembers,
    UnitMembers,
    Values,
)

# Columns that no row of the catalog has.
_UNPUBLISHED = (
    "created_at",
    "updated_at",
    "status",
    "spent_micros",
    "spent_today_micros",
    "today_ends_at",
    "allows_none",
    "admits_no_phone",
    "open_hours",
)
# A row of the catalog, as JSON has it.
CatalogRow = dict[str, Any]


class _Source(NamedTuple):
    """Where the rows of a kind come from, and how one is written."""

    model: type[Model]
    write: Callable[[Values], Members]
    # The references whose public ids the row names.
    parents: tuple[str, ...] = ()


def select_rows(kind: str, where: Q) -> QuerySet[Model, Values]:
    """The rows of a kind that meet a condition, as `members_of` and `write_row` take them."""
    source = _SOURCES[kind]
    fields = source.model._meta.concrete_fields
    names = [f.attname for f in fields if not isinstance(f, JSONField) and f.name not in _UNPUBLISHED]
    texts = {
        f"{field.name}_as_text": ExpressionWrapper(F(field.name), output_field=TextField())
        for field in fields
        if isinstance(field, JSONField)
    }
    parents = [f"{parent}__public_id" for parent in source.parents]
    return source.model._default_manager.filter(where).values(*names, *parents, **texts)


def model_of(kind: str) -> type[Model]:
    """The model of the edited rows of a kind."""
    return _SOURCES[kind].model


def members_of(kind: str, rows: Iterable[Values]) -> list[Members]:
    """Rows of `select_rows` as the catalog has them, for an encoder of `msgspec`."""
    write = _SOURCES[kind].write
    return [write(values) for values in rows]


def write_row(kind: str, values: Values) -> CatalogRow:
    """One of them as a dictionary, for what compares rows and shows them."""
    row: CatalogRow = msgspec.to_builtins(_SOURCES[kind].write(values))
    return row


_SOURCES = {
    "unit": _Source(Unit, UnitMembers.of),
    "exchange_rate": _Source(ExchangeRate, ExchangeRateMembers.of),
    "advertiser": _Source(Advertiser, AdvertiserMembers.of),
    "campaign": _Source(Campaign, CampaignMembers.of, ("advertiser",)),
    "line_item": _Source(LineItem, LineItemMembers.of, ("campaign",)),
    "creative": _Source(Creative, CreativeMembers.of, ("line_item",)),
    "rates": _Source(Rates, RatesMembers.of, ("line_item", "unit")),
    "channel": _Source(Channel, ChannelMembers.of),
    "content": _Source(Content, ContentMembers.of, ("channel",)),
}
