"""`/api/v1/app/members`: registration, the profile and erasure."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from members.api_view import MemberApiView
from members.authentication import require_device
from members.dto import parse_profile_change, parse_registration, to_document
from members.limits import require_registration_allowed
from members.profiles import profile_of
from members.services import AlreadyRegistered, change_profile, erase_member, register_member
from web.api_view import ApiView, json_response
from web.problems import Problem, ProblemError


class MembersApi(ApiView):
    def post(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        registration = parse_registration(request, now)
        require_registration_allowed(request, registration.device_id)
        try:
            registered = register_member(registration, now=now)
        except AlreadyRegistered:
            raise ProblemError(_already_registered()) from None
        document = {**to_document(registered.device), "token": registered.token.text()}
        status = HTTPStatus.CREATED if registered.is_new else HTTPStatus.OK
        return json_response(document, status=status)


class MyselfApi(MemberApiView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return json_response(to_document(require_device(request)))

    def patch(self, request: HttpRequest) -> HttpResponse:
        device = require_device(request)
        now = timezone.now()
        profile = parse_profile_change(request, profile_of(device.member), now)
        change_profile(device.member, profile, now=now)
        return json_response(to_document(device))

    def delete(self, request: HttpRequest) -> HttpResponse:
        erase_member(require_device(request).member, now=timezone.now())
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"cache-control": "no-store"})


def _already_registered() -> Problem:
    # The text does not say which of the two is registered: an answer would tell every client which
    # users are members.
    detail = "This user or this device is registered already."
    return Problem(HTTPStatus.CONFLICT, "already-registered", "Already registered", detail)
