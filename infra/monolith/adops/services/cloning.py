"""Copies of line items and campaigns. A copy is paused until an operator has reviewed it."""

from typing import TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from adops.models import Campaign, LineItem, Status
from adops.models.base import NAME_LENGTH_MAX, Edited
from adops.services.history import note_addition

NOTHING_SPENT: dict[str, object] = {"spent_micros": 0, "spent_today_micros": 0, "today_ends_at": None}

Row = TypeVar("Row", bound=Edited)


@transaction.atomic
def clone_line_item(*, line_item: LineItem, by: User) -> LineItem:
    """A copy with its creatives, in the same campaign. The rates belong to the original, on which
    they were measured.
    """
    return _clone_line_item(line_item, line_item.campaign, by, name=_copied(line_item.name))


@transaction.atomic
def clone_campaign(*, campaign: Campaign, by: User) -> Campaign:
    """A copy with the line items and creatives that are not archived, and nothing spent."""
    copy = _duplicate(campaign, name=_copied(campaign.name), status=Status.PAUSED, **NOTHING_SPENT)
    _note(copy, campaign, by)
    line_items = campaign.line_items.exclude(status=Status.ARCHIVED).order_by("pk")
    for line_item in line_items.prefetch_related("creatives"):
        # Line items keep their status: none is served while the campaign is paused.
        _clone_line_item(line_item, copy, by, status=line_item.status)
    return copy


def _clone_line_item(
    line_item: LineItem,
    campaign: Campaign,
    by: User,
    *,
    name: str = "",
    status: str = Status.PAUSED,
) -> LineItem:
    copy = _duplicate(line_item, campaign=campaign, name=name or line_item.name, status=status)
    _note(copy, line_item, by)
    for creative in line_item.creatives.all():
        if creative.status != Status.ARCHIVED:
            _duplicate(creative, line_item=copy)
    return copy


def _duplicate(row: Row, **changes: object) -> Row:
    """A new row with the same values, apart from its ids and the given changes."""
    own = {"id", "public_id", "created_at", "updated_at"}
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in own and field.name not in changes
    }
    copy = type(row)(**values, **changes)
    copy.save(force_insert=True)
    return copy


def _copied(name: str) -> str:
    suffix = _(" (copy)")
    return name[: NAME_LENGTH_MAX - len(suffix)] + suffix


def _note(copy: Edited, original: LineItem | Campaign, by: User) -> None:
    note_addition(row=copy, by=by, message=_("Copy of %(id)s.") % {"id": original.public_id})
