"""Rows: lists, single rows, and their writes."""

import re
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from rest_framework.request import Request

from management.dto.fields import Instant
from management.dto.rows import DTOS, document_of, references_of
from management.http.base import ManagementView, answer, read_flag, read_query
from management.http.bodies import read_body, require_no_members
from management.http.described import (
    CURSOR,
    FLAG,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    INSTANT,
    Described,
    Parameter,
    limit_up_to,
)
from management.http.etags import Stale, etag_of, is_known, require_match, stale_answer
from management.http.paging import PAGE_NAMES, inline_page, read_page
from management.http.problems import forbidden
from management.http.values import read_value
from management.resources import Resource
from management.selectors import LIMIT_MAX, rows_of
from management.services import writing
from web.problems import ProblemError

PATH = "/api/management/v1"
# The key of a row in a path, where rows have numbers and no names.
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
CONFIRM = Parameter("confirm", FLAG, description="Do it, although more follows from it.")


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

    def created(self, row: Any) -> HttpResponse:
        document = self.document(row)
        location = f"{PATH}/{self.resource.name}/{getattr(row, self.resource.key)}"
        headers = {"etag": etag_of(document), "location": location}
        return answer(document, HTTPStatus.CREATED, headers)

    def row(self, key: str, *, is_locked: bool = False) -> Any:
        """Raises Http404."""
        if self.resource.key == "id" and not _NUMBER.fullmatch(key):
            raise Http404
        rows = rows_of(self.resource, references_of(self.resource), {self.resource.key: key})
        if is_locked:
            # By itself: a lock of joined rows would hold those that it refers to, too.
            self.resource.model._base_manager.select_for_update().filter(
                **{self.resource.key: key}
            ).values_list("pk").first()
        # A key is unique; an order would be of no use.
        row = rows.order_by().first()
        if row is None:
            raise Http404
        return row

    def read_values(self, request: Request, *, partial: bool = False) -> dict[str, Any]:
        dto = DTOS[self.resource.name](data=read_body(request._request), partial=partial)
        dto.is_valid(raise_exception=True)
        return dict(dto.validated_data)


class RowsView(RowsOfResource):
    """All rows of a kind."""

    def describe(self, method: str) -> Described:
        dto, name = DTOS[self.resource.name], self.resource.name
        if method == "POST":
            return Described(f"Adds one of {name}.", dto, dto, 201, (IDEMPOTENCY_KEY,))
        filters = (
            Parameter("updated_after", INSTANT),
            *(Parameter(each) for each in self.resource.filters),
        )
        page = inline_page(dto)
        return Described(f"Lists {name}.", None, page, 200, (CURSOR, limit_up_to(LIMIT_MAX), *filters))

    def get(self, request: Request) -> HttpResponse:
        self.require_may("view")
        query = read_query(request, frozenset({*PAGE_NAMES, "updated_after", *self.resource.filters}))
        filters: dict[str, Any] = {
            lookup: query[name] for name, lookup in self.resource.filters.items() if name in query
        }
        if "updated_after" in query:
            text = query["updated_after"]
            filters["updated_at__gt"] = read_value(Instant(), "updated_after", text)
        rows = rows_of(self.resource, references_of(self.resource), filters)
        found, following = read_page(rows, query)
        return answer({"items": [self.document(row) for row in found], "next": following})

    def post(self, request: Request) -> HttpResponse:
        self.require_may("add")
        values = self.read_values(request)
        return self.once(request, lambda _none: self._made(values))

    def _made(self, values: dict[str, Any]) -> HttpResponse:
        return self.created(writing.create(self.resource, self.actor, values))


class RowView(RowsOfResource):
    """One row, which is changed and not deleted."""

    def describe(self, method: str) -> Described:
        dto, name = DTOS[self.resource.name], self.resource.name
        if method == "GET":
            return Described(f"One of {name}.", None, dto)
        if method == "DELETE":
            return Described(f"Deletes one of {name}.", None, None, 204, (IF_MATCH, CONFIRM))
        confirm = (CONFIRM,) if self.resource.is_archived else ()
        return Described(f"Changes members of one of {name}.", dto, dto, 200, (IF_MATCH, *confirm))

    def get(self, request: Request, key: str) -> HttpResponse:
        self.require_may("view")
        read_query(request, frozenset())
        document = self.document(self.row(key))
        headers = {"etag": etag_of(document)}
        if is_known(request, document):
            return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        return answer(document, headers=headers)

    def patch(self, request: Request, key: str) -> HttpResponse:
        query = read_query(request, frozenset({"confirm"} if self.resource.is_archived else ()))
        is_confirmed = read_flag(query, "confirm")
        values = self.read_values(request, partial=True)
        with transaction.atomic():
            row = self.row(key, is_locked=True)
            self.require_may("change", row)
            require_match(request, self.document(row))
            row = writing.change(self.resource, self.actor, row, values, is_confirmed=is_confirmed)
            document = self.document(self.row(str(getattr(row, self.resource.key))))
        return answer(document, headers={"etag": etag_of(document)})


class DeletableRowView(RowView):
    """One row, which may be deleted."""

    def delete(self, request: Request, key: str) -> HttpResponse:
        is_confirmed = read_flag(read_query(request, frozenset({"confirm"})), "confirm")
        with transaction.atomic():
            row = self.row(key, is_locked=True)
            self.require_may("delete", row)
            require_match(request, self.document(row))
            if not writing.may_delete(self.resource, self.actor, row):
                text = "The key's owner may not delete all rows that would be deleted with it."
                raise ProblemError(forbidden(text))
            writing.delete(self.resource, self.actor, row, is_confirmed=is_confirmed)
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"cache-control": "no-store"})


class ClonesView(RowsOfResource):
    """Copies of one row, as the admin makes them."""

    def describe(self, method: str) -> Described:
        text = f"Copies one of {self.resource.name}, with the rows that belong to it. The copy is paused."
        return Described(text, None, DTOS[self.resource.name], 201, (IDEMPOTENCY_KEY,))

    def post(self, request: Request, key: str) -> HttpResponse:
        self.require_may("add")
        read_query(request, frozenset())
        require_no_members(request._request)
        return self.once(request, lambda _none: self._cloned(key))

    def _cloned(self, key: str) -> HttpResponse:
        row = self.row(key)
        # The answer has all that is in the row.
        self.require_may("view", row)
        return self.created(writing.clone(self.resource, self.actor, row))
