"""`/api/v1/app/members`: registration, the profile and erasure."""

from dataclasses import replace
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from members.api_view import MemberApiView
from members.authentication import require_device
from members.dto import (
    parse_profile_change,
    parse_registration,
    to_document,
    to_token_document,
)
from members.lifecycle import MemberErased
from members.limits import require_registration_allowed
from members.profiles import profile_of
from members.proving import require_proof, require_registration_without_proof_allowed
from members.services import AlreadyRegistered, change_profile, erase_member, register_member
from web.api_view import ApiView, json_response
from web.problems import Problem, ProblemError


class MembersApi(ApiView):
    def post(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        wanted = parse_registration(request, now)
        registration = wanted.registration
        require_registration_allowed(request, registration.idempotency_key)
        if wanted.proof is None:
            require_registration_without_proof_allowed()
        else:
            ids = (registration.user_id, registration.device_id)
            key_id = require_proof(request, wanted.proof, "register", *ids)
            registration = replace(registration, key_id=key_id)
        try:
            registered = register_member(registration, now=now)
        except (AlreadyRegistered, MemberErased):
            raise ProblemError(_already_registered()) from None
        document = to_token_document(registered.device, registered.token)
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
    # Only the phone that has the key or the idempotency key gets this answer. It says nothing of
    # other members that state the same IDs.
    detail = "This key was used to register already, for other IDs or more than a day ago."
    return Problem(HTTPStatus.CONFLICT, "already-registered", "Already registered", detail)
