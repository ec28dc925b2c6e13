"""`/api/v1/app/members`: who uses the app."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from devices.models import DEVICE_ID_LENGTH_MAX
from members.api import MemberApiView
from members.authentication import require_device
from members.models import USER_ID_LENGTH_MAX, MemberDevice
from members.profiles import Profile, parse_profile, profile_of, to_document
from members.services import (
    AlreadyRegistered,
    Registration,
    change_profile,
    erase_member,
    register_member,
)
from web.api import ApiView, json_response
from web.fields import Fields, identifier
from web.idempotency import require_idempotency_key
from web.json_body import read_json_object
from web.problems import Problem, ProblemError
from web.times import rfc3339


class MembersApi(ApiView):
    def post(self, request: HttpRequest) -> HttpResponse:
        registration = _parse_registration(request)
        try:
            registered = register_member(registration, now=timezone.now())
        except AlreadyRegistered:
            raise ProblemError(_already_registered()) from None
        document = {**_to_document(registered.device), "token": registered.token.text()}
        return json_response(
            document, status=HTTPStatus.CREATED if registered.is_new else HTTPStatus.OK
        )


class MyselfApi(MemberApiView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return json_response(_to_document(require_device(request)))

    def patch(self, request: HttpRequest) -> HttpResponse:
        device = require_device(request)
        fields = Fields(read_json_object(request))
        profile = parse_profile(fields, profile_of(device.member))
        fields.finish()
        change_profile(device.member, profile, now=timezone.now())
        return json_response(_to_document(device))

    def delete(self, request: HttpRequest) -> HttpResponse:
        erase_member(require_device(request).member, now=timezone.now())
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"cache-control": "no-store"})


def _parse_registration(request: HttpRequest) -> Registration:
    idempotency_key = require_idempotency_key(request)
    fields = Fields(read_json_object(request))
    registration = Registration(
        user_id=fields.required("user_id", identifier(USER_ID_LENGTH_MAX)),
        device_id=fields.required("device_id", identifier(DEVICE_ID_LENGTH_MAX)),
        idempotency_key=idempotency_key,
        profile=parse_profile(fields, Profile()),
    )
    fields.finish()
    return registration


def _already_registered() -> Problem:
    # Not which of the two: that would tell anybody who asks who is a member.
    detail = "This user or this device is registered already."
    return Problem(HTTPStatus.CONFLICT, "already-registered", "Already registered", detail)


def _to_document(device: MemberDevice) -> dict[str, object]:
    member = device.member
    return {
        "user_id": member.user_id,
        "device_id": device.device_id,
        "profile": to_document(profile_of(member)),
        "registered_at": rfc3339(member.registered_at),
        "updated_at": rfc3339(member.updated_at),
    }
