"""Rows: lists, single rows, and their writes."""

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from management.dto.fields import Instant
from management.dto.rows import DTOS, document_of, references_of
from management.http.base import ManagementView, answer, read_flag, read_query
from management.http.bodies import read_body
from management.http.etags import Stale, etag_of, is_known, require_match, stale_answer
from management.http.problems import forbidden, invalid
from management.resources import Resource
from management.selectors import LIMIT_FIRST, LIMIT_MAX, WrongCursor, page, rows_of
from management.services import writing
from web.problems import ProblemError

PATH = "/api/management/v1"


class RowsOfResource(ManagementView):
    # Given by the path.
    resource: Resource = None  # type: ignore[assignment]

    def handle_exception(self, error: Exception) -> HttpResponse:
        if isinstance(error, Stale):
            return stale_answer(error)
        return super().handle_exception(error)

    def require_may(self, verb: str, row: Any = None) -> None:
        """Raises a 403 problem unless the admin lets the key's owner do it."""
        row_admin = writing.admin_of(self.resource)
        request = writing.admin_request(self.actor, row)
        allowed = getattr(row_admin, f"has_{verb}_permission")
        if not (allowed(request) if verb == "add" else allowed(request, row)):
            raise ProblemError(forbidden(f"The key's owner may not {verb} {self.resource.name}."))

    def document(self, row: Any) -> dict[str, Any]:
        return document_of(self.resource, row)

    def read_values(self, request: Request, *, partial: bool = False) -> dict[str, Any]:
        dto = DTOS[self.resource.name](data=read_body(request._request), partial=partial)
        dto.is_valid(raise_exception=True)
        return dict(dto.validated_data)


class RowsView(RowsOfResource):
    """All rows of a kind."""

    def get(self, request: Request) -> HttpResponse:
        self.require_may("view")
        names = {"cursor", "limit", "updated_after", *self.resource.filters}
        query = read_query(request, frozenset(names))
        filters: dict[str, Any] = {
            lookup: query[name] for name, lookup in self.resource.filters.items() if name in query
        }
        if "updated_after" in query:
            dto = Instant()
            filters["updated_at__gt"] = _read(dto, "updated_after", query["updated_after"])
        rows = rows_of(self.resource, references_of(self.resource), filters)
        try:
            found, following = page(rows, query.get("cursor", ""), _limit(query.get("limit")))
        except WrongCursor:
            raise invalid("cursor", "Send the `next` of the page before, as it is.") from None
        return answer({"items": [self.document(row) for row in found], "next": following})

    def post(self, request: Request) -> HttpResponse:
        self.require_may("add")
        values = self.read_values(request)
        return self.once(request, lambda _none: self._made(values))

    def _made(self, values: dict[str, Any]) -> HttpResponse:
        row = writing.create(self.resource, self.actor, values)
        document = self.document(row)
        location = f"{PATH}/{self.resource.name}/{getattr(row, self.resource.key)}"
        headers = {"etag": etag_of(document), "location": location}
        return answer(document, HTTPStatus.CREATED, headers)


class RowView(RowsOfResource):
    """One row, which is changed and not deleted."""

    def get(self, request: Request, key: str) -> HttpResponse:
        self.require_may("view")
        read_query(request, frozenset())
        document = self.document(self._row(key))
        headers = {"etag": etag_of(document)}
        if is_known(request, document):
            return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        return answer(document, headers=headers)

    def patch(self, request: Request, key: str) -> HttpResponse:
        query = read_query(request, frozenset({"confirm"} if self.resource.is_archived else ()))
        is_confirmed = read_flag(query, "confirm")
        values = self.read_values(request, partial=True)
        with transaction.atomic():
            row = self._row(key, is_locked=True)
            self.require_may("change", row)
            require_match(request, self.document(row))
            row = writing.change(self.resource, self.actor, row, values, is_confirmed=is_confirmed)
            document = self.document(self._row(getattr(row, self.resource.key)))
        return answer(document, headers={"etag": etag_of(document)})

    def _row(self, key: str, *, is_locked: bool = False) -> Any:
        rows = rows_of(self.resource, references_of(self.resource), {self.resource.key: key})
        if is_locked:
            # By itself: a lock of joined rows would hold those that it refers to, too.
            self.resource.model._base_manager.select_for_update().filter(
                **{self.resource.key: key}
            ).values_list("pk").first()
        row = rows.first()
        if row is None:
            raise Http404
        return row


class DeletableRowView(RowView):
    """One row, which may be deleted."""

    def delete(self, request: Request, key: str) -> HttpResponse:
        is_confirmed = read_flag(read_query(request, frozenset({"confirm"})), "confirm")
        with transaction.atomic():
            row = self._row(key, is_locked=True)
            self.require_may("delete", row)
            require_match(request, self.document(row))
            if not writing.may_delete(self.resource, self.actor, row):
                text = "The key's owner may not delete all rows that would be deleted with it."
                raise ProblemError(forbidden(text))
            writing.delete(self.resource, self.actor, row, is_confirmed=is_confirmed)
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"cache-control": "no-store"})


def _limit(text: str | None) -> int:
    if text is None:
        return LIMIT_FIRST
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= LIMIT_MAX):
        raise invalid("limit", f"This is a whole number from 1 to {LIMIT_MAX}.")
    return int(text)


def _read(dto: Any, name: str, text: str) -> Any:
    try:
        return dto.run_validation(text)
    except ValidationError as error:
        raise invalid(name, str(error.detail[0])) from None
