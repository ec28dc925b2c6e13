"""Writes rows through the forms of the admin: what the form refuses, a program is refused.

The form, the permissions, the history and the deletion are those of the row's admin.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.urls import ResolverMatch
from django.utils import timezone
from django.utils.translation import gettext as _

from adops.models import Campaign, LineItem, Status
from adops.services.cloning import clone_campaign, clone_line_item
from adops.services.history import changed, note_changes
from adops.services.switching import set_status
from management.models import ManagementKey
from management.resources import Resource
from management.services.filling import Refusal, RowRefused, Values, filled_form


class NeedsConfirmation(Exception):
    """The admin would ask first: what would follow, in a sentence."""


class StillNeeded(Exception):
    """Rows that refer to the row keep it from being deleted."""

    def __init__(self, rows: list[str]) -> None:
        super().__init__(", ".join(rows))
        self.rows = rows


@dataclass(frozen=True)
class Actor:
    """The writer of a row: a key, and its owner."""

    key: ManagementKey

    @property
    def user(self) -> User:
        return self.key.owner

    def words(self) -> str:
        return _("By the API key %(key)s.") % {"key": self.key}


def admin_of(resource: Resource) -> Any:
    return admin.site._registry[resource.model]


def admin_request(actor: Actor, row: Model | None = None) -> HttpRequest:
    """A request of the owner to the page of a row, as far as the admin of the row asks for it."""
    request = HttpRequest()
    request.method, request.user = "POST", actor.user
    kwargs = {} if row is None else {"object_id": str(row.pk)}
    request.resolver_match = ResolverMatch(print, (), kwargs)
    return request


@transaction.atomic
def create(resource: Resource, actor: Actor, values: Values) -> Model:
    """Raises RowRefused."""
    row_admin, request = admin_of(resource), admin_request(actor)
    status = values.pop("status", None) if resource.is_archived else None
    initial = row_admin.get_changeform_initial_data(request)
    form = filled_form(resource, row_admin.get_form(request, None, change=False), values, None, initial)
    row = row_admin.save_form(request, form, change=False)
    row_admin.save_model(request, row, form, change=False)
    with timezone.override(settings.ADMIN_TIME_ZONE):
        message = row_admin.construct_change_message(request, form, [], add=True)
        row_admin.log_addition(request, row, [_by(actor), *message])
    if status is not None:
        _set_status(resource, actor, row, status)
    return row


@transaction.atomic
def clone(resource: Resource, actor: Actor, row: Any) -> Model:
    """A paused copy of a campaign or a line item, with its line items and creatives that are not archived."""
    copies: list[Model]
    if resource.model is Campaign:
        campaign = clone_campaign(campaign=row, by=actor.user)
        copies = [campaign, *LineItem.objects.filter(campaign=campaign)]
    else:
        copies = [clone_line_item(line_item=row, by=actor.user)]
    note_changes(rows=copies, by=actor.user, words=actor.words)
    return copies[0]


@transaction.atomic
def change(
    resource: Resource, actor: Actor, row: Model, values: Values, *, is_confirmed: bool = False
) -> Model:
    """Changes some members of a row that is locked. Raises RowRefused and NeedsConfirmation."""
    row_admin, request = admin_of(resource), admin_request(actor, row)
    status = values.pop("status", None) if resource.is_archived else None
    fixed = [Refusal(resource.member_of(n), str(_FIXED)) for n in row_admin.fixed_fields if n in values]
    if fixed:
        raise RowRefused(fixed)
    form = filled_form(resource, row_admin.get_form(request, row, change=True), values, row, {})
    if form.has_changed():
        row = row_admin.save_form(request, form, change=True)
        row_admin.save_model(request, row, form, change=True)
        with timezone.override(settings.ADMIN_TIME_ZONE):
            message = row_admin.construct_change_message(request, form, [])
            row_admin.log_change(request, row, [_by(actor), *message])
    if status is not None:
        if status == Status.ARCHIVED and row.status != status and not is_confirmed:  # type: ignore[attr-defined]
            with_counts = row_admin.get_queryset(request).get(pk=row.pk)
            raise NeedsConfirmation(
                f"{row_admin.dependents_of(with_counts)}. {row_admin.archive_consequence}"
            )
        _set_status(resource, actor, row, status)
    return row


@transaction.atomic
def delete(resource: Resource, actor: Actor, row: Model, *, is_confirmed: bool) -> None:
    """Deletes a row that is locked, and those that go with it, after a confirmation. Raises
    StillNeeded and NeedsConfirmation.
    """
    row_admin, request = admin_of(resource), admin_request(actor, row)
    _rows, counts, _missing, protected = row_admin.get_deleted_objects([row], request)
    if protected:
        raise StillNeeded([str(each) for each in _named(resource, row)])
    if sum(counts.values()) > 1 and not is_confirmed:
        others = ", ".join(f"{count} {name}" for name, count in counts.items())
        raise NeedsConfirmation(_("This deletes %(rows)s.") % {"rows": others})
    note_changes(rows=[row], by=actor.user, words=actor.words)
    row_admin.log_deletions(request, resource.model._default_manager.filter(pk=row.pk))
    row_admin.delete_model(request, row)


def may_delete(resource: Resource, actor: Actor, row: Model) -> bool:
    """Whether the owner may delete a row and all that goes with it."""
    row_admin, request = admin_of(resource), admin_request(actor, row)
    missing = row_admin.get_deleted_objects([row], request)[2]
    return row_admin.has_delete_permission(request, row) and not missing


def _named(resource: Resource, row: Model) -> list[Model]:
    """The first rows that refer to a row."""
    for relation in resource.model._meta.related_objects:
        found = relation.related_model._default_manager.filter(**{relation.field.name: row})
        if rows := list(found.order_by("pk")[:_NAMED_MAX]):
            return rows
    return []


_NAMED_MAX = 10
_FIXED = "This cannot be changed: users' histories and links hold it."


def _set_status(resource: Resource, actor: Actor, row: Any, status: str) -> None:
    field: Any = resource.model._meta.get_field("status")
    try:
        field.clean(status, row)
    except ValidationError as error:
        raise RowRefused([Refusal("status", text) for text in error.messages]) from None
    rows: Any = resource.model._default_manager.filter(pk=row.pk)
    if set_status(rows=rows, status=Status(status), by=actor.user):
        note_changes(rows=[row], by=actor.user, words=actor.words)
        row.refresh_from_db()


def _by(actor: Actor) -> dict[str, Any]:
    words: Callable[[], list[str]] = partial(_listed, actor.words)
    return changed([], words)


def _listed(words: Callable[[], str]) -> list[str]:
    return [words()]
