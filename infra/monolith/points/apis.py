"""`/api/v1/app/points`: the balance, the statement and spending."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from members.api_view import MemberApiView
from members.authentication import require_device
from points.dto import (
    Spending,
    entry_to_document,
    parse_page,
    parse_spending,
    statement_to_document,
)
from points.selectors import get_balance, get_statement
from points.services import InsufficientPoints, KeyReused, Posted, spend
from web import idempotency
from web.api_view import json_response
from web.problems import Problem, ProblemError


class PointsApi(MemberApiView):
    def get(self, request: HttpRequest) -> HttpResponse:
        device = require_device(request)
        return json_response({"balance": get_balance(device.member_id)})


class EntriesApi(MemberApiView):
    def get(self, request: HttpRequest) -> HttpResponse:
        device = require_device(request)
        page = parse_page(request)
        statement = get_statement(device.member_id, before=page.before, limit=page.limit)
        return json_response(statement_to_document(statement))


class SpendingsApi(MemberApiView):
    def post(self, request: HttpRequest) -> HttpResponse:
        device = require_device(request)
        posted = _spend(device.member_id, parse_spending(request))
        status = HTTPStatus.CREATED if posted.is_new else HTTPStatus.OK
        return json_response(entry_to_document(posted.entry), status=status)


def _spend(member_id: int, spending: Spending) -> Posted:
    try:
        return spend(
            member_id,
            amount=spending.amount,
            idempotency_key=spending.idempotency_key,
            reference=spending.reference,
            now=timezone.now(),
        )
    except InsufficientPoints as error:
        detail = f"The balance is {error.balance}, and the request asks for {spending.amount}."
        raise ProblemError(
            Problem(HTTPStatus.CONFLICT, "insufficient-points", "Insufficient points", detail)
        ) from None
    except KeyReused:
        raise ProblemError(idempotency.key_reused()) from None
