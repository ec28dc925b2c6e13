"""The rows that the API reads and writes, and by what they are listed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Field, ForeignKey, Model

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
from adops.models.base import Archivable

_TIMES = ("created_at", "updated_at")


@dataclass(frozen=True)
class Resource:
    # Plural, as in paths.
    name: str
    model: type[Model]
    # The model's field that names a row in paths and references. A row without a name has its number, `id`.
    key: str = "public_id"
    # Query parameters, and the lookups that they stand for.
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_archived(self) -> bool:
        """Whether rows are archived and never deleted, as in the admin."""
        return issubclass(self.model, Archivable)

    @property
    def members(self) -> dict[str, Field]:
        """The model's fields by the names that documents have for them."""
        return {self.member_of(each.name): each for each in self._fields()}

    def member_of(self, field_name: str) -> str:
        return "id" if field_name == self.key and self.key == "public_id" else field_name

    def _fields(self) -> list[Any]:
        meta = self.model._meta
        editable = [each for each in meta.concrete_fields if each.editable]
        own = [each for each in editable if each.name != "id" or self.key == "id"]
        return [*own, *(meta.get_field(name) for name in _TIMES)]


def key_of_reference(reference: ForeignKey) -> str:
    """The field by which a reference names its row: a public id, or the code of a currency."""
    return "currency" if reference.related_model is ExchangeRate else "public_id"


_STATUS = {"status": "status"}
RESOURCES: dict[str, Resource] = {
    each.name: each
    for each in (
        Resource("advertisers", Advertiser),
        Resource("campaigns", Campaign, filters={**_STATUS, "advertiser": "advertiser__public_id"}),
        Resource(
            "line-items",
            LineItem,
            filters={
                **_STATUS,
                "campaign": "campaign__public_id",
                "advertiser": "campaign__advertiser__public_id",
            },
        ),
        Resource(
            "creatives",
            Creative,
            filters={
                **_STATUS,
                "line_item": "line_item__public_id",
                "campaign": "line_item__campaign__public_id",
            },
        ),
        Resource("units", Unit, filters={**_STATUS, "app_id": "app_id"}),
        Resource("channels", Channel, filters=_STATUS),
        Resource(
            "contents",
            Content,
            filters={**_STATUS, "channel": "channel__public_id", "language": "language"},
        ),
        Resource("exchange-rates", ExchangeRate, key="currency", filters=_STATUS),
        Resource(
            "rates",
            Rates,
            key="id",
            filters={
                "line_item": "line_item__public_id",
                "campaign": "line_item__campaign__public_id",
                "unit": "unit__public_id",
            },
        ),
    )
}
