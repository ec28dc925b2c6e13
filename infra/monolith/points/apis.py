"""`/api/v1/app/points`: what a member has, where it came from, and spending it."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from members.api import MemberApiView
from members.authentication import require_device
from points.models import REFERENCE_LENGTH_MAX, PointsEntry
from points.selectors import get_balance, get_statement
from points.services import InsufficientPoints, KeyReused, Posted, spend
from web import idempotency
from web.api import json_response
from web.fields import Fields, identifier, integer, query_fields, query_integer
from web.json_body import read_json_object
from web.problems import Problem, ProblemError
from web.times import rfc3339

SPENDING_MAX = 1_000_000_000
STATEMENT_LENGTH_MAX = 100
STATEMENT_LENGTH = 20
SEQUENCE_MAX = 2**63 - 1


class PointsApi(MemberApiView):
    def get(self, request: HttpRequest) -> HttpResponse:
        device = require_device(request)
        return json_response({"balance": get_balance(device.member_id)})


class EntriesApi(MemberApiView):
    def get(self, request: HttpRequest) -> HttpResponse:
        device = require_device(request)
        fields = query_fields(request)
        limit = fields.optional("limit", query_integer(1, STATEMENT_LENGTH_MAX), STATEMENT_LENGTH)
        before = fields.optional("before", query_integer(1, SEQUENCE_MAX), None)
        fields.finish()
        statement = get_statement(device.member_id, before=before, limit=limit)
        return json_response(
            {
                "entries": [_to_document(entry) for entry in statement.entries],
                "next_before": statement.next_before,
            }
        )


class SpendingsApi(MemberApiView):
    def post(self, request: HttpRequest) -> HttpResponse:
        device = require_device(request)
        idempotency_key = idempotency.require_idempotency_key(request)
        fields = Fields(read_json_object(request))
        amount = fields.required("amount", integer(1, SPENDING_MAX))
        reference = fields.required("reference", identifier(REFERENCE_LENGTH_MAX))
        fields.finish()
        posted = _spend(device.member_id, amount, idempotency_key, reference)
        status = HTTPStatus.CREATED if posted.is_new else HTTPStatus.OK
        return json_response(_to_document(posted.entry), status=status)


def _spend(member_id: int, amount: int, idempotency_key: str, reference: str) -> Posted:
    try:
        return spend(
            member_id,
            amount=amount,
            idempotency_key=idempotency_key,
            reference=reference,
            now=timezone.now(),
        )
    except InsufficientPoints as error:
        detail = f"The balance is {error.balance}, and {amount} were to be spent."
        raise ProblemError(
            Problem(HTTPStatus.CONFLICT, "insufficient-points", "Insufficient points", detail)
        ) from None
    except KeyReused:
        raise ProblemError(idempotency.key_reused()) from None


def _to_document(entry: PointsEntry) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "kind": entry.kind,
        "description": entry.get_kind_display(),
        "amount": entry.amount,
        "balance_after": entry.balance_after,
        "reference": entry.reference or None,
        "created_at": rfc3339(entry.created_at),
    }
