"""The JSON of `/api/v1/app/points`: request bodies, queries and responses."""

from dataclasses import dataclass

from django.http import HttpRequest

from points.models import REFERENCE_LENGTH_MAX, PointsEntry
from points.selectors import Statement
from web.fields import Fields, query_fields
from web.idempotency import require_idempotency_key
from web.json_body import read_json_object
from web.parsers import identifier, integer, query_integer
from web.times import rfc3339

SPENDING_MAX = 1_000_000_000
STATEMENT_LENGTH_MAX = 100
STATEMENT_LENGTH = 20
_SEQUENCE_MAX = 2**63 - 1


@dataclass(frozen=True)
class Page:
    limit: int
    # The sequence number that the page ends before. None stands for the newest page.
    before: int | None


@dataclass(frozen=True)
class Spending:
    amount: int
    reference: str
    idempotency_key: str


def parse_page(request: HttpRequest) -> Page:
    fields = query_fields(request)
    before: int | None = None
    page = Page(
        limit=fields.optional("limit", query_integer(1, STATEMENT_LENGTH_MAX), STATEMENT_LENGTH),
        before=fields.optional("before", query_integer(1, _SEQUENCE_MAX), before),
    )
    fields.finish()
    return page


def parse_spending(request: HttpRequest) -> Spending:
    idempotency_key = require_idempotency_key(request)
    fields = Fields(read_json_object(request))
    spending = Spending(
        amount=fields.required("amount", integer(1, SPENDING_MAX)),
        reference=fields.required("reference", identifier(REFERENCE_LENGTH_MAX)),
        idempotency_key=idempotency_key,
    )
    fields.finish()
    return spending


def statement_to_document(statement: Statement) -> dict[str, object]:
    return {
        "entries": [entry_to_document(entry) for entry in statement.entries],
        "next_before": statement.next_before,
    }


def entry_to_document(entry: PointsEntry) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "kind": entry.kind,
        "description": entry.get_kind_display(),
        "amount": entry.amount,
        "balance_after": entry.balance_after,
        "reference": entry.reference or None,
        "created_at": rfc3339(entry.created_at),
    }
